package bot

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"aval/flows"
)

// dispatch hands accepted events to the contacts they are about, in the order
// of their acceptance.
func (b *Bot) dispatch(ctx context.Context) {
	for b.intake.wait() {
		b.dispatchBatch(ctx)
	}
}

// dispatchBatch takes events only once it may route them, so that what a worker
// puts back meanwhile is among them, and first.
func (b *Bot) dispatchBatch(ctx context.Context) {
	b.routing.Lock()
	defer b.routing.Unlock()
	for _, q := range b.intake.take() {
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
	if ev.Kind == EventIdentity && ev.Identity != nil {
		b.routeChange(ctx, q, cmp.Or(found.ByBSUID, found.ByPhone))
		return
	}
	if found.ByBSUID != "" && found.ByPhone != "" && found.ByBSUID != found.ByPhone {
		phone := Identifiers{Phone: ev.From.Phone}
		b.join(ctx, union{q: q, keep: found.ByBSUID, lose: found.ByPhone, takes: phone})
	}
	known := cmp.Or(found.ByBSUID, found.ByPhone)
	if q.contact != "" {
		q.alien = known != "" && known != q.contact
		b.send(ctx, q.contact, q)
		return
	}
	if known == "" {
		if ev.Kind == EventStatus || ev.Kind == EventEcho || ev.Kind == EventGuardian {
			b.discard(ctx, q)
			return
		}
		known = b.newID()
	}
	b.cache.name(q.brand.ID, ev.From, known)
	b.send(ctx, known, q)
}

// send puts an event into a contact's lane. Until it is decided, the names that
// lead there may be nowhere but in memory.
func (b *Bot) send(ctx context.Context, id ContactID, q *queued) {
	b.cache.pin(id, 1)
	b.lanes.push(id, q, b.work(ctx))
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
	id := cmp.Or(found.ByBSUID, found.ByPhone)
	if old != "" && id != "" && id != old {
		b.cache.unname(q, old)
		b.join(ctx, union{q: q, keep: id, lose: old, takes: ev.Identity.New, change: true})
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
	b.send(ctx, id, q)
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
	takes      Identifiers
	// change: the event says itself that lose is keep by now, and nobody else
	// decides it. Otherwise it was shown with a number that leads to lose.
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
			err := b.joinGuarded(ctx, u)
			if err == nil {
				break
			}
			if errors.Is(err, errAgain) {
				b.intake.again([]*queued{u.q})
				return
			}
			b.cache.drop(u.keep)
			b.cache.drop(u.lose)
			if !errors.Is(err, ErrBusy) {
				b.Log.Error("joining two contacts", "err", err)
			}
			if errors.Is(err, ErrIntegrity) || errors.Is(err, errPanic) {
				// One of them is damaged: they stay apart. A change stays
				// recorded; anything else goes on to the one that can be read.
				u.q.alien = true
				break
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

func (b *Bot) joinGuarded(ctx context.Context, u union) (err error) {
	defer func() {
		if recover() != nil {
			b.Log.Error("internal error while joining", "where", caller())
			err = errPanic
		}
	}()
	return b.joinNow(ctx, u)
}

// joinNow writes three times. The winner takes over stops and refusals first:
// crash after that and both are stopped. Then the loser gives up its
// identifiers: crash after that and nothing of the business's can leave for it.
// The event is still recorded either way and joins them again, because the
// identifiers lead to the loser until the last write lets those that were taken
// lead to the winner. A change leaves the old ones leading to the loser, who
// knows what came under them.
func (b *Bot) joinNow(ctx context.Context, u union) error {
	winner, err := b.load(ctx, u.keep)
	if err != nil {
		return b.apart(ctx, u, err)
	}
	loser, err := b.load(ctx, u.lose)
	if err != nil {
		b.cache.put(winner)
		return b.apart(ctx, u, err)
	}
	now := b.Now()
	if b.old(u, winner, loser, now) {
		b.cache.put(winner)
		b.cache.put(loser)
		return b.apart(ctx, u, nil)
	}
	brand := b.brands[winner.Head.Brand]
	won := newTurn(b.Env, brand, winner, now, &Changes{})
	if winner.Head.Forgotten {
		won.revive()
	}
	gives := Identifiers{Phone: u.takes.Phone}
	if u.change {
		gives = loser.Head.IDs
	}
	if u.change && winner.Head.another(u.takes, now) {
		return b.evict(ctx, u, winner, loser)
	}
	if winner.Head.Hold == flows.HoldErasing || loser.Head.Hold == flows.HoldErasing {
		b.cache.put(winner)
		b.cache.put(loser)
		return ErrBusy // one of them is about to be gone
	}
	if u.change || loser.Head.IDs.Phone == gives.Phone {
		if err := b.absorb(ctx, u, won, loser, gives); err != nil {
			return err
		}
		won.changes = &Changes{}
	}
	won.recall(&loser.Head)
	if ev := u.q.item.Event; !ev.At.IsZero() && ev.At.Before(now) {
		won.at = ev.At
	}
	won.h.Shown = won.at // rights wait for more proof than a tap
	won.doubtCases()
	won.take(u.takes)
	if u.change {
		won.see(u.q.item.Event)
		won.changes.Done = []uint64{u.q.item.Seq}
	}
	b.cache.forget(winner.Head.Brand, u.takes, u.lose) // they lead to the winner from here on
	return b.commit(ctx, winner, *won.changes)
}

// absorb is the first two of joinNow's writes.
func (b *Bot) absorb(ctx context.Context, u union, won *turn, loser *Contact, gives Identifiers) error {
	h := won.h
	won.inherit(&loser.Head)
	// Meta says that they are one person; or a number whose account had not been
	// shown shows it, and was in use too lately to be in other hands. What the
	// other holds is theirs then.
	same := u.change || loser.Head.IDs.BSUID == "" && won.now.Sub(loser.Head.lastSeen()) < reassigned
	if same && !slices.Contains(h.Joined, u.lose) {
		h.Joined = append(append(h.Joined, u.lose), loser.Head.Joined...)
	}
	if err := b.commit(ctx, won.c, *won.changes); err != nil {
		return err
	}
	lost := newTurn(b.Env, won.brand, loser, won.now, &Changes{})
	lost.giveUpCases()
	loser.Head.Wards = nil // they went along
	lost.yield(gives, "joined")
	if err := b.commit(ctx, loser, *lost.changes); err != nil {
		return err
	}
	b.cache.put(loser)
	return nil
}

// another reports whether who we know at an identifier is not the person whose
// change leads to it: their account is another one, or they have been silent for
// so long that the number may have been given to somebody else.
func (h *Head) another(takes Identifiers, now time.Time) bool {
	other := takes.BSUID != "" && h.IDs.BSUID != "" && takes.BSUID != h.IDs.BSUID
	return other || now.Sub(h.lastSeen()) >= reassigned
}

// evict takes from a contact the identifiers that are another person's by now,
// and lets that person have them: the change is routed again, to whom it is
// about.
func (b *Bot) evict(ctx context.Context, u union, holder, owner *Contact) error {
	t := newTurn(b.Env, b.brands[holder.Head.Brand], holder, b.Now(), &Changes{})
	t.changes.Leads = append(t.changes.Leads, Mark{IDs: u.takes, On: true, To: owner.ID})
	taken := u.takes
	if taken.BSUID != holder.Head.IDs.BSUID {
		taken.BSUID = ""
	}
	t.giveUpCases()
	t.yield(taken, "the number is somebody else's")
	if err := b.commit(ctx, holder, *t.changes); err != nil {
		return err
	}
	b.cache.put(holder)
	b.cache.put(owner)
	b.cache.forget(holder.Head.Brand, u.takes, u.keep)
	return errAgain
}

// old reports whether the event is no news about whose the number is now: it
// was delivered again, or late, from before the number changed hands. Nor does
// what became of a message take a number from an account that has shown it.
func (b *Bot) old(u union, winner, loser *Contact, now time.Time) bool {
	ev := u.q.item.Event
	if winner.Head.knows(b.Env.Keys, ev) || loser.Head.knows(b.Env.Keys, ev) {
		return true
	}
	if u.change {
		return now.Sub(ev.At) > dedupeHorizon
	}
	aged := ev.At.Before(loser.Head.PhoneAt)
	if ev.Kind == EventStatus { // these are not remembered one by one
		return aged || loser.Head.IDs.BSUID != "" || ev.At.Before(loser.Head.Created)
	}
	return aged
}

// apart ends a union that there is no reason for: the event goes on to keep, who
// learns nothing of the number. A contact that is not there any more has
// nothing to give or take.
func (b *Bot) apart(ctx context.Context, u union, err error) error {
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if u.change {
		return b.Store.Commit(ctx, nil, Changes{Done: []uint64{u.q.item.Seq}})
	}
	u.q.alien = err == nil
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
