package flows

import (
	"context"
	"strconv"

	"github.com/looplab/fsm"
)

// The states of one purpose's consent, named in W3C DPV by requirements 2.3.
// Only Given and Renewed allow anything.
const (
	None      = "NONE"
	Asked     = "ASKED"
	Pending   = "PENDING"
	Given     = "GIVEN"
	Stale     = "STALE"
	Renewed   = "RENEWED"
	Deferred  = "DEFERRED"
	Refused   = "REFUSED"
	Withdrawn = "WITHDRAWN"
	Expired   = "EXPIRED"
	Invalid   = "INVALID"
	Revoked   = "REVOKED"
)

// The events of consent.
const (
	Ask        = "ask"        // our question leaves
	Yes        = "yes"        // first act of two
	YesSingle  = "yes_single" // the only act, where the purpose asks one
	Confirm    = "confirm"    // second act
	Renew      = "renew"      // yes to a changed notice
	No         = "no"         // refused
	Later      = "later"      // not now
	Expire     = "expire"     // time ran out
	Withdraw   = "withdraw"   // taken back, this purpose
	StopAll    = "stop"       // STOP: taken back, every purpose
	Outdated   = "outdated"   // the notice changed materially, or the refresh age passed
	Vouch      = "vouch"      // the guardian of a child said yes, twice, in their own chat
	Invalidate = "invalidate" // found invalid: by two approvers, or because the person is under age
	Revoke     = "revoke"     // ended by the controller
)

// Guard is a set of conditions that hold for an act (requirements 2.5). The
// positive acts need all nine, the negative ones none.
type Guard uint16

// The conditions.
const (
	OneToOne Guard = 1 << iota // G1: no group
	Authored                   // G2: written now by the person, not forwarded, edited or a reaction
	Answers                    // G3: answers the question we asked, by nonce or in the next turn
	InTime                     // G4: after the question, before its end, not older than the dedupe horizon
	Bound                      // G5: the account is bound to this contact
	OfAge                      // G6: of age, or the purpose needs no age
	Current                    // G7: the notice shown is the current one
	Free                       // G8: nothing holds the contact
	Welcome                    // G9: no cool-down after a refusal, or the person starts it

	// AllGuards are needed for every act that grants.
	AllGuards = OneToOne | Authored | Answers | InTime | Bound | OfAge | Current | Free | Welcome
)

// GuardError names the conditions that were missing.
type GuardError struct{ Missing Guard }

// Error lists the missing conditions by their numbers, G1 to G9.
func (e *GuardError) Error() string {
	s := "condition not met:"
	for i := range 9 {
		if e.Missing&(1<<i) != 0 {
			s += " G" + strconv.Itoa(i+1)
		}
	}
	return s
}

// Consent is the machine of one purpose that rests on consent. Fire takes the
// Guard that holds for the act as its argument.
var Consent = Machine{
	name: "consent",
	events: fsm.Events{
		on(Ask, Asked, None, Expired, Refused, Deferred, Withdrawn, Invalid),
		on(Ask, Stale, Stale),
		on(Yes, Pending, Asked),
		on(YesSingle, Given, Asked),
		on(Confirm, Given, Pending),
		on(Renew, Renewed, Stale),
		on(No, Refused, Asked, Pending),
		on(No, Withdrawn, Stale),
		on(Later, Deferred, Asked, Pending),
		on(Expire, Expired, Asked, Pending, Stale),
		on(Withdraw, Withdrawn, Given, Renewed, Stale),
		on(Withdraw, Refused, Asked, Pending),
		on(StopAll, Withdrawn, None, Given, Renewed, Stale, Expired, Deferred, Withdrawn),
		on(StopAll, Refused, Asked, Pending, Refused),
		on(Outdated, Stale, Given, Renewed),
		on(Vouch, Given, None, Asked, Pending, Expired, Deferred, Invalid, Withdrawn, Refused, Stale),
		on(Invalidate, Invalid, Given, Renewed, Stale),
		on(Revoke, Revoked, Given, Renewed, Stale),
	},
	callbacks: fsm.Callbacks{
		"before_" + Ask:       needs(OneToOne | Bound | Free | Welcome),
		"before_" + Yes:       needs(AllGuards),
		"before_" + YesSingle: needs(AllGuards),
		"before_" + Confirm:   needs(AllGuards),
		"before_" + Renew:     needs(AllGuards),
		"before_" + Vouch:     needs(Bound | Free),
	},
}

// needs cancels an event unless all the conditions hold. A missing argument
// counts as no condition at all, so a forgotten guard refuses.
func needs(required Guard) fsm.Callback {
	return func(_ context.Context, e *fsm.Event) {
		var have Guard
		if len(e.Args) > 0 {
			have, _ = e.Args[0].(Guard)
		}
		if missing := required &^ have; missing != 0 {
			e.Cancel(&GuardError{Missing: missing})
		}
	}
}

// Valid reports whether a state allows processing.
func Valid(state string) bool { return state == Given || state == Renewed }

// Open reports whether a question of ours is waiting for an answer.
func Open(state string) bool { return state == Asked || state == Pending }

// The states of a purpose that rests on another basis than consent.
const (
	Live     = "LIVE"
	Objected = "OBJECTED"
	Ended    = "ENDED"
)

// The events of such a purpose.
const (
	Object = "object"
	End    = "end"
)

// Basis is the machine of one purpose that does not rest on consent.
var Basis = Machine{
	name: "basis",
	events: fsm.Events{
		on(Object, Objected, Live, Objected),
		on(End, Ended, Live, Objected),
	},
}
