package bot

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"aval/flows"
)

// Class is a class of records with a retention rule of its own (RET-1).
type Class string

// The classes. The first ones are parts of a contact and go when the contact's
// own time says so; the others stand by themselves.
const (
	ClassMessages   Class = "messages"   // what was said
	ClassHeld       Class = "held"       // first messages without a basis
	ClassFields     Class = "fields"     // answers that flows keep
	ClassProofs     Class = "proofs"     // of consents that ended
	ClassCases      Class = "cases"      // answered requests
	ClassStrangers  Class = "strangers"  // identifiers of who never agreed
	ClassQuarantine Class = "quarantine" // signed and not understood
	ClassShells     Class = "shells"     // cases of erased people
	ClassTombstones Class = "tombstones" // of erased people
)

// Retention is how long each class stays. A class that is missing stays.
type Retention map[Class]time.Duration

// tally counts what was swept since the last report.
type tally struct {
	mu     sync.Mutex
	counts map[Class]int
	last   time.Time // end of the last run
	began  time.Time
}

func (y *tally) start(now time.Time) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.began = now
}

func (y *tally) add(class Class, n int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.counts == nil {
		y.counts = map[Class]int{}
	}
	y.counts[class] += n
}

// swept notes that records of a contact went because their time was over. The
// sweep of a contact is a line of its own: which classes, how many, never what.
type swept map[Class]int

func (s swept) String() string {
	parts := make([]string, 0, len(s))
	for _, class := range slices.Sorted(maps.Keys(s)) {
		parts = append(parts, string(class)+" "+strconv.Itoa(s[class]))
	}
	return strings.Join(parts, ", ")
}

// sweep removes what a contact held beyond its time. It stands still while the
// data may only be kept (GDPR 18).
func (t *turn) sweep() {
	s := t.outlived(true)
	if len(s) == 0 {
		return
	}
	t.line(Line{Type: LineSwept, Actor: "clock", Outcome: s.String()})
	for class, n := range s {
		t.changes.swept(class, n)
	}
}

// swept adds to what a commit reports.
func (ch *Changes) swept(class Class, n int) {
	if ch.Swept == nil {
		ch.Swept = map[Class]int{}
	}
	ch.Swept[class] += n
}

// outlived counts, and with remove takes away, what is beyond its time.
func (t *turn) outlived(remove bool) swept {
	s := swept{}
	if t.h.Hold != flows.HoldNormal {
		return s
	}
	over := func(class Class, until time.Time) bool {
		gone := !until.IsZero() && !t.now.Before(until)
		if gone {
			s[class]++
		}
		return gone
	}
	entries := without(t.c.Entries, func(e *Entry) bool { return over(t.entryUntil(e)) })
	held := without(t.h.Held, func(m *Held) bool { return over(ClassHeld, t.heldUntil(m)) })
	cases := without(t.h.Cases, func(k *Case) bool { return over(ClassCases, t.caseUntil(k)) })
	// A trail goes with the words that it was taken from, and is not counted.
	trails := without(t.h.Trails, func(p *PastTrail) bool { return !t.now.Before(t.trailUntil(p)) })
	fields := maps.Clone(t.h.Kept)
	maps.DeleteFunc(fields, func(_ string, k Kept) bool { return over(ClassFields, k.Until) })
	if remove && (len(s) > 0 || len(trails) < len(t.h.Trails)) {
		t.c.Entries, t.h.Held, t.h.Cases, t.h.Kept, t.h.Trails = entries, held, cases, fields, trails
	}
	return s
}

// without returns a list without what goes.
func without[T any](list []T, goes func(*T) bool) []T {
	left := list[:0:0]
	for i := range list {
		if !goes(&list[i]) {
			left = append(left, list[i])
		}
	}
	return left
}

// entryUntil is when an entry goes: what was said after the brand's rule, a
// proof when no claim can be made of it any more. The zero time means never.
func (t *turn) entryUntil(e *Entry) (Class, time.Time) {
	if e.Kind == EntryRecord {
		return ClassProofs, t.proofUntil(e)
	}
	return ClassMessages, e.At.Add(t.brand.Rules.Keep)
}

func (t *turn) trailUntil(p *PastTrail) time.Time { return p.At.Add(t.brand.Rules.Keep) }

func (t *turn) heldUntil(m *Held) time.Time { return m.At.Add(t.brand.Rules.Hold) }

// proofUntil is when a proof goes; zero while a consent rests on it.
func (t *turn) proofUntil(e *Entry) time.Time {
	keep, ruled := t.brand.Retention[ClassProofs]
	if !ruled {
		return time.Time{}
	}
	since := t.replacedAt(e)
	for _, k := range t.h.Consents {
		if k.Record != e.ID {
			continue
		}
		if flows.Valid(k.State) || k.State == flows.Stale {
			return time.Time{}
		}
		since = k.Since
	}
	return since.Add(keep)
}

// replacedAt is when a proof was followed by another, or when it was made.
func (t *turn) replacedAt(e *Entry) time.Time {
	for _, later := range t.c.Entries {
		if later.Kind == EntryRecord && later.Purpose == e.Purpose && later.At.After(e.At) {
			return later.At
		}
	}
	return e.At
}

