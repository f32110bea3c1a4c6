package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

const offerText = "Offer of the week"

// departures notes when each message of the business's own had left. It stands
// where the server's own bookkeeping of it stands, one step earlier, so that
// no pause of the scheduler can make a message look earlier or later than the
// server could know.
type departures struct {
	bot.Sender
	mu   sync.Mutex
	left map[bot.Phone]time.Time
	held int
	// near is closed when a message to somebody is about to leave.
	near map[bot.Phone]chan struct{}
}

func newDepartures() *departures {
	return &departures{left: map[bot.Phone]time.Time{}, near: map[bot.Phone]chan struct{}{}}
}

// approach returns the channel that is closed when the first message to
// somebody is about to leave.
func (d *departures) approach(to bot.Phone) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.near[to] == nil {
		d.near[to] = make(chan struct{})
	}
	return d.near[to]
}

func (d *departures) arrive(to bot.Phone) {
	near := d.approach(to)
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-near:
	default:
		close(near)
	}
}

// Send implements bot.Sender.
func (d *departures) Send(ctx context.Context, e bot.Envelope) (string, error) {
	if begin := e.Begin; begin != nil {
		d.arrive(e.To.Phone)
		e.Begin = func() (func(), bool) { return d.begin(e.To.Phone, begin) }
	}
	return d.Sender.Send(ctx, e)
}

func (d *departures) begin(to bot.Phone, begin func() (func(), bool)) (func(), bool) {
	written, ok := begin()
	if !ok {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.held++
		return nil, false
	}
	return func() {
		d.mu.Lock()
		d.left[to] = time.Now()
		d.mu.Unlock()
		written()
	}, true
}

func (d *departures) at(to bot.Phone) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.left[to]
}

// TestStopBeatsBusiness is STP-2: several hundred people each have an offer on
// its way and write STOP at a random moment around its departure. Whatever the order, no
// offer begins to leave after the 200 for the STOP was received, and each STOP
// is confirmed once.
func TestStopBeatsBusiness(t *testing.T) {
	count := 300
	if testing.Short() {
		count = 100
	}
	const spread = 1500 * time.Millisecond
	w := newStillWorld(t, func(h *house) { h.config.Brands[0].Numbers[0].PerSecond = 300 },
		func(*simulator.Config) {})
	due := w.sim.Now().Add(time.Hour)
	contacts := make([]*bot.Contact, count)
	for i := range contacts {
		contacts[i] = w.customer(i)
		offer(contacts[i], offerText, due)
	}
	w.plant(contacts...)
	w.sim.SetFaults(simulator.Faults{GraphMS: 30, PairOff: true, NoStatuses: true, Window: "open"})
	d := newDepartures()
	w.prepare = func(a *app) { d.Sender, a.bot.Sender = a.bot.Sender, d }
	w.startServer()

	dice := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	acked := make([]time.Time, count)
	var people sync.WaitGroup
	for i := range count {
		near, wait := d.approach(customerPhone(i)), time.Duration(dice.Int64N(int64(spread)))
		if i%3 > 0 { // while the message stands at the door, within some milliseconds
			wait %= 10 * time.Millisecond
		}
		people.Go(func() {
			if i%3 > 0 {
				<-near
			}
			time.Sleep(wait)
			body := w.letter(string(customerPhone(i)[1:]), fmt.Sprintf("wamid.STOP%d", i), "STOP")
			for w.post(body) != 200 {
				time.Sleep(10 * time.Millisecond)
			}
			acked[i] = time.Now()
		})
	}
	w.sim.Advance(time.Hour) // now all of them are due
	people.Wait()
	w.settle()

	before, never := 0, 0
	for i := range count {
		left := d.at(customerPhone(i))
		switch {
		case left.IsZero():
			never++
		case left.After(acked[i]):
			t.Errorf("contact %d: the offer left %v after the stop was acknowledged", i, left.Sub(acked[i]))
		default:
			before++
		}
	}
	t.Logf("%d offers left before the stop, %d never did, %d were held at the last moment", before, never, d.held)
	if before == 0 || never == 0 {
		t.Error("this was no race")
	}
	checkOncePerStop(t, w, count)
}

// checkOncePerStop: one confirmation each, at most one offer each.
func checkOncePerStop(t *testing.T, w *world, count int) {
	t.Helper()
	var offers, others map[string]int
	until(t, "a confirmation for everybody", func() bool { // the number's throughput spaces them
		offers, others = map[string]int{}, map[string]int{}
		for _, s := range w.sends() {
			if strings.Contains(s.body, offerText) {
				offers[s.to]++
				continue
			}
			others[s.to]++
		}
		return len(others) == count
	})
	for i := range count {
		phone := string(customerPhone(i)[1:])
		if offers[phone] > 1 || others[phone] != 1 {
			t.Errorf("contact %d got %d offers and %d confirmations", i, offers[phone], others[phone])
		}
	}
}
