package flows

import "github.com/looplab/fsm"

// The regions beside consent. They run in parallel: a contact is in one state
// of each (requirements 2.2).

// States and events of the channel.
const (
	ChannelOpen        = "OPEN"
	ChannelStopped     = "STOPPED" // nothing the business starts
	ChannelBlocked     = "BLOCKED_BY_US"
	ChannelUnreachable = "UNREACHABLE"

	Stop    = "stop"
	Resume  = "resume"
	Lost    = "lost"    // three undeliverable messages in seven days
	Inbound = "inbound" // the person wrote
	Block   = "block"
)

// Channel is whether anything may be started. Only the person's own resume
// word leaves STOPPED; an ordinary message does not.
var Channel = Machine{
	name: "channel",
	events: fsm.Events{
		on(Stop, ChannelStopped, ChannelOpen, ChannelStopped, ChannelUnreachable, ChannelBlocked),
		on(Resume, ChannelOpen, ChannelStopped),
		on(Lost, ChannelUnreachable, ChannelOpen),
		on(Inbound, ChannelOpen, ChannelOpen, ChannelUnreachable),
		on(Inbound, ChannelStopped, ChannelStopped),
		on(Inbound, ChannelBlocked, ChannelBlocked),
		on(Block, ChannelBlocked, ChannelOpen, ChannelUnreachable),
	},
}

// States and events of the hold.
const (
	HoldNormal     = "NORMAL"
	HoldRestricted = "RESTRICTED" // GDPR Art. 18
	HoldLegal      = "LEGAL_HOLD"
	HoldErasing    = "ERASING"
	HoldErased     = "ERASED"

	Restrict = "restrict"
	Lift     = "lift"
	Retain   = "retain" // legal hold on
	Erase    = "erase"
	Shredded = "shredded" // the key is gone
)

// Hold is what stops processing as a whole.
var Hold = Machine{
	name: "hold",
	events: fsm.Events{
		on(Restrict, HoldRestricted, HoldNormal, HoldRestricted),
		on(Lift, HoldNormal, HoldRestricted, HoldLegal),
		on(Retain, HoldLegal, HoldNormal, HoldRestricted),
		on(Erase, HoldErasing, HoldNormal, HoldRestricted, HoldErasing),
		on(Shredded, HoldErased, HoldErasing),
	},
}

// States and events of the window.
const (
	WindowClosed = "CLOSED"
	WindowOpen   = "OPEN"

	Lapse = "lapse"
)

// Window is Meta's 24 hours after the person's last message.
var Window = Machine{
	name: "window",
	events: fsm.Events{
		on(Inbound, WindowOpen, WindowClosed, WindowOpen),
		on(Lapse, WindowClosed, WindowOpen, WindowClosed),
	},
}

// States and events of the identity.
const (
	IdentityUnknown   = "UNKNOWN"
	IdentityBound     = "BOUND"
	IdentityRebind    = "REBIND"  // the number or user id changed
	IdentitySuspect   = "SUSPECT" // perhaps another person
	IdentityTombstone = "TOMBSTONE"

	Bind   = "bind"
	Change = "change"
	Doubt  = "doubt"
	StepUp = "step_up" // proved in another way, or the question was answered
	Forget = "forget"
)

// Identity is how sure we are that the account is still the same person's.
var Identity = Machine{
	name: "identity",
	events: fsm.Events{
		on(Bind, IdentityBound, IdentityUnknown, IdentityBound),
		on(Change, IdentityRebind, IdentityUnknown, IdentityBound, IdentityRebind),
		on(Change, IdentitySuspect, IdentitySuspect),
		on(Doubt, IdentitySuspect, IdentityUnknown, IdentityBound, IdentityRebind, IdentitySuspect),
		on(StepUp, IdentityBound, IdentityRebind, IdentitySuspect),
		on(Forget, IdentityTombstone, IdentityUnknown, IdentityBound, IdentityRebind, IdentitySuspect),
	},
}

// States and events of the turn.
const (
	TurnBot    = "BOT"
	TurnQueued = "QUEUED"
	TurnAgent  = "AGENT"

	Queue   = "queue"
	Take    = "take"
	Release = "release"
)

// Turn is who answers: the bot, nobody yet, or an agent.
var Turn = Machine{
	name: "turn",
	events: fsm.Events{
		on(Queue, TurnQueued, TurnBot, TurnQueued, TurnAgent),
		on(Take, TurnAgent, TurnBot, TurnQueued),
		on(Release, TurnBot, TurnQueued, TurnAgent, TurnBot),
	},
}

// States and events of the age.
const (
	AgeUnasked         = "UNASKED"
	AgeAdult           = "ADULT"
	AgeMinor           = "MINOR_OK" // old enough to consent alone
	AgeNeedsGuardian   = "NEEDS_GUARDIAN"
	AgeGuardianPending = "GUARDIAN_PENDING"
	AgeGuardian        = "GUARDIAN_OK"

	SaysAdult     = "says_adult"
	SaysOldEnough = "says_old_enough"
	SaysUnder     = "says_under" // the country's age of consent
	Invite        = "invite"     // a guardian was asked for
	GuardianYes   = "guardian_yes"
	GuardianNo    = "guardian_no" // no, taken back, or nobody came
	Grow          = "grow"        // a year went by since the band was given
)

// Age is what the person said about their age, as a band. Being under age is
// believed at once and from every state; being old enough only where nothing
// else was said, because a child learns quickly which answer opens the door.
var Age = Machine{
	name: "age",
	events: fsm.Events{
		on(SaysAdult, AgeAdult, AgeUnasked, AgeAdult, AgeMinor),
		on(SaysOldEnough, AgeMinor, AgeUnasked, AgeMinor, AgeAdult),
		on(SaysUnder, AgeNeedsGuardian, AgeUnasked, AgeAdult, AgeMinor),
		on(SaysUnder, AgeGuardianPending, AgeGuardianPending),
		on(SaysUnder, AgeGuardian, AgeGuardian),
		on(Invite, AgeGuardianPending, AgeNeedsGuardian, AgeGuardianPending),
		on(GuardianYes, AgeGuardian, AgeGuardianPending),
		on(GuardianNo, AgeNeedsGuardian, AgeGuardianPending, AgeGuardian),
		on(Grow, AgeUnasked, AgeMinor, AgeNeedsGuardian, AgeGuardianPending, AgeGuardian),
	},
}

// UnderAge reports whether somebody else must answer for the person.
func UnderAge(state string) bool { return state == AgeNeedsGuardian || state == AgeGuardianPending }
