package simulator

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// parcel is one POST that must reach the business: until it is on its way a
// list of changes, from then on fixed bytes that every retry repeats.
type parcel struct {
	changes []change
	body    []byte
	sum     string
	due     time.Time // real time before which it is not tried
	born    time.Time // real time it was queued
	tries   int
	held    bool // later parcels may overtake it
	again   bool // it is itself a duplicate
	done    []func()
}

// lane is a queue whose parcels go one at a time and in order.
type lane struct {
	mu     sync.Mutex
	queue  []*parcel
	active bool // a worker is on it
}

// courier decides when which lane is served. It holds (time, lane) pairs; a
// pair that comes up while its lane has nothing to do is dropped, so a pair too
// many does no harm and one is written at every change of a queue.
type courier struct {
	mu      sync.Mutex
	heap    calls
	wake    chan struct{}
	pending atomic.Int64
	idle    bell
}

func newCourier() *courier { return &courier{wake: make(chan struct{}, 1)} }

// push queues a parcel. It never blocks.
func (c *courier) push(l *lane, p *parcel) {
	c.pending.Add(1)
	l.mu.Lock()
	l.queue = append(l.queue, p)
	l.mu.Unlock()
	c.call(l, p.due)
}

// call asks for the lane to be served at a time.
func (c *courier) call(l *lane, at time.Time) {
	c.mu.Lock()
	heap.Push(&c.heap, laneCall{at: at, lane: l})
	first := c.heap[0].lane == l
	c.mu.Unlock()
	if !first {
		return
	}
	select {
	case c.wake <- struct{}{}:
	default: // a wake-up is already waiting
	}
}

// settle counts n parcels as done with.
func (c *courier) settle() {
	if c.pending.Add(-1) == 0 {
		c.idle.ring()
	}
}

// dispatch hands due lanes to the workers until ctx ends.
func (c *courier) dispatch(ctx context.Context, work chan<- *lane) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		l, wait := c.next()
		if l != nil {
			select {
			case work <- l:
			case <-ctx.Done():
				c.call(l, time.Time{}) // another Run finds it again
				return
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-c.wake:
		case <-ctx.Done():
			return
		}
	}
}

// next takes the first due lane, or says how long until one is.
func (c *courier) next() (*lane, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.heap) == 0 {
		return nil, time.Hour
	}
	if wait := time.Until(c.heap[0].at); wait > 0 {
		return nil, wait
	}
	return heap.Pop(&c.heap).(laneCall).lane, 0
}

// take gives the caller the lane and its next parcel, or nil when another
// worker has the lane or nothing is due.
func (l *lane) take(now time.Time) *parcel {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.active {
		return nil
	}
	p := l.first(now)
	if p == nil || p.due.After(now) {
		return nil
	}
	l.active = true
	return p
}

// first is the head of the queue, passing over those that are held back.
func (l *lane) first(now time.Time) *parcel {
	for _, p := range l.queue {
		if !p.held || !p.due.After(now) {
			return p
		}
	}
	if len(l.queue) > 0 {
		return l.queue[0]
	}
	return nil
}

// release gives the lane back, without the parcel if it is finished, and
// returns when the lane wants to be served next. It is zero for an empty lane.
func (l *lane) release(p *parcel, finished bool, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active = false
	if finished {
		l.remove(p)
	}
	next := l.first(now)
	if next == nil {
		return time.Time{}
	}
	if next.due.Before(now) {
		return now
	}
	return next.due
}

func (l *lane) remove(p *parcel) {
	for i, q := range l.queue {
		if q != p {
			continue
		}
		copy(l.queue[i:], l.queue[i+1:])
		l.queue[len(l.queue)-1] = nil
		l.queue = l.queue[:len(l.queue)-1]
		return
	}
}

type laneCall struct {
	at   time.Time
	lane *lane
}

// calls is a heap by time.
type calls []laneCall

// Len is for container/heap, like the four methods after it.
func (c calls) Len() int { return len(c) }

// Less puts the earliest first.
func (c calls) Less(i, j int) bool { return c[i].at.Before(c[j].at) }

// Swap exchanges two.
func (c calls) Swap(i, j int) { c[i], c[j] = c[j], c[i] }

// Push takes a laneCall.
func (c *calls) Push(x any) { *c = append(*c, x.(laneCall)) }

// Pop returns a laneCall.
func (c *calls) Pop() any {
	old := *c
	last := old[len(old)-1]
	old[len(old)-1] = laneCall{}
	*c = old[:len(old)-1]
	return last
}
