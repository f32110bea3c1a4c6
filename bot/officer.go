package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"aval/flows"
)

// What follows is done by the people who answer for the data, through the
// verbs. Every act is a line of the ledger in the same write.

// Errors of these acts. Their words are for the officer.
var (
	ErrNoExtension = errors.New("no extension is possible")
	ErrWrongState  = errors.New("that is not possible now")
	// ErrUntold: the person would have to be told and cannot be in the chat.
	ErrUntold = errors.New("the person cannot be told in the chat: they have not written in the last 24 hours; " +
		"tell them another way and name it")
	ErrNoEvidence = errors.New("say how the request came and what showed that it is this person")
	// ErrFormer: the number was given up and may be another person's now.
	ErrFormer = errors.New("the person has given this number up, and it may be another's; make sure, and give the contact id")
)

// Routes are the ways on which people and officers meet beside the chat.
func Routes() []string { return []string{"letter", "phone", "email", "desk"} }

// Evidences are the kinds of proof of identity that an officer may name. The
// list is closed because the word stays in the ledger, where nothing personal
// may stand.
func Evidences() []string {
	return []string{"id-document", "known-in-person", "known-address", "called-back", "signature", "signed-in", "authority"}
}

// Grounds are the fixed words for an extension and for a refusal.
func Grounds() (extend, refuse []string) {
	return []string{"complex", "many"}, // GDPR 12(3): complexity and number of the requests
		[]string{
			"unfounded", "excessive", // GDPR 12(5)
			"identity",             // 12(2), 12(6): it was not shown
			"legal-duty", "claims", // 17(3)(b) and (e)
			"rights-of-others", // 15(4)
			"not-applicable",   // the right does not reach this
		}
}

func refusals() []string {
	_, refuse := Grounds()
	return refuse
}

// worded checks the words of a decision that stay in the ledger.
func (d Decision) worded(grounds []string) error {
	if grounds != nil && !slices.Contains(grounds, d.Ground) || grounds == nil && d.Ground != "" {
		return fmt.Errorf("the ground is missing or not known; write one of %s", strings.Join(grounds, ", "))
	}
	if d.Told != "" && !slices.Contains(Routes(), d.Told) {
		return fmt.Errorf("nobody can be told by %s; write one of %s", d.Told, strings.Join(Routes(), ", "))
	}
	return nil
}

// withContact runs f on a contact that is ours alone meanwhile and commits
// what it changed. What it said leaves as any other message does.
func (b *Bot) withContact(ctx context.Context, id ContactID, f func(t *turn) error) error {
	b.lanes.reserve(id)
	woken := false
	defer func() {
		b.lanes.release(b.work(ctx), id)
		if woken {
			b.lanes.wake(id, b.work(context.WithoutCancel(ctx)))
		}
	}()
	b.lanes.await(id)
	for {
		err := b.actOn(ctx, id, f)
		if errors.Is(err, ErrConflict) {
			continue
		}
		woken = err == nil
		return err
	}
}

func (b *Bot) actOn(ctx context.Context, id ContactID, f func(t *turn) error) error {
	c, err := b.load(ctx, id)
	if err != nil {
		return err
	}
	brand := b.brands[c.Head.Brand]
	if brand == nil {
		b.cache.put(c)
		return errUnserved
	}
	if c.Head.Forgotten || c.Head.Follows {
		b.cache.put(c)
		return ErrNotFound
	}
	now := b.Now()
	t := newTurn(b.Env, brand, c, now, &Changes{})
	if err := f(t); err != nil {
		b.cache.drop(id) // what f changed in memory is not what is stored
		return err
	}
	t.flush()
	if err := b.commit(ctx, c, *t.changes); err != nil {
		b.cache.drop(id)
		return err
	}
	b.cache.put(c)
	return nil
}

// looked remembers who saw the person's data, for their own access request.
func (t *turn) looked(what string) {
	t.h.Looks = append(t.h.Looks, Look{At: t.now, Role: "operator", What: what})
	if over := len(t.h.Looks) - looksKept; over > 0 {
		t.h.Looks = append(t.h.Looks[:0], t.h.Looks[over:]...)
	}
}

// looksKept bounds the memory of looks in the document; the ledger has all.
const looksKept = 100

