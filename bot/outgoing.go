package bot

// Outgoing is one message to one person, as content: what to say, not how
// WhatsApp encodes it. Package whatsapp renders it within WhatsApp's limits;
// buttons that do not fit become a list, and a list that does not fit becomes
// numbered text, so callers must also accept the number or the label typed.
type Outgoing struct {
	Body Text
	// Footer is small grey text, at most 60 characters.
	Footer Text
	// Choices become reply buttons when there are three or fewer with short
	// labels, otherwise a list. At most ten.
	Choices []Choice
	// ListLabel is the label of the button that opens a list.
	ListLabel Text
	Link      *Link
	Document  *Document
	Template  *TemplateUse
}

// Choice is something the person can tap.
type Choice struct {
	ID    string
	Label Text
	// Hint is a second line, shown in lists only.
	Hint Text
}

// Link is a call-to-action button that opens a web page.
type Link struct {
	Label Text
	URL   string
}

// Document is a file sent as a document: by a URL Meta may fetch, or by the
// id of an uploaded file.
type Document struct {
	URL, MediaID string
	Name         string
	// Make names what is made of the person's own data when the message leaves,
	// and not before: CaseAccess, CasePortability or DocumentReceipt.
	Make string
}

// DocumentReceipt is the copy of the proofs of consent.
const DocumentReceipt = "receipt"

// TemplateUse is an approved message template with its parameters.
type TemplateUse struct {
	Name, Language string
	Params         []Text
	// Buttons are payloads for the template's quick replies, by position.
	Buttons []string
}

// Envelope is an Outgoing with its address and the name of the attempt.
type Envelope struct {
	// Number is the phone number id to send from.
	Number string
	// To is the person; the phone is used when there is one, else the BSUID.
	To Identifiers
	// Callback is returned by Meta in every status of this message and names
	// the attempt, so that a lost response can be settled. At most 512
	// characters.
	Callback string
	Content  Outgoing
	// Begin is set where the message must not leave once the person has
	// written. It is asked when the connection stands and before the first byte
	// of the message; on false none may leave. On true written must be called
	// as soon as no further byte will, because an acknowledgement waits for it.
	Begin func() (written func(), ok bool)
}

// SendClass says what may be done after a failed call to Meta.
type SendClass string

// The classes of failure. The table of error codes that leads to them lives in
// package whatsapp.
const (
	// SendNever: the same request must never be sent again.
	SendNever SendClass = "never"
	// SendLater: nothing was sent; try again with back-off.
	SendLater SendClass = "later"
	// SendPair: too fast for this one person; back off for them alone.
	SendPair SendClass = "pair"
	// SendThrottled: too fast for this number; slow down for everybody.
	SendThrottled SendClass = "throttled"
	// SendHeld: Begin said no; nothing was sent.
	SendHeld SendClass = "held"
	// SendUnknown: the message may or may not have been sent.
	SendUnknown SendClass = "unknown"
	// SendPaused: nothing from this number will go until an operator acts.
	SendPaused SendClass = "paused"
	// SendWindow: the 24-hour window is closed at Meta's side.
	SendWindow SendClass = "window"
	// SendStopped: the person stopped marketing in WhatsApp's settings.
	SendStopped SendClass = "stopped"
	// SendUnreachable: this person cannot be reached on WhatsApp.
	SendUnreachable SendClass = "unreachable"
	// SendIdentity: the identity key changed; the number may be another's.
	SendIdentity SendClass = "identity"
)

// SendError is a failed call to Meta. It holds Meta's code and trace id and
// nothing of the request or of Meta's text, which may quote the number.
type SendError struct {
	Class SendClass
	Code  int    // Meta's error code, 0 if there was none
	HTTP  int    // status of the response, 0 if there was none
	Trace string // fbtrace_id, for Meta's support
}

// Error names class and code.
func (e *SendError) Error() string {
	return "meta refused or lost the message: " + string(e.Class) + codeSuffix(e.Code)
}
