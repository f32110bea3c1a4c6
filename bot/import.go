package bot

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"

	"aval/flows"
)

// Imported is what a person brings along from another controller, checked by
// whoever read it.
type Imported struct {
	Identifiers Identifiers
	Language    string
	Channel     string
	Fields      []DossierField
	Consents    []DossierConsent
	// Source names the controller it comes from, Reference its package.
	Source, Reference string
}

// ImportReport says what became of it, in counts.
type ImportReport struct {
	Contact ContactID `json:"contact"`
	New     bool      `json:"new"`
	Fields  int       `json:"fields"`
	// Unfounded are fields that no purpose declares, or whose purpose has no
	// basis yet: they were not kept.
	Unfounded int `json:"fields_without_basis"`
	Stops     int `json:"stops"`
	// Evidence are consents given elsewhere. They grant nothing here (CNS-7).
	Evidence int `json:"consents_as_evidence"`
}

// Import takes over what a person brings from another installation (GDPR 20).
// Negatives travel: who stopped there is stopped here. Grants do not.
func (b *Bot) Import(ctx context.Context, brandID string, in Imported) (ImportReport, error) {
	brand := b.brands[brandID]
	if brand == nil || in.Identifiers.Empty() {
		return ImportReport{}, ErrNotFound
	}
	var report ImportReport
	found, err := b.Store.Find(ctx, brandID, in.Identifiers)
	if err != nil {
		return report, err
	}
	id := cmp.Or(found.ByBSUID, found.ByPhone)
	if id == "" {
		if id, err = b.newcomer(ctx, brand, in, found.Suppressed); err != nil {
			return report, err
		}
		report.New = true
	}
	report.Contact = id
	err = b.withContact(ctx, id, func(t *turn) error {
		if t.h.Hold != flows.HoldNormal || !report.New && t.doubt() {
			return fmt.Errorf("%w: the person's data is on hold, or it is not sure who they are", ErrWrongState)
		}
		t.takeOver(in, &report)
		return nil
	})
	return report, err
}

// newcomer makes the contact of somebody who has not written to us yet. Nothing
// may be sent to them: the window is closed and nothing is agreed.
func (b *Bot) newcomer(ctx context.Context, brand *Brand, in Imported, suppressed bool) (ContactID, error) {
	c := b.Env.newContact(b.newID(), brand, b.Now())
	c.Head.IDs = Identifiers{BSUID: in.Identifiers.BSUID, Phone: in.Identifiers.Phone}
	if suppressed {
		c.Head.Channel = flows.ChannelStopped
	}
	if err := b.commit(ctx, c, Changes{Leads: []Mark{{IDs: c.Head.IDs, On: true}}}); err != nil {
		return "", err
	}
	return c.ID, nil
}

func (t *turn) takeOver(in Imported, report *ImportReport) {
	if t.speaks(in.Language) && !t.h.Chosen && t.h.LastIn.IsZero() {
		t.h.Language = in.Language
	}
	if in.Channel == flows.ChannelStopped {
		t.ev.Traits = TraitHistory
		if t.stopAll("imported") {
			report.Stops++
		}
	}
	for _, k := range in.Consents {
		switch k.State {
		case flows.Withdrawn, flows.Refused:
			if p, ok := t.brand.Purpose(k.Purpose.ID); ok && p.NeedsConsent() {
				t.h.consent(p.ID)
				t.takeAway(p, "imported")
				report.Stops++
			}
		case flows.Given, flows.Renewed:
			report.Evidence++
		}
	}
	for _, f := range in.Fields {
		if !t.importField(f, in.Source) {
			report.Unfounded++
			continue
		}
		report.Fields++
	}
	sum := t.env.Keys.Hash("package/" + in.Reference) // the words are another installation's
	t.line(Line{Type: LineImported, Actor: "operator", Object: hex.EncodeToString(sum[:8]), Outcome: "taken over"})
}

// importField keeps a field that a flow of the brand keeps too, if its purpose
// has its basis here.
func (t *turn) importField(f DossierField, source string) bool {
	field, ok := t.field(f.Name)
	p, declared := t.brand.Purpose(field.Purpose)
	if !ok || !declared || !t.allowed(p) {
		return false
	}
	if was, there := t.h.Kept[f.Name]; there && was.At.After(f.Since) {
		return false // what we have is newer
	}
	value, fits := field.Read(flows.Answer(f.Value), t.h.Language)
	if !fits {
		return false
	}
	t.keepField(f.Name, field, value, source)
	return true
}
