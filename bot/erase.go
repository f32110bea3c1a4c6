package bot

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"time"

	"aval/flows"
)

// Erasing somebody (requirements 2.10) is two documents and one rule: whatever
// point a crash leaves it at, the next start goes on from there.
//
//  1. The person's contact becomes ERASING. In the same write its outbox, its
//     entries and its conversation go, and its stop is kept as a suppression.
//     From here on nothing leaves for it and nobody may load it to read.
//  2. An heir takes over the account's identifiers: an empty contact under the
//     next key, which starts stopped, and which holds what must outlive the
//     person: the shells of the cases, what Meta still keeps, what was seen so
//     that a repeated delivery is no stranger.
//  3. The store destroys the key, then the document, and empties the log.
//  4. The heir tells the person, and forgets their identifiers once it has.
//
// Between 1 and 2 the contact itself is the reminder: it stays due. Between 2
// and 4 the heir is.

// Remains is what an erased person leaves behind.
type Remains struct {
	Contact   ContactID // what is to be destroyed
	Reference string    // of the erasure's case
	Brand     string
	Pseudonym string
	At        time.Time
	// Names are the keyed hashes that lead to the contact.
	Names []string
	Cases []Shell
	Files []Upload
	// Joined are other contacts of the same person, to be erased as well.
	Joined []ContactID
}

// Shell is what is kept of a case without its person, as proof that it was
// met: no name, no number, no content.
type Shell struct {
	Brand, Subject, Type, Reference, State string
	Route, Evidence, Ground                string
	Received, Due, Done                    time.Time
	Hash                                   [32]byte
	Tasks                                  []string
}

// Upload is a file that Meta keeps for us.
type Upload struct {
	Number, Media string
	At            time.Time
	// Tried is when deleting it failed last.
	Tried time.Time
}

// erase carries an erasure out, as far as deciding goes: step 1.
func (t *turn) erase(k *Case) {
	if !fire(flows.Hold, &t.h.Hold, flows.Erase) {
		t.byHand(k) // a legal hold: an officer says what stays and why (RET-3)
		return
	}
	t.parts = nil
	t.releaseWards()
	t.line(Line{Type: LineErasing, Actor: k.actor(), Object: k.Reference, Outcome: t.h.Hold, Reason: join(k.Route, k.Evidence)})
	t.interrupt()
	t.withhold(RefusedErased, func(*Outbound) bool { return true })
	for _, ids := range append(slices.Clone(t.h.Former), t.h.IDs) {
		t.changes.Stops = append(t.changes.Stops, Mark{IDs: ids, On: true})
	}
	k.Tasks = t.recipients()
	t.turnCase(k, flows.Deliver, "")
	for i := range t.h.Cases { // whatever else was asked for is overtaken
		if other := &t.h.Cases[i]; other.Reference != k.Reference && flows.CaseOpen(other.State) {
			other.Ground = "erased"
			t.turnCase(other, flows.TakeBack, "erased")
		}
	}
	t.c.Entries = nil
	t.h.Kept, t.h.Consents, t.h.Sent, t.h.Asked, t.h.Looks = nil, nil, nil, nil, nil
}

// leaving handles what comes for a person who is being erased: a number that
// changes takes the stop along, and nothing else does.
func (t *turn) leaving() {
	if t.ev.Kind == EventIdentity && t.ev.Identity != nil && !t.ev.Identity.New.Empty() {
		t.changes.Stops = append(t.changes.Stops, Mark{IDs: t.ev.Identity.New, On: true})
	}
}

// remains collects step 2 from a contact that is being erased.
func (b *Bot) remains(c *Contact, now time.Time) *Remains {
	h := &c.Head
	r := &Remains{Contact: c.ID, Brand: h.Brand, Pseudonym: h.Pseudonym, At: now, Files: h.Files, Joined: h.Joined}
	for _, k := range h.Cases {
		if k.Type == CaseErase && k.State == flows.CaseDelivered {
			r.Reference = k.Reference
		}
		r.Cases = append(r.Cases, k.shell(h))
	}
	names := append(slices.Clone(h.Former), h.IDs)
	if h.Guardian != nil {
		names = append(names, guardianName(h.Guardian.Code), wardName(h.Guardian.Code))
	}
	for _, ids := range names {
		r.Names = append(r.Names, b.Env.Keys.Names(h.Brand, ids)...)
	}
	return r
}