// onCase runs f on a case.
func (b *Bot) onCase(ctx context.Context, reference string, f func(t *turn, k *Case) error) (CaseView, error) {
	v, err := b.Case(ctx, reference)
	if err != nil {
		return v, err
	}
	if v.Contact == "" {
		return v, fmt.Errorf("%w: the person of %s was erased", ErrWrongState, v.Reference)
	}
	err = b.withContact(ctx, v.Contact, func(t *turn) error {
		k := t.h.caseNamed(v.Reference)
		if k == nil {
			return ErrNotFound
		}
		if err := f(t, k); err != nil {
			return err
		}
		v = b.caseView(t.c, k)
		return nil
	})
	return v, err
}

// unfit says that a case is not in a state for an act.
func (k *Case) unfit() error { return fmt.Errorf("%w: %s is %s", ErrWrongState, k.Reference, k.State) }

// Decision is what an officer says with an act.
type Decision struct {
	// Ground is the fixed word that the ledger keeps.
	Ground string
	// Reason is for the person, in their language.
	Reason Text
	// Told names another way by which the person was told, "" for the chat.
	Told string
}

// reach says something to the person in the chat, or notes how else they were
// told. Nothing is decided about somebody who cannot learn of it.
func (t *turn) reach(k *Case, a Decision, body string) error {
	if err := t.reachable(a.Told); err != nil {
		return err
	}
	k.Told = a.Told != ""
	if k.Told {
		return nil
	}
	t.tell(k, body)
	return nil
}

// reachable reports whether somebody can be told something in the chat, unless
// they are told another way.
func (t *turn) reachable(told string) error {
	o := &Outbound{Kind: KindRights, Purpose: t.brand.Serving().ID}
	if told != "" || t.h.Channel != flows.ChannelUnreachable && Gate(t.h, t.brand, o, false, t.now).Refused == "" {
		return nil
	}
	return ErrUntold
}

// ExtendCase gives a case the law's longer time, once, with the reason told
// before the shorter one is over (GDPR 12(3)).
func (b *Bot) ExtendCase(ctx context.Context, reference string, a Decision) (CaseView, error) {
	grounds, _ := Grounds()
	if err := a.worded(grounds); err != nil {
		return CaseView{}, err
	}
	return b.onCase(ctx, reference, func(t *turn, k *Case) error {
		last := t.brand.Clock.ExtendBy(k.Type, k.Received, k.Paused)
		due, ok := t.brand.Clock.Extended(k.Type, k.Received, k.Paused)
		switch {
		case !flows.CaseOpen(k.State) || !k.Extended.IsZero():
			return k.unfit()
		case !ok:
			return fmt.Errorf("%w: %s gives none", ErrNoExtension, t.brand.Clock.Source(k.Type))
		case t.now.After(last):
			return fmt.Errorf("%w: the time to say so ended on %s", ErrNoExtension, last.Format(time.DateOnly))
		}
		before := k.Due
		k.Extended, k.Due, k.Ground, k.Reason, k.Reminded = t.now, due, a.Ground, a.Reason, 0
		if !t.turnCaseBy("operator", k, flows.Extend, join(a.Ground, a.Told)) {
			return k.unfit()
		}
		return t.reach(k, a, t.text("case.extended", t.with("Reference", k.Reference, "Before", t.date(before),
			"Due", t.date(due), "Reason", string(a.Reason), "Authority", t.brand.Controller.Authority)))
	})
}

// RefuseCase refuses a case with its reason and the ways to complain (GDPR
// 12(4)).
func (b *Bot) RefuseCase(ctx context.Context, reference string, a Decision) (CaseView, error) {
	_, grounds := Grounds()
	if err := a.worded(grounds); err != nil {
		return CaseView{}, err
	}
	return b.onCase(ctx, reference, func(t *turn, k *Case) error {
		k.Ground, k.Reason = a.Ground, a.Reason
		t.closeAsk(k)
		if !t.turnCaseBy("operator", k, flows.Refuse, join(a.Ground, a.Told)) {
			return k.unfit()
		}
		return t.reach(k, a, t.refusal(k))
	})
}

