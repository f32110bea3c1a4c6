package bot

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"time"
)

// Brand is a business as its customers know it: the controller of their data,
// with its numbers, purposes, notice and flows. Brands are built from the
// configuration at start and never change while the server runs.
type Brand struct {
	ID   string
	Name string
	// Country is the ISO 3166 code whose law and calendar apply.
	Country string
	// Language is used until a person's own language is known.
	Language string
	// Languages are those that the brand's notice, flows and people speak.
	Languages  []string
	Location   *time.Location
	Controller Controller
	Numbers    []Number
	Purposes   []Purpose
	// Notices in the order of their versions; the last one is current.
	Notices []Notice
	// Flows are the ids of the flows this brand offers, in menu order.
	Flows []string
	// Templates are the message templates this brand may send.
	Templates []MessageTemplate
	// HumanHours tells in each language when people answer.
	HumanHours map[string]string
	// Endpoints are the business systems that flows may call, by name.
	Endpoints map[string]Endpoint
	// Rules are the brand's own figures.
	Rules Rules
	// Retention is how long proofs of consents that ended, and answered cases,
	// stay with their contact.
	Retention Retention
	// Clock and Ages are those of the laws that apply to the brand.
	Clock Clock
	Ages  Ages
}

// Controller is who answers for the data (GDPR 13(1)(a) and (b)).
type Controller struct {
	Name, Address, Contact string
	DPO                    string // contact of the data protection officer
	Authority              string // where to complain
	PrivacyURL             string // layer 2: the full notice
}

// Number is one WhatsApp number of a brand.
type Number struct {
	ID      string // Meta's phone number id
	Display string // as people see it
	// PerSecond is Meta's throughput for the number: 80 unless raised.
	PerSecond int
}

// Endpoint is a business system that a flow may call.
type Endpoint struct {
	Name string
	URL  string // with {field} placeholders in path and query
	// Post sends the fields as a JSON body; otherwise they stand in the URL.
	Post bool
	// Timeout bounds the whole call with its Retries, each of which follows a
	// failure that may pass.
	Timeout time.Duration
	Retries int
	// Secret signs the body, if there is one.
	Secret Secret
	// Purpose covers handing the fields over.
	Purpose string
}

// Rules are figures that a controller may set; all have defaults.
type Rules struct {
	Hold      time.Duration // how long the first message waits (MIN-3: at most 24 h)
	Pending   time.Duration // how long a confirmation may take
	CoolDown  time.Duration // no question again after a refusal
	Defer     time.Duration // no question again after "later"
	Repeat    time.Duration // the same question again at the earliest
	StaleEnds time.Duration // an unanswered change ends the consent
	Keep      time.Duration // how long what was said is kept
}

// Basis is a legal basis of GDPR Art. 6 (and 9).
type Basis string

// The bases.
const (
	BasisConsent    Basis = "consent"
	BasisContract   Basis = "contract"
	BasisLegitimate Basis = "legitimate_interest"
	BasisDuty       Basis = "legal_obligation"
	BasisVital      Basis = "vital_interests"
	BasisPublic     Basis = "public_task"
)

// PurposeKind is the closed list of requirements 2.2.
type PurposeKind string

// The kinds of purpose.
const (
	Service   PurposeKind = "service"
	Utility   PurposeKind = "utility"
	Marketing PurposeKind = "marketing"
	Health    PurposeKind = "health"
	Profiling PurposeKind = "profiling"
	Transfer  PurposeKind = "transfer"
)

// Purpose is why data is used.
type Purpose struct {
	ID    string
	Kind  PurposeKind
	Basis Basis
	// DoubleOptIn asks for a second act before consent counts. Marketing,
	// health and profiling always do.
	DoubleOptIn bool
	// AskAge asks for the age band before consent: the purpose is nothing for
	// children (CNS-9).
	AskAge bool
	// Data names the categories used; Recipients who receives them; Retention
	// how long they stay: all three are shown and proved.
	Data       []string
	Recipients []string
	Retention  time.Duration
	// Valid is how long a consent stands before it must be refreshed.
	Valid time.Duration
	// Name is what people call it, per language: "offers and news".
	Name map[string]string
	// Question asks for consent, per language.
	Question map[string]string
}

// NeedsConsent reports whether the purpose rests on consent.
func (p Purpose) NeedsConsent() bool { return p.Basis == BasisConsent }

// Notice is one version of the first layer of the privacy notice. A version
// that was shown is never edited: a change is a new version.
type Notice struct {
	ID      string
	Version int
	// Material marks a change that consents given before do not cover; a
	// cosmetic one leaves them alone. The first version is material.
	Material bool
	// Touches are the purposes a material change concerns; empty means all.
	Touches []string
	Since   time.Time
	// Layer1 is the text shown in the chat, per language.
	Layer1 map[string]string
	// Difference tells in each language what changed since the last version.
	Difference map[string]string
	// Items are the structure tags found in each text: who, what, data,
	// withdraw, automated, transfers, link, stop, bot (TRN-1).
	Items []string
}

// Ref names a notice version in records: "privacy/2".
func (n Notice) Ref() string { return n.ID + "/" + strconv.Itoa(n.Version) }

// Text returns the first layer in a language, or in the fallback.
func (n Notice) Text(lang, fallback string) string { return pick(n.Layer1, lang, fallback) }

// TextHash is the SHA-256 of the exact text shown.
func TextHash(text string) [32]byte { return sha256.Sum256([]byte(text)) }

// Notice returns the current notice.
func (b *Brand) Notice() Notice { return b.Notices[len(b.Notices)-1] }

// Purpose finds a purpose by its id.
func (b *Brand) Purpose(id string) (Purpose, bool) {
	for _, p := range b.Purposes {
		if p.ID == id {
			return p, true
		}
	}
	return Purpose{}, false
}

// Serving returns the purpose under which people are answered.
func (b *Brand) Serving() Purpose {
	for _, p := range b.Purposes {
		if p.Kind == Service {
			return p
		}
	}
	return Purpose{}
}

// stale reports whether a consent given under an older notice version needs
// asking again for purpose p (CNS-6): any material version since then that
// touches it.
func (b *Brand) stale(p string, version int) bool {
	for _, n := range b.Notices {
		if n.Version > version && n.Material && n.touches(p) {
			return true
		}
	}
	return false
}

func (n Notice) touches(p string) bool {
	if len(n.Touches) == 0 {
		return true
	}
	for _, t := range n.Touches {
		if t == p {
			return true
		}
	}
	return false
}

// pick returns the text in the language, else in the fallback, else any.
func pick(m map[string]string, lang, fallback string) string {
	if s, ok := m[lang]; ok {
		return s
	}
	return m[fallback]
}

// MessageTemplate is a template at Meta as the brand knows it.
type MessageTemplate struct {
	Name, Language   string
	Category, Status string // in Meta's upper-case words
}

// Template finds a template by name and language; Meta writes en_US in one
// place and en-US in another.
func (b *Brand) Template(name, language string) (MessageTemplate, bool) {
	for _, t := range b.Templates {
		if t.Name == name && sameTag(t.Language, language) {
			return t, true
		}
	}
	return MessageTemplate{}, false
}

func sameTag(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", "_"), strings.ReplaceAll(b, "-", "_"))
}
