package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/internal/dossier"
	"aval/internal/whatsapp"
	"aval/store"
	"aval/store/seal"
	"aval/store/storetest"
)

// walk is one random walk of TestTruths: the real bot and store over an engine
// whose power can be cut, in a time of its own.
type walk struct {
	t      *testing.T
	dice   *rand.Rand
	house  *house
	root   seal.Root
	engine *storetest.Memory
	store  *store.Store
	app    *app
	meta   *fickle
	stop   func()
	begun  time.Time
	people []*figure
	serial int
	// acked are the deliveries that were acknowledged, lost those that were
	// not; Meta sends these again.
	acked, lost []bot.Delivery
	// honest are the taps that may grant, by their keyed hash.
	honest map[string]bool
}

// figure is somebody with a phone.
type figure struct {
	name string
	ids  bot.Identifiers
	// stopped is Meta's time of the last acknowledged stop, unless a resume
	// that may count came after it.
	stopped time.Time
}

func newWalk(t *testing.T, seed uint64) *walk {
	t.Helper()
	w := &walk{t: t, dice: rand.New(rand.NewPCG(seed, 1)), begun: time.Now(), honest: map[string]bool{},
		engine: storetest.NewMemory(store.Collections())}
	var err error
	if w.house, err = build("", environment{"AVAL_DATA=" + t.TempDir()}, stdio{t.Output(), t.Output()}); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "root.key")
	if err := seal.CreateFileRoot(key); err != nil {
		t.Fatal(err)
	}
	if w.root, err = seal.FileRoot(key); err != nil {
		t.Fatal(err)
	}
	w.people = []*figure{
		{name: "both", ids: bot.Identifiers{Phone: "+5511900000001", BSUID: "BR.9001"}},
		{name: "user id", ids: bot.Identifiers{BSUID: "BR.9002"}},
		{name: "phone", ids: bot.Identifiers{Phone: "+5511900000003"}},
	}
	w.meta = &fickle{w: w, dice: rand.New(rand.NewPCG(seed, 2)), known: map[string]*figure{}}
	for _, f := range w.people {
		w.meta.learn(f.ids, f)
	}
	w.open()
	return w
}

func (w *walk) now() time.Time { return epoch.Add(time.Since(w.begun)) }

func (w *walk) open() {
	w.t.Helper()
	s, err := store.Open(w.t.Context(), w.engine, w.root, w.now, discardLog())
	if err != nil {
		w.t.Fatal(err)
	}
	signer, _, err := s.PackageKey()
	if err != nil {
		w.t.Fatal(err)
	}
	packer, err := dossier.New(dossier.Config{Signer: signer, Text: w.house.texts.Text, Speaks: w.house.texts.Supports})
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := bot.New(bot.Config{
		Brands: w.house.config.Brands, Store: s, Vault: s, Archive: s, Shelf: s, Packer: packer, Retention: w.house.config.Retention, Sender: w.meta, Caller: w.meta, Now: w.now, Log: discardLog(),
		Throttle: whatsapp.NewLimiter(speeds(w.house.config.Brands)),
		Env: &bot.Env{Texts: w.house.texts, Words: w.house.words, Keys: s,
			ClassOf: whatsapp.ClassOf, Random: w.random},
	})
	if err = errors.Join(err, b.KeepFlows(w.t.Context(), w.house.files())); err != nil {
		w.t.Fatal(err)
	}
	w.store, w.app = s, &app{house: w.house, store: s, bot: b, now: w.now, log: discardLog()}
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.app.run(ctx); err != nil && !errors.Is(err, storetest.ErrPower) {
			w.t.Errorf("run: %v", err)
		}
	})
	w.stop = func() { cancel(); running.Wait() }
}

// random is repeatable only as far as the goroutines are; a nonce need not be.
func (w *walk) random(b []byte) {
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
}

// settle waits until nothing is under way. If the power went, the process dies
// and the next one starts.
func (w *walk) settle() {
	w.t.Helper()
	for range 400 {
		w.pass(300 * time.Millisecond)
		if w.engine.Dark() {
			w.stop()
			w.engine.Restore()
			w.open()
			continue
		}
		if w.app.bot.Idle(w.t.Context()) {
			return
		}
	}
	w.t.Fatalf("it does not settle: %d undecided\n%s", w.app.bot.Pending(), w.state())
}

