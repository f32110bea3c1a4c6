package flows

import "time"

// Effect is one thing that must happen because of a step: Say, Call,
// Handover, AskConsent, Schedule, Keep or Done. Effects come in the order in
// which they must happen; nothing has happened yet when they are returned.
type Effect interface{ effect() }

// Say is one message to the person.
type Say struct {
	Text Text
	// Vars are the answers that the texts of this message show. They are not
	// those of the Position where a flow that ran as a part has ended since.
	// They must not be changed.
	Vars Vars
	// Choices can be tapped; List asks for a list instead of buttons, which
	// opens with the label Open.
	Choices  []Option
	List     bool
	Open     Text
	Link     *Link
	Document *Document
	// Template, when set, is sent instead of Text.
	Template *Template
	Purpose  string
}

// Option is something the person can tap. ID is stable for one version of the
// flow; the bot adds a prefix that binds it to the conversation.
type Option struct {
	ID    string
	Label Text
	Hint  Text
}

// Link is a button that opens a web page. Its address holds no answers.
type Link struct {
	Label Text
	URL   string
}

// Document is a file that Meta fetches from an address.
type Document struct {
	URL, Name string
}

// Template is an approved message template. Params are its values in order, as
// the person will read them: in their language, one line, never empty, and
// nothing in them that could pass for words of the business (TPL-1).
type Template struct {
	Name   string
	Params []Answer
}

// Call asks a system of the business. The flow waits in its state until Step
// is given the result. How it is asked, how long and how often, is set where
// the endpoint is.
type Call struct {
	Endpoint string
	Params   map[string]Answer
	// Save are the paths that the flow wants of the result, in order, such as
	// "state", "delivery.day" or "items.0.name". Input.Fields is keyed by
	// them; a path that leads nowhere is left out.
	Save    []string
	Purpose string
}

// Handover puts the conversation into the agents' queue. Reason is a fixed
// word of the flow or of this package and says nothing of the person. Done
// follows.
type Handover struct {
	Reason string
}

// AskConsent has the house ask for consent in its own words. With Wait the
// flow waits for InputConsent; where consent is already there the house
// answers at once without asking.
type AskConsent struct {
	Purpose string
	Wait    bool
}

// Schedule asks for InputTimer with ID State after a time, unless the
// conversation has left that state by then. It replaces an earlier one.
type Schedule struct {
	After   time.Duration
	State   string
	Purpose string
}

// Keep says that a flow is over, alone or as a part of another, some of whose
// fields may outlive it. Vars are all its answers; its Fields say which of
// them to keep and how long.
type Keep struct {
	Flow    string
	Version int
	Vars    Vars
}

// Done says that the conversation is over.
type Done struct{}

func (Say) effect()        {}
func (Call) effect()       {}
func (Handover) effect()   {}
func (AskConsent) effect() {}
func (Schedule) effect()   {}
func (Keep) effect()       {}
func (Done) effect()       {}

// The locale keys that steps say by themselves.
const (
	keyInput = "input." // and what was expected: text, number, date, email, pattern, choice, media, place, contact
	keyOpen  = "menu.button"
)

// LocaleKeys lists every key that a flow can say without its file naming it,
// for the test that the locales have them all.
func LocaleKeys() []string {
	return []string{
		keyInput + typeText, keyInput + typeNumber, keyInput + typeDate, keyInput + typeEmail, keyInput + expectPattern,
		keyInput + typeChoice, keyInput + typeMedia, keyInput + typePlace, keyInput + typeContact, keyOpen,
	}
}
