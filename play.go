package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/flows/words"
	"aval/locales"
	"aval/templates"
)

// playOptions are those of "flow play".
type playOptions struct {
	file, lang, record string
	// terminal says that a person types, who wants a prompt and no echo.
	terminal bool
	today    string
}

// flowPlay talks to a flow in the terminal, without a server and a store.
func flowPlay(ctx context.Context, args []string, _ environment, std stdio) error {
	o, err := playArgs(args, std)
	if err != nil {
		return err
	}
	if info, err := os.Stdin.Stat(); err == nil {
		o.terminal = info.Mode()&os.ModeCharDevice != 0
	}
	return playFlow(ctx, o, os.Stdin, std)
}

func playArgs(args []string, std stdio) (playOptions, error) {
	o := playOptions{today: time.Now().Format(time.DateOnly)}
	set := flag.NewFlagSet("flow play", flag.ContinueOnError)
	set.StringVar(&o.lang, "lang", "", "the person's language; without it English, or the first that the flow has")
	set.StringVar(&o.record, "record", "", "write the talk to this file as a scenario for the tests")
	words, err := flowFlags(set, args, std, 1, 1)
	if err != nil {
		return o, err
	}
	o.file = words[0]
	return o, nil
}

// playFlow is the talk, line by line until the input ends.
func playFlow(ctx context.Context, o playOptions, in io.Reader, std stdio) error {
	p, err := newPlayer(o, std)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s, version %d, in %s. /help says what you can do.\n", p.flow.ID, p.flow.Version, p.lang)
	p.begin()
	lines, failed := typed(ctx, in)
	for over := false; !over; {
		if p.terminal {
			fmt.Fprint(p.out, "> ")
		}
		select {
		case <-ctx.Done():
			over = true
		case line, more := <-lines:
			over = !more || p.line(line)
		}
	}
	if err := p.save(o.record); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// typed gives the lines as they come, so that Ctrl-C ends the talk though no
// line comes.
func typed(ctx context.Context, in io.Reader) (<-chan string, <-chan error) {
	lines, failed := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		scan := bufio.NewScanner(in)
		for scan.Scan() {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
		if scan.Err() != nil {
			failed <- fmt.Errorf("the input cannot be read: %w", scan.Err())
		}
	}()
	return lines, failed
}

// player is one person with one phone, and the house behind it.
type player struct {
	playOptions
	out, notes io.Writer
	library    *flows.Library
	flow       *flows.Flow
	texts      *locales.Catalog
	words      *words.Lexicon
	now        moment
	past       []moment
	tape       *tape // nil when nothing is recorded
}

// moment is all that a step changes; /back takes up an older one.
type moment struct {
	pos     flows.Position
	timer   *flows.Schedule
	options []flows.Option // that can be tapped
	call    *flows.Call
	asked   string // the purpose for which the house asks consent
	shown   string // what the phone showed last
	tape    tape
}

func newPlayer(o playOptions, std stdio) (*player, error) {
	f, err := parseFlow(o.file, std)
	if err != nil {
		return nil, err
	}
	if o.lang, err = spokenBy(f, o.lang); err != nil {
		return nil, err
	}
	p := &player{playOptions: o, out: std.out, notes: std.err, flow: f, library: beside(o.file, f)}
	if p.texts, err = locales.Load(); err != nil {
		return nil, fmt.Errorf("locales: %w", err)
	}
	if p.words, err = lexicon(); err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	if o.record == "" {
		return p, nil
	}
	p.today = scenarioDay
	if p.tape, err = newTape(f, p.lang, p.texts); err != nil {
		return nil, err
	}
	return p, nil
}

// beside is the flow with those that it may run: the files in its folder, and
// those that ship.
func beside(file string, f *flows.Flow) *flows.Library {
	files := map[string][]byte{}
	_ = flowFiles(templates.Flows(), shipped, files) // what cannot be read is not there to be run
	dir := filepath.Dir(file)
	_ = flowFiles(os.DirFS(dir), dir, files)
	known := map[string]*flows.Flow{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		part, faults := flows.Parse(name, files[name])
		if len(faults) == 0 && (known[part.ID] == nil || !strings.HasPrefix(name, shipped)) {
			known[part.ID] = part
		}
	}
	known[f.ID] = f
	return flows.NewLibrary(slices.Collect(maps.Values(known)), nil)
}

func (p *player) begin() {
	pos, effects := p.library.Start(p.flow.ID, p.flow.Version, flows.Start{Today: p.today, Seed: playSeed, Lang: p.lang})
	if p.tape != nil {
		p.tape.act(p.tape.opening())
	}
	p.carry(pos, effects)
}

// playSeed decides the ways of splits, the same in every talk.
const playSeed = "play"

// line takes what was typed and reports whether the talk is over.
func (p *player) line(line string) bool {
	line = strings.TrimSpace(line)
	if !p.terminal {
		fmt.Fprintln(p.out, "> "+line)
	}
	if line == "" {
		return false
	}
	if command, ok := strings.CutPrefix(line, "/"); ok {
		word, rest, _ := strings.Cut(command, " ")
		return p.command(word, strings.TrimSpace(rest))
	}
	p.say(line)
	return false
}

// say is a tap, where the words name something that can be tapped, or words.
func (p *player) say(line string) {
	if !p.ready(flows.WaitAnswer) {
		return
	}
	if o, ok := p.tapped(line); ok {
		p.record(actTap, o.Label.Render(p.lang, nil, p.lookup))
		p.step(flows.Input{Kind: flows.InputChoice, ID: o.ID})
		return
	}
	if p.words.IsStop(line) {
		p.note("the house takes this for a stop: it would say so, and the flow would never see it")
		return
	}
	p.record(actWords, line)
	p.step(flows.Input{Kind: flows.InputText, Text: flows.Answer(line)})
}

func (p *player) tapped(line string) (flows.Option, bool) {
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(p.now.options) {
		return p.now.options[n-1], true
	}
	i := slices.IndexFunc(p.now.options, func(o flows.Option) bool { return o.Label.Render(p.lang, nil, p.lookup) == line })
	if i < 0 {
		return flows.Option{}, false
	}
	return p.now.options[i], true
}

// ready reports whether the flow waits for something, and says what it waits
// for otherwise.
func (p *player) ready(waiting string) bool {
	if p.now.pos.Waiting == waiting {
		return true
	}
	p.note("the flow waits for something else: " + p.waits())
	return false
}

func (p *player) waits() string {
	switch p.now.pos.Waiting {
	case flows.WaitAnswer:
		return "an answer"
	case flows.WaitCall:
		return "a system, /call ok field=value, /call not_found or /call failed"
	case flows.WaitConsent:
		return "the house's question, /consent yes or /consent no"
	case flows.WaitTimer:
		return "time to pass, /wait"
	}
	return "nothing, it is over; /again begins anew, /back goes a step back, /quit ends"
}

// step gives an input to the flow.
func (p *player) step(in flows.Input) {
	p.past = append(p.past, p.now)
	in.Lang, in.Today, in.Seed, in.Fold = p.lang, p.today, playSeed, bot.Fold
	p.carry(p.library.Step(p.now.pos, in))
}

// carry does what the house would do with the effects.
func (p *player) carry(pos flows.Position, effects []flows.Effect) {
	p.now = moment{pos: pos}
	var b strings.Builder
	for _, e := range effects {
		p.effect(&b, e)
	}
	if len(effects) == 0 {
		b.WriteString("  (nothing happens)\n")
	}
	p.now.shown = b.String()
	fmt.Fprint(p.out, p.now.shown)
	if p.tape != nil {
		p.tape.hear(pos, effects, p.lookup)
		p.now.tape = *p.tape
		if p.tape.stopped != "" && (len(p.past) == 0 || p.past[len(p.past)-1].tape.stopped == "") {
			fmt.Fprintln(p.notes, "from here on nothing is recorded:", p.tape.stopped)
		}
	}
}

func (p *player) lookup(key string, data map[string]any) string {
	return p.texts.Text(p.lang, key, data)
}

func (p *player) note(words string) { fmt.Fprintln(p.out, "  ("+words+")") }

func (p *player) record(kind actKind, words string) {
	if p.tape != nil {
		*p.tape = p.now.tape
		p.tape.act(kind, words)
	}
}

// back takes up the moment before the last step.
func (p *player) back() {
	if len(p.past) == 0 {
		p.note("this is the beginning")
		return
	}
	p.now, p.past = p.past[len(p.past)-1], p.past[:len(p.past)-1]
	if p.tape != nil {
		*p.tape = p.now.tape
	}
	p.note("one step back")
	fmt.Fprint(p.out, p.now.shown)
}

func (p *player) again() {
	p.past = nil
	if p.tape != nil {
		*p.tape = p.tape.anew()
	}
	p.begin()
}

// where shows what the flow knows.
func (p *player) where() {
	pos := p.now.pos
	place := pos.Flow + "/" + pos.State
	for _, frame := range slices.Backward(pos.Outer) {
		place += ", run by " + frame.Flow + "/" + frame.State
	}
	p.note("in " + place + "; waits for " + p.waits())
	for _, name := range slices.Sorted(maps.Keys(pos.Vars)) {
		fmt.Fprintf(p.out, "  %s = %s\n", name, string(pos.Vars[name]))
	}
}

func (p *player) save(file string) error {
	if p.tape == nil {
		return nil
	}
	if err := os.WriteFile(file, []byte(p.now.tape.file()), 0o644); err != nil {
		return fmt.Errorf("the scenario cannot be written; choose another place with --record: %w", err)
	}
	fmt.Fprintln(p.out, "recorded:", file)
	return nil
}

// effect shows one thing that happens.
func (p *player) effect(b *strings.Builder, e flows.Effect) {
	switch e := e.(type) {
	case flows.Say:
		p.message(b, e)
		p.now.options = e.Choices
	case flows.Call:
		p.now.call = &e
		fmt.Fprintf(b, "  (asks the system %s%s; /call ok%s, /call not_found or /call failed)\n", e.Endpoint, answers(e.Params), wanted(e.Save))
	case flows.AskConsent:
		p.now.asked = e.Purpose
		fmt.Fprintf(b, "  (the house asks for consent to %s; /consent yes or /consent no)\n", e.Purpose)
	case flows.Schedule:
		p.now.timer = &e
		fmt.Fprintf(b, "  (goes on by itself after %s; /wait)\n", short(e.After))
	case flows.Handover:
		fmt.Fprintf(b, "  (a person takes over: %s)\n", e.Reason)
	case flows.Keep:
		fmt.Fprintf(b, "  (keeps answers of %s)\n", e.Flow)
	case flows.Done:
		b.WriteString("  (the end)\n")
	}
}

// wanted are the fields that a system is asked for, as /call takes them.
func wanted(fields []string) string {
	out := ""
	for _, name := range fields {
		out += " " + name + "=…"
	}
	return out
}

func answers(params map[string]flows.Answer) string {
	out := ""
	for _, name := range slices.Sorted(maps.Keys(params)) {
		out += " " + name + "=" + string(params[name])
	}
	return out
}

// message is one message as a phone shows it.
func (p *player) message(b *strings.Builder, e flows.Say) {
	render := func(t flows.Text) string { return t.Render(p.lang, e.Vars, p.lookup) }
	body := strings.TrimSpace(render(e.Text))
	if e.Template != nil {
		body = "[template " + e.Template.Name + "]"
		for _, v := range e.Template.Params {
			body += " " + string(v)
		}
	}
	if e.Document != nil {
		body = strings.TrimSpace("[document " + e.Document.Name + "] " + body)
	}
	fmt.Fprintf(b, "bot: %s\n", strings.ReplaceAll(body, "\n", "\n     "))
	for i, c := range e.Choices {
		line := fmt.Sprintf("     [%d] %s", i+1, render(c.Label))
		if hint := render(c.Hint); hint != "" {
			line += " · " + hint
		}
		fmt.Fprintln(b, line)
	}
	if e.Link != nil {
		fmt.Fprintf(b, "     [%s -> %s]\n", render(e.Link.Label), e.Link.URL)
	}
	if e.Purpose != p.flow.Purpose {
		fmt.Fprintf(b, "  (for %s)\n", cmp.Or(e.Purpose, "no purpose"))
	}
}

// errField is a field of /call that is not written as it should be.
var errField = errors.New("write the fields as state=shipped or state=\"on its way\"")