func (w *walk) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// step is one random thing that happens.
func (w *walk) step() {
	f := w.people[w.dice.IntN(len(w.people))]
	switch n := w.dice.IntN(100); {
	case n < 30:
		w.deliver(w.text(f, pickOne(w.dice, phrases)))
	case n < 52:
		w.deliver(w.tap(f))
	case n < 58:
		w.deliver(w.doubtful(f))
	case n < 64: // a batch, in one delivery
		w.deliver(w.text(f, pickOne(w.dice, phrases)), w.tap(f), w.text(f, pickOne(w.dice, phrases)))
	case n < 68:
		ev := w.event(f, bot.EventPreference)
		ev.Preference = &bot.Preference{Value: pickOne(w.dice, []string{"stop", "resume"})}
		w.deliver(ev)
	case n < 78:
		w.status()
	case n < 84 && len(w.acked) > 0: // Meta sends twice
		w.accept(w.acked[w.dice.IntN(len(w.acked))])
	case n < 88 && len(w.lost) > 0: // or again, later
		i := w.dice.IntN(len(w.lost))
		d := w.lost[i]
		w.lost = append(w.lost[:i], w.lost[i+1:]...)
		w.deliver(d.Events...)
	case n < 90:
		w.changeNumber(f)
	case n < 94:
		w.offers()
	case n < 97:
		w.engine.Cut(w.dice.IntN(30))
	case w.now().Sub(epoch) < 100*time.Hour: // within the days that Meta repeats itself
		w.pass(time.Duration(w.dice.IntN(20*3600)) * time.Second)
	}
	if w.dice.IntN(3) > 0 {
		w.settle()
	}
	if w.dice.IntN(4) > 0 {
		w.pass(time.Duration(w.dice.IntN(90)) * time.Second)
	}
}

var phrases = []string{
	"oi", "hello", "pedido", "CL-1042", "PARAR", "stop", "VOLTAR", "sim", "não", "yes", "no", "mais tarde", "ofertas", "menu",
	"meus dados", "apagar meus dados", "atendente", "privacidade", "español", "não quero mais ofertas", "horários", "obrigado", "🛑",
	"apagar meus dados", "bloquear meus dados", "desbloquear meus dados", "minha solicitação", "corrigir meus dados", "tenho 10 anos",
	"meu consentimento",
}