// caseUntil is when an answered case goes; zero for an open one.
func (t *turn) caseUntil(k *Case) time.Time {
	keep, ruled := t.brand.Retention[ClassCases]
	if !ruled || k.Done.IsZero() {
		return time.Time{}
	}
	return k.Done.Add(keep)
}

// outlives is when the next of a contact's records will be beyond its time.
func (t *turn) outlives() time.Time {
	var next earliest
	if t.h.Hold != flows.HoldNormal {
		return next.at
	}
	for i := range t.c.Entries {
		_, until := t.entryUntil(&t.c.Entries[i])
		next.add(until)
	}
	for i := range t.h.Held {
		next.add(t.heldUntil(&t.h.Held[i]))
	}
	for i := range t.h.Cases {
		next.add(t.caseUntil(&t.h.Cases[i]))
	}
	for i := range t.h.Trails {
		next.add(t.trailUntil(&t.h.Trails[i]))
	}
	for _, k := range t.h.Kept {
		next.add(k.Until)
	}
	return next.at
}

// sweepEvery is how often what belongs to no contact is swept, and the counts
// of all sweeps are put on record.
const sweepEvery = 24 * time.Hour

// sweepTries bounds the wait for contacts: on a server that is never idle they
// sweep themselves all the same, and the next line counts them.
const sweepTries = 150

// sweepLate is when a sweep that did not run is an alarm (RET-1).
const sweepLate = 2 * sweepEvery

// Sweep waits until the contacts whose time has come have swept themselves,
// removes what belongs to no contact and is beyond its time, and writes the
// line that says how many records of each class went since the last one.
func (b *Bot) Sweep(ctx context.Context) (map[Class]int, error) {
	for range sweepTries {
		if b.Idle(ctx) || !pause(ctx, clockEvery) {
			break
		}
	}
	ends := map[Class]time.Time{}
	now := b.Now()
	for class, keep := range b.Retention {
		ends[class] = now.Add(-keep)
	}
	gone, err := b.Archive.Expire(ctx, ends, false)
	if err != nil {
		return nil, fmt.Errorf("sweeping: %w", err)
	}
	for class, n := range gone {
		b.swept.add(class, n)
	}
	b.swept.mu.Lock()
	counts := maps.Clone(b.swept.counts)
	b.swept.mu.Unlock()
	words := swept(counts).String()
	if words == "" {
		words = "nothing"
	}
	// Crash before it: the contacts' own lines have the counts; the total is
	// not made up again.
	if err := b.Archive.Act(ctx, Line{Type: LineSweep, Actor: "clock", Outcome: words}); err != nil {
		return nil, fmt.Errorf("sweeping: %w", err)
	}
	b.swept.mu.Lock()
	defer b.swept.mu.Unlock()
	for class, n := range counts {
		if b.swept.counts[class] -= n; b.swept.counts[class] <= 0 {
			delete(b.swept.counts, class)
		}
	}
	b.swept.last = now
	return counts, nil
}

// DryRun counts what a sweep at a given time would remove, and removes nothing.
func (b *Bot) DryRun(ctx context.Context, at time.Time) (map[Class]int, error) {
	counts := map[Class]int{}
	ends := map[Class]time.Time{}
	for class, keep := range b.Retention {
		ends[class] = at.Add(-keep)
	}
	loose, err := b.Archive.Expire(ctx, ends, true)
	if err != nil {
		return nil, fmt.Errorf("dry run: %w", err)
	}
	maps.Copy(counts, loose)
	err = b.Archive.Walk(ctx, func(id ContactID) bool {
		c, err := b.Vault.Peek(ctx, id)
		if err != nil {
			return ctx.Err() == nil // erased meanwhile, or locked
		}
		brand := b.brands[c.Head.Brand]
		if brand == nil {
			return true
		}
		t := newTurn(b.Env, brand, c, at, &Changes{})
		for class, n := range t.outlived(true) { // of a copy: what goes may leave no reason to keep the rest
			counts[class] += n
		}
		if end := c.forgetAt(brand); !end.IsZero() && !at.Before(end) {
			counts[ClassStrangers]++
		}
		return ctx.Err() == nil
	})
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, fmt.Errorf("dry run: %w", err)
	}
	return counts, nil
}

// housekeeping looks every minute at what no message brings about: the cases
// that an officer must answer, and once a day the sweep.
func (b *Bot) housekeeping(ctx context.Context) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := b.watchDeadlines(ctx); err != nil && ctx.Err() == nil {
			b.Log.Error("looking for cases that must be answered", "err", err)
		}
		if b.Now().Sub(b.swept.lastRun()) < sweepEvery {
			continue
		}
		if _, err := b.Sweep(ctx); err != nil && ctx.Err() == nil {
			b.Log.Error("the daily sweep failed; it is tried again in a minute", "err", err)
		}
	}
}

func (y *tally) lastRun() time.Time {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.last
}

// SweepLate reports that the daily sweep did not run for two days, which an
// operator must look into.
func (b *Bot) SweepLate() bool {
	b.swept.mu.Lock()
	defer b.swept.mu.Unlock()
	last := b.swept.last
	if last.IsZero() {
		last = b.swept.began
	}
	return !last.IsZero() && b.Now().Sub(last) > sweepLate
}
