package bot

import (
	"context"
	"encoding/hex"
	"errors"
	"time"
)

// dispatch hands accepted events to the contacts they are about, in the order
// of their acceptance.
func (b *Bot) dispatch(ctx context.Context) {
	for {
		batch := b.intake.next()
		if batch == nil {
			return
		}
		for _, q := range batch {
			if !q.failed {
				b.route(ctx, q)
			}
		}
	}
}

// route finds the contact of one event. BSUID comes first, the phone second;
// either may be missing.
func (b *Bot) route(ctx context.Context, q *queued) {
	if q.contact != "" {
		b.lanes.push(q.contact, q, b.work(ctx))
		return
	}
	found, ok := b.find(ctx, q, q.item.Event.From)
	if !ok {
		return
	}
	q.suppressed = found.Suppressed
	id := found.ByBSUID
	if id == "" {
		id = found.ByPhone
	}
	if q.item.Event.Kind == EventIdentity && q.item.Event.Identity != nil {
		b.routeChange(ctx, q, id)
		return
	}
	if found.ByBSUID != "" && found.ByPhone != "" && found.ByBSUID != found.ByPhone {
		phone := Identifiers{Phone: q.item.Event.From.Phone}
		b.join(ctx, q, found.ByBSUID, found.ByPhone, phone)
	}
	if id == "" {
		if q.item.Event.Kind == EventStatus || q.item.Event.Kind == EventEcho {
			b.discard(ctx, q)
			return
		}
		id = b.newID()
	}
	b.cache.name(q.brand.ID, q.item.Event.From, id)
	b.lanes.push(id, q, b.work(ctx))
}

// routeChange handles a new number or user id. If somebody already writes from
// the new one, that contact stays and takes the old one's stops along.
func (b *Bot) routeChange(ctx context.Context, q *queued, old ContactID) {
	if old == "" {
		b.discard(ctx, q)
		return
	}
	found, ok := b.find(ctx, q, q.item.Event.Identity.New)
	if !ok {
		return
	}
	id := found.ByBSUID
	if id == "" {
		id = found.ByPhone
	}
	b.cache.unname(q, old)
	if id == "" || id == old {
		// What comes next under the new identifiers queues behind the change,
		// also before the change is decided.
		b.cache.name(q.brand.ID, q.item.Event.Identity.New, old)
		b.lanes.push(old, q, b.work(ctx))
		return
	}
	b.join(ctx, q, id, old, q.item.Event.From)
	b.discard(ctx, q)
}

// find asks the memory and then the store; it tries until the store answers or
// ctx ends, because an event that cannot be placed now cannot be dropped.
func (b *Bot) find(ctx context.Context, q *queued, ids Identifiers) (Found, bool) {
	cached, ok := b.cache.find(q.brand.ID, ids)
	if ok {
		return cached, true
	}
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		f, err := b.Store.Find(ctx, q.brand.ID, ids)
		if err == nil {
			return f.with(cached), true
		}
		b.Log.Error("looking a contact up", "err", err)
		if !pause(ctx, wait) {
			return Found{}, false
		}
	}
}

// with adds what the memory knows: a contact that is about to be written for
// the first time is nowhere else.
func (f Found) with(cached Found) Found {
	if cached.ByBSUID != "" {
		f.ByBSUID = cached.ByBSUID
	}
	if cached.ByPhone != "" {
		f.ByPhone = cached.ByPhone
	}
	return f
}

// discard settles an event that is about nobody we know.
func (b *Bot) discard(ctx context.Context, q *queued) {
	if err := b.Store.Commit(ctx, nil, Changes{Done: []uint64{q.item.Seq}}); err != nil {
		b.Log.Error("settling an event about nobody", "err", err)
	}
	b.intake.done([]*queued{q})
}

// newID makes a contact id.
func (b *Bot) newID() ContactID {
	var raw [16]byte
	b.Env.Random(raw[:])
	return ContactID(hex.EncodeToString(raw[:]))
}

// join makes one person of two contacts: keep takes over the identifiers and
// the negatives of lose. Both are ours alone meanwhile; events for them wait
// in their lanes.
//
// Crash between the two commits: keep has what it needs, and lose still names
// identifiers that no longer lead to it. Nothing can be sent to it wrongly,
// because grants of lose are STALE only after the second commit but its
// business-started sends need an open window of its own.
func (b *Bot) join(ctx context.Context, q *queued, keep, lose ContactID, ids Identifiers) {
	b.lanes.reserve(keep, lose)
	b.lanes.wg.Go(func() {
		defer b.lanes.release(b.work(ctx), keep, lose)
		b.lanes.await(keep, lose)
		for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
			err := b.joinNow(ctx, q, keep, lose, ids)
			if err == nil {
				return
			}
			b.Log.Error("joining two contacts", "err", err)
			if !pause(ctx, wait) {
				return // the identifiers still differ: the next event joins them
			}
		}
	})
}

func (b *Bot) joinNow(ctx context.Context, q *queued, keep, lose ContactID, ids Identifiers) error {
	winner, err := b.load(ctx, keep)
	if err != nil {
		return orGone(err)
	}
	if winner.Head.knows(b.Env.Keys, q.item.Event) {
		// Delivered again from before the number changed hands: it is no news
		// about whose the number is now.
		b.cache.put(winner)
		return nil
	}
	loser, err := b.load(ctx, lose)
	if err != nil {
		b.cache.put(winner)
		return orGone(err)
	}
	brand, now := b.brands[winner.Head.Brand], b.Now()
	won := &turn{env: b.Env, brand: brand, c: winner, h: &winner.Head, now: now, at: now, changes: &Changes{}}
	won.adopt(ids)
	if q.item.Event.Kind == EventIdentity && q.item.Event.ID != "" { // nobody else decides it
		winner.Head.Seen = append(winner.Head.Seen, Seen{Hash: b.seen(q.item.Event), At: now})
	}
	won.inherit(&loser.Head, "joined")
	// What Meta delivers again under these identifiers now comes to the winner.
	winner.Head.Seen = append(winner.Head.Seen, loser.Head.Seen...)
	if err := b.commit(ctx, winner, *won.changes); err != nil {
		return err
	}
	b.cache.forget(winner.Head.Brand, ids, lose) // they lead to the winner from here on
	lost := &turn{env: b.Env, brand: brand, c: loser, h: &loser.Head, now: now, at: now, changes: &Changes{}}
	lost.yield(ids, "joined")
	return b.commit(ctx, loser, *lost.changes)
}

// orGone: a contact that is not there any more has nothing to give or take.
func orGone(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// pause waits and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