func pickOne[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

func (w *walk) event(f *figure, kind bot.EventKind) bot.Event {
	w.serial++
	return bot.Event{Kind: kind, ID: fmt.Sprintf("wamid.%d", w.serial), Number: w.number(), From: f.ids,
		At: w.now().Truncate(time.Second)}
}

func (w *walk) number() string { return w.house.config.Brands[0].Numbers[0].ID }

func (w *walk) text(f *figure, words string) bot.Event {
	ev := w.event(f, bot.EventMessage)
	ev.Message = &bot.Message{Kind: bot.MessageText, Body: bot.Text(words), Type: "text"}
	w.honest[w.corr(ev)] = words == "sim" || words == "yes" // the second act cannot be typed, a renewal can
	// Meta may show one of two identifiers only. That a stop under one of them
	// concerns the other cannot be known before both were seen together.
	if !stops(ev) && !resumes(ev) && f.ids.Phone != "" && f.ids.BSUID != "" {
		switch w.dice.IntN(6) {
		case 0:
			ev.From.Phone = ""
		case 1:
			ev.From.BSUID = ""
		}
	}
	return ev
}

// tap presses a button: mostly of the last message, sometimes of an older one,
// or of one that somebody else was sent.
func (w *walk) tap(f *figure) bot.Event {
	ev := w.event(f, bot.EventMessage)
	ev.Message = &bot.Message{Kind: bot.MessageButton, Body: "tap", Type: "interactive"}
	got := w.meta.sent()
	for i := len(got) - 1; i >= 0; i-- {
		m := got[i]
		if m.to != f && w.dice.IntN(20) > 0 || len(m.choices) == 0 || w.dice.IntN(4) == 0 {
			continue
		}
		ev.Message.Choice = m.choices[min(w.dice.IntN(len(m.choices)), w.dice.IntN(3))].ID
		ev.Message.Context = m.wamid
		if w.dice.IntN(10) == 0 {
			ev.Message.Context = ""
		}
		fresh := m.to == f && ev.Message.Context != "" && w.now().Sub(m.at) <= 24*time.Hour
		if fresh && strings.HasSuffix(ev.Message.Choice, ".y") {
			w.honest[w.corr(ev)] = true
		}
		break
	}
	return ev
}

// doubtful is an act that may stop and may never grant.
func (w *walk) doubtful(f *figure) bot.Event {
	ev := w.tap(f)
	if w.dice.IntN(2) == 0 {
		ev = w.text(f, pickOne(w.dice, []string{"sim", "yes", "PARAR", "não"}))
	}
	delete(w.honest, w.corr(ev))
	ev.Traits = pickOne(w.dice, []bot.Trait{bot.TraitGroup, bot.TraitForwarded, bot.TraitEdited, bot.TraitReaction, bot.TraitCaption})
	return ev
}

// deliver posts events as one new delivery and notes what a 200 means.
func (w *walk) deliver(events ...bot.Event) {
	d := bot.Delivery{Events: events}
	for i, ev := range events {
		f := w.figureOf(ev)
		if resumes(ev) && f != nil && ev.At.After(f.stopped) && !stopsLater(events[i+1:]) {
			f.stopped = time.Time{} // it counts from when it may be stored, acknowledged or not
		}
	}
	if !w.accept(d) {
		w.lost = append(w.lost, d)
		return
	}
	w.acked = append(w.acked, d)
	for i, ev := range events {
		if f := w.figureOf(ev); f != nil && stops(ev) && !resumesLater(events[i+1:]) {
			f.stopped = ev.At
		}
	}
}

func (w *walk) figureOf(ev bot.Event) *figure { return w.meta.find(ev.From) }

func stops(ev bot.Event) bool {
	return ev.Message != nil && (ev.Message.Body == "PARAR" || ev.Message.Body == "stop" || ev.Message.Body == "🛑")
}

func resumes(ev bot.Event) bool { return ev.Message != nil && ev.Message.Body == "VOLTAR" }

func stopsLater(events []bot.Event) bool {
	for _, ev := range events {
		if stops(ev) {
			return true
		}
	}
	return false
}

func resumesLater(events []bot.Event) bool {
	for _, ev := range events {
		if resumes(ev) {
			return true
		}
	}
	return false
}

// accept hands a delivery to the server and reports whether it answered 200.
func (w *walk) accept(d bot.Delivery) bool { return w.app.bot.Accept(w.t.Context(), d) == nil }

// status tells what became of a message.
func (w *walk) status() {
	got := w.meta.sent()
	if len(got) == 0 {
		return
	}
	m := pickOne(w.dice, got)
	state := pickOne(w.dice, []string{"sent", "delivered", "read", "failed"})
	ev := w.event(m.to, bot.EventStatus)
	ev.ID = m.wamid + "/" + state
	ev.Status = &bot.Status{Message: m.wamid, State: state, Callback: m.callback}
	if state == "failed" {
		ev.Status.Code = pickOne(w.dice, []int{131026, 131050, 131047, 131000})
	}
	w.deliver(ev)
}

// changeNumber is Meta's news that somebody we know has another number. Of
// somebody unknown it would be about nobody, and be forgotten.
func (w *walk) changeNumber(f *figure) {
	w.settle()
	if w.contact(f) == nil {
		return
	}
	ev := w.event(f, bot.EventIdentity)
	next := bot.Identifiers{BSUID: bot.BSUID(fmt.Sprintf("BR.7%d", w.serial))}
	if f.ids.Phone != "" {
		next.Phone = bot.Phone(fmt.Sprintf("+55119%08d", w.serial))
	}
	ev.Identity = &bot.IdentityChange{New: next}
	w.meta.learn(next, f)    // the answer may come before we are told of the 200
	if w.dice.IntN(3) == 0 { // the news comes late: the new account has written already
		old := f.ids
		f.ids = next
		w.deliver(w.text(f, pickOne(w.dice, []string{"oi", "pedido", "meus dados"})))
		if w.dice.IntN(2) == 0 {
			w.settle()
		}
		ev.From = old
	}
	w.deliver(ev)
	if len(w.lost) > 0 && w.lost[len(w.lost)-1].Events[0].ID == ev.ID { // not acknowledged: Meta repeats it at once
		w.lost = w.lost[:len(w.lost)-1]
		w.settle()
		w.deliver(ev)
	}
	f.ids = next
}

// offers lets the business start a message to everybody it knows. The server
// has no verb for that yet, so they are written while it does not run.
func (w *walk) offers() {
	w.t.Helper()
	w.settle()
	w.stop()
	w.engine.Restore()
	for _, f := range w.people {
		c := w.contact(f)
		if c == nil || c.Head.Forgotten {
			continue
		}
		w.serial++
		c.Due = w.now().Add(time.Duration(w.dice.IntN(60)) * time.Second)
		c.Head.Outbox = append(c.Head.Outbox, bot.Outbound{
			ID: fmt.Sprintf("OFFER%d", w.serial), Kind: bot.KindMarketing, Business: true, Purpose: "marketing",
			Content: bot.Outgoing{Body: offerText}, Created: w.now(), Next: c.Due})
		if err := w.store.Commit(w.t.Context(), c, bot.Changes{}); err != nil {
			w.t.Fatal(err)
		}
	}
	w.open()
}

// contact loads somebody's document, nil if there is none.
func (w *walk) contact(f *figure) *bot.Contact {
	w.t.Helper()
	found, err := w.store.Find(w.t.Context(), w.house.config.Brands[0].ID, f.ids)
	id := found.ByBSUID
	if id == "" {
		id = found.ByPhone
	}
	if err != nil || id == "" {
		return nil
	}
	c, err := w.store.Load(w.t.Context(), id)
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// fickle is Meta's side without the wire: it takes messages, refuses them,
// loses them, or takes them and loses the answer.
type fickle struct {
	w     *walk
	mu    sync.Mutex
	dice  *rand.Rand
	known map[string]*figure // by every identifier they ever had
	all   []posted
	files shelf
	// steady takes everything.
	steady bool
}

// posted is a message that Meta took.
type posted struct {
	to       *figure
	wamid    string
	callback string
	choices  []bot.Choice
	body     bot.Text
	at       time.Time
	business bool
	stopped  bool // its person had stopped, as far as was acknowledged
}

// String says which message it was.
func (p posted) String() string { return fmt.Sprintf("%s to %s at %v", p.wamid, p.to.name, p.at) }

func (m *fickle) learn(ids bot.Identifiers, f *figure) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ids.Phone != "" {
		m.known[string(ids.Phone)] = f
	}
	if ids.BSUID != "" {
		m.known[string(ids.BSUID)] = f
	}
}

func (m *fickle) find(ids bot.Identifiers) *figure {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.known[string(ids.BSUID)]; f != nil {
		return f
	}
	return m.known[string(ids.Phone)]
}

func (m *fickle) sent() []posted {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]posted(nil), m.all...)
}

