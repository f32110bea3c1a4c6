package bot

import (
	"strconv"
	"time"
)

// recordSchema is the version of ConsentRecord.
const recordSchema = "aval-consent/1 (ISO/IEC TS 27560:2023)"

// ConsentRecord is the proof of one consent: the fields ISO/IEC TS 27560:2023
// makes mandatory, and what GDPR 7(1) and a court would ask beside them
// (requirements 2.6). It holds no number and no name of the person; the
// pseudonym leads to them only while the contact's key exists.
type ConsentRecord struct {
	Schema    string
	ID        string
	Receipt   string
	Subject   string
	Replaces  string
	Notice    RecordNotice
	Purposes  []RecordPurpose
	Parties   []RecordParty
	Event     RecordEvent
	Integrity RecordIntegrity
}

// RecordNotice is what the person was shown.
type RecordNotice struct {
	ID       string
	Version  int
	Language string
	// Layer1 is the SHA-256 of the notice's first layer, Question that of the
	// whole message as shown.
	Layer1, Question [32]byte
	// QuestionMessage is the keyed hash of the question's wamid; Delivery is
	// the evidence that it arrived.
	QuestionMessage string
	Delivery        string
	Layer2          [32]byte // SHA-256 of the full notice's address
}

// RecordPurpose is what was agreed to.
type RecordPurpose struct {
	ID           string
	Kind         PurposeKind
	Basis        Basis
	Data         []string
	Special      bool // special categories, GDPR Art. 9
	Optional     bool
	Controllers  []string
	Recipients   []string
	Storage      string
	Retention    time.Duration
	Jurisdiction string
	Withdrawal   string
	Rights       []string
	Authority    string
}

// RecordParty is who is involved.
type RecordParty struct {
	ID, Name, Address, Contact, Type, Role string
}

// RecordEvent is the expression of will.
type RecordEvent struct {
	At       time.Time // Meta's time
	Received time.Time // ours
	Valid    time.Duration
	By       string // person or guardian
	Type     string // expressed or explicit
	State    string
	Acts     []Act
	// Flow is the version of the house's own consent flow.
	Flow string
	// KeyHash is the identity hash at the time, if Meta gave one.
	KeyHash string
	// Signature is the verdict on the delivery that held the act. Unsigned
	// deliveries never reach this code.
	Signature string
}

// RecordIntegrity leads to the ledger line of the consent: its number among
// the contact's lines. With it the line's index and its inclusion proof are
// computed from the ledger whenever they are asked for.
type RecordIntegrity struct {
	Line uint64
}

// record makes the proof of the act that was just accepted.
func (t *turn) record(p Purpose, k *Consent, q *Question, act *Act) ConsentRecord {
	acts := []Act{*act}
	if q.Act1 != nil {
		acts = []Act{*q.Act1, *act}
	}
	id := t.env.token(outboundLength)
	return ConsentRecord{
		Schema: recordSchema, ID: id, Receipt: id, Subject: t.h.Pseudonym, Replaces: k.Record,
		Notice:    t.recordNotice(q, acts[0]),
		Purposes:  []RecordPurpose{t.recordPurpose(p)},
		Parties:   t.parties(),
		Integrity: RecordIntegrity{Line: t.h.Numbered},
		Event: RecordEvent{
			At: t.at, Received: t.now, Valid: p.Valid, By: "person", Type: "expressed", State: k.State,
			Acts: acts, Flow: "consent/1", KeyHash: t.h.IDs.KeyHash, Signature: "valid",
		},
	}
}

func (t *turn) recordNotice(q *Question, first Act) RecordNotice {
	n := t.brand.Notice()
	return RecordNotice{
		ID: n.ID, Version: q.Notice, Language: first.Language, Layer1: first.Notice,
		Question: first.Text, QuestionMessage: first.Question, Delivery: first.Delivery,
		Layer2: TextHash(t.brand.Controller.PrivacyURL),
	}
}

func (t *turn) recordPurpose(p Purpose) RecordPurpose {
	return RecordPurpose{
		ID: p.ID, Kind: p.Kind, Basis: p.Basis, Data: p.Data, Special: p.Kind == Health, Optional: p.Kind != Service,
		Controllers: []string{t.brand.Controller.Name}, Recipients: p.Recipients,
		Storage: "operator's server, encrypted", Retention: p.Retention, Jurisdiction: t.brand.Country,
		Withdrawal: "write STOP in the chat, at any time",
		Rights:     []string{"access", "rectify", "erase", "restrict", "object", "portability", "withdraw", "complain"},
		Authority:  t.brand.Controller.Authority,
	}
}

func (t *turn) parties() []RecordParty {
	c := t.brand.Controller
	return []RecordParty{
		{ID: t.brand.ID, Name: c.Name, Address: c.Address, Contact: c.Contact, Type: "organisation", Role: "controller"},
		{ID: t.brand.ID + "-dpo", Name: c.Name, Address: c.Address, Contact: c.DPO, Type: "person", Role: "data protection officer"},
		{ID: "meta", Name: "Meta Platforms", Address: "", Contact: "", Type: "organisation", Role: "processor"},
		{ID: t.h.Pseudonym, Type: "person", Role: "data subject"},
	}
}

// String names the notice version in a record.
func (n RecordNotice) String() string { return n.ID + "/" + strconv.Itoa(n.Version) }
