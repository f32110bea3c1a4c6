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
