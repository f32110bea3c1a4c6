package bot

import "time"

// Line is one line of the ledger: one act, without a body, a number or a name
// (AUD-1). Its JSON is what is hashed, and its field order never changes.
type Line struct {
	// At is our time, in UTC. It never goes back within a contact (A18).
	At   time.Time `json:"at"`
	Type LineType  `json:"type"`
	// Actor is person, bot, meta, operator, or a user's id.
	Actor string `json:"actor"`
	// Subject is the contact's pseudonym, N the number of the line among the
	// contact's: together they make the line unique.
	Subject string `json:"subject,omitempty"`
	N       uint64 `json:"n,omitempty"`
	Brand   string `json:"brand,omitempty"`
	// Object is a keyed hash, a record id, a reference or a fixed word.
	Object  string `json:"object,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	Basis   Basis  `json:"basis,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Correlation joins what one event caused.
	Correlation string `json:"correlation,omitempty"`
}

// LineType is the kind of act.
type LineType string

// The acts this version records.
const (
	LineReceived   LineType = "message.received"
	LineQueued     LineType = "message.queued"
	LineAttempt    LineType = "message.attempt"
	LineAccepted   LineType = "message.accepted"
	LineFailed     LineType = "message.failed"
	LineWithheld   LineType = "message.withheld" // the gate said no
	LineConsent    LineType = "consent.changed"
	LineSpoof      LineType = "consent.doubtful" // a yes that did not count
	LineUnneeded   LineType = "message.unneeded" // held what no purpose needs, and was not kept
	LineNotice     LineType = "notice.shown"
	LineStop       LineType = "stop.applied"
	LineStopLate   LineType = "stop.late"
	LineResume     LineType = "stop.lifted"
	LineMetaStop   LineType = "marketing.preference"
	LineIdentity   LineType = "identity.changed"
	LineMerged     LineType = "contact.merged"
	LineCase       LineType = "case.opened"
	LineCaseTurn   LineType = "case.changed"
	LineCasesShown LineType = "case.shown"
	LineCode       LineType = "case.code"
	LineReminder   LineType = "case.reminder"
	LineRectified  LineType = "field.rectified"
	LineHold       LineType = "hold.changed"
	LineErasing    LineType = "contact.erasing"
	LineErased     LineType = "contact.erased"
	LineExported   LineType = "contact.exported"
	LineImported   LineType = "contact.imported"
	LineSwept      LineType = "retention.swept"
	LineSweep      LineType = "retention.reported"
	LineAge        LineType = "age.answered"
	LineGuardian   LineType = "guardian.changed"
	LineHuman      LineType = "handover.queued"
	LineRelease    LineType = "handover.released"
	LinePublished  LineType = "flow.published"
	LineRecorded   LineType = "flow.recorded"
	LinePaused     LineType = "offers.paused"
	LineLanguage   LineType = "language.chosen"
	LineCall       LineType = "endpoint.called"
	LineForgotten  LineType = "contact.forgotten"
	LineShown      LineType = "contact.shown"
	LineQuarantine LineType = "delivery.quarantined"
	LineStarted    LineType = "server.started"
)
