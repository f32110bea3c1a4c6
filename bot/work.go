package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"aval/flows"
)

// work returns the function that lanes run for one contact.
func (b *Bot) work(ctx context.Context) func(ContactID) {
	return func(id ContactID) {
		for {
			items, more := b.lanes.take(id)
			if !more {
				return
			}
			b.handle(ctx, id, items)
		}
	}
}

// handle decides items until they are decided. They are on disk, so giving up
// when the server stops loses nothing.
func (b *Bot) handle(ctx context.Context, id ContactID, items []*queued) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		decided, err := b.guarded(ctx, id, items)
		if err == nil {
			return
		}
		b.cache.drop(id)
		switch {
		case decided:
			// The outcome of a send could not be written: it counts as
			// unknown, and Meta's status settles it.
			b.Log.Error("writing an outcome", "err", err)
			return
		case errors.Is(err, ErrConflict):
			continue
		case errors.Is(err, errPanic) && len(items) > 1:
			for _, q := range items { // one of them is to blame
				b.handle(ctx, id, []*queued{q})
			}
			return
		case errors.Is(err, ErrIntegrity), errors.Is(err, errUnserved), errors.Is(err, errPanic):
			b.giveUp(id, items, err)
			return
		}
		b.stats.stuck()
		b.Log.Error("deciding", "err", err)
		if ctx.Err() != nil || !pause(ctx, wait) {
			return
		}
	}
}

// giveUp leaves a contact alone: trying again would change nothing, and the
// worker is needed. The items stay recorded; the next start tries them, which
// may be after later ones of the same contact. One that set off a defect still
// counts for the gate, because it may be a stop.
func (b *Bot) giveUp(id ContactID, items []*queued, err error) {
	if b.locked.put(id, b.Now()) {
		b.Log.Error("a contact is locked", "contact", string(id), "err", err)
	}
	b.cache.pin(id, -len(items))
	if !errors.Is(err, errPanic) {
		b.intake.done(items)
	}
}

// round is the annotated straight line from recorded events to sent messages.
// It reports whether the items were decided durably.
func (b *Bot) round(ctx context.Context, id ContactID, items []*queued) (decided bool, err error) {
	c, err := b.contact(ctx, id, items)
	if c == nil || err != nil {
		return false, err
	}
	defer b.shredDue(ctx, c)
	brand := b.brands[c.Head.Brand]
	if brand == nil {
		return false, errUnserved
	}
	var strangers []*queued
	changes := Changes{}
	now := b.Now()
	for _, q := range items {
		if b.stranger(c, q) {
			strangers = append(strangers, q)
			b.partWays(c, brand, q, now, &changes)
			continue
		}
		ev := q.item.Event
		if q.alien {
			ev.From = ev.From.shared(c.Head.IDs)
		}
		if ev.Ward, err = b.ward(ctx, brand, ev); err != nil {
			return false, err
		}
		decide(b.Env, brand, c, ev, now, &changes)
		changes.Done = append(changes.Done, q.item.Seq)
	}
	timed := newTurn(b.Env, brand, c, now, &changes)
	timed.tick()
	timed.flush()
	for {
		// The attempts are part of the same write as the decision. A crash
		// before the commit: the items are decided again, nothing was sent.
		// A crash after it: they never are, and what is open is of unknown
		// outcome.
		open := b.plan(c, brand)
		if len(items) == 0 && len(open) == 0 && !b.worth(c, brand, &changes) {
			b.cache.put(c)
			return true, nil
		}
		if err := b.settle(ctx, c, changes, items, strangers); err != nil {
			return decided, err
		}
		decided, items, strangers = true, nil, nil
		changes = Changes{}
		if c.Version == 0 { // deleted
			b.cache.remove(c.ID)
			return true, nil
		}
		if acted := b.act(ctx, c, brand, open, &changes); !acted {
			b.cache.put(c)
			return true, nil
		}
	}
}

