package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aval/flows"
)

// command does what a line that begins with a slash asks for, and reports
// whether the talk is over.
func (p *player) command(word, rest string) bool {
	switch word {
	case "quit", "exit":
		return true
	case "back":
		p.back()
	case "again":
		p.again()
	case "where":
		p.where()
	case "wait":
		p.wait()
	case "place", "photo", "contact":
		p.send(word, rest)
	case "consent":
		p.consent(rest)
	case "call":
		p.call(rest)
	case "help":
		fmt.Fprint(p.out, playHelp)
	default:
		p.note("/" + word + " is not known; /help says what there is")
	}
	return false
}

const playHelp = `  words, a number or a label answer the flow
  /photo [image|document|audio|video]   /place [latitude,longitude]   /contact [Name, +number]
  /wait                      the time passes that the flow waits for
  /consent yes | no          answers the house's question
  /call ok field=value ...   answers for the system that the flow asks
  /call not_found | failed
  /where                     the step and the answers so far
  /back   /again   /quit
`

func (p *player) wait() {
	if p.now.timer == nil {
		p.note("the flow waits for no time to pass")
		return
	}
	p.record(actPass, short(p.now.timer.After))
	p.step(flows.Input{Kind: flows.InputTimer, ID: p.now.timer.State})
}

// send is what cannot be typed.
func (p *player) send(what, rest string) {
	if !p.ready(flows.WaitAnswer) {
		return
	}
	in, act := flows.Input{}, actPlace
	switch what {
	case "place":
		in.Kind, in.Text = flows.InputPlace, flows.Answer(or(rest, "-23.55,-46.63"))
	case "contact":
		in.Kind, in.Text, act = flows.InputContact, flows.Answer(or(rest, "Maria Lima, +5511900000000")), actCard
	case "photo":
		in.Kind, in.Text, in.Media, act = flows.InputMedia, "file-1", or(rest, "image"), actPhoto
		if !slices.Contains([]string{"image", "document", "audio", "video"}, in.Media) {
			p.note("a photo is image, document, audio or video")
			return
		}
	}
	p.record(act, in.Media)
	p.step(in)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (p *player) consent(answer string) {
	outcome := map[string]string{"yes": "given", "no": "refused"}[answer]
	if outcome == "" {
		p.note("write /consent yes or /consent no")
		return
	}
	if !p.ready(flows.WaitConsent) {
		return
	}
	p.record(actConsent, outcome)
	p.step(flows.Input{Kind: flows.InputConsent, Outcome: outcome})
}

func (p *player) call(rest string) {
	outcome, rest, _ := strings.Cut(rest, " ")
	if !slices.Contains([]string{"ok", "not_found", "failed"}, outcome) {
		p.note("write /call ok field=value, /call not_found or /call failed")
		return
	}
	if !p.ready(flows.WaitCall) {
		return
	}
	fields, err := callFields(rest)
	if err != nil {
		p.note(err.Error())
		return
	}
	for name := range fields {
		if !slices.Contains(p.now.call.Save, name) {
			p.note("the flow does not want " + name + "; it wants: " + strings.Join(p.now.call.Save, ", "))
			return
		}
	}
	if p.tape != nil {
		p.tape.called(p.now.call.Purpose, outcome)
	}
	p.step(flows.Input{Kind: flows.InputResult, Outcome: outcome, Fields: fields})
}

// callFields reads name=value pairs; a value with spaces stands in quotes.
func callFields(s string) (map[string]flows.Answer, error) {
	out := map[string]flows.Answer{}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		name, rest, ok := strings.Cut(s, "=")
		if !ok || name == "" || strings.Contains(name, " ") {
			return nil, errField
		}
		value, after, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(rest, `"`) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, errField
			}
			value, _ = strconv.Unquote(quoted) // it was just found to be quoted
			after = rest[len(quoted):]
		}
		out[name], s = flows.Answer(value), after
	}
	return out, nil
}

// short is a duration without the zeros at its end.
func short(d time.Duration) string {
	if d >= 24*time.Hour && d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
