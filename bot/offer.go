package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"aval/flows"
	"aval/flows/words"
)

// offer is what people are offered now: every version of every flow in which
// somebody may still stand, which of them begins, who tries a draft of which.
// It never changes; publishing makes another one.
type offer struct {
	library *flows.Library
	// drafts are the drafts that are being tried, by flow.
	drafts map[string]*FlowDraft
	// keywords are those of the versions that may begin, in comparable form:
	// folding them for each message cost a tenth of deciding it.
	keywords map[*flows.Flow]*words.Keywords
	// ads are the advertisements that lead to a flow.
	ads map[string]bool
	// cards: a flow asks for a contact, in some version in which people may stand.
	cards bool
}

// newOffer offers drafts and, of the known flows, the current versions.
func newOffer(known []*flows.Flow, current map[string]int, drafts map[string]*FlowDraft) *offer {
	library := flows.NewLibrary(known, current)
	o := &offer{library: library, drafts: drafts, keywords: map[*flows.Flow]*words.Keywords{}, ads: map[string]bool{}}
	begin := library.Published()
	for id, d := range drafts {
		begin = append(begin, library.Flow(id, d.Version))
	}
	for _, f := range begin {
		o.keywords[f] = words.NewKeywords(slices.Concat(slices.Collect(maps.Values(f.Entry.Keywords))...))
		for _, ad := range f.Entry.Ads {
			o.ads[ad] = true
		}
	}
	o.cards = slices.ContainsFunc(known, func(f *flows.Flow) bool { return f.AsksFor("contact") })
	return o
}

// to is what one contact is offered.
func (o *offer) to(id ContactID) *flows.Library {
	library := o.library
	for flow, d := range o.drafts {
		if slices.Contains(d.Contacts, id) {
			library = library.With(flow, d.Version)
		}
	}
	return library
}

// publishing is the mutable end: what is offered, and what the store knows.
type publishing struct {
	now atomic.Pointer[offer]
	// mu is held while a record is changed, from the look at it to the write.
	mu sync.Mutex
	// used are the versions that the store knows to be used, by "id/version".
	used sync.Map
}

// offers returns what is offered now. A turn asks once: what is published
// meanwhile holds from the next event on.
func (e *Env) offers() *offer { return e.flows.now.Load() }

// FlowFile is a flow with the text that it was read from.
type FlowFile struct {
	Flow   *flows.Flow
	Source []byte
}