func (k *Case) shell(h *Head) Shell {
	return Shell{Brand: h.Brand, Subject: h.Pseudonym, Type: k.Type, Reference: k.Reference, State: k.State, Route: k.Route,
		Evidence: k.Evidence, Ground: k.Ground, Received: k.Received, Due: k.Due, Done: k.Done, Hash: k.Hash, Tasks: k.Tasks}
}

// heirOf names the contact that follows an erased one. It is computed, so that
// an erasure that is begun twice has one heir.
func (b *Bot) heirOf(id ContactID) ContactID {
	sum := b.Env.Keys.Hash("heir/" + string(id))
	return ContactID(hex.EncodeToString(sum[:16]))
}

// shred carries out steps 2 to 4 for a contact that is ERASING, or goes on with
// them for an heir whose Remains are set. Both contacts are ours alone
// meanwhile; who writes then waits for the heir.
func (b *Bot) shred(ctx context.Context, old ContactID) {
	if !b.shredding.begin(old) {
		return
	}
	heir := b.heirOf(old)
	b.lanes.reserve(old, heir)
	b.lanes.wg.Go(func() {
		defer b.shredding.end(old)
		defer b.lanes.release(b.work(ctx), old, heir)
		b.lanes.await(old, heir)
		for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
			err := b.shredGuarded(ctx, old, heir)
			if err == nil {
				break
			}
			b.cache.drop(old)
			b.cache.drop(heir)
			if !errors.Is(err, ErrBusy) {
				b.Log.Error("erasing a contact", "err", err)
			}
			if !pause(ctx, wait) {
				return // whoever is due at the next start goes on
			}
		}
		b.strand(old)
		b.lanes.wake(heir, b.work(ctx))
	})
}

func (b *Bot) shredGuarded(ctx context.Context, old, heir ContactID) (err error) {
	defer func() {
		if recover() != nil {
			b.Log.Error("internal error while erasing", "where", caller())
			err = errPanic
		}
	}()
	return b.shredNow(ctx, old, heir)
}

// strand sends on what had queued up for a contact that is gone.
func (b *Bot) strand(old ContactID) {
	b.routing.Lock() // whoever is routed after this finds the heir
	defer b.routing.Unlock()
	b.cache.remove(old)
	if waiting := b.lanes.empty(old); len(waiting) > 0 {
		b.intake.again(waiting)
	}
}

func (b *Bot) shredNow(ctx context.Context, old, heir ContactID) error {
	h, err := b.makeHeir(ctx, old, heir)
	if h == nil || err != nil {
		return err
	}
	r := h.Head.Remains
	line := Line{Type: LineErased, Actor: "bot", Brand: r.Brand, Object: r.Reference, Outcome: "key destroyed", Reason: "suppression and tombstone kept"}
	// Crash after it: the heir still has its Remains, and destroying what is
	// gone is no error.
	if err := b.Vault.Erase(ctx, *r, line); err != nil {
		b.cache.put(h)
		return err
	}
	b.cache.remove(old)
	for _, id := range r.Joined {
		if err := b.eraseJoined(ctx, id, *r); err != nil {
			b.cache.put(h)
			return err
		}
	}
	now := b.Now()
	t := newTurn(b.Env, b.brands[h.Head.Brand], h, now, &Changes{})
	t.h.Remains, t.h.Files = nil, append(t.h.Files, r.Files...)
	if r.Reference != "" && !h.Head.IDs.Empty() {
		t.say(KindRights, t.text("erase.done", t.with("Reference", r.Reference)))
		t.flush()
	}
	if err := b.commit(ctx, h, *t.changes); err != nil {
		return err
	}
	b.cache.put(h)
	return nil
}

