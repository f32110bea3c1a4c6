package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"aval/flows"
)

// PastTrail is a conversation that ended, without anything the person said: the
// choices they tapped, and of what they typed only whether it fitted. Marketers
// play these again on a draft.
type PastTrail struct {
	At        time.Time
	Recording flows.Recording
}

// What is remembered of the ways through flows, for each person.
const (
	trailMost  = 40 // inputs; a longer conversation shows nothing new
	trailsKept = 5
)

// trace begins the trail of a flow.
func (t *turn) trace(f *flows.Flow, known flows.Vars) {
	t.h.Trail = nil
	if t.brand.Rules.Keep > 0 {
		t.h.Trail = &flows.Recording{Flow: f.ID, Version: f.Version, Known: slices.Sorted(maps.Keys(known))}
	}
}

// tread adds an input to the trail, as the question before it saw it.
func (t *turn) tread(in flows.Input) {
	if r := t.h.Trail; r != nil && len(r.Inputs) < trailMost {
		r.Inputs = append(r.Inputs, t.flows.Redact(t.h.Flow, in))
	}
}

// arriveAtEnd keeps the trail for as long as what was said.
func (t *turn) arriveAtEnd() {
	if t.h.Trail == nil {
		return
	}
	t.h.Trails = append(t.h.Trails, PastTrail{At: t.now, Recording: *t.h.Trail})
	if over := len(t.h.Trails) - trailsKept; over > 0 {
		t.h.Trails = append(t.h.Trails[:0], t.h.Trails[over:]...)
	}
	t.h.Trail = nil
}

// Recordings are the conversations of a flow that ended, of everybody, each
// once with how often it was had, the most frequent first. Nothing in them says
// who had it. Reading them is a line of the ledger, written first.
func (b *Bot) Recordings(ctx context.Context, id string) (map[string]int, error) {
	if err := b.Archive.Act(ctx, Line{Type: LineRecorded, Actor: "operator", Object: id, Outcome: "read"}); err != nil {
		return nil, err
	}
	found := map[string]int{}
	var failed error
	err := b.Archive.Walk(ctx, func(contact ContactID) bool {
		c, err := b.Vault.Peek(ctx, contact)
		if err != nil {
			return ctx.Err() == nil // gone or locked meanwhile: the others count all the same
		}
		if c.Head.Hold != flows.HoldNormal {
			return true
		}
		for _, past := range c.Head.Trails {
			if past.Recording.Flow == id {
				found[past.Recording.String()]++
			}
		}
		failed = ctx.Err()
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	return found, err
}

// Frequent sorts recordings by how often they were had.
func Frequent(found map[string]int) []string {
	return slices.SortedFunc(maps.Keys(found), func(a, b string) int {
		if found[a] != found[b] {
			return found[b] - found[a]
		}
		return strings.Compare(a, b)
	})
}
