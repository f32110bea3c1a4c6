package bot

import (
	"time"

	"aval/flows"
)

// ContactID names a contact inside Aval: 32 random hexadecimal digits that say
// nothing about the person and appear in no ledger line.
type ContactID string

// Contact is everything known about one person as one brand knows them. It is
// one document: read, changed and replaced as a whole, guarded by Version.
//
// A Contact belongs to the worker that loaded it until the worker commits or
// drops it.
type Contact struct {
	ID      ContactID
	Version int64 // 0 until the first commit
	// Due is when the contact next needs a worker; zero for never.
	Due  time.Time
	Head Head
	// Entries are kept beside the head and sealed one by one, so that they
	// need not be opened to decide about a message.
	Entries []Entry
	// Lines are new ledger lines, to be written with the next commit.
	Lines []Line
	// Pending are lines written earlier that the store has not yet seen in
	// the ledger's tree. They are the store's to change.
	Pending []PendingLine
}

// PendingLine is a ledger line as it is hashed, waiting in its document.
type PendingLine struct {
	N    uint64
	Data []byte
}

// Head is the part of a contact that every decision reads.
type Head struct {
	Brand string
	// Pseudonym stands for the person in the ledger. It is random and exists
	// only here, under the contact's key: with the key it is gone.
	Pseudonym string
	Created   time.Time
	// Number is the brand's number the person last wrote to.
	Number string
	IDs    Identifiers
	// Former are identifiers that Meta replaced, the last time at Changed.
	Former  []Identifiers
	Changed time.Time
	// Shown is when an identifier was shown for the first time that had not been
	// known of somebody we knew already.
	Shown time.Time
	// Doubted is when Identity became SUSPECT.
	Doubted time.Time
	// PhoneAt is Meta's time of the event that showed the present number.
	PhoneAt time.Time
	// KeyAt is Meta's time of the newest event that showed IDs.KeyHash.
	KeyAt    time.Time
	Language string
	// Chosen is true when the person named the language.
	Chosen bool

	Identity string
	Channel  string
	Hold     string
	Turn     string
	// TurnSince is when Turn last changed.
	TurnSince time.Time
	// Missed: nobody came before the queue was given up, and the person has
	// not been told; by then the window is closed.
	Missed bool
	// LastIn is the time of the newest message that opened the window.
	LastIn time.Time
	// LastID is the wamid of that message, for its read receipt.
	LastID string

	Consents map[string]*Consent // by purpose id
	Question *Question
	// Asked are the nonces of earlier questions, so that a late answer is
	// told from a forged one.
	Asked []PastQuestion
	Held  []Held
	Flow  flows.Position
	// Trail is the way through the flow under way, Trails those that ended.
	Trail  *flows.Recording
	Trails []PastTrail
	Call   *Call
	Timer  *Timer
	Outbox []Outbound
	Sent   []Sent
	Seen   []Seen
	// SeenFrom is from when on Seen is complete; zero: for the whole horizon.
	SeenFrom time.Time
	Cases    []Case
	// Kept are answers that flows keep beyond their end, by field.
	Kept map[string]Kept
	// AgeBand is what the person answered, "" if never asked; Age the state of
	// flows.Age, AgeAt when, AgeCountry by whose law.
	AgeBand, Age, AgeCountry string
	AgeAt                    time.Time
	// AgeTop is the most years that the answer allows; AgeAgain: somebody who
	// was under age has grown since, and is asked before they agree to anything.
	AgeTop   int
	AgeAgain bool
	// Joined are contacts that proved to be the same person; what they hold is
	// this person's too.
	Joined []ContactID
	// Guardian is the invitation of a child's guardian; Ward is the child that
	// this contact is being asked to answer for, Wards those it answers for.
	Guardian *Guardian
	Ward     *Ward
	Wards    []Ward
	// Looks tell who looked at this person's data, the newest last.
	Looks []Look
	// Files are those that Meta keeps for us, to be deleted there.
	Files []Upload
	// Remains is set on who follows an erased person on their account, until
	// nothing of that person is left.
	Remains *Remains
	// Follows: this contact follows an erased one on its account, and nobody
	// has written since. It goes once the receipt has left.
	Follows bool
	// Positive is the event time of the last act that granted something; an
	// older stop that arrives late is applied only if it is not before this.
	Positive time.Time
	// StoppedAt is Meta's time of the last stop; an older resume that arrives
	// late does not lift it.
	StoppedAt time.Time
	// Paused: offers wait until an unclear no is cleared up (STP-5).
	Paused bool
	// Quiet remembers when each kind of courtesy line was last sent, so that
	// none of them repeats itself.
	Quiet map[string]time.Time
	// Lost tallies undeliverable messages (131026).
	Lost []time.Time
	// PairAt is the pair limit's theoretical arrival time (see pace.go).
	PairAt time.Time
	// Baffled counts messages in a row that no flow understood.
	Baffled int
	// Forgotten: the person never agreed to anything and the wait is over.
	// Identifiers and words are gone; the shell goes with the dedupe horizon.
	Forgotten bool
	// Names are the keyed hashes that lead to a contact whose identifiers
	// were forgotten.
	Names []string
	// Numbered counts the ledger lines this contact ever made.
	Numbered uint64
}

