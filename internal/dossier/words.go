package dossier

import (
	"slices"
	"strings"
	"time"

	"aval/bot"
)

// words says things in a person's language, with the brand's names in them.
type words struct {
	text  func(lang, id string, data map[string]any) string
	brand *bot.Brand
	lang  string
}

func (p *Packer) words(b *bot.Brand, lang string) words {
	return words{p.text, b, or(lang, b.Language)}
}

func (w words) say(id string) string { return w.with(id, nil) }

func (w words) with(id string, data map[string]any) string {
	all := map[string]any{
		"Brand": w.brand.Name, "Controller": w.brand.Controller.Name, "Contact": w.brand.Controller.Contact,
		"Link": w.brand.Controller.PrivacyURL,
	}
	for k, v := range data {
		all[k] = v
	}
	return w.text(w.lang, id, all)
}

func (w words) label(id string) string { return w.say("file.label." + id) }

// time is in the brand's own zone, as in the chat.
func (w words) time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if w.brand.Location != nil {
		t = t.In(w.brand.Location)
	}
	return t.Format(w.say("date.format") + " 15:04")
}

func (w words) period(d time.Duration) string {
	if d < day {
		return ""
	}
	if d < 2*day {
		return w.say("file.day")
	}
	return w.with("file.days", map[string]any{"Days": int(d / day)})
}

// known translates a word of a closed list and leaves any other as it is.
func (w words) known(prefix, word string) string {
	id := prefix + strings.ToLower(word)
	if !slices.Contains(strings.Fields(knownWords), id) {
		return word
	}
	return w.say(id)
}

// knownWords are the words of the domain that have a sentence.
const knownWords = `
file.channel.open file.channel.stopped file.channel.blocked_by_us file.channel.unreachable
file.hold.normal file.hold.restricted file.hold.legal_hold file.hold.erasing
file.basis.consent file.basis.contract file.basis.legitimate_interest file.basis.legal_obligation
file.basis.vital_interests file.basis.public_task
file.state.live file.state.objected file.state.ended
choice.state.none choice.state.asked choice.state.pending choice.state.given choice.state.stale
choice.state.renewed choice.state.deferred choice.state.refused choice.state.withdrawn
choice.state.expired choice.state.invalid choice.state.revoked
rights.type.access rights.type.portability rights.type.rectify rights.type.erase rights.type.restrict
rights.type.object rights.type.lift
case.state.RECEIVED case.state.TRIAGED case.state.VERIFYING case.state.IN_WORK case.state.EXTENDED
case.state.DELIVERED case.state.REFUSED case.state.CLOSED case.state.WITHDRAWN_BY_PERSON`

func (w words) state(s string) string {
	if said := w.known("choice.state.", s); said != s {
		return said
	}
	return w.known("file.state.", s)
}

func (w words) caseState(s string) string {
	id := "case.state." + s
	if !slices.Contains(strings.Fields(knownWords), id) {
		return s
	}
	return w.say(id)
}

func (w words) purpose(id string) string {
	p, ok := w.brand.Purpose(id)
	if !ok {
		return id
	}
	return or(purposeOf(p, w.lang, w.brand.Language).Name, id)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (w words) source(s string) string {
	switch s {
	case "person":
		return w.say("file.source.person")
	case "observed":
		return w.say("file.source.observed")
	}
	return w.with("file.source.system", map[string]any{"Name": s})
}

func (w words) from(s string) string {
	switch s {
	case "person":
		return w.say("file.from.person")
	case "bot":
		return w.say("file.from.bot")
	}
	return s
}

func (w words) keep() string {
	if w.brand.Rules.Keep < day {
		return w.say("file.keep.purpose")
	}
	return w.with("file.keep.days", map[string]any{"Period": w.period(w.brand.Rules.Keep)})
}

// rightsList are the rights that a person has (GDPR 15(1)(e) and (f)).
func (w words) rightsList() []string {
	var all []string
	for _, r := range []string{"access", "rectify", "erase", "restrict", "object", "portability", "withdraw", "human"} {
		all = append(all, w.say("file.right."+r))
	}
	return all
}

// recipients are all who receive data, each once (GDPR 15(1)(c)).
func (w words) recipients() []string {
	all := []string{w.say("file.meta")}
	for _, p := range w.brand.Purposes {
		for _, r := range p.Recipients {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// about answers GDPR Art. 15(1).
func (w words) about(c content) about {
	a := about{
		Purposes: []purpose{}, Categories: []string{}, Recipients: w.recipients(), Retention: w.keep(),
		Rights: w.rightsList(), Source: w.say("file.sources"), Automated: w.say("file.automated"),
		Transfers: w.say("file.transfers"), Authority: w.brand.Controller.Authority,
	}
	if c.scope != bot.CaseAccess {
		return about{}
	}
	for _, p := range w.brand.Purposes {
		a.Purposes = append(a.Purposes, purposeOf(p, w.lang, w.brand.Language))
		for _, s := range p.Data {
			if !slices.Contains(a.Categories, s) {
				a.Categories = append(a.Categories, s)
			}
		}
	}
	return a
}
