package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// sendFile puts a person's file in the outbox. It is made when it leaves, so
// that what lies in the outbox is no copy of anybody's data, and an erasure
// that comes between leaves nothing to send.
func (t *turn) sendFile(k *Case) {
	p := t.tell(k, t.text("file.caption."+k.Type, t.about(k)))
	p.personal, p.content.Document = true, &Document{Make: k.Type}
}

// linkLife is how long a link to a package opens (DSR-12).
const linkLife = 7 * 24 * time.Hour

// fill makes the file that a message carries and hands it to Meta. What it
// changes is the message's own content and, of its case, what was delivered;
// both are written with the outcome. Crash before that: the file is made and
// uploaded again, and Meta drops the first after thirty days.
func (b *Bot) fill(ctx context.Context, c *Contact, brand *Brand, o *Outbound) (Outgoing, error) {
	content := o.Content
	doc := content.Document
	if doc == nil || doc.Make == "" {
		return content, nil
	}
	f, err := b.makeFile(ctx, c, brand, doc.Make, o.Case)
	if err != nil {
		return content, err
	}
	k := c.Head.caseNamed(o.Case)
	if k != nil {
		k.Hash = sha256.Sum256(f.Data)
	}
	if most := b.FileMost; most > 0 && len(f.Data) > most && k != nil && b.PublicURL != "" {
		return b.linked(c, brand, k), nil
	}
	media, err := b.Sender.Upload(ctx, c.Head.Number, f)
	if err != nil {
		return content, err
	}
	c.Head.Files = append(c.Head.Files, Upload{Number: c.Head.Number, Media: media, At: b.Now()})
	content.Document = &Document{MediaID: media, Name: f.Name}
	return content, nil
}

// makeFile packs what a person asked for.
func (b *Bot) makeFile(ctx context.Context, c *Contact, brand *Brand, what, reference string) (File, error) {
	d, err := b.dossier(ctx, c, brand, what, reference)
	if err != nil {
		return File{}, err
	}
	var f File
	if what == DocumentReceipt {
		f, err = b.Packer.Receipt(brand, d.Language, d.Identifiers, d.Records, d.Made)
	} else {
		f, err = b.Packer.Document(d)
	}
	if err != nil {
		return File{}, fmt.Errorf("packing: %w", err)
	}
	return f, nil
}

// linked is the message in the place of a file that is too large for one.
func (b *Bot) linked(c *Contact, brand *Brand, k *Case) Outgoing {
	secret := b.Env.token(nonceLength)
	k.Link = &CaseLink{Hash: linkHash(secret), Expires: b.Now().Add(linkLife)}
	t := newTurn(b.Env, brand, c, b.Now(), &Changes{})
	url := strings.TrimRight(b.PublicURL, "/") + "/file/" + b.Env.Keys.Token(c.ID, k.Reference+"."+secret)
	return Outgoing{
		Body: Text(t.text("file.link", t.with("Reference", k.Reference, "Until", t.date(k.Link.Expires)))),
		Link: &Link{Label: Text(t.text("file.open", nil)), URL: url},
	}
}

func linkHash(secret string) [32]byte { return sha256.Sum256([]byte("aval file link\x00" + secret)) }

// ErrUsed: a link that opens once was opened before, or its time is over.
var ErrUsed = errors.New("link already used")