// Send implements bot.Sender.
func (m *fickle) Send(_ context.Context, e bot.Envelope) (string, error) {
	if e.Begin != nil {
		written, ok := e.Begin()
		if !ok {
			return "", &bot.SendError{Class: bot.SendHeld}
		}
		defer written()
	}
	to := m.find(e.To)
	m.mu.Lock()
	defer m.mu.Unlock()
	mood := m.dice.IntN(12)
	if m.steady {
		mood = 11
	}
	if refusals := []bot.SendClass{bot.SendLater, bot.SendPair, bot.SendUnknown}; mood < len(refusals) {
		return "", &bot.SendError{Class: refusals[mood]}
	}
	if d := e.Content.Document; d != nil && d.MediaID != "" && !m.files.has(d.MediaID, m.w.now()) {
		return "", &bot.SendError{Class: bot.SendNever, Code: 100}
	}
	p := posted{to: to, wamid: fmt.Sprintf("wamid.out%d", len(m.all)), callback: e.Callback, choices: e.Content.Choices, body: e.Content.Body,
		at: m.w.now(), business: e.Begin != nil, stopped: e.Begin != nil && !to.stopped.IsZero()}
	m.all = append(m.all, p)
	if mood == 3 {
		return "", &bot.SendError{Class: bot.SendUnknown}
	}
	return p.wamid, nil
}

// MarkRead implements bot.Sender.
func (m *fickle) MarkRead(context.Context, string, string, bool) error { return nil }

// Call implements bot.Caller.
func (m *fickle) Call(context.Context, bot.Endpoint, bot.Call) bot.CallResult {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bot.CallResult{Outcome: pickOne(m.dice, []string{"ok", "failed", "not_found"}),
		Fields: map[string]flows.Answer{"state": "paid", "day": "2026-12-01"}}
}
