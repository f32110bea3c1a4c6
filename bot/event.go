package bot

import (
	"strconv"
	"strings"
	"time"
)

// Delivery is what one signed POST of Meta's held.
type Delivery struct {
	// Events in the order Meta wrote them.
	Events []Event
	// Unreadable are the parts that were signed and could not be understood.
	// They are kept sealed in quarantine so that nothing is lost, and they
	// never stop the events beside them.
	Unreadable []Unreadable
}

// Unreadable is one part of a delivery that could not be understood.
type Unreadable struct {
	// Reason says what was wrong in fixed words; it holds nothing of Raw.
	Reason string
	Raw    []byte
}

// EventKind tells which of the fields of an Event are set.
type EventKind string

// The kinds of event. Each is also the name of the ledger line that records
// its receipt.
const (
	EventMessage    EventKind = "message"    // Message is set
	EventStatus     EventKind = "status"     // Status is set
	EventPreference EventKind = "preference" // Preference is set
	EventIdentity   EventKind = "identity"   // Identity is set: a number or user id changed
	EventRevoke     EventKind = "revoke"     // Target is set: the person deleted a message
	EventCall       EventKind = "call"       // a person's call; it opens the window and nothing else
	EventEcho       EventKind = "echo"       // the business itself wrote, in the phone app or another app
	EventGuardian   EventKind = "guardian"   // Guardian is set: another contact answered for this one
	EventTemplate   EventKind = "template"   // Template is set
	EventAccount    EventKind = "account"    // something about the number or account: Note says what
	EventIgnored    EventKind = "ignored"    // known or unknown, and of no use to us: Note says what
)

// Event is one element of a delivery in our words. From is who it is about;
// both of its identifiers may be empty, and then it belongs to nobody.
type Event struct {
	Kind EventKind
	// ID makes the event unique: the wamid of a message, the wamid with the
	// state and the participant of a status. Empty where Meta gives none.
	ID string
	// Number is the phone number id of the business's number.
	Number string
	From   Identifiers
	// At is Meta's time, in whole seconds. It is zero when Meta's was
	// unreadable; the receiver then uses its own.
	At     time.Time
	Traits Trait

	Message    *Message
	Status     *Status
	Preference *Preference
	Identity   *IdentityChange
	Template   *TemplateChange
	Guardian   *GuardianAnswer
	// Ward is the contact that the code in the message leads to. It is looked up
	// when the event is decided and never recorded.
	Ward ContactID `cbor:"-"`
	// Target is the wamid that a revoke or an edit speaks of.
	Target string
	// Note is a fixed word for the log and the metrics, such as the field or
	// the type Meta used; it never holds what a person wrote.
	Note string
	// Alarm asks for an operator: a locked account, a paused template.
	Alarm bool
}

// Identifiers are the ways Meta names a person. The BSUID comes first; either
// may be missing.
type Identifiers struct {
	BSUID  BSUID
	Parent BSUID
	Phone  Phone
	// KeyHash is the identity hash when the identity change check is on.
	KeyHash string
}

// Empty reports whether nobody is named.
func (i Identifiers) Empty() bool { return i.BSUID == "" && i.Phone == "" }

// shared returns the identifiers that both have.
func (i Identifiers) shared(other Identifiers) Identifiers {
	var both Identifiers
	if i.BSUID == other.BSUID {
		both.BSUID = i.BSUID
	}
	if i.Phone == other.Phone {
		both.Phone = i.Phone
	}
	return both
}

// Trait marks how a message came about. A message with any trait can stop
// things and can never grant anything (requirements 2.5, G1 and G2).
type Trait uint16

// The traits.
const (
	TraitGroup Trait = 1 << iota
	TraitForwarded
	TraitEdited
	TraitHistory
	TraitStandby  // another app owns the thread; only stop words count
	TraitReaction // an emoji on a message
	TraitCaption  // the text is the caption of a file
	TraitUntimed  // Meta's time was unreadable
)

// Has reports whether any of the traits in t is set.
func (s Trait) Has(t Trait) bool { return s&t != 0 }

// MessageKind is what a person sent.
type MessageKind string

// The kinds of message. MessageOther covers types nobody handles, including
// those Meta will invent.
const (
	MessageText     MessageKind = "text"
	MessageButton   MessageKind = "button" // a reply button or a template's quick reply
	MessageList     MessageKind = "list"   // a row of a list
	MessageForm     MessageKind = "form"   // a completed WhatsApp Flow
	MessageMedia    MessageKind = "media"
	MessageLocation MessageKind = "location"
	MessageContacts MessageKind = "contacts"
	MessageReaction MessageKind = "reaction"
	MessageOther    MessageKind = "other"
)

// Message is what a person sent, reduced to what is needed (MIN-1): profile
// names and previews are not here, nor what an advertisement said.
type Message struct {
	Kind MessageKind
	// Body is the text, the caption, the title of the tapped choice or the
	// emoji.
	Body Text
	// Choice is the id of the tapped button or row. It comes from the
	// person's device and proves nothing by itself.
	Choice string
	// Context is the wamid of the message this one answers, if Meta says so.
	Context string
	Media   *Media
	Place   *Place
	Card    *Card
	// Ad is the id of the advertisement that led here. It goes no further than
	// to the flow that names it.
	Ad string
	// Type is Meta's own word for the kind, for metrics.
	Type string
}

// Media points at a file that is not fetched before a purpose needs it.
type Media struct {
	ID   string
	Type string // MIME type as the person's device claims it
}

// Card is what is read of a contact card. It is about a third person, and kept
// only where a flow asked for one.
type Card struct {
	Name  Text
	Phone Phone
}

// kind is what WhatsApp calls a file of that type.
func (m *Media) kind() string {
	switch class, _, _ := strings.Cut(m.Type, "/"); class {
	case "image", "audio", "video":
		return class
	}
	return "document"
}

// Place is a shared location.
type Place struct {
	Latitude, Longitude float64
}

// Status is what became of a message we sent.
type Status struct {
	Message string // its wamid
	State   string // sent, delivered, read, played, failed, or Meta's newest word
	// Callback is our biz_opaque_callback_data, which names the attempt.
	Callback string
	// Code is Meta's error code of a failure, 0 otherwise.
	Code int
	// Category is what Meta charged it as: service, utility, marketing.
	Category string
}

// Preference is a stop or resume in WhatsApp's own settings.
type Preference struct {
	Value string // stop, resume, signup, or something newer
}

// IdentityChange says that a person's number or user id was replaced. The
// event's From holds the old identifiers.
type IdentityChange struct {
	New Identifiers
	// Hash is set when only the identity key changed: the phone may be in
	// other hands.
	Hash bool
}

// TemplateChange is news about a message template.
type TemplateChange struct {
	Name, Language string
	// Status or Category is set, in Meta's upper-case words.
	Status, Category string
}

// coordinates writes the place as "latitude,longitude".
func (p Place) coordinates() string {
	return strconv.FormatFloat(p.Latitude, 'f', 5, 64) + "," + strconv.FormatFloat(p.Longitude, 'f', 5, 64)
}