// worth reports whether a contact that only the clock woke needs writing. A
// forgotten shell goes for good once the ledger has its last lines and Meta no
// longer repeats what it had seen.
func (b *Bot) worth(c *Contact, brand *Brand, ch *Changes) bool {
	if c.Head.Forgotten && len(c.Pending)+len(c.Lines)+len(c.Head.Files) == 0 && !b.Now().Before(c.Head.shellEnds()) {
		ch.Delete, ch.Names = true, c.Head.Names
		return true
	}
	if slices.ContainsFunc(c.Head.Files, func(f Upload) bool { return !b.Now().Before(f.due(&c.Head)) }) {
		return true // to be deleted at Meta
	}
	return len(c.Lines)+len(c.Pending)+len(ch.Leads) > 0 || c.due(brand, b.Now()).UnixMilli() != c.Due.UnixMilli() // as fine as stored
}

// settle commits, lets the gate forget the decided items and sends the others
// to the contact they are really about. Crash after the commit: the strangers
// are still recorded, and their names lead to the heir by now.
func (b *Bot) settle(ctx context.Context, c *Contact, ch Changes, items, strangers []*queued) error {
	if len(strangers) > 0 {
		b.routing.Lock()
		defer b.routing.Unlock()
	}
	if err := b.commit(ctx, c, ch); err != nil {
		return err
	}
	done := slices.DeleteFunc(slices.Clone(items), func(q *queued) bool { return slices.Contains(strangers, q) })
	b.intake.done(done)
	b.cache.pin(c.ID, -len(items))
	if len(strangers) == 0 {
		return nil
	}
	for _, q := range strangers {
		b.cache.unname(q, c.ID)
	}
	// What queued up here meanwhile comes after them, whoever it is about.
	drained := b.lanes.drain(c.ID)
	b.cache.pin(c.ID, -len(drained))
	b.intake.again(append(slices.Clone(strangers), drained...))
	return nil
}

// tell numbers the events that a decision causes for other contacts. They are
// recorded by the commit and dispatched after it.
func (b *Bot) tell(ch *Changes) []*queued {
	told := make([]*queued, 0, len(ch.Tell))
	for _, it := range ch.Tell {
		if q := b.admit(it.Event); q != nil {
			told = append(told, q)
		}
	}
	b.intake.enter(told, uint64(b.Now().UnixNano()))
	ch.Tell = ch.Tell[:0]
	for _, q := range told {
		ch.Tell = append(ch.Tell, q.item)
	}
	return told
}

// ward finds the contact that an invitation's code leads to.
func (b *Bot) ward(ctx context.Context, brand *Brand, ev Event) (ContactID, error) {
	if ev.Kind != EventMessage || ev.Message == nil {
		return "", nil
	}
	code, _ := b.Env.guardianCode(ev.Message.Body)
	if code == "" {
		return "", nil
	}
	found, err := b.Store.Find(ctx, brand.ID, guardianName(code))
	return found.ByBSUID, err
}

// contact loads the contact or makes the one that its first event is about.
func (b *Bot) contact(ctx context.Context, id ContactID, items []*queued) (*Contact, error) {
	c, err := b.load(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return c, err
	}
	var first *queued
	var idle []*queued // statuses of somebody who is gone
	for _, q := range items {
		switch {
		case q.contact != "":
			idle = append(idle, q)
		case first == nil:
			first = q
		}
	}
	if first == nil {
		if err := b.Store.Commit(ctx, nil, Changes{Done: seqs(idle)}); err != nil {
			return nil, err
		}
		b.intake.done(idle)
		b.cache.pin(id, -len(idle))
		return nil, nil
	}
	found, err := b.Store.Find(ctx, first.brand.ID, first.item.Event.From)
	if err != nil {
		return nil, err
	}
	c = b.Env.newContact(id, first.brand, b.Now())
	if found.Before != "" && found.Before != id {
		// What Meta repeats of the holder before is not news about this one.
		switch before, err := b.Store.Load(ctx, found.Before); {
		case err == nil:
			c.Head.Seen, c.Head.SeenFrom = before.Head.Seen, before.Head.SeenFrom
		case !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrIntegrity):
			return nil, err
		}
	}
	if found.Suppressed {
		// An identifier that stopped us in an earlier life stays stopped for
		// everything the business starts (row 30).
		c.Head.Channel = flows.ChannelStopped
	}
	return c, nil
}

func seqs(items []*queued) []uint64 {
	out := make([]uint64, len(items))
	for i, q := range items {
		out[i] = q.item.Seq
	}
	return out
}