// KeepFlows takes in the files of the flows as the server starts: a version
// that was never published is published, every older one that people may stand
// in is read from the store. It is called once, before Run. An error names
// the file's version that cannot be taken, and what to write instead.
//
// Crash between two flows: the next start goes on with the others.
func (b *Bot) KeepFlows(ctx context.Context, files []FlowFile) error {
	b.Env.flows.mu.Lock()
	defer b.Env.flows.mu.Unlock()
	records, err := b.records(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, f := range files {
		r := records[f.Flow.ID]
		if r == nil {
			r = &FlowRecord{ID: f.Flow.ID}
			records[r.ID] = r
		}
		changed, err := r.keep(f.Flow.Version, f.Source, b.Now())
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if !changed {
			continue
		}
		line := Line{Type: LinePublished, Actor: "operator", Object: ref(r.ID, f.Flow.Version), Outcome: "published"}
		if err := b.Shelf.SaveFlow(ctx, r, line); err != nil {
			return err
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	b.offerAll(records)
	return nil
}

// ref names a version of a flow in ledger lines: "offers/3".
func ref(id string, version int) string { return fmt.Sprintf("%s/%d", id, version) }

// records are those of the store, by flow.
func (b *Bot) records(ctx context.Context) (map[string]*FlowRecord, error) {
	list, err := b.Shelf.Flows(ctx)
	if err != nil {
		return nil, err
	}
	records := map[string]*FlowRecord{}
	for i := range list {
		records[list[i].ID] = &list[i]
	}
	return records, nil
}

// offerAll makes the offer of all records. A version that can no longer be
// read is left out: whoever stands in it begins the current one anew.
func (b *Bot) offerAll(records map[string]*FlowRecord) {
	var known []*flows.Flow
	current, drafts := map[string]int{}, map[string]*FlowDraft{}
	read := func(id string, version int, source []byte) bool {
		f, faults := flows.Parse(ref(id, version), source)
		if f == nil {
			b.Log.Error("a published flow cannot be read any more", "flow", ref(id, version), "faults", len(faults))
			return false
		}
		known = append(known, f)
		return true
	}
	for _, id := range slices.Sorted(maps.Keys(records)) {
		r := records[id]
		for _, v := range r.Versions {
			if read(id, v.Version, v.Source) && v.Used {
				b.Env.flows.used.Store(ref(id, v.Version), true)
			}
		}
		current[id] = r.Current
		if r.Draft != nil && read(id, r.Draft.Version, r.Draft.Source) {
			drafts[id] = r.Draft
		}
	}
	b.Env.flows.now.Store(newOffer(known, current, drafts))
}

// changeFlow changes one record, writes it with its line and offers the result.
func (b *Bot) changeFlow(ctx context.Context, id string, change func(*FlowRecord) (Line, error)) (FlowRecord, error) {
	b.Env.flows.mu.Lock()
	defer b.Env.flows.mu.Unlock()
	records, err := b.records(ctx)
	if err != nil {
		return FlowRecord{}, err
	}
	r := records[id]
	if r == nil {
		r = &FlowRecord{ID: id}
	}
	line, err := change(r)
	if err != nil {
		return FlowRecord{}, err
	}
	line.Actor = "operator"
	if err := b.Shelf.SaveFlow(ctx, r, line); err != nil {
		return FlowRecord{}, err
	}
	records[id] = r
	b.offerAll(records)
	return *r, nil
}

// PublishFlow offers a version to everybody who begins from now on. Whoever is
// in the middle of another one ends that. The caller has checked the flow.
func (b *Bot) PublishFlow(ctx context.Context, f FlowFile) (FlowRecord, error) {
	return b.changeFlow(ctx, f.Flow.ID, func(r *FlowRecord) (Line, error) {
		_, err := r.publish(f.Flow.Version, f.Source, b.Now())
		return Line{Type: LinePublished, Object: ref(r.ID, f.Flow.Version), Outcome: "published"}, err
	})
}

// TryFlow offers a draft to the named contacts alone, in place of what they
// were offered before. Without names the trial ends.
func (b *Bot) TryFlow(ctx context.Context, f FlowFile, names []string) (FlowRecord, error) {
	var contacts []ContactID
	for _, name := range names {
		id, err := b.lookUp(ctx, name)
		if err != nil {
			return FlowRecord{}, err
		}
		contacts = append(contacts, id)
	}
	return b.changeFlow(ctx, f.Flow.ID, func(r *FlowRecord) (Line, error) {
		if f.Flow.Version <= r.newest() {
			return Line{}, fmt.Errorf("version %d of flow %s was published already; a draft comes after it: write 'version: %d'",
				f.Flow.Version, r.ID, r.newest()+1)
		}
		r.Draft = &FlowDraft{Version: f.Flow.Version, Source: f.Source, Contacts: contacts, Since: b.Now()}
		return Line{Type: LinePublished, Object: ref(r.ID, f.Flow.Version),
			Outcome: "draft", Reason: fmt.Sprintf("contacts %d", len(contacts))}, nil
	})
}

// EndTrial takes a draft back.
func (b *Bot) EndTrial(ctx context.Context, id string) (FlowRecord, error) {
	return b.changeFlow(ctx, id, func(r *FlowRecord) (Line, error) {
		if r.Draft == nil {
			return Line{}, fmt.Errorf("nobody tries a draft of flow %s", id)
		}
		line := Line{Type: LinePublished, Object: ref(id, r.Draft.Version), Outcome: "draft ended"}
		r.Draft = nil
		return line, nil
	})
}

// RollBackFlow offers the version before the current one again.
func (b *Bot) RollBackFlow(ctx context.Context, id string) (FlowRecord, error) {
	return b.changeFlow(ctx, id, func(r *FlowRecord) (Line, error) {
		was := r.Current
		err := r.rollBack()
		return Line{Type: LinePublished, Object: ref(id, r.Current), Outcome: "rolled back", Reason: fmt.Sprintf("from %d", was)}, err
	})
}

// FlowRecords lists what was published, in the order of ids.
func (b *Bot) FlowRecords(ctx context.Context) ([]FlowRecord, error) {
	list, err := b.Shelf.Flows(ctx)
	slices.SortFunc(list, func(a, b FlowRecord) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// use notes that somebody begins a version, before the commit that lets them:
// from then on its words stay as they are. Crash between: a version that nobody
// began keeps its words, which hurts nobody.
func (b *Bot) use(ctx context.Context, pos flows.Position) error {
	if pos.Flow == "" {
		return nil
	}
	if err := b.useVersion(ctx, pos.Flow, pos.Version); err != nil {
		return err
	}
	for _, outer := range pos.Outer {
		if err := b.useVersion(ctx, outer.Flow, outer.Version); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bot) useVersion(ctx context.Context, id string, version int) error {
	name := ref(id, version)
	if _, known := b.Env.flows.used.Load(name); known || b.Shelf == nil {
		return nil
	}
	b.Env.flows.mu.Lock()
	defer b.Env.flows.mu.Unlock()
	records, err := b.records(ctx)
	if err != nil {
		return err
	}
	if r := records[id]; r != nil {
		v := r.version(version)
		if v == nil {
			return nil // a draft: its words may change while it is tried
		}
		if !v.Used {
			v.Used = true
			if err := b.Shelf.SaveFlow(ctx, r); err != nil {
				return err
			}
		}
	}
	b.Env.flows.used.Store(name, true)
	return nil
}
