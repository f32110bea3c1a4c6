package bot

import "sync"

// lanes give every contact one worker at a time and its events in order.
type lanes struct {
	mu   sync.Mutex
	idle *sync.Cond
	all  map[ContactID]*lane
	wg   sync.WaitGroup
	// slots bounds how many contacts are worked on at once. A worker holds
	// its slot while Meta answers, so this is also the bound on open calls.
	slots chan struct{}
}

// workers is far above what the machine decides in parallel: most of them wait
// for the disk or for Meta.
const workers = 256

// lane is one contact's queue; it exists while there is something in it or a
// worker on it. Guarded by lanes.mu.
type lane struct {
	items []*queued
	// early came before the claim: whoever claims finds it decided.
	early   []*queued
	woken   bool
	running bool
	// claims counts those who wait to have the contact for themselves.
	claims int
}

func newLanes() *lanes {
	l := &lanes{all: map[ContactID]*lane{}, slots: make(chan struct{}, workers)}
	l.idle = sync.NewCond(&l.mu)
	return l
}

// push appends an event and starts a worker if there is none.
func (l *lanes) push(id ContactID, q *queued, work func(ContactID)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.lane(id)
	n.items = append(n.items, q)
	l.start(id, n, work)
}

// wake starts a worker for what time brings.
func (l *lanes) wake(id ContactID, work func(ContactID)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.lane(id)
	n.woken = true
	l.start(id, n, work)
}

func (l *lanes) lane(id ContactID) *lane {
	n := l.all[id]
	if n == nil {
		n = &lane{}
		l.all[id] = n
	}
	return n
}

// start runs a worker on a lane that has none; mu is held.
func (l *lanes) start(id ContactID, n *lane, work func(ContactID)) {
	if n.running || n.claims > 0 {
		return
	}
	n.running = true
	l.wg.Go(func() {
		l.slots <- struct{}{}
		defer func() { <-l.slots }()
		work(id)
	})
}

// take returns everything that waits in a lane. With nothing left it ends the
// worker's turn and reports false.
func (l *lanes) take(id ContactID) (items []*queued, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.all[id]
	if len(n.early) > 0 {
		items, n.early = n.early, nil
		return items, true
	}
	if n.claims == 0 && (len(n.items) > 0 || n.woken) {
		items, n.items, n.woken = n.items, nil, false
		return items, true
	}
	n.running = false
	if n.claims == 0 {
		delete(l.all, id)
	}
	l.idle.Broadcast()
	return nil, false
}

// drain takes what waits in the lane of a contact whose worker asks for it.
func (l *lanes) drain(id ContactID) []*queued {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.all[id]
	if n == nil || n.claims > 0 {
		return nil
	}
	items := n.items
	n.items = nil
	return items
}

// empty takes what waits in a lane that its caller has reserved.
func (l *lanes) empty(id ContactID) []*queued {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.all[id]
	items := n.items
	n.items, n.woken = nil, false
	return items
}

// reserve keeps workers from what comes now for the given contacts, until
// release. What came before is still theirs to finish.
func (l *lanes) reserve(ids ...ContactID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		n := l.lane(id)
		if n.claims == 0 { // a worker is on its items already
			n.early, n.items = n.items, nil
		}
		n.claims++
	}
}

// await returns when no worker is on the reserved contacts any more. It must
// not be called by a worker.
func (l *lanes) await(ids ...ContactID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		for l.all[id].running {
			l.idle.Wait()
		}
	}
}

// release lets workers on again.
func (l *lanes) release(work func(ContactID), ids ...ContactID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		n := l.all[id]
		n.claims--
		if n.claims > 0 {
			continue
		}
		if len(n.items) > 0 || n.woken {
			l.start(id, n, work)
			continue
		}
		delete(l.all, id)
	}
	l.idle.Broadcast()
}

// busy reports whether any contact is being worked on.
func (l *lanes) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all) > 0
}

// wait returns when no worker runs.
func (l *lanes) wait() { l.wg.Wait() }
