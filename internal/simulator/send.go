package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// sending is one send on its way through the Graph server.
type sending struct {
	req      sendRequest
	raw      []byte
	line     *line
	to       *account
	template Template // of a template message
	id       string
	media    *mediaItem // the uploaded file it uses, if any
	unusable bool       // which is of another kind than the message
	failure  int        // code of the failed status that will follow, 0 for none
	price    *wirePricing
	faults   Faults
}

// sendResponse is what Graph answers to an accepted message.
type sendResponse struct {
	Product  string         `json:"messaging_product"`
	Contacts []sendContact  `json:"contacts,omitempty"`
	Messages []sendAccepted `json:"messages"`
}

type sendContact struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

type sendAccepted struct {
	ID      string `json:"id"`
	GroupID string `json:"group_id,omitempty"`
	Status  string `json:"message_status,omitempty"`
}

// postMessages is POST /{number}/messages.
func (s *Sim) postMessages(l *line, w http.ResponseWriter, r *http.Request) {
	sd := &sending{line: l, faults: s.knobs.get()}
	raw, err := readBody(w, r)
	if err != nil {
		s.refuse(w, refuseFor(100, "The body could not be read."))
		return
	}
	sd.raw = raw
	if json.Unmarshal(raw, &sd.req) != nil {
		s.refuse(w, refuseFor(100, "The body is not the JSON that was expected."))
		return
	}
	if sd.req.Status != "" {
		s.markRead(w, &sd.req)
		return
	}
	s.send(sd, w, r)
}

// send refuses, or accepts and answers, or pretends to do either.
func (s *Sim) send(sd *sending, w http.ResponseWriter, r *http.Request) {
	code, answer, failed := s.knobs.sendFaults()
	if sd.faults.GraphMS > 0 && !pause(r, ms(sd.faults.GraphMS)) {
		return
	}
	if code != 0 {
		s.refuse(w, refuse(code))
		return
	}
	if s.spoilBefore(answer, sd.faults, w, r) {
		return
	}
	if refusal := s.admit(sd); refusal != nil {
		s.refuse(w, refusal)
		return
	}
	if sd.failure == 0 {
		sd.failure = failed
	}
	s.accept(sd)
	if sd.faults.StatusFirst && sd.to != nil {
		s.statusFirst(r, sd)
	}
	cut := answer == AnswerDrop || answer == AnswerStall // the answer never ends
	if cut {
		s.follow(sd)
	}
	s.answer(answer, sd, w, r)
	if !cut {
		s.follow(sd)
	}
}

// admit decides what Meta decides before it answers.
func (s *Sim) admit(sd *sending) *apiError {
	if sd.line.unregistered.Load() {
		return refuse(133010)
	}
	if err := sd.req.validate(); err != nil {
		return err
	}
	if err := s.findMedia(sd); err != nil {
		return err
	}
	if sd.req.Type == "template" {
		t, err := s.checkUse(sd.req.Template)
		if err != nil {
			return err
		}
		if t.Category == "AUTHENTICATION" && sd.req.To == "" {
			return refuse(131062)
		}
		sd.template = t
	}
	now := s.Now()
	if !sd.line.rate.take(now, sd.faults.Throughput) {
		return refuse(130429)
	}
	if sd.req.RecipientType == "group" {
		return nil
	}
	if strings.TrimPrefix(sd.req.To, "+") == sd.line.Display {
		return refuse(131021)
	}
	return s.admitPerson(sd, now)
}

// admitPerson applies the rules that need the recipient's state.
func (s *Sim) admitPerson(sd *sending, now time.Time) *apiError {
	phone, id := sd.req.To, sd.req.Recipient
	if phone != "" {
		id = "" // Meta lets to win when both are given
	}
	sd.to = s.people.find(phone, id, !s.cfg.Quiet)
	sd.to.mu.Lock()
	defer sd.to.mu.Unlock()
	c := sd.to.chat(sd.line.ID)
	if !sd.faults.PairOff && !c.pair.take(now, pairEvery, pairBurst) {
		return refuse(131056)
	}
	sd.failure = sd.later(now)
	if sd.failure == 131047 && sd.faults.WindowSync {
		return refuse(131047)
	}
	return nil
}

// later is the code of the failed status that Meta sends after it accepted a
// message it will not deliver. The person's lock is held.
func (sd *sending) later(now time.Time) int {
	a, c := sd.to, sd.to.chat(sd.line.ID)
	switch {
	case sd.req.KeyHash != "" && a.profile.KeyHash != "" && sd.req.KeyHash != a.profile.KeyHash:
		return 137000
	case sd.req.Type != "template" && !sd.faults.windowOpen(now, c.lastInbound):
		return 131047
	case a.stopped && sd.template.Category == "MARKETING":
		return 131050
	case sd.unusable:
		return 131053
	}
	return 0
}

func (f Faults) windowOpen(now, last time.Time) bool {
	switch f.Window {
	case "open":
		return true
	case "closed":
		return false
	}
	return !last.IsZero() && now.Sub(last) < window
}

// accept gives the message its id and puts it on the phone.
func (s *Sim) accept(sd *sending) {
	sd.id = s.newID("wamid.")
	s.counts.accepted.Add(1)
	if sd.failure == 0 {
		sd.price = s.pricing(sd)
	}
	if sd.to == nil || s.cfg.Quiet && s.cfg.OnMessage == nil {
		return
	}
	m := s.bubble(sd)
	if sd.media != nil && sd.failure == 0 {
		s.media.hand(sd.media, m.File.Name)
	}
	s.applyReaction(sd)
	s.keep(sd.to, m)
	if s.cfg.OnMessage != nil {
		s.cfg.OnMessage(&Person{sim: s, acct: sd.to, number: sd.line.Number}, *m)
	}
}

func (s *Sim) applyReaction(sd *sending) {
	if r := sd.req.Reaction; r != nil && sd.req.Type == "reaction" {
		s.amend(sd.to, r.MessageID, func(m *Message) { m.Reaction = r.Emoji })
	}
}

// reply is the body of an accepted send.
func (sd *sending) reply() sendResponse {
	out := sendResponse{Product: "whatsapp", Messages: []sendAccepted{{ID: sd.id}}}
	if sd.req.Type == "template" {
		out.Messages[0].Status = "accepted"
	}
	switch {
	case sd.to == nil:
		out.Messages[0].GroupID = sd.req.To
	case sd.req.To != "":
		out.Contacts = []sendContact{{Input: sd.req.To, WaID: strings.TrimPrefix(sd.req.To, "+")}}
	default:
		out.Contacts = []sendContact{{Input: sd.req.Recipient, UserID: sd.req.Recipient}}
	}
	return out
}

// markRead turns the person's ticks blue and may show the typing dots.
func (s *Sim) markRead(w http.ResponseWriter, req *sendRequest) {
	if req.Status != "read" || req.MessageID == "" {
		s.refuse(w, refuseFor(131009, "The status is read, with a message_id."))
		return
	}
	if err := checkMessageID(req.MessageID); err != nil {
		s.refuse(w, err)
		return
	}
	if a := s.people.lookup(req.MessageID); a != nil {
		s.amend(a, req.MessageID, func(m *Message) { m.Status = "read" })
		if req.Typing != nil {
			a.mu.Lock()
			key := a.profile.Key
			a.mu.Unlock()
			s.hub.publish("typing", map[string]string{"person": key})
		}
	}
	writeRaw(w, http.StatusOK, []byte(`{"success":true}`))
}
