package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// storedFew is the smaller store that a large one is compared with, and how
// many people come back to either.
const storedFew = 1000

// returning is how people fare who come back to a server that just started
// over a store of some size: none of them is in memory.
type returning struct {
	start  time.Duration
	cpu    time.Duration // per message, of the server alone
	memory int64         // peak, bytes
	rate   int
	load   load
}

// measureStored fills the store, first with few contacts and then with many,
// and each time starts the server anew and lets the same number of people come
// back. What a message costs must not depend on how many others are known.
func (b *benchRun) measureStored(ctx context.Context) error {
	have := 0
	for _, step := range []struct {
		size int
		into *returning
	}{{storedFew, &b.results.few}, {b.options.stored, &b.results.many}} {
		if err := b.stopServer(); err != nil {
			return err
		}
		if err := b.fill(ctx, have, step.size); err != nil {
			return fmt.Errorf("filling the store: %w", err)
		}
		have = step.size
		if err := b.startServer(ctx, b.graph, b.token); err != nil {
			return err
		}
		if err := b.comeBack(ctx, step.size-storedFew, step.into); err != nil {
			return err
		}
	}
	b.results.contactsAfter += have
	return nil
}

// comeBack lets the contacts from a number on write.
func (b *benchRun) comeBack(ctx context.Context, first int, into *returning) error {
	people := make([]*simulator.Person, storedFew)
	for i := range people {
		ids := storedIDs(first + i)
		p := b.sim.Add(simulator.Profile{Key: "s" + strconv.Itoa(first+i), Name: "S", Phone: string(ids.Phone)[1:], BSUID: string(ids.BSUID)})
		people[i] = p.On(benchNumber(i % benchNumbers))
	}
	cpu, _ := b.usage()
	rate := pairShare * storedFew / b.options.seconds
	got, err := b.evenly(ctx, people, rate)
	if err != nil {
		return err
	}
	after, peak := b.usage()
	*into = returning{start: b.started, cpu: (after - cpu) / time.Duration(len(got.times)), memory: peak, rate: rate, load: got}
	return nil
}

// storedIDs are the identifiers of the n-th contact that was put in the store.
func storedIDs(n int) bot.Identifiers {
	id := strconv.Itoa(10_000_000 + n)
	return bot.Identifiers{Phone: bot.Phone("+1888" + id), BSUID: bot.BSUID("BR.7" + id)}
}

// fill copies a contact that a conversation has made, under other names and
// keys, until the store holds so many.
func (b *benchRun) fill(ctx context.Context, have, want int) error {
	env := environment{"AVAL_CONFIG=" + filepath.Join(b.dir, "aval.yaml"), "AVAL_DATA=" + filepath.Join(b.dir, "data")}
	h, err := build("", env, b.io)
	if err != nil {
		return err
	}
	a, err := h.openAlone(ctx, b.io)
	if err != nil {
		return err
	}
	return errors.Join(b.copyContacts(ctx, a, have, want), a.finish(ctx))
}

func (b *benchRun) copyContacts(ctx context.Context, a *app, have, want int) error {
	specimen, err := a.specimen(ctx, bot.Phone("+"+b.people[0].Profile().Phone))
	if err != nil {
		return err
	}
	progress := counting(b.io, "contacts stored")
	var next, done atomic.Int64
	next.Store(int64(have))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 4 * b.options.conns { // they share the syncs of the disk
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < want && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				c := copyOf(specimen, n)
				if err := a.store.Commit(ctx, c, bot.Changes{Leads: []bot.Mark{{IDs: c.Head.IDs, On: true}}}); err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				progress(done.Add(1))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// specimen loads somebody with everything opened.
func (a *app) specimen(ctx context.Context, phone bot.Phone) (*bot.Contact, error) {
	found, err := a.store.Find(ctx, a.config.Brands[0].ID, bot.Identifiers{Phone: phone})
	if err != nil {
		return nil, err
	}
	c, err := a.store.Load(ctx, found.ByPhone)
	if err != nil {
		return nil, err
	}
	for i, e := range c.Entries {
		if c.Entries[i].Plain, err = a.store.OpenEntry(ctx, c, e); err != nil {
			return nil, err
		}
		c.Entries[i].Sealed = nil
	}
	c.Pending, c.Lines = nil, nil
	return c, nil
}

// copyOf makes somebody else of a specimen.
func copyOf(specimen *bot.Contact, n int) *bot.Contact {
	c := &bot.Contact{ID: bot.ContactID(fmt.Sprintf("%032x", n+1)), Due: specimen.Due.AddDate(0, 0, 30), Head: specimen.Head}
	c.Head.IDs = storedIDs(n)
	c.Head.Pseudonym = fmt.Sprintf("STORED%020d", n)
	c.Entries = append([]bot.Entry(nil), specimen.Entries...)
	return c
}