// Fetch opens the link to a package: once. Anything but the right name of a
// link is ErrNotFound; one that was used, or is too old, is ErrUsed.
//
// Crash after the commit: the link is used and nothing was handed over. The
// person asks again; the reverse could hand it over twice.
func (b *Bot) Fetch(ctx context.Context, token string) (File, error) {
	id, name, ok := b.Env.Keys.ReadToken(token)
	reference, secret, cut := strings.Cut(name, ".")
	if !ok || !cut {
		return File{}, ErrNotFound
	}
	var f File
	err := b.withContact(ctx, id, func(t *turn) error {
		k := t.h.caseNamed(reference)
		if k == nil || k.Link == nil || t.h.Hold == flows.HoldErasing || t.doubt() {
			return ErrNotFound
		}
		sum := linkHash(secret)
		if subtle.ConstantTimeCompare(sum[:], k.Link.Hash[:]) != 1 {
			return ErrNotFound
		}
		if k.Link.Used || t.now.After(k.Link.Expires) {
			return ErrUsed
		}
		d, err := b.dossier(ctx, t.c, t.brand, k.Type, k.Reference)
		if err != nil {
			return err
		}
		if f, err = b.Packer.Package(d); err != nil {
			return fmt.Errorf("packing: %w", err)
		}
		k.Link.Used, k.Hash = true, sha256.Sum256(f.Data)
		t.line(Line{Type: LineExported, Object: k.Reference, Outcome: "link opened", Reason: "sha256:" + hex.EncodeToString(k.Hash[:8])})
		return nil
	})
	if err != nil {
		return File{}, err
	}
	return f, nil
}

// dossier opens everything that is known about a person.
func (b *Bot) dossier(ctx context.Context, c *Contact, brand *Brand, scope, reference string) (*Dossier, error) {
	h := &c.Head
	d := &Dossier{
		Scope: scope, Reference: reference, Brand: brand, Language: h.Language, Made: b.Now().UTC().Truncate(time.Second),
		Contact: c.ID, Identifiers: h.IDs, Former: h.Former, Created: h.Created, Fields: keptFields(h),
		Settings: DossierSettings{Language: h.Language, Chosen: h.Chosen, Channel: h.Channel, Hold: h.Hold, AgeBand: h.AgeBand},
	}
	for _, p := range brand.Purposes {
		k := h.Consents[p.ID]
		if k == nil {
			k = &Consent{State: flows.None}
		}
		d.Consents = append(d.Consents, DossierConsent{Purpose: p, State: k.State, Since: k.Since, Notice: k.Agreed, Record: k.Record})
	}
	if err := b.openAll(ctx, c, d); err != nil {
		return nil, err
	}
	for _, m := range h.Held {
		d.Messages = append(d.Messages, DossierMessage{At: m.At, From: "person", Kind: string(m.Message.Kind), Body: m.Message.Body})
	}
	for name, value := range h.Flow.Vars {
		d.Fields = append(d.Fields, DossierField{Name: name, Value: Text(value), Purpose: brand.Serving().ID, Since: h.LastIn,
			Source: sourcePerson})
	}
	slices.SortFunc(d.Fields, func(a, b DossierField) int { return cmp.Compare(a.Name, b.Name) })
	t := newTurn(b.Env, brand, c, b.Now(), &Changes{})
	for i := range d.Fields {
		d.Fields[i].Label = t.named(d.Fields[i].Name)
	}
	if scope == CaseAccess {
		d.Cases, d.Looks, d.Inferences = h.Cases, h.Looks, observed(h, brand)
	}
	return d, nil
}

// observed is what the software noted about the person by itself.
func observed(h *Head, brand *Brand) []DossierField {
	var out []DossierField
	add := func(name, value string, since time.Time) {
		if value != "" {
			out = append(out, DossierField{Name: name, Value: Text(value), Purpose: brand.Serving().ID, Since: since, Source: "observed"})
		}
	}
	if !h.Chosen {
		add("language", h.Language, h.Created)
	}
	add("last_message", h.LastIn.UTC().Format(time.RFC3339), h.LastIn)
	add("identity", h.Identity, h.Created)
	add("age", h.Age, h.AgeAt)
	add("age_country", h.AgeCountry, h.AgeAt)
	if h.Guardian != nil && h.Guardian.By != "" {
		add("guardian", h.Guardian.By, h.AgeAt)
	}
	if len(h.Wards) > 0 {
		add("children_answered_for", strconv.Itoa(len(h.Wards)), h.LastIn)
	}
	for _, s := range h.Sent {
		add("message_"+s.State, string(s.Kind), s.At)
	}
	return out
}

