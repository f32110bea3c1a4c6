package flows

import "github.com/looplab/fsm"

// States and events of a person's request under data protection law
// (requirements 2.10).
const (
	CaseReceived  = "RECEIVED"
	CaseTriaged   = "TRIAGED"   // what is asked for is clear
	CaseVerifying = "VERIFYING" // waits for the person's tap or for proof of who they are
	CaseInWork    = "IN_WORK"
	CaseExtended  = "EXTENDED"
	CaseDelivered = "DELIVERED"
	CaseRefused   = "REFUSED"
	CaseClosed    = "CLOSED"
	CaseWithdrawn = "WITHDRAWN_BY_PERSON"

	Triage   = "triage"
	Verify   = "verify"
	Verified = "verified"
	Extend   = "extend"
	Deliver  = "deliver"
	Refuse   = "refuse"
	Close    = "close"
	TakeBack = "take_back"
	Reopen   = "reopen" // what was delivered did not arrive
)

// Case is the way of one request. What the software carries out by itself comes
// after Verified: nothing is handed over, changed or destroyed for somebody who
// may be somebody else. A case that waits for the person's proof has no need of
// more time, since its clock waits too.
var Case = Machine{
	name: "case",
	events: fsm.Events{
		on(Triage, CaseTriaged, CaseReceived),
		on(Verify, CaseVerifying, CaseReceived, CaseTriaged, CaseVerifying, CaseInWork, CaseExtended),
		on(Verified, CaseInWork, CaseReceived, CaseTriaged, CaseVerifying, CaseInWork, CaseExtended),
		on(Extend, CaseExtended, CaseReceived, CaseTriaged, CaseInWork),
		on(Deliver, CaseDelivered, CaseInWork, CaseExtended),
		on(Refuse, CaseRefused, CaseReceived, CaseTriaged, CaseVerifying, CaseInWork, CaseExtended),
		on(TakeBack, CaseWithdrawn, CaseReceived, CaseTriaged, CaseVerifying, CaseInWork, CaseExtended),
		on(Reopen, CaseInWork, CaseDelivered),
		on(Close, CaseClosed, CaseDelivered, CaseRefused, CaseWithdrawn),
	},
}

// CaseOpen reports whether a case still waits for its answer.
func CaseOpen(state string) bool {
	switch state {
	case CaseReceived, CaseTriaged, CaseVerifying, CaseInWork, CaseExtended:
		return true
	}
	return false
}
