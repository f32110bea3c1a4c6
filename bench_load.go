package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"aval/bot"
	"aval/internal/simulator"
	"aval/webhook"
)

// load is one measured part: how many in how long, and how long each took.
type load struct {
	took  time.Duration
	times []time.Duration
}

func (l *load) rate() float64 {
	if l.took == 0 {
		return 0
	}
	return float64(len(l.times)) / l.took.Seconds()
}

// String is the table's cell: rate and percentiles.
func (l *load) String() string {
	slices.Sort(l.times)
	at := func(share float64) time.Duration {
		if len(l.times) == 0 {
			return 0
		}
		return l.times[min(len(l.times)-1, int(share*float64(len(l.times))))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%.0f/s, p50 %v, p99 %v, p99.9 %v", l.rate(), at(0.50), at(0.99), at(0.999))
}

// flood posts signed bodies from many connections for a while. body makes the
// n-th body; every answer but 200 is an error.
func (b *benchRun) flood(ctx context.Context, address string, body func(n int64) []byte) (load, error) {
	var mu sync.Mutex
	var all load
	var failed error
	var n atomic.Int64
	var wg sync.WaitGroup
	begun := time.Now()
	end := begun.Add(time.Duration(b.options.seconds) * time.Second)
	for range b.options.conns {
		wg.Go(func() {
			times, err := b.pump(ctx, address, end, func() []byte { return body(n.Add(1)) })
			mu.Lock()
			defer mu.Unlock()
			all.times = append(all.times, times...)
			if failed == nil {
				failed = err
			}
		})
	}
	wg.Wait()
	all.took = time.Since(begun)
	return all, failed
}

// pump is one connection: write a request, read its answer, again. It writes
// HTTP by hand because the client must not cost more than the server.
func (b *benchRun) pump(ctx context.Context, address string, end time.Time, body func() []byte) ([]time.Duration, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	var times []time.Duration
	var out []byte
	for time.Now().Before(end) && ctx.Err() == nil {
		raw := body()
		out = append(out[:0], "POST /webhook HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-Hub-Signature-256: "...)
		out = append(out, simulator.Sign(b.secret, raw)...)
		out = append(out, "\r\nContent-Length: "...)
		out = strconv.AppendInt(out, int64(len(raw)), 10)
		out = append(out, "\r\n\r\n"...)
		out = append(out, raw...)
		begun := time.Now()
		if _, err := conn.Write(out); err != nil {
			return times, err
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return times, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return times, fmt.Errorf("answer %d", resp.StatusCode)
		}
		times = append(times, time.Since(begun))
	}
	return times, nil
}

// textBody is a text message of the n-th of many people.
func textBody(n, people int64, at time.Time) []byte {
	person := strconv.FormatInt(1_000_000+n%people, 10)
	return []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"15550001230","phone_number_id":"` + benchNumber(0) + `"},"contacts":[{"profile":` +
		`{"name":"Bench"},"wa_id":"1666` + person + `","user_id":"BR.9` + person + `"}],"messages":[{"from":"1666` + person +
		`","from_user_id":"BR.9` + person + `","id":"wamid.bench` + strconv.FormatInt(n, 10) + `","timestamp":"` +
		strconv.FormatInt(at.Unix(), 10) + `","type":"text","text":{"body":"quero saber do meu pedido"}}]},"field":"messages"}]}]}`)
}

// forgetful is the plain handler's intake: it keeps nothing.
type forgetful struct{}

func (forgetful) Accept(context.Context, bot.Delivery) error { return nil }

// measurePlain is the yardstick: the same route, the same signature check, and
// nothing behind it.
func (b *benchRun) measurePlain(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	handler, err := webhook.New(webhook.Config{
		Secrets: []bot.Secret{bot.Secret(b.secret)}, VerifyToken: "bench", Now: time.Now, Intake: forgetful{},
		Log: discardLog(),
	})
	if err != nil {
		return err
	}
	r := mux.NewRouter()
	handler.Register(r)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _ = serveHTTP(l, r)(ctx) }()
	b.results.plain, err = b.flood(ctx, l.Addr().String(), func(n int64) []byte { return textBody(n, 2000, time.Now()) })
	return err
}

// measureIntake floods the server with messages of people who have not agreed
// to anything, and then waits until all of them are decided.
func (b *benchRun) measureIntake(ctx context.Context) error {
	const people = 2000
	cpu, _ := b.usage()
	var err error
	b.results.intake, err = b.flood(ctx, b.hook, func(n int64) []byte { return textBody(n, people, time.Now()) })
	if err != nil {
		return err
	}
	begun := time.Now()
	for {
		n, lines, err := b.undecided()
		if err != nil {
			return err
		}
		if n == 0 {
			b.results.ledgerLines = lines
			break
		}
		if !pauseFor(ctx, 20*time.Millisecond) {
			return ctx.Err()
		}
	}
	b.results.drained = time.Since(begun)
	after, peak := b.usage()
	b.results.cpuIntake = (after - cpu) / time.Duration(max(len(b.results.intake.times), 1))
	b.results.memory = peak
	b.results.contactsAfter += people
	return nil
}

func pauseFor(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// waiters wake whoever waits for a person's next message.
type waiters struct {
	mu   sync.Mutex
	wait map[string]chan simulator.Message // by the person's key
}

func newWaiters() *waiters { return &waiters{wait: map[string]chan simulator.Message{}} }

// arrived is called by the simulator when Graph has taken a message.
func (w *waiters) arrived(p *simulator.Person, m simulator.Message) {
	w.mu.Lock()
	ch := w.wait[p.Profile().Key]
	w.mu.Unlock()
	if ch != nil {
		select {
		case ch <- m:
		default: // nobody waits for this one
		}
	}
}

func (w *waiters) of(p *simulator.Person) chan simulator.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := p.Profile().Key
	ch := w.wait[key]
	if ch == nil {
		ch = make(chan simulator.Message, 4)
		w.wait[key] = ch
	}
	return ch
}

var errNoAnswer = errors.New("no answer within 30 seconds")

// exchange lets a person act and waits for the answer; the time is from before
// the webhook leaves to when Graph has the answer.
func (b *benchRun) exchange(ctx context.Context, p *simulator.Person, act func(last simulator.Message) error,
	last *simulator.Message) (time.Duration, error) {
	ch := b.waits.of(p)
	begun := time.Now()
	if err := act(*last); err != nil {
		return 0, err
	}
	select {
	case m := <-ch:
		*last = m
		return time.Since(begun), nil
	case <-time.After(30 * time.Second):
		return 0, errNoAnswer
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// converse takes one person from "oi" through both acts to an answer.
func (b *benchRun) converse(ctx context.Context, p *simulator.Person) ([]time.Duration, error) {
	tap := func(i int) func(simulator.Message) error {
		return func(last simulator.Message) error {
			if len(last.Choices) <= i {
				return errors.New("a question without buttons")
			}
			// The simulator keeps no history under load, so the tap is
			// written out as Meta would.
			_, err := p.Send(`{"type":"interactive","context":{"id":"` + last.ID + `"},"interactive":{"type":"button_reply",` +
				`"button_reply":{"id":"` + last.Choices[i].ID + `","title":"tap"}}}`)
			return err
		}
	}
	text := func(s string) func(simulator.Message) error {
		return func(simulator.Message) error { p.Text(s); return nil }
	}
	var last simulator.Message
	var times []time.Duration
	for _, act := range []func(simulator.Message) error{text("oi"), tap(0), tap(0), text("pedido")} {
		took, err := b.exchange(ctx, p, act, &last)
		if err != nil {
			return times, err
		}
		times = append(times, took)
	}
	return times, nil
}

// measureWhole runs whole conversations, as many at once as there are
// connections.
func (b *benchRun) measureWhole(ctx context.Context) error {
	for i := range b.options.contacts {
		id := strconv.Itoa(2_000_000 + i)
		p := b.sim.Add(simulator.Profile{Key: "p" + id, Name: "P", Phone: "1777" + id, BSUID: "BR.8" + id})
		b.people = append(b.people, p.On(benchNumber(i%benchNumbers)))
	}
	cpu, _ := b.usage()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	begun := time.Now()
	for range b.options.conns {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(b.people) || ctx.Err() != nil {
					return
				}
				times, err := b.converse(ctx, b.people[i])
				mu.Lock()
				b.results.whole.times = append(b.results.whole.times, times...)
				mu.Unlock()
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	b.results.whole.took = time.Since(begun)
	after, _ := b.usage()
	b.results.cpuWhole = (after - cpu) / time.Duration(max(len(b.results.whole.times), 1))
	b.results.contactsAfter += len(b.people)
	return context.Cause(ctx)
}

// steadyRate is the load whose waiting times are of interest. A machine that
// cannot carry it is measured at what it can: the times of a queue that only
// grows say nothing.
const steadyRate = 1000

// pairShare is how many messages in a row one person gets without a wait.
const pairShare = 4

// measureSteady lets the same people write at an even pace.
func (b *benchRun) measureSteady(ctx context.Context) error {
	// Nobody may be written to more often than the pair limit lets through.
	most := pairShare * len(b.people) / b.options.seconds
	b.results.steadyRate = min(steadyRate, int(0.7*b.results.whole.rate()), most)
	var err error
	b.results.steady, err = b.evenly(ctx, b.people, max(b.results.steadyRate, 1))
	return err
}

// evenly lets people write by turns at an even pace and waits for every answer.
func (b *benchRun) evenly(ctx context.Context, people []*simulator.Person, rate int) (load, error) {
	total := rate * b.options.seconds
	var mu sync.Mutex
	var all load
	var failed error
	var wg sync.WaitGroup
	begun := time.Now()
	for i := range total {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(rate))
		if wait := time.Until(due); wait > 0 && !pauseFor(ctx, wait) {
			break
		}
		p := people[i%len(people)]
		wg.Go(func() {
			var last simulator.Message
			took, err := b.exchange(ctx, p, func(simulator.Message) error { p.Text("menu"); return nil }, &last)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			all.times = append(all.times, took)
		})
	}
	wg.Wait()
	all.took = time.Since(begun)
	return all, failed
}
