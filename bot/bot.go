package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Config is what a Bot is made of. All fields are needed.
type Config struct {
	Brands   []*Brand
	Env      *Env
	Store    Store
	Vault    Vault
	Archive  Archive
	Shelf    FlowShelf
	Packer   Packer
	Sender   Sender
	Caller   Caller
	Throttle Throttle
	// PublicURL is where people reach this server, "" if they cannot: every file
	// is then sent as a message, however large.
	PublicURL string
	// FileMost is the size in bytes up to which a file is sent as a message.
	FileMost int
	// Retention is for what belongs to no contact.
	Retention Retention
	// Now is the clock. In development it follows the simulator's.
	Now func() time.Time
	Log *slog.Logger
}

// Bot runs conversations: Accept takes what Meta delivers, Run decides and
// delivers until its context ends.
type Bot struct {
	Config
	brands  map[string]*Brand // by id
	numbers map[string]*Brand // by phone number id

	intake *intake
	lanes  *lanes
	cache  *cache
	paused *pauses
	locked *shelf
	// shredding are the contacts that are being erased.
	shredding under
	trouble   *trouble
	swept     tally
	deadlines deadlines
	stats     Stats
	// routing is held while events are routed, and while a worker takes from
	// a contact what is somebody else's, so that order survives it. All routing
	// then waits for one commit; numbers seldom pass on.
	routing sync.Mutex
}

// New builds a Bot. It starts nothing.
func New(c Config) (*Bot, error) {
	b := &Bot{
		Config: c, brands: map[string]*Brand{}, numbers: map[string]*Brand{},
		intake: newIntake(), lanes: newLanes(), cache: newCache(cacheSize), paused: newPauses(), locked: newShelf(), trouble: newTrouble(),
		shredding: under{ids: map[ContactID]bool{}},
	}
	c.Env.flows.now.Store(newOffer(nil, nil, nil))
	for _, brand := range c.Brands {
		b.brands[brand.ID] = brand
		for _, n := range brand.Numbers {
			if b.numbers[n.ID] != nil {
				return nil, errors.New("number " + n.ID + " belongs to two brands")
			}
			b.numbers[n.ID] = brand
		}
	}
	return b, nil
}

// cacheSize is how many contacts stay open in memory between messages: some
// 3 KB each. It saves the read and the decryption for people who are talking.
const cacheSize = 8_000

// Accept keeps every event of a delivery durably, or returns an error and
// promises nothing. It is called by the webhook before it answers 200.
//
// Crash before Record returns: Meta delivers again. After: the items are the
// backlog of the next start.
func (b *Bot) Accept(ctx context.Context, d Delivery) error {
	items := make([]*queued, 0, len(d.Events))
	for _, ev := range d.Events {
		if q := b.admit(ev); q != nil {
			items = append(items, q)
		}
	}
	if len(items) == 0 && len(d.Unreadable) == 0 {
		return nil
	}
	b.intake.enter(items, uint64(b.Now().UnixNano()))
	plain := make([]Item, len(items))
	for i, q := range items {
		plain[i] = q.item
	}
	err := b.Store.Record(ctx, plain, d.Unreadable)
	b.intake.settle(items, err == nil)
	if err != nil {
		b.stats.lost(len(items), errors.Is(err, ErrFull))
		return err
	}
	b.intake.awaitLeft(items)
	b.stats.recorded(len(items), len(d.Unreadable))
	return nil
}

// admit turns away what concerns nobody here.
func (b *Bot) admit(ev Event) *queued {
	if ev.Alarm {
		b.warn("meta reports something that wants an operator", ev.Note+" "+ev.Number)
	}
	brand := b.numbers[ev.Number]
	switch ev.Kind {
	case EventIgnored, EventAccount, EventTemplate:
		return nil
	}
	if ev.Kind != EventGuardian && (ev.From.ourName() || ev.Identity != nil && ev.Identity.New.ourName()) {
		b.stats.nobody()
		return nil // nobody outside may speak in a name of the house's own
	}
	b.Env.offers().reduce(ev.Message)
	q := &queued{item: Item{Event: ev}, brand: brand}
	if ev.Kind == EventStatus && ev.Status != nil {
		if id, _, ok := b.Env.Keys.ReadToken(ev.Status.Callback); ok {
			q.contact = id
		}
	}
	if brand == nil {
		// Signed, and for a number that is not in the configuration: somebody
		// may be writing STOP to it.
		b.warn("events come for a number that is not configured", ev.Number)
	}
	if brand == nil || ev.From.Empty() && q.contact == "" {
		b.stats.nobody()
		return nil
	}
	return q
}

// Run decides and delivers until ctx ends, then waits for the work under way.
func (b *Bot) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	b.swept.start(b.Now())
	err := b.replay(ctx)
	if ctx.Err() != nil {
		return nil // nothing was begun, so that nothing new overtakes the backlog; the next start reads it
	}
	if err != nil {
		return err
	}
	wg.Go(func() { b.dispatch(ctx) })
	wg.Go(func() { b.clockwork(ctx) })
	wg.Go(func() { b.housekeeping(ctx) })
	<-ctx.Done()
	b.intake.close()
	wg.Wait()
	b.lanes.wait()
	return nil
}

// replay puts the recorded items that no commit decided before everything new:
// what was acknowledged is decided before anything else is sent.
func (b *Bot) replay(ctx context.Context) error {
	backlog, err := b.Store.Backlog(ctx)
	if err != nil {
		return err
	}
	items := make([]*queued, 0, len(backlog))
	for _, it := range backlog {
		q := b.admit(it.Event)
		if q == nil {
			continue // of a number that left the configuration: kept until it returns
		}
		q.item.Seq = it.Seq
		items = append(items, q)
	}
	b.intake.first(items)
	if len(items) > 0 {
		b.Log.Info("deciding what was recorded before the last stop", "events", len(items))
	}
	return nil
}

// clockEvery is how often the store is asked for contacts whose time has come.
// It bounds how late a paced message or an expiry can be.
const clockEvery = 200 * time.Millisecond

// clockwork wakes contacts whose due time has come.
func (b *Bot) clockwork(ctx context.Context) {
	ticker := time.NewTicker(clockEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := b.Now()
		ids, err := b.Store.Due(ctx, now, dueLimit+b.locked.size(now))
		if err != nil && ctx.Err() == nil {
			b.Log.Error("looking for due contacts", "err", err)
			continue
		}
		for _, id := range ids {
			if !b.locked.holds(id, now) {
				b.lanes.wake(id, b.work(ctx))
			}
		}
	}
}

// dueLimit bounds one look; what is left comes with the next.
const dueLimit = 1000

// Idle reports whether nothing is being decided or sent and no contact is due,
// but for those that are locked.
func (b *Bot) Idle(ctx context.Context) bool {
	if b.intake.waiting() > 0 || b.lanes.busy() {
		return false
	}
	now := b.Now()
	ids, err := b.Store.Due(ctx, now, 1+b.locked.size(now))
	return err == nil && !slices.ContainsFunc(ids, func(id ContactID) bool { return !b.locked.holds(id, now) })
}

// Pending reports how many accepted events wait for a decision.
func (b *Bot) Pending() int { return b.intake.waiting() }
