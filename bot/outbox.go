package bot

import "time"

// Kind is what a message is for, K1 to K12 of requirements 2.7.
type Kind string

// The kinds of outgoing message.
const (
	KindNotice    Kind = "notice"    // K1 notice or consent question
	KindReceipt   Kind = "receipt"   // K2
	KindStopped   Kind = "stopped"   // K3 the one confirmation of a stop
	KindService   Kind = "service"   // K4 free-form answer
	KindUtility   Kind = "utility"   // K5 utility template
	KindMarketing Kind = "marketing" // K6 template, K7 in the window
	KindHealth    Kind = "health"    // K8
	KindRights    Kind = "rights"    // K9 about a case
	KindBreach    Kind = "breach"    // K10
	KindCode      Kind = "code"      // K11 one-time code
	KindAgent     Kind = "agent"     // K12 free text of an agent
)

// Outbound is a message that a commit decided to send. It leaves only through
// the gate.
type Outbound struct {
	ID   string
	Kind Kind
	// Business marks what the business started. Everything else answers the
	// person and may go although they have stopped.
	Business bool
	Purpose  string
	// Personal content is withheld while the identity is in doubt.
	Personal bool
	Content  Outgoing
	Created  time.Time
	// NotAfter drops the message when its moment has passed; zero for none.
	NotAfter time.Time
	// Next is the earliest time of the next attempt.
	Next     time.Time
	Attempts int
	// Open is true from the commit before a call until its outcome is
	// written. Loaded from the store in this state, the outcome is unknown.
	Open bool
	// Tried is when the last attempt began.
	Tried time.Time
	// Reserved: a place in the number's throughput was taken for Next.
	Reserved bool
	// Unknown: the last attempt may have been sent.
	Unknown bool
	// Asks: the message carries a question and its nonce.
	Asks bool
	// Notice is the notice it shows for its purpose, "" for none; the ledger
	// says so once Meta has it.
	Notice string
	// Case is the reference of the case it answers or asks about, "" for none.
	Case string
	// Answers: it is that case's answer.
	Answers bool
}

// Sent is what is remembered of a message Meta accepted.
type Sent struct {
	ID       string // of the outbox entry
	Wamid    string
	Kind     Kind
	Purpose  string
	At       time.Time
	State    string // accepted, sent, delivered, read, played, failed
	Category string // as Meta billed it
	Case     string // reference of the case it answered, "" for none
	File     bool   // it carried a file
}

// sentKept bounds the memory of sent messages: enough for every status and
// quoted context of some days, small enough to stay in the head.
const sentKept = 24

// rank orders the states of a sent message; a status never lowers it, except
// that failed replaces accepted and sent.
func rank(state string) int {
	switch state {
	case "accepted":
		return 1
	case "sent":
		return 2
	case "failed":
		return 3
	case "delivered":
		return 4
	case "read":
		return 5
	case "played":
		return 6
	}
	return 0
}

// remember appends to Sent and forgets the oldest beyond sentKept.
func (h *Head) remember(s Sent) {
	h.Sent = append(h.Sent, s)
	if over := len(h.Sent) - sentKept; over > 0 {
		h.Sent = append(h.Sent[:0], h.Sent[over:]...)
	}
}

// outbound finds an entry by id.
func (h *Head) outbound(id string) *Outbound {
	for i := range h.Outbox {
		if h.Outbox[i].ID == id {
			return &h.Outbox[i]
		}
	}
	return nil
}

// pastQuestion remembers a question that is closed and forgets the oldest.
func (h *Head) pastQuestion(p PastQuestion) {
	h.Asked = append(h.Asked, p)
	if over := len(h.Asked) - pastKept; over > 0 {
		h.Asked = append(h.Asked[:0], h.Asked[over:]...)
	}
}

// withhold drops what has not left and must not any more, each with a line that
// says why. What is under way stays until its outcome is written.
func (t *turn) withhold(why Refusal, drop func(*Outbound) bool) {
	kept := t.h.Outbox[:0]
	for _, o := range t.h.Outbox {
		if o.Open || !drop(&o) {
			kept = append(kept, o)
			continue
		}
		t.line(Line{Type: LineWithheld, Actor: "bot", Object: o.ID, Purpose: o.Purpose, Outcome: string(why)})
	}
	t.h.Outbox = kept
}

// discard removes an entry by id.
func (h *Head) discard(id string) {
	for i := range h.Outbox {
		if h.Outbox[i].ID == id {
			h.Outbox = append(h.Outbox[:i], h.Outbox[i+1:]...)
			return
		}
	}
}
