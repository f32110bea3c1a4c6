package bot

import (
	"cmp"
	"context"
	"time"

	"aval/flows"
)

// View is what an operator may see of a contact: states, dates and proofs,
// never content. Its JSON is the output of "aval contact show --json".
type View struct {
	Contact     ContactID              `json:"contact"`
	Brand       string                 `json:"brand"`
	Identifiers []string               `json:"identifiers"` // masked
	Language    string                 `json:"language"`
	Channel     string                 `json:"channel"`
	Hold        string                 `json:"hold"`
	Identity    string                 `json:"identity"`
	Window      *time.Time             `json:"window_open_until"`
	Age         string                 `json:"age"`
	Owner       string                 `json:"owner"`
	OwnerSince  *time.Time             `json:"owner_since,omitempty"`
	Consents    map[string]ViewConsent `json:"consents"`
	Question    *ViewQuestion          `json:"question,omitempty"`
	Flow        *ViewFlow              `json:"flow"`
	Cases       []ViewCase             `json:"cases"`
	// Waiting counts messages that wait for a basis, Outbox those to send.
	Waiting int `json:"waiting"`
	Outbox  int `json:"outbox"`
}

// ViewConsent is the state of one purpose.
type ViewConsent struct {
	State  string    `json:"state"`
	Since  time.Time `json:"since"`
	Notice int       `json:"notice,omitempty"`
	Record string    `json:"record,omitempty"`
}

// ViewQuestion is the question that waits for an answer.
type ViewQuestion struct {
	Kind    QuestionKind `json:"kind"`
	Purpose string       `json:"purpose"`
	Expires time.Time    `json:"expires"`
}

// ViewFlow is where the conversation stands.
type ViewFlow struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	State   string `json:"state"`
}

// ViewCase is a person's request.
type ViewCase struct {
	Type      string    `json:"type"`
	Reference string    `json:"reference"`
	State     string    `json:"state"`
	Due       time.Time `json:"due"`
}

// Show returns a contact's view and writes the ledger line that it was shown,
// in the name of actor. The name is an identifier of any kind or a contact id;
// it is looked for in every brand. ErrNotFound if there is none.
func (b *Bot) Show(ctx context.Context, name, actor string) (View, error) {
	id, err := b.lookUp(ctx, name)
	if err != nil {
		return View{}, err
	}
	var v View
	err = b.withContact(ctx, id, func(t *turn) error {
		// No line, no look: what was read must be on the ledger before it is seen.
		t.line(Line{Type: LineShown, Actor: actor, Outcome: "shown", Reason: "operator"})
		t.looked("states and dates")
		v = view(t.c, t.now)
		for i := range v.Cases {
			v.Cases[i].Due = v.Cases[i].Due.In(t.brand.Location)
		}
		return nil
	})
	return v, err
}

// lookUp finds a contact by a phone, a user id or its own id.
func (b *Bot) lookUp(ctx context.Context, name string) (ContactID, error) {
	ids := Identifiers{BSUID: BSUID(name)}
	if phone, ok := NewPhone(name); ok {
		ids = Identifiers{Phone: phone}
	}
	var hit ContactID
	for brand := range b.brands {
		f, err := b.Store.Find(ctx, brand, ids)
		if err != nil {
			return "", err
		}
		id := cmp.Or(f.ByBSUID, f.ByPhone)
		if hit != "" && id != "" && id != hit {
			return "", ErrAmbiguous
		}
		hit = cmp.Or(hit, id)
	}
	if hit != "" {
		return hit, nil
	}
	c, err := b.Vault.Peek(ctx, ContactID(name))
	if err != nil {
		return "", err
	}
	if b.brands[c.Head.Brand] == nil {
		return "", errUnserved
	}
	return c.ID, nil
}

// goesBy reports whether a contact is called so now: an identifier that it gave
// up may be somebody else's.
func (h *Head) goesBy(name string) bool {
	phone, ok := NewPhone(name)
	return ok && phone == h.IDs.Phone || BSUID(name) == h.IDs.BSUID
}

func view(c *Contact, now time.Time) View {
	h := &c.Head
	v := View{
		Contact: c.ID, Brand: h.Brand, Identifiers: []string{}, Language: h.Language, Channel: h.Channel, Hold: h.Hold,
		Identity: h.Identity, Owner: h.Turn, Age: cmp.Or(h.Age, flows.AgeUnasked), Consents: map[string]ViewConsent{}, Cases: []ViewCase{},
		Waiting: len(h.Held), Outbox: len(h.Outbox),
	}
	if h.IDs.Phone != "" {
		v.Identifiers = append(v.Identifiers, h.IDs.Phone.Masked())
	}
	if h.IDs.BSUID != "" {
		v.Identifiers = append(v.Identifiers, h.IDs.BSUID.Masked())
	}
	if until := h.WindowUntil(); until.After(now) {
		v.Window = &until
	}
	if h.Turn != flows.TurnBot {
		v.OwnerSince = &h.TurnSince
	}
	for id, k := range h.Consents {
		v.Consents[id] = ViewConsent{State: k.State, Since: k.Since, Notice: k.Notice, Record: k.Record}
	}
	if q := h.Question; q != nil {
		v.Question = &ViewQuestion{Kind: q.Kind, Purpose: q.Purpose, Expires: q.Expires}
	}
	if h.Flow.State != "" {
		v.Flow = &ViewFlow{ID: h.Flow.Flow, Version: h.Flow.Version, State: h.Flow.State}
	}
	for _, k := range h.Cases {
		v.Cases = append(v.Cases, ViewCase{Type: k.Type, Reference: k.Reference, State: k.State, Due: k.Due})
	}
	return v
}

// Standing is where somebody stands in a flow. Flow is nil for who is in none.
type Standing struct {
	Flow            *flows.Flow
	State, Language string
}

// Stands tells where somebody stands. It is for the phones page of development,
// which knows all that is said anyway, and leaves no line.
func (b *Bot) Stands(ctx context.Context, name string) (Standing, error) {
	id, err := b.lookUp(ctx, name)
	if err != nil {
		return Standing{}, err
	}
	c, err := b.Vault.Peek(ctx, id)
	if err != nil {
		return Standing{}, err
	}
	pos := c.Head.Flow
	return Standing{b.Env.offers().library.Flow(pos.Flow, pos.Version), pos.State, c.Head.Language}, nil
}