// CloseCase ends a case that an officer answers by hand, a correction or an
// objection, with the reason as its answer; or one that was answered, whose
// recipients have been told (GDPR 19).
func (b *Bot) CloseCase(ctx context.Context, reference string, a Decision) (CaseView, error) {
	if err := a.worded(nil); err != nil {
		return CaseView{}, err
	}
	return b.onCase(ctx, reference, func(t *turn, k *Case) error {
		if flows.CaseOpen(k.State) {
			if k.Type != CaseRectify && k.Type != CaseObject {
				return fmt.Errorf("%w: %s asks for something that is carried out, not only answered; "+
					"do it for the person, or refuse it", ErrWrongState, k.Reference)
			}
			if a.Reason == "" {
				return fmt.Errorf("%w: %s is not answered yet; say what the person is told", ErrWrongState, k.Reference)
			}
			t.closeAsk(k)
			t.turnCaseBy("operator", k, flows.Verified, "by hand")
			if !t.turnCaseBy("operator", k, flows.Deliver, join(a.Ground, a.Told)) {
				return k.unfit()
			}
			k.Ground, k.Reason = a.Ground, a.Reason
			if err := t.reach(k, a, t.text("case.answered", t.with("Reference", k.Reference, "Reason", string(a.Reason)))); err != nil {
				return err
			}
		}
		if !t.turnCaseBy("operator", k, flows.Close, either(len(k.Tasks) > 0, "recipients told", "")) {
			return k.unfit()
		}
		k.Tasks = nil
		return nil
	})
}

// CodeCase makes the one-time code of a case, to be given to the person by a
// way that was known before. It is shown once and kept as a hash.
func (b *Bot) CodeCase(ctx context.Context, reference string) (code string, v CaseView, err error) {
	v, err = b.onCase(ctx, reference, func(t *turn, k *Case) error {
		if k.State != flows.CaseVerifying {
			return k.unfit()
		}
		code = t.newCode(k)
		t.line(Line{Type: LineCode, Actor: "operator", Object: k.Reference, Outcome: "given"})
		return nil
	})
	return code, v, err
}

// Ask is a request that came by another way than the chat.
type Ask struct {
	Type string
	// Route is letter, phone, email or desk; Evidence is the class of what
	// showed that it is this person, such as "passport seen". Both are needed.
	Route, Evidence string
	// Told names another way by which the person is told, "" for the chat.
	Told string
	// Paper wants the readable document instead of the archive.
	Paper bool
}

// Request enters a request and carries it out. The person is told in the chat
// if that is possible. For an access or portability request the file is
// returned, to be handed over the way the request came.
func (b *Bot) Request(ctx context.Context, name string, a Ask) (CaseView, File, error) {
	if !slices.Contains(Routes(), a.Route) || !slices.Contains(Evidences(), a.Evidence) {
		return CaseView{}, File{}, ErrNoEvidence
	}
	id, err := b.lookUp(ctx, name)
	if err != nil {
		return CaseView{}, File{}, err
	}
	var v CaseView
	var f File
	err = b.withContact(ctx, id, func(t *turn) error {
		if name != string(t.c.ID) && !t.h.goesBy(name) {
			return ErrFormer
		}
		if t.h.Hold == flows.HoldErasing {
			return fmt.Errorf("%w: the person is being erased", ErrWrongState)
		}
		k := t.openCase(a.Type)
		if k == nil {
			k = t.newCase(a.Type, a.Route)
		}
		t.closeAsk(k)
		k.Tier, k.Evidence, k.Doubt, k.Unproven, k.Code = 3, a.Evidence, false, false, nil
		t.turnCaseBy("operator", k, flows.Verified, join(a.Route, a.Evidence))
		if f, err = b.byOfficer(ctx, t, k, a.Told, a.Paper); err != nil {
			return err
		}
		v = b.caseView(t.c, t.h.caseNamed(k.Reference))
		return nil
	})
	return v, f, err
}

