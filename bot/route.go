package bot

import (
	"cmp"
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
		b.dispatchBatch(ctx, batch)
	}
}

func (b *Bot) dispatchBatch(ctx context.Context, batch []*queued) {
	b.routing.Lock()
	defer b.routing.Unlock()
	for _, q := range batch {
		if !q.failed {
			b.route(ctx, q)
		}
	}
}

// route finds the contact of one event. BSUID comes first, the phone second;
// either may be missing. A status names its contact by itself. routing is held.
func (b *Bot) route(ctx context.Context, q *queued) {
	ev := &q.item.Event
	found, ok := b.find(ctx, q, ev.From)
	if !ok {
		return
	}
	q.suppressed, q.before = found.Suppressed, found.Before
	if ev.Kind == EventIdentity && ev.Identity != nil {
		b.routeChange(ctx, q, cmp.Or(found.ByBSUID, found.ByPhone))
		return
	}
	if found.ByBSUID != "" && found.ByPhone != "" && found.ByBSUID != found.ByPhone {
		phone := Identifiers{Phone: ev.From.Phone}
		b.join(ctx, union{q: q, keep: found.ByBSUID, lose: found.ByPhone, takes: phone, gives: phone})
	}
	known := cmp.Or(found.ByBSUID, found.ByPhone)
	if q.contact != "" {
		q.alien = known != "" && known != q.contact
		b.lanes.push(q.contact, q, b.work(ctx))
		return
	}
	if known == "" {
		if ev.Kind == EventStatus || ev.Kind == EventEcho {
			b.discard(ctx, q)
			return
		}
		known = b.newID()
	}
	b.cache.name(q.brand.ID, ev.From, known)
	b.lanes.push(known, q, b.work(ctx))
}

// routeChange handles a new number or user id. If somebody already writes from
// the new one, that contact stays and takes the old one's stops along. A change
// of somebody unknown is kept too, for as long as anything about a stranger:
// what came before it may still arrive, and a stop with it.
func (b *Bot) routeChange(ctx context.Context, q *queued, old ContactID) {
	ev := &q.item.Event
	found, ok := b.find(ctx, q, ev.Identity.New)
	if !ok {
		return
	}
	q.suppressed = q.suppressed || found.Suppressed
	id := cmp.Or(found.ByBSUID, found.ByPhone)
	if old != "" && id != "" && id != old {
		b.cache.unname(q, old)
		b.join(ctx, union{q: q, keep: id, lose: old, takes: ev.Identity.New, gives: ev.From, change: true})
		return
	}
	id = cmp.Or(old, id)
	if id == "" {
		id = b.newID()
	}
	// What comes next under either identifier queues behind the change, also
	// before the change is decided.
	b.cache.name(q.brand.ID, ev.From, id)
	b.cache.name(q.brand.ID, ev.Identity.New, id)
	b.lanes.push(id, q, b.work(ctx))
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

// union makes one person of two contacts: keep takes identifiers and the
// negatives of lose.
type union struct {
	q          *queued
	keep, lose ContactID
	takes      Identifiers // keep has them from now on
	gives      Identifiers // lose no longer has them; all of its own in a change
	// change: the event says itself that lose is keep by now, and nobody else
	// decides it.
	change bool
}

// join carries a union out. Both contacts are ours alone meanwhile; events for
// them wait in their lanes.
func (b *Bot) join(ctx context.Context, u union) {
	b.lanes.reserve(u.keep, u.lose)
	b.lanes.wg.Go(func() {
		defer b.lanes.release(b.work(ctx), u.keep, u.lose)
		b.lanes.await(u.keep, u.lose)
		for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
			err := b.joinNow(ctx, u)
			if err == nil {
				break
			}
			b.cache.drop(u.keep)
			b.cache.drop(u.lose)
			b.Log.Error("joining two contacts", "err", err)
			if errors.Is(err, ErrIntegrity) {
				break // the damaged one is locked; the event stays recorded
			}
			if !pause(ctx, wait) {
				return // the event is still recorded: the next start joins them
			}
		}
		if u.change {
			b.intake.done([]*queued{u.q})
		}
	})
}

// joinNow writes the loser first. Crash after that: nothing of the business's
// can leave for it any more, its identifiers still lead to it, and the event,
// which is still recorded, joins them again. After the second write they lead
// to the winner.
func (b *Bot) joinNow(ctx context.Context, u union) error {
	winner, err := b.load(ctx, u.keep)
	if err != nil {
		return b.unjoined(ctx, u, err)
	}
	loser, err := b.load(ctx, u.lose)
	if err != nil {
		b.cache.put(winner)
		return b.unjoined(ctx, u, err)
	}
	ev, now := u.q.item.Event, b.Now()
	known := winner.Head.knows(b.Env.Keys, ev) || loser.Head.knows(b.Env.Keys, ev)
	if known || !u.change && (ev.At.Before(loser.Head.PhoneAt) ||
		ev.Kind == EventStatus && loser.Head.IDs.BSUID != "") {
		// Delivered again, or late, from before the number changed hands: it is
		// no news about whose the number is now. What became of a message takes
		// no number from an account that has shown it itself.
		b.cache.put(winner)
		b.cache.put(loser)
		return b.unjoined(ctx, u, nil)
	}
	brand := b.brands[winner.Head.Brand]
	won := &turn{env: b.Env, brand: brand, c: winner, h: &winner.Head, now: now, at: now, changes: &Changes{}}
	if u.change || loser.Head.IDs.Phone == u.gives.Phone {
		lost := &turn{env: b.Env, brand: brand, c: loser, h: &loser.Head, now: now, at: now, changes: &Changes{}}
		gives := u.gives
		if u.change {
			gives = loser.Head.IDs
		}
		lost.yield(gives, "joined")
		if err := b.commit(ctx, loser, *lost.changes); err != nil {
			return err
		}
		b.cache.put(loser)
		won.inherit(&loser.Head, "joined")
	}
	won.recall(&loser.Head)
	won.at = ev.At
	won.take(u.takes)
	if u.change {
		won.see(ev)
		won.changes.Done = []uint64{u.q.item.Seq}
	}
	b.cache.forget(winner.Head.Brand, u.takes, u.lose) // they lead to the winner from here on
	return b.commit(ctx, winner, *won.changes)
}

// unjoined ends a union that there is no reason for. A contact that is not
// there any more has nothing to give or take.
func (b *Bot) unjoined(ctx context.Context, u union, err error) error {
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if u.change {
		return b.Store.Commit(ctx, nil, Changes{Done: []uint64{u.q.item.Seq}})
	}
	return nil
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
