package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// world is a server and Meta's side, both on real HTTP and real SQLite, with
// the simulator's clock for both.
type world struct {
	t     testing.TB
	dir   string
	house *house
	sim   *simulator.Sim
	app   *app
	log   *lockedBuffer
	hook  *httptest.Server
	meta  *httptest.Server
	stop  func()
	// prepare, if set, may change an open app before it runs.
	prepare func(*app)
	// opened is when the server was first ready to run.
	opened time.Time
}

// start of every world's time: a Monday, far from a change of clocks.
var epoch = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// lockedBuffer collects what is logged from many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newWorld builds a world; change may alter the house before it opens.
func newWorld(t testing.TB, change func(*house)) *world {
	t.Helper()
	return newTunedWorld(t, change, func(*simulator.Config) {})
}

// newTunedWorld also alters Meta's side before it starts.
func newTunedWorld(t testing.TB, change func(*house), tune func(*simulator.Config)) *world {
	t.Helper()
	w := newStillWorld(t, change, tune)
	w.startServer()
	return w
}

// newStillWorld builds a world whose server has not started.
func newStillWorld(t testing.TB, change func(*house), tune func(*simulator.Config)) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), log: &lockedBuffer{}}
	var errs bytes.Buffer
	h, err := build("", environment{"AVAL_DATA=" + w.dir}, stdio{&errs, &errs})
	if err != nil {
		t.Fatalf("build: %v\n%s", err, errs.String())
	}
	if err := h.developmentSecrets(); err != nil {
		t.Fatal(err)
	}
	w.house = h
	if change != nil {
		change(h)
	}
	w.startMeta(tune)
	w.stop = func() {}
	t.Cleanup(func() { w.stop(); w.meta.Close() })
	return w
}

func (w *world) startMeta(tune func(*simulator.Config)) {
	cfg := w.house.config
	begun := time.Now()
	meta := simulator.Config{
		AppSecret: string(cfg.Meta.AppSecrets[0]), VerifyToken: string(cfg.Meta.VerifyToken),
		AccessToken: string(cfg.Meta.AccessToken), Numbers: simulatedNumbers(cfg), Seed: 1,
		Now:        func() time.Time { return epoch.Add(time.Since(begun)) },
		RetryDelay: 20 * time.Millisecond, RetryFor: time.Minute,
	}
	tune(&meta)
	w.sim = simulator.New(meta)
	w.meta = httptest.NewServer(w.sim.Handler())
	cfg.Meta.GraphURL = w.meta.URL + "/graph/v26.0"
	for _, b := range cfg.Brands {
		for name, e := range b.Endpoints {
			e.URL = strings.Replace(e.URL, "http://127.0.0.1:8090", w.meta.URL, 1)
			e.Timeout = time.Minute // a starved machine is not a failing shop
			b.Endpoints[name] = e
		}
	}
}

// startServer opens the house and runs it; w.stop ends it as Ctrl-C would.
func (w *world) startServer() {
	ctx, cancel := context.WithCancel(context.Background())
	a, err := w.house.open(ctx, w.sim.Now, slog.New(slog.NewJSONHandler(w.log, nil)))
	if err != nil {
		w.t.Fatal(err)
	}
	w.app = a
	if w.opened.IsZero() {
		w.opened = w.sim.Now()
	}
	if w.prepare != nil {
		w.prepare(a)
	}
	w.hook = httptest.NewServer(a.routes())
	w.sim.Connect(w.hook.URL + "/webhook")
	var parts sync.WaitGroup
	parts.Go(func() {
		if err := a.run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	parts.Go(func() { _ = w.sim.Run(ctx) })
	w.stop = func() {
		w.hook.Close()
		cancel()
		parts.Wait()
		if err := a.close(); err != nil {
			w.t.Error(err)
		}
		w.stop = func() {}
	}
}

// settle waits until nothing is under way on either side.
func (w *world) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	for quiet := 0; quiet < 3; {
		if err := w.sim.Drain(ctx); err != nil {
			w.t.Fatalf("deliveries: %v; log:\n%s", err, w.log)
		}
		if w.app.bot.Idle(ctx) {
			quiet++
			continue
		}
		quiet = 0
		select {
		case <-ctx.Done():
			w.t.Fatalf("the server does not come to rest; log:\n%s", w.log)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// show is what an operator sees of a person.
func (w *world) show(p *simulator.Person) bot.View {
	w.t.Helper()
	name := "+" + p.Profile().Phone
	if p.Profile().Phone == "" {
		name = p.Profile().BSUID
	}
	v, err := w.app.bot.Show(context.Background(), name, "test")
	if err != nil {
		w.t.Fatalf("show: %v", err)
	}
	return v
}

// last is the newest message the business sent to a person.
func (w *world) last(p *simulator.Person) simulator.Message {
	w.t.Helper()
	inbox := p.Inbox()
	if len(inbox) == 0 {
		w.t.Fatalf("the person got nothing; counts %+v, calls %d, log:\n%s", w.sim.Counts(), len(w.sim.Calls()), w.log)
	}
	return inbox[len(inbox)-1]
}

// say lets a person write and waits for what follows.
func (w *world) say(p *simulator.Person, body string) {
	w.t.Helper()
	p.Text(body)
	w.settle()
}

// tap lets a person tap a label and waits for what follows.
func (w *world) tap(p *simulator.Person, label string) {
	w.t.Helper()
	if _, err := p.Tap(label); err != nil {
		w.t.Fatalf("tap %q: %v; there is: %s", label, err, choices(w.last(p)))
	}
	w.settle()
}

func choices(m simulator.Message) string {
	var b strings.Builder
	for _, c := range m.Choices {
		fmt.Fprintf(&b, "[%s] ", c.Label)
	}
	return strings.TrimSpace(b.String())
}

// optIn takes a person through both acts.
func (w *world) optIn(p *simulator.Person, first string) {
	w.t.Helper()
	w.say(p, first)
	w.tap(p, "Sim, aceito")
	w.tap(p, "Confirmo")
	if s := w.show(p).Consents["service"].State; s != "GIVEN" {
		w.t.Fatalf("service is %s after both acts; log:\n%s", s, w.log)
	}
}

func TestFirstConversation(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.sim.Person("ana")
	w.optIn(ana, "oi")
	w.say(ana, "pedido")
	w.say(ana, "CL-1042")
	w.say(ana, "PARAR")
	w.say(ana, "oi")
	for _, m := range ana.Transcript() {
		t.Logf("%v %s %q %s", m.Mine, m.Status, m.Body, choices(m))
	}
	t.Logf("%+v", w.show(ana))
}