// StopFor enters a stop that came by another way (STP-7). A negative is cheap:
// it needs no proof of who asked, and acts on every identifier of the person,
// whose number it returns.
func (b *Bot) StopFor(ctx context.Context, name, route string) (identifiers int, err error) {
	if !slices.Contains(Routes(), route) {
		return 0, ErrNoEvidence
	}
	id, err := b.lookUp(ctx, name)
	if err != nil {
		return 0, err
	}
	err = b.withContact(ctx, id, func(t *turn) error {
		t.stopAll(route)
		for i := range t.c.Lines { // all of them are this act's
			t.c.Lines[i].Actor = "operator"
		}
		for _, ids := range append(slices.Clone(t.h.Former), t.h.IDs) {
			identifiers += len(contactNames(t.h.Brand, ids))
		}
		return nil
	})
	return identifiers, err
}

// byOfficer carries out what an officer asked for in a person's name.
func (b *Bot) byOfficer(ctx context.Context, t *turn, k *Case, told string, paper bool) (f File, err error) {
	switch k.Type {
	case CaseAccess, CasePortability:
		t.looked("export")
		d, err := b.dossier(ctx, t.c, t.brand, k.Type, k.Reference)
		if err != nil {
			return f, err
		}
		pack := b.Packer.Package
		if paper {
			pack = b.Packer.Document
		}
		if f, err = pack(d); err != nil {
			return f, fmt.Errorf("packing: %w", err)
		}
		k.Hash, k.Told = sha256.Sum256(f.Data), true
		t.turnCaseBy("operator", k, flows.Deliver, "handed to the operator")
	case CaseErase:
		if err := t.reachable(told); err != nil {
			return f, err
		}
		t.erase(k)
		if t.h.Hold != flows.HoldErasing {
			return f, fmt.Errorf("%w: something must be kept by law", ErrWrongState)
		}
	case CaseRestrict:
		if err := t.reachable(told); err != nil {
			return f, err
		}
		t.restrict(k)
		k.Told = told != ""
	case CaseLift:
		if t.h.Hold != flows.HoldRestricted {
			return f, fmt.Errorf("%w: the data is not on hold", ErrWrongState)
		}
		// GDPR 18(3): told before it is lifted. In the chat the hold ends once
		// Meta has the message (see answered).
		if told != "" {
			k.Told = true
			t.unrestrict(k)
			return f, nil
		}
		return f, t.reach(k, Decision{}, t.text("restrict.lifting", t.about(k)))
	default:
		return f, fmt.Errorf("%w: nobody can enter a request of type %s", ErrWrongState, k.Type)
	}
	return f, nil
}

// Erased reports whether nothing of an erased contact is left in the store.
func (b *Bot) Erased(ctx context.Context, id ContactID) (bool, error) {
	_, err := b.Vault.Peek(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return false, err
	}
	heir, err := b.Vault.Peek(ctx, b.heirOf(id))
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return err == nil && heir.Head.Remains == nil, err
}

// CasesDue counts the open cases that wait for an officer.
type CasesDue struct {
	Soon    int `json:"due_soon"` // within two days
	Overdue int `json:"overdue"`
}

type deadlines struct {
	mu   sync.Mutex
	due  CasesDue
	said time.Time // when the log said so last
}

// CasesDue returns the counts of the last look, at most a minute old.
func (b *Bot) CasesDue() CasesDue {
	b.deadlines.mu.Lock()
	defer b.deadlines.mu.Unlock()
	return b.deadlines.due
}

// watchDeadlines counts the cases whose date is near or past, and says so in
// the log. Those that wait for the person are not an officer's to hurry.
func (b *Bot) watchDeadlines(ctx context.Context) error {
	open, err := b.Cases(ctx, false)
	if err != nil {
		return err
	}
	var due CasesDue
	soon := b.Now().Add(remindBefore[1])
	for _, v := range open {
		switch {
		case v.Waits || !flows.CaseOpen(v.State):
		case v.Overdue:
			due.Overdue++
		case v.Due.Before(soon):
			due.Soon++
		}
	}
	b.deadlines.mu.Lock()
	defer b.deadlines.mu.Unlock()
	b.deadlines.due = due
	if now := b.Now(); due != (CasesDue{}) && now.Sub(b.deadlines.said) >= sweepEvery {
		b.deadlines.said = now
		b.Log.Warn("requests of people wait for an officer; see aval case list", "overdue", due.Overdue, "within_two_days", due.Soon)
	}
	return nil
}