// openAll opens the entries of a contact and of those that proved to be the
// same person.
func (b *Bot) openAll(ctx context.Context, c *Contact, d *Dossier) error {
	for _, id := range c.Head.Joined {
		other, err := b.Vault.Peek(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := b.openEntries(ctx, other, d); err != nil {
			return err
		}
		d.Former = append(append(d.Former, other.Head.Former...), other.Head.IDs)
		d.Fields = append(d.Fields, keptFields(&other.Head)...)
	}
	return b.openEntries(ctx, c, d)
}

func (b *Bot) openEntries(ctx context.Context, c *Contact, d *Dossier) error {
	for _, e := range c.Entries {
		plain := e.Plain
		if plain == nil {
			var err error
			if plain, err = b.Vault.Open(ctx, c, e); err != nil {
				return fmt.Errorf("opening an entry: %w", err)
			}
		}
		switch e.Kind {
		case EntryMessage:
			var m Transcript
			if Decode(plain, &m) != nil {
				return ErrIntegrity
			}
			d.Messages = append(d.Messages, DossierMessage{At: e.At, From: m.From, Kind: m.Kind, Body: m.Body})
		case EntryRecord:
			var r ConsentRecord
			if Decode(plain, &r) != nil {
				return ErrIntegrity
			}
			d.Records = append(d.Records, r)
		}
	}
	return nil
}

func keptFields(h *Head) []DossierField {
	var out []DossierField
	for name, k := range h.Kept {
		out = append(out, DossierField{Name: name, Value: Text(k.Value), Purpose: k.Purpose, Since: k.At, Until: k.Until,
			Source: k.Source})
	}
	slices.SortFunc(out, func(a, b DossierField) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// discardFiles deletes at Meta what was uploaded for a person, once it can have
// arrived. What cannot be deleted now is tried again until Meta drops it by
// itself.
func (b *Bot) discardFiles(ctx context.Context, c *Contact) (did bool) {
	now := b.Now()
	kept := c.Head.Files[:0]
	for _, f := range c.Head.Files {
		switch {
		case now.Before(f.due(&c.Head)):
			kept = append(kept, f)
			continue
		case now.Sub(f.At) > uploadLife:
		default:
			if err := b.Sender.Discard(ctx, f.Number, f.Media); err != nil {
				b.warn("a file at meta could not be deleted", "")
				f.Tried = now
				kept = append(kept, f)
				did = true
				continue
			}
		}
		did = true
	}
	c.Head.Files = kept
	return did
}

const (
	// uploadNeed is how long a file stays at Meta: a phone that is switched off
	// fetches it later.
	uploadNeed = 24 * time.Hour
	// uploadLife is when Meta deletes it by itself.
	uploadLife  = 30 * 24 * time.Hour
	uploadRetry = time.Hour
)

// due is when a file is to be deleted at Meta: at once where its person was
// erased.
func (f Upload) due(h *Head) time.Time {
	at := f.At.Add(uploadNeed)
	if h.Forgotten || h.Follows {
		at = f.At
	}
	if !f.Tried.IsZero() && f.Tried.Add(uploadRetry).After(at) {
		return f.Tried.Add(uploadRetry)
	}
	return at
}

// receipt answers MY CONSENT with what the person agreed to, and the proofs as
// a signed file (CNS-8).
func (t *turn) receipt() bool {
	if t.match.Intent != words.Receipt || t.h.Identity != flows.IdentityBound {
		return false
	}
	body := t.text("privacy.choices", t.with("Choices", t.choices()))
	proved := false
	for _, e := range t.c.Entries {
		proved = proved || e.Kind == EntryRecord
	}
	if !proved {
		t.personally(t.courtesyKind(KindReceipt), body)
		return true
	}
	t.parts = append(t.parts, part{kind: t.courtesyKind(KindReceipt), purpose: t.brand.Serving().ID, personal: true,
		content: Outgoing{Body: Text(body), Document: &Document{Make: DocumentReceipt}}})
	return true
}

// courtesyKind is the kind under which something leaves that a person may ask
// for although their data is on hold.
func (t *turn) courtesyKind(k Kind) Kind {
	if t.h.Hold == flows.HoldRestricted {
		return KindRights
	}
	return k
}
