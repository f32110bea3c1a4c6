package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aval/flows"
)

// CaseView is a case as an officer sees it: no content.
type CaseView struct {
	Reference string     `json:"reference"`
	Type      string     `json:"type"`
	State     string     `json:"state"`
	Brand     string     `json:"brand"`
	Contact   ContactID  `json:"contact,omitempty"` // empty once the person was erased
	Route     string     `json:"route"`
	Received  time.Time  `json:"received"`
	Due       time.Time  `json:"due"`
	Source    string     `json:"source,omitempty"` // the article that sets the date
	Waits     bool       `json:"waits_for_the_person,omitempty"`
	Extended  *time.Time `json:"extended,omitempty"`
	Done      *time.Time `json:"done,omitempty"`
	Overdue   bool       `json:"overdue,omitempty"`
	Tier      int        `json:"tier,omitempty"`
	Evidence  string     `json:"evidence,omitempty"`
	Ground    string     `json:"ground,omitempty"`
	// Told is yes or no once there is an answer; empty where nobody can know,
	// because the person was erased.
	Told  string   `json:"told,omitempty"`
	Hash  string   `json:"sha256,omitempty"` // of what was delivered
	Tasks []string `json:"tasks,omitempty"`
}

// Cases lists the cases of everybody, those that must be answered first at the
// top; with closed also those that were answered.
func (b *Bot) Cases(ctx context.Context, closed bool) ([]CaseView, error) {
	ids, err := b.Vault.Holders(ctx, closed)
	if err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	views := []CaseView{}
	for _, id := range ids {
		more, err := b.casesOf(ctx, id, closed)
		if err != nil {
			return nil, err
		}
		views = append(views, more...)
	}
	if closed {
		shells, err := b.Vault.Shells(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing cases: %w", err)
		}
		for _, s := range shells {
			views = append(views, b.zoned(s).view())
		}
	}
	slices.SortStableFunc(views, func(a, c CaseView) int {
		if x, y := flows.CaseOpen(a.State), flows.CaseOpen(c.State); x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return a.Due.Compare(c.Due)
	})
	return views, nil
}

func (b *Bot) casesOf(ctx context.Context, id ContactID, closed bool) ([]CaseView, error) {
	c, err := b.Vault.Peek(ctx, id)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrIntegrity) {
		return nil, nil // erased meanwhile, or locked: the log says so
	}
	if err != nil {
		return nil, err
	}
	var views []CaseView
	for i := range c.Head.Cases {
		if k := &c.Head.Cases[i]; closed || k.pending() {
			views = append(views, b.caseView(c, k))
		}
	}
	return views, nil
}

// pending reports whether there is still something for an officer in a case: an
// answer, or recipients to tell.
func (k *Case) pending() bool {
	return flows.CaseOpen(k.State) || k.State == flows.CaseDelivered && len(k.Tasks) > 0
}

func (b *Bot) caseView(c *Contact, k *Case) CaseView {
	v := b.zoned(k.shell(&c.Head)).view()
	v.Contact, v.Tier, v.Waits = c.ID, k.Tier, k.waits()
	v.Overdue = flows.CaseOpen(k.State) && !v.Waits && b.Now().After(k.Due)
	if !k.Done.IsZero() || !k.Extended.IsZero() {
		v.Told = either(k.Told, "yes", "no")
	}
	if !k.Extended.IsZero() {
		v.Extended = &k.Extended
	}
	if brand := b.brands[c.Head.Brand]; brand != nil {
		v.Source = brand.Clock.Source(k.Type)
	}
	return v
}

// zoned puts the dates of a case where its brand is: a due date is a day there.
func (b *Bot) zoned(s Shell) Shell {
	if brand := b.brands[s.Brand]; brand != nil && brand.Location != nil {
		s.Received, s.Due = s.Received.In(brand.Location), s.Due.In(brand.Location)
		if !s.Done.IsZero() {
			s.Done = s.Done.In(brand.Location)
		}
	}
	return s
}

func (s Shell) view() CaseView {
	v := CaseView{Reference: s.Reference, Type: s.Type, State: s.State, Brand: s.Brand, Route: s.Route, Received: s.Received,
		Due: s.Due, Evidence: s.Evidence, Ground: s.Ground, Tasks: s.Tasks}
	if !s.Done.IsZero() {
		v.Done = &s.Done
	}
	if s.Hash != [32]byte{} {
		v.Hash = fmt.Sprintf("%x", s.Hash)
	}
	return v
}

// plainReference reads a reference as people write it down.
func plainReference(s string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(s)))
}

// Case returns one case, of somebody who is still here or was erased.
func (b *Bot) Case(ctx context.Context, reference string) (CaseView, error) {
	all, err := b.Cases(ctx, true)
	if err != nil {
		return CaseView{}, err
	}
	want := plainReference(reference)
	found := CaseView{}
	for _, v := range all {
		// Of a case that moved with its person, the one that goes on.
		if plainReference(v.Reference) == want && (found.Reference == "" || found.Ground == groundJoined) {
			found = v
		}
	}
	if found.Reference == "" {
		return found, ErrNotFound
	}
	return found, nil
}