// load takes a contact from memory or from the store. What the store says was
// being sent when it was last written is of unknown outcome.
func (b *Bot) load(ctx context.Context, id ContactID) (*Contact, error) {
	if c := b.cache.take(id); c != nil {
		return c, nil
	}
	c, err := b.Store.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range c.Head.Outbox {
		if o := &c.Head.Outbox[i]; o.Open {
			o.uncertain(o.Tried)
		}
	}
	return c, nil
}

// commit writes a contact and keeps the name cache in step.
func (b *Bot) commit(ctx context.Context, c *Contact, ch Changes) error {
	// A decision that was begun is finished even if the server is asked to
	// stop meanwhile.
	ctx = context.WithoutCancel(ctx)
	for _, m := range ch.Leads {
		if !m.On || m.To != "" {
			b.cache.forget(c.Head.Brand, m.IDs, c.ID)
		}
	}
	for _, pos := range append(ch.Began, c.Head.Flow) {
		if err := b.use(ctx, pos); err != nil {
			return err
		}
	}
	c.Due = c.due(b.brands[c.Head.Brand], b.Now())
	told := b.tell(&ch)
	err := b.Store.Commit(ctx, c, ch)
	b.intake.settle(told, err == nil)
	if err != nil {
		return err
	}
	if ch.Delete {
		c.Version = 0
	}
	for class, n := range ch.Swept {
		b.swept.add(class, n)
	}
	return nil
}

// stranger reports that an event under this contact's identifiers is about
// somebody else: the number came with another account (row 18), or somebody
// writes from an identifier that this person gave up. What Meta delivers again
// from before the change is still this contact's, and known to it.
func (b *Bot) stranger(c *Contact, q *queued) bool {
	ev, h := q.item.Event, &c.Head
	if ev.Kind == EventIdentity || ev.Kind == EventStatus || ev.Kind == EventGuardian || h.knows(b.Env.Keys, ev) {
		return false
	}
	if h.Hold == flows.HoldErasing {
		return true
	}
	if h.wasCalled(ev.From) {
		return ev.At.After(h.Changed)
	}
	if h.parted(ev, b.Now()) {
		return true
	}
	return ev.From.BSUID != "" && h.IDs.BSUID != "" && ev.From.BSUID != h.IDs.BSUID
}

// wasCalled reports whether one of the identifiers is a former one.
func (h *Head) wasCalled(ids Identifiers) bool {
	for _, f := range h.Former {
		if f.BSUID != "" && f.BSUID == ids.BSUID && f.BSUID != h.IDs.BSUID ||
			f.Phone != "" && f.Phone == ids.Phone && f.Phone != h.IDs.Phone && ids.BSUID == "" {
			return true
		}
	}
	return false
}

// bequeath lets identifiers lead to a new contact, made when the event is
// decided that showed somebody else behind them.
func (b *Bot) bequeath(ch *Changes, ids Identifiers) {
	var heir ContactID
	for _, m := range ch.Leads {
		heir = cmp.Or(heir, m.To)
	}
	ch.Leads = append(ch.Leads, Mark{IDs: ids, On: true, To: cmp.Or(heir, b.newID())})
}

// partWays takes from a contact what no longer belongs to it. Its stop, if
// there is one, stays with the identifier as a suppression.
func (b *Bot) partWays(c *Contact, brand *Brand, q *queued, now time.Time, ch *Changes) {
	ids := q.item.Event.From
	if c.Head.Hold == flows.HoldErasing {
		ch.Leads = append(ch.Leads, Mark{IDs: ids, On: true, To: b.heirOf(c.ID)})
		return
	}
	if own := c.Head.IDs; c.Head.parted(q.item.Event, now) {
		t := newTurn(b.Env, brand, c, now, ch)
		b.bequeath(ch, own)
		t.yield(own, "begins anew")
		fire(flows.Channel, &c.Head.Channel, flows.Lost)
		return
	}
	if c.Head.wasCalled(ids) || ids.Phone == "" || ids.Phone != c.Head.IDs.Phone {
		b.bequeath(ch, ids) // given up, or taken away by the event before this one
		return
	}
	t := newTurn(b.Env, brand, c, now, ch)
	phone := Identifiers{Phone: ids.Phone}
	b.bequeath(ch, phone)
	t.yield(phone, "same number, other account")
}
