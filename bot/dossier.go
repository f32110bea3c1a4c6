package bot

import (
	"log/slog"
	"time"
)

// Dossier is everything that is known about one person, opened for one
// request of theirs. It lives in memory from the moment it is packed until the
// package has left, and is kept nowhere.
type Dossier struct {
	// Scope is CaseAccess or CasePortability. Portability holds what the person
	// gave and what was observed of them, and nothing that we made of it
	// (GDPR 20, WP 242).
	Scope     string
	Reference string
	Brand     *Brand
	Language  string
	Made      time.Time

	Contact     ContactID
	Identifiers Identifiers
	Former      []Identifiers
	Created     time.Time
	// Fields are answers that flows keep.
	Fields []DossierField
	// Messages are the conversation as it is still kept, the oldest first.
	Messages []DossierMessage
	Consents []DossierConsent
	// Records are the proofs of consent.
	Records  []ConsentRecord
	Settings DossierSettings
	Cases    []Case
	// Looks tell who looked at the data, by role (access only).
	Looks []Look
	// Notes are what agents wrote about the person (access only).
	Notes []DossierMessage
	// Inferences are what the software concluded about the person by itself,
	// such as the language it guessed (access only).
	Inferences []DossierField
}

// DossierField is one value with where it comes from.
type DossierField struct {
	Name string
	// Label is what the flow calls the field in the person's language, "" for a
	// field that no flow has any more.
	Label   string
	Value   Text
	Purpose string
	Since   time.Time
	// Until is when a kept answer goes, zero for what goes another way.
	Until time.Time
	// Source is person, an endpoint's name, or observed.
	Source string
}

// DossierMessage is one message of the conversation.
type DossierMessage struct {
	At   time.Time
	From string // person, bot, or an agent's name
	Kind string
	Body Text
}

// DossierConsent is where one purpose stands.
type DossierConsent struct {
	Purpose Purpose
	State   string
	Since   time.Time
	// Notice is the version agreed to, 0 for none; Record the proof's id.
	Notice int
	Record string
}

// DossierSettings are the person's choices.
type DossierSettings struct {
	Language string
	// Chosen is true when the person named the language.
	Chosen  bool
	Channel string
	Hold    string
	// AgeBand is what the person answered, "" if never asked.
	AgeBand string
}

// Look is one time that somebody looked at a person's data.
type Look struct {
	At   time.Time
	Role string
	What string
}

// File is a file on its way to a person. Its bytes are personal.
type File struct {
	Name string
	Type string // MIME type
	Data []byte
}

// String returns a placeholder.
func (File) String() string { return redacted }

// GoString keeps %#v from printing the bytes.
func (File) GoString() string { return redacted }

// LogValue returns a placeholder.
func (File) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns a placeholder.
func (File) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// Packer makes files of dossiers.
type Packer interface {
	// Document is what a person reads on the phone: a PDF, with the package
	// inside it as an attachment.
	Document(d *Dossier) (File, error)
	// Package is the signed archive alone.
	Package(d *Dossier) (File, error)
	// Receipt is the person's copy of the proofs of their consents.
	Receipt(brand *Brand, lang string, ids Identifiers, records []ConsentRecord, made time.Time) (File, error)
}
