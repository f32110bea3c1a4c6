package bot

import (
	"slices"
	"sync"
)

// queued is one accepted event on its way to a decision.
type queued struct {
	item    Item
	brand   *Brand
	contact ContactID // known early for statuses that name their attempt
	// alien: some of its identifiers belong to another contact than the one
	// that decides it, who must not adopt them.
	alien bool
	// counted tells whether the gate still sees it; guarded by intake.mu.
	counted bool
	// ready and failed are guarded by intake.mu.
	ready, failed bool
}

// intake is the part of every contact's inbox that has not been decided: in
// memory what the intake collection is on disk. Events enter before they are
// durable, so that the gate sees a stop from the moment it could be
// acknowledged.
type intake struct {
	mu     sync.Mutex
	more   *sync.Cond
	last   uint64
	order  []*queued      // not yet handed to a lane, by Seq
	counts map[string]int // undecided events by brand and identifier
	// leaving are the business's own messages whose bytes are being written,
	// by the same names; gone tells when one has left.
	leaving map[string]int
	gone    *sync.Cond
	total   int
	closed  bool
}

func newIntake() *intake {
	i := &intake{counts: map[string]int{}, leaving: map[string]int{}}
	i.more, i.gone = sync.NewCond(&i.mu), sync.NewCond(&i.mu)
	return i
}

// names are the keys under which an event counts for the gate.
func (q *queued) names() [3]string {
	var n [3]string
	if b := q.item.Event.From.BSUID; b != "" {
		n[0] = q.brand.ID + "/b/" + string(b)
	}
	if p := q.item.Event.From.Phone; p != "" {
		n[1] = q.brand.ID + "/p/" + string(p)
	}
	if q.contact != "" {
		n[2] = "c/" + string(q.contact)
	}
	return n
}

// enter numbers items and counts them. floor keeps the numbers growing over
// restarts: it is the wall clock in nanoseconds.
func (i *intake) enter(items []*queued, floor uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.last < floor {
		i.last = floor
	}
	for _, q := range items {
		i.last++
		q.item.Seq = i.last
		i.count(q, 1)
	}
	i.order = append(i.order, items...)
}

// first puts replayed items before all others.
func (i *intake) first(items []*queued) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, q := range items {
		q.ready = true
		i.count(q, 1)
		i.last = max(i.last, q.item.Seq)
	}
	i.order = append(items, i.order...)
	i.more.Broadcast()
}

// again puts events that were routed wrongly before all others. They are still
// counted.
func (i *intake) again(items []*queued) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.order = append(items, i.order...)
	i.more.Signal()
}

// settle says whether items are durable.
func (i *intake) settle(items []*queued, durable bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, q := range items {
		q.ready, q.failed = durable, !durable
		if !durable {
			i.count(q, -1)
		}
	}
	i.more.Signal()
}

// count adds n to an event's names; mu is held.
func (i *intake) count(q *queued, n int) {
	if q.counted == (n > 0) {
		return
	}
	q.counted = n > 0
	i.total += n
	for _, name := range q.names() {
		if name == "" {
			continue
		}
		if i.counts[name] += n; i.counts[name] <= 0 {
			delete(i.counts, name)
		}
	}
}

// wait returns when there is something to take, and reports false once the
// intake is closed and empty.
func (i *intake) wait() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	for i.head() == 0 {
		if i.closed {
			return false
		}
		i.more.Wait()
	}
	return true
}

// take returns the next durable events in the order of their acceptance. An
// event that is not yet durable holds back those behind it: order is decided
// at acceptance, not by who was woken first.
func (i *intake) take() []*queued {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := i.head()
	taken := i.order[:n:n]
	i.order = i.order[n:]
	return taken
}

// head counts the events at the front that can be taken; mu is held.
func (i *intake) head() int {
	n := 0
	for n < len(i.order) && (i.order[n].ready || i.order[n].failed) {
		n++
	}
	return n
}

// done uncounts decided events.
func (i *intake) done(items []*queued) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, q := range items {
		i.count(q, -1)
	}
}

// undecided reports whether any of the events still counts.
func (i *intake) undecided(items []*queued) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.ContainsFunc(items, func(q *queued) bool { return q.counted })
}

// holds reports whether anything of this contact is undecided.
func (i *intake) holds(c *Contact) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.any(i.counts, contactKeys(c))
}

// begin lets a message of the business's leave, unless something of the contact
// is undecided. What enters between here and written is not acknowledged
// before written was called: so a message either left before the stop was
// acknowledged, or does not leave.
func (i *intake) begin(c *Contact) (written func(), ok bool) {
	keys := contactKeys(c)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.any(i.counts, keys) {
		return nil, false
	}
	for _, k := range keys {
		i.leaving[k]++
	}
	return sync.OnceFunc(func() { i.left(keys) }), true
}

func (i *intake) left(keys []string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, k := range keys {
		if i.leaving[k]--; i.leaving[k] == 0 {
			delete(i.leaving, k)
		}
	}
	i.gone.Broadcast()
}

// awaitLeft returns when no message that was let go before these items is
// still being written. A write is bounded by sendTimeout and takes microseconds.
func (i *intake) awaitLeft(items []*queued) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, q := range items {
		names := q.names()
		for i.any(i.leaving, names[:]) {
			i.gone.Wait()
		}
	}
}

// any reports whether one of the keys is counted; mu is held.
func (i *intake) any(counts map[string]int, keys []string) bool {
	if len(counts) == 0 {
		return false
	}
	for _, k := range keys {
		if k != "" && counts[k] > 0 {
			return true
		}
	}
	return false
}

// contactKeys are the names under which events about a contact count.
func contactKeys(c *Contact) []string {
	h := &c.Head
	keys := append(make([]string, 0, 3+2*len(h.Former)), "c/"+string(c.ID))
	keys = append(keys, contactNames(h.Brand, h.IDs)...)
	for _, ids := range h.Former {
		keys = append(keys, contactNames(h.Brand, ids)...)
	}
	return keys
}

func (i *intake) waiting() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.total
}

func (i *intake) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closed = true
	i.more.Broadcast()
}