// Consent is the state of one purpose for one contact.
type Consent struct {
	State string
	Since time.Time
	// Notice is the version the person agreed to or was asked about, Agreed
	// the one they last agreed to, 0 for none.
	Notice, Agreed int
	// Record is the id of the proof, "" if there never was one.
	Record string
	// Granted is Meta's time of the last act that granted it.
	Granted time.Time
	// Asked is when the question last went out; Next is when it may again
	// unless the person starts it.
	Asked, Next time.Time
	// Repeats counts how often the open question was shown.
	Repeats int
}

// QuestionKind says what an open question asks for.
type QuestionKind string

// The kinds of question.
const (
	QuestionAsk     QuestionKind = "ask"     // act 1
	QuestionConfirm QuestionKind = "confirm" // act 2
	QuestionRenew   QuestionKind = "renew"   // the notice changed
	QuestionNumber  QuestionKind = "number"  // the number changed
	QuestionKeep    QuestionKind = "keep"    // the person deleted their confirmation
	QuestionAge     QuestionKind = "age"     // which band
	QuestionWard    QuestionKind = "ward"    // does this adult answer for a child
	QuestionCase    QuestionKind = "case"    // shall the request be carried out
	QuestionUnsure  QuestionKind = "unsure"  // what an unclear no meant
)

// Question is the one question that waits for this person's answer.
type Question struct {
	Kind    QuestionKind
	Purpose string
	// Case is the reference of the case that a QuestionCase is about; it then
	// waits in the case and not in the head.
	Case string
	// Nonce is the hash of the unguessable part of the button ids. The nonce
	// itself is kept nowhere once the message has left.
	Nonce [32]byte
	// Notice, Language and Text pin what the person was shown.
	Notice   int
	Language string
	Text     [32]byte
	// Outbound is the outbox entry that carries it, Wamid Meta's id of it.
	Outbound string
	Wamid    string
	SentAt   time.Time
	Expires  time.Time
	// Next is true while the person has written nothing since; only then may
	// the answer be typed (G3).
	Next bool
	// Act1 is the proof of the first act, carried to the second.
	Act1 *Act
	// Hinted: the person was told once to use the button.
	Hinted bool
}

// PastQuestion is what is kept of a question that is no longer open.
type PastQuestion struct {
	Kind    QuestionKind
	Nonce   [32]byte
	Purpose string
	Case    string // reference of the case it was about, "" for a purpose
	Wamid   string
	Asked   time.Time
	// Used: it was answered with yes, by the message whose keyed hash is
	// Answer, at Meta's time Answered.
	Used     bool
	Answer   string
	Answered time.Time
}

// Act is one expression of will, as proof: hashes, times and the way it was
// made (requirements 2.6).
type Act struct {
	Message  string // keyed hash of the wamid
	Question string // keyed hash of the question's wamid
	Nonce    [32]byte
	Text     [32]byte // SHA-256 of the question as shown
	At       time.Time
	Received time.Time
	Method   string // button or typed
	// Language, Notice and Delivery are of the question that was answered: in
	// which language, the SHA-256 of the first layer in it, and how we know
	// that it arrived.
	Language string
	Notice   [32]byte
	Delivery string
}

// Held is a message that waits for a basis: what the person wanted, kept at
// most Rules.Hold.
type Held struct {
	Message Message
	At      time.Time
	ID      string
}

// Call is a business endpoint that a flow waits for.
type Call struct {
	// ID stays the same however often the call is made, so that the business's
	// system can tell a repetition from a second wish.
	ID       string
	Endpoint string
	Params   map[string]flows.Answer
	// Wants are the paths of the answer that the flow keeps: "delivery.day".
	Wants []string
}

// Seen is the keyed hash of a message id, kept for the dedupe horizon.
type Seen struct {
	Hash [12]byte
	At   time.Time
}

// EntryKind says what an entry holds.
type EntryKind string

// The kinds of entry.
const (
	EntryRecord  EntryKind = "consent" // a ConsentRecord
	EntryMessage EntryKind = "message" // a Transcript line
)

// Entry is something kept beside the head. Exactly one of Plain and Sealed is
// set: Plain until the store has sealed it.
type Entry struct {
	Kind EntryKind
	ID   string
	// Purpose is what a proof is of.
	Purpose string
	At      time.Time
	Plain   []byte
	Sealed  []byte
}

// Transcript is one message of the conversation as it is kept, in either
// direction.
type Transcript struct {
	From string // person, bot, or an agent's name
	Body Text
	Kind string
}

// consent returns the contact's state for a purpose, making one in NONE.
func (h *Head) consent(purpose string) *Consent {
	if h.Consents == nil {
		h.Consents = map[string]*Consent{}
	}
	c := h.Consents[purpose]
	if c == nil {
		c = &Consent{State: flows.None}
		h.Consents[purpose] = c
	}
	return c
}

// WindowUntil is when Meta's 24-hour window closes; the zero time if the
// person never wrote.
func (h *Head) WindowUntil() time.Time {
	if h.LastIn.IsZero() {
		return time.Time{}
	}
	return h.LastIn.Add(window)
}

// window is Meta's customer service window, from the person's last message.
const window = 24 * time.Hour

// windowMargin is kept clear at the window's end: clocks differ and a call
// takes time (gate in requirements 2.7).
const windowMargin = 60 * time.Second

// dedupeHorizon is how long message ids are remembered. Meta redelivers for up
// to seven days; a signature has no time in it, so this and the message-age
// rule are all that stops a replay.
const dedupeHorizon = 8 * 24 * time.Hour
