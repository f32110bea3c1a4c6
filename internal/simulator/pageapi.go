package simulator

import (
	"errors"
	"net/http"
)

// pageState is everything the page shows when it opens.
type pageState struct {
	Numbers []Number     `json:"numbers"`
	Clock   clockState   `json:"clock"`
	Faults  Faults       `json:"faults"`
	People  []pagePerson `json:"people"`
	Kinds   []kind       `json:"kinds"` // of the menu
	Record  recording    `json:"record"`
	Drawn   bool         `json:"drawn"` // whether there can be drawings
}

type pagePerson struct {
	personState
	Messages []Message `json:"messages"`
}

func (s *Sim) getState(w http.ResponseWriter, _ *http.Request) {
	state := pageState{
		Numbers: s.cfg.Numbers, Clock: s.clockState(), Faults: s.Faults(), People: []pagePerson{},
		Kinds: kinds(), Drawn: s.cfg.Drawing != nil,
	}
	state.Record.On = s.tape.running.Load()
	for _, a := range s.people.all() {
		p := &Person{sim: s, acct: a}
		state.People = append(state.People, pagePerson{personState: p.state(), Messages: p.Transcript()})
	}
	writeJSON(w, http.StatusOK, state)
}

// action is what somebody at the page does with a phone.
type action struct {
	Person  string `json:"person"`
	Number  string `json:"number"` // phone number id, the first one when empty
	Do      string `json:"do"`
	Kind    string `json:"kind"` // of SendKind
	Text    string `json:"text"`
	Message string `json:"message"` // id of the message it is about
	Choice  string `json:"choice"`
	On      bool   `json:"on"`
}

func (s *Sim) postAct(w http.ResponseWriter, r *http.Request) {
	var a action
	if err := readJSON(w, r, &a); err != nil {
		badRequest(w, err)
		return
	}
	if a.Person == "" {
		badRequest(w, errors.New("who does it?"))
		return
	}
	p := s.Person(a.Person)
	if a.Number != "" {
		p = p.On(a.Number)
	}
	id, err := s.taped(r.Context(), p, a)
	if err != nil {
		badRequest(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

var errUnknownAction = errors.New("unknown action")

// do carries out what makes a message, and leaves the rest to settings.
func (p *Person) do(a action) (string, error) {
	switch a.Do {
	case "text":
		return p.Text(a.Text), nil
	case "reply":
		return p.Reply(a.Text, a.Message), nil
	case "kind":
		return p.SendKind(a.Kind, a.Text, a.Message)
	case "tap":
		return p.TapOn(a.Message, a.Choice)
	case "react":
		return p.React(a.Message, a.Text), nil
	case "edit":
		return p.Edit(a.Message, a.Text), nil
	case "revoke":
		return p.Revoke(a.Message), nil
	}
	return p.doMore(a)
}

// doMore are the names of a kind by themselves, and acts that are no message.
func (p *Person) doMore(a action) (string, error) {
	switch a.Do {
	case "voice", "image", "document", "location", "forward", "group":
		return p.SendKind(a.Do, a.Text, a.Message)
	case "call":
		return p.Call(), nil
	case "play":
		return "", p.Play(a.Message)
	case "raw":
		return p.Send(a.Text)
	}
	return "", p.doSetting(a)
}

func (p *Person) doSetting(a action) error {
	switch a.Do {
	case "stop", "resume", "signup":
		p.Preference(a.Do)
	case "number":
		p.ChangeNumber(a.Text)
	case "hide":
		p.Hide(a.On)
	case "block":
		p.Block(a.On)
	case "language":
		return p.speak(a.Text)
	default:
		return errUnknownAction
	}
	return nil
}
