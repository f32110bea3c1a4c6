package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aval/flows"
)

// FlowRecord is everything that was ever published of one flow: one document,
// so that publishing, trying and rolling back are one write each.
type FlowRecord struct {
	ID string
	// Versions are in the order of their numbers.
	Versions []FlowVersion
	// Current is offered to whoever begins now; Former were before it, the
	// newest last.
	Current int
	Former  []int
	// Draft is offered to its contacts alone.
	Draft *FlowDraft
	// Stored is the document's version, 0 for one that was never stored.
	Stored int64 `cbor:"-"`
}

// FlowVersion is one published version.
type FlowVersion struct {
	Version int
	Source  []byte
	Since   time.Time
	// Used: somebody began it. From then on its words stay as they are.
	Used bool
}

// FlowDraft is a version that only named contacts are offered.
type FlowDraft struct {
	Version  int
	Source   []byte
	Contacts []ContactID
	Since    time.Time
}

// FlowShelf is the part of the store that keeps published flows.
type FlowShelf interface {
	// Flows returns every record.
	Flows(ctx context.Context) ([]FlowRecord, error)
	// SaveFlow writes a record in place of the one in r.Stored, and then the
	// lines. ErrConflict: somebody else wrote it first.
	SaveFlow(ctx context.Context, r *FlowRecord, lines ...Line) error
}

// version finds a version.
func (r *FlowRecord) version(n int) *FlowVersion {
	for i := range r.Versions {
		if r.Versions[i].Version == n {
			return &r.Versions[i]
		}
	}
	return nil
}

// newest is the highest number that was published.
func (r *FlowRecord) newest() int {
	if len(r.Versions) == 0 {
		return 0
	}
	return r.Versions[len(r.Versions)-1].Version
}

// publish offers a version to everybody who begins from now on and reports
// whether that changed anything.
func (r *FlowRecord) publish(n int, source []byte, now time.Time) (changed bool, err error) {
	v := r.version(n)
	switch {
	case v == nil && n < r.newest():
		return false, fmt.Errorf("version %d of flow %s is older than version %d, which was published; write 'version: %d'",
			n, r.ID, r.newest(), r.newest()+1)
	case v == nil:
		// Who tried it may stand in it now, and stays in these words.
		tried := r.Draft != nil && r.Draft.Version == n
		r.Versions = append(r.Versions, FlowVersion{Version: n, Source: source, Since: now, Used: tried})
		changed = true
	case flows.Same(v.Source, source):
	case v.Used:
		return false, fmt.Errorf("version %d of flow %s %w; put the old words back, or write 'version: %d'",
			n, r.ID, ErrFlowChanged, r.newest()+1)
	default:
		v.Source, v.Since, changed = source, now, true
	}
	if r.Current != n {
		if r.Current > 0 {
			r.Former = append(r.Former, r.Current)
		}
		r.Current, changed = n, true
	}
	if r.Draft != nil && r.Draft.Version <= n {
		r.Draft, changed = nil, true
	}
	r.tidy()
	return changed, nil
}

// keep takes in the file of a version as the server starts: a new version is
// published, a known one leaves what is offered alone, so that a flow that was
// rolled back stays so.
func (r *FlowRecord) keep(n int, source []byte, now time.Time) (changed bool, err error) {
	v := r.version(n)
	if v == nil || r.Current == n {
		return r.publish(n, source, now)
	}
	current, former, news := r.Current, slices.Clone(r.Former), !flows.Same(v.Source, source)
	_, err = r.publish(n, source, now)
	r.Current, r.Former = current, former
	return news && err == nil, err
}

// rollBack offers the version before the current one again.
func (r *FlowRecord) rollBack() error {
	if r.Current == 0 {
		return fmt.Errorf("there is no flow %s; aval flow list shows those that there are", r.ID)
	}
	if len(r.Former) == 0 {
		return fmt.Errorf("flow %s has no version before %d", r.ID, r.Current)
	}
	last := len(r.Former) - 1
	r.Current, r.Former = r.Former[last], r.Former[:last]
	return nil
}

// tidy lets go of versions that nobody began and nothing leads back to.
func (r *FlowRecord) tidy() {
	r.Versions = slices.DeleteFunc(r.Versions, func(v FlowVersion) bool {
		return !v.Used && v.Version != r.Current && !slices.Contains(r.Former, v.Version) && v.Version != r.newest()
	})
}