// eraseJoined has what a person left behind under another name erased as well:
// ErrBusy until that is done. What cannot be read any more needs no reading to be
// destroyed.
func (b *Bot) eraseJoined(ctx context.Context, id ContactID, r Remains) error {
	c, err := b.Vault.Peek(ctx, id)
	switch {
	case err == nil && c.Head.Hold == flows.HoldErasing:
		return ErrBusy
	case errors.Is(err, ErrNotFound):
		return nil
	case errors.Is(err, ErrIntegrity):
		return b.Vault.Erase(ctx, Remains{Contact: id, Brand: r.Brand, At: r.At},
			Line{Type: LineErased, Actor: "bot", Brand: r.Brand, Object: r.Reference, Outcome: "key destroyed", Reason: "unreadable"})
	case err != nil:
		return err
	}
	err = b.withContact(ctx, id, func(t *turn) error {
		k := t.newCase(CaseErase, groundJoined)
		k.Evidence = "erased as " + r.Reference
		t.turnCaseBy("bot", k, flows.Verified, k.Evidence)
		t.erase(k)
		return nil
	})
	if err == nil {
		return ErrBusy // begun, not ended
	}
	if errors.Is(err, ErrNotFound) {
		return nil // a shell without a name
	}
	return err
}

// makeHeir makes or finds the heir, with its Remains set; nil when there is
// nothing left to do.
func (b *Bot) makeHeir(ctx context.Context, old, heir ContactID) (*Contact, error) {
	h, err := b.load(ctx, heir)
	if err == nil && h.Head.Remains != nil {
		return h, nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	fresh := err != nil
	c, err := b.load(ctx, old)
	if errors.Is(err, ErrNotFound) {
		if h != nil {
			b.cache.put(h)
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if c.Head.Hold != flows.HoldErasing {
		b.cache.put(c)
		return nil, nil
	}
	if fresh {
		h = b.heirFor(c, heir)
	}
	h.Head.Remains = b.remains(c, b.Now())
	b.cache.put(c)
	b.cache.forget(c.Head.Brand, c.Head.IDs, old)
	// Crash after it: the heir is due and goes on.
	if err := b.commit(ctx, h, Changes{Leads: []Mark{{IDs: c.Head.IDs, On: true}}}); err != nil {
		return nil, err
	}
	return h, nil
}

// heirFor makes the stranger who starts stopped (row 30): the account, and what
// keeps a repeated delivery from being answered again.
func (b *Bot) heirFor(c *Contact, id ContactID) *Contact {
	h := b.Env.newContact(id, b.brands[c.Head.Brand], b.Now())
	from := &c.Head
	h.Head.IDs, h.Head.Number, h.Head.LastIn = from.IDs, from.Number, from.LastIn
	h.Head.Seen, h.Head.SeenFrom, h.Head.PairAt = from.Seen, from.SeenFrom, from.PairAt
	h.Head.Language, h.Head.Chosen = from.Language, from.Chosen
	h.Head.Channel, h.Head.StoppedAt = flows.ChannelStopped, from.LastIn
	h.Head.Identity, h.Head.Follows = flows.IdentityBound, true
	return h
}

// follows notes that whoever has an erased person's account now has written:
// from here on the heir is a contact like any other.
func (t *turn) follows() {
	if t.h.Follows {
		t.h.Follows, t.h.Created = false, t.now
	}
}

// shredDue begins or goes on with an erasure that a contact is a part of.
func (b *Bot) shredDue(ctx context.Context, c *Contact) {
	switch {
	case c.Head.Hold == flows.HoldErasing:
		b.shred(ctx, c.ID)
	case c.Head.Remains != nil:
		b.shred(ctx, c.Head.Remains.Contact)
	}
}

// under is a set of contacts that something is being done with.
type under struct {
	mu  sync.Mutex
	ids map[ContactID]bool
}

// begin reports whether nobody else is at it.
func (u *under) begin(id ContactID) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ids[id] {
		return false
	}
	u.ids[id] = true
	return true
}

func (u *under) end(id ContactID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.ids, id)
}
