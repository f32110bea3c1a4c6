package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"
)

func (s *Sim) succeed(_ *line, w http.ResponseWriter, _ *http.Request) {
	writeRaw(w, http.StatusOK, []byte(`{"success":true}`))
}

func (s *Sim) register(l *line, w http.ResponseWriter, r *http.Request) {
	var body struct{ Pin string }
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&body) != nil || len(body.Pin) != 6 {
		s.refuse(w, refuseFor(100, "A pin of six digits is required."))
		return
	}
	l.unregistered.Store(false)
	s.succeed(l, w, r)
}

func (s *Sim) deregister(l *line, w http.ResponseWriter, r *http.Request) {
	l.unregistered.Store(true)
	s.succeed(l, w, r)
}

type numberAnswer struct {
	ID       string `json:"id"`
	Name     string `json:"verified_name"`
	Display  string `json:"display_phone_number"`
	Quality  string `json:"quality_rating"`
	Status   string `json:"status"`
	Platform string `json:"platform_type"`
}

func (l *line) describe() numberAnswer {
	status := "CONNECTED"
	if l.unregistered.Load() {
		status = "DISCONNECTED"
	}
	return numberAnswer{
		ID: l.ID, Name: l.Name, Display: "+" + l.Display, Quality: "GREEN", Status: status, Platform: "CLOUD_API",
	}
}

func (s *Sim) listNumbers(w http.ResponseWriter, r *http.Request) {
	if !s.isAccount(w, r) {
		return
	}
	all := make([]numberAnswer, len(s.cfg.Numbers))
	for i, n := range s.cfg.Numbers {
		all[i] = s.numbers[n.ID].describe()
	}
	writeJSON(w, http.StatusOK, fields{"data": all})
}

func (s *Sim) subscribed(w http.ResponseWriter, r *http.Request) {
	if !s.isAccount(w, r) {
		return
	}
	if r.Method == http.MethodGet {
		writeJSON(w, http.StatusOK, fields{"data": []fields{}})
		return
	}
	s.succeed(nil, w, r)
}

func (s *Sim) isAccount(w http.ResponseWriter, r *http.Request) bool {
	id := mux.Vars(r)["id"]
	if id != s.cfg.Account {
		s.refuse(w, noObject(id))
		return false
	}
	return true
}

// getObject answers for a number, a file or a template, whichever has the id.
func (s *Sim) getObject(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["id"]
	if l := s.numbers[id]; l != nil {
		writeJSON(w, http.StatusOK, l.describe())
		return
	}
	if item := s.media.get(id, s.Now()); item != nil {
		s.getMedia(item, w, r)
		return
	}
	if t, ok := s.templates.byID(id); ok {
		writeJSON(w, http.StatusOK, t)
		return
	}
	s.refuse(w, noObject(id))
}

func (s *Sim) deleteObject(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["id"]
	item := s.media.get(id, s.Now())
	if item == nil {
		s.refuse(w, noObject(id))
		return
	}
	s.deleteMedia(item, w, r)
}

func (s *Sim) listTemplates(w http.ResponseWriter, r *http.Request) {
	if !s.isAccount(w, r) {
		return
	}
	status, name := r.URL.Query().Get("status"), r.URL.Query().Get("name")
	all := slices.DeleteFunc(s.templates.list(), func(t Template) bool {
		return status != "" && !strings.EqualFold(status, t.Status) || name != "" && name != t.Name
	})
	writeJSON(w, http.StatusOK, fields{"data": all})
}

func (s *Sim) createTemplate(w http.ResponseWriter, r *http.Request) {
	if !s.isAccount(w, r) {
		return
	}
	t, refusal := readTemplate(w, r)
	if refusal != nil {
		s.refuse(w, refusal)
		return
	}
	t.Status = "PENDING"
	t = s.templates.put(t)
	writeJSON(w, http.StatusOK, map[string]string{"id": t.ID, "status": t.Status, "category": t.Category})
	s.reviewNew(t)
}

// readTemplate takes unknown keys: Meta's own are more than the simulator's.
func readTemplate(w http.ResponseWriter, r *http.Request) (Template, *apiError) {
	var t Template
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&t) != nil {
		return t, refuseFor(100, "The body is not the JSON that was expected.")
	}
	return t, t.check()
}

func (s *Sim) editTemplate(w http.ResponseWriter, r *http.Request) {
	old, ok := s.templates.byID(mux.Vars(r)["id"])
	if !ok {
		s.refuse(w, noObject(mux.Vars(r)["id"]))
		return
	}
	var given Template
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&given) != nil {
		s.refuse(w, refuseFor(100, "The body is not the JSON that was expected."))
		return
	}
	old.Components, old.Status = given.Components, "PENDING"
	if err := old.check(); err != nil {
		s.refuse(w, err)
		return
	}
	s.templates.put(old)
	s.succeed(nil, w, r)
	s.reviewNew(old)
}

func (s *Sim) deleteTemplate(w http.ResponseWriter, r *http.Request) {
	if !s.isAccount(w, r) {
		return
	}
	if !s.templates.remove(r.URL.Query().Get("name"), r.URL.Query().Get("hsm_id")) {
		s.refuse(w, refuseFor(100, "There is no such template."))
		return
	}
	s.succeed(nil, w, r)
}

// reviewNew plays the reviewer of a new template.
func (s *Sim) reviewNew(t Template) {
	switch s.Faults().Review {
	case "hold":
	case "reject":
		s.Review(t.Name, t.Language, "REJECTED")
	default:
		s.Review(t.Name, t.Language, "APPROVED")
	}
}

// Review changes the status of a template (APPROVED, REJECTED, PAUSED, …) and
// tells the business. It reports whether there is such a template.
func (s *Sim) Review(name, language, status string) bool {
	t, ok := s.templates.get(name, language)
	if !ok {
		return false
	}
	t.Status = status
	s.templates.put(t)
	id, err := strconv.ParseInt(t.ID, 10, 64)
	if err != nil {
		return false // ids of the catalog are numbers
	}
	s.emit(&s.rawLane, change{field: "message_template_status_update", at: s.Now().Unix(), value: fields{
		"event": status, "message_template_id": id, "message_template_name": t.Name,
		"message_template_language": strings.ReplaceAll(t.Language, "_", "-"),
		"reason":                    "NONE", "message_template_category": t.Category,
	}}, nil)
	return true
}

type blockRequest struct {
	Users []struct {
		User string `json:"user"`
	} `json:"block_users"`
}

// blockUsers blocks people for the business: only those who wrote within the
// last day may be blocked, and a mixed result is an error that holds both.
func (s *Sim) blockUsers(l *line, w http.ResponseWriter, r *http.Request) {
	var req blockRequest
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&req) != nil || len(req.Users) == 0 {
		s.refuse(w, refuseFor(131008, "The parameter block_users is required."))
		return
	}
	added, failed := []sendContact{}, []fields{}
	for _, u := range req.Users {
		who := sendContact{Input: u.User, WaID: strings.TrimPrefix(u.User, "+")}
		a := s.people.find(u.User, "", true)
		a.mu.Lock()
		open := s.Now().Sub(a.chat(l.ID).lastInbound) < window
		a.mu.Unlock()
		if r.Method == http.MethodPost && !open {
			failed = append(failed, fields{"input": who.Input, "wa_id": who.WaID, "errors": []fields{{
				"message": "Re-engagement required", "code": 131047,
				"error_data": fields{"details": "User has not messaged in the last 24 hours"},
			}}})
			continue
		}
		added = append(added, who)
	}
	s.answerBlock(w, added, failed)
}

func (s *Sim) answerBlock(w http.ResponseWriter, added []sendContact, failed []fields) {
	body := fields{"messaging_product": "whatsapp", "block_users": fields{"added_users": added}}
	if len(failed) == 0 {
		writeJSON(w, http.StatusOK, body)
		return
	}
	body["block_users"] = fields{"added_users": added, "failed_users": failed}
	body["error"] = fields{
		"message": "(#139100) Failed to block/unblock users", "type": "OAuthException", "code": 139100,
		"error_data": fields{"details": "Failed to block some users"}, "fbtrace_id": s.trace(),
	}
	s.counts.refused.Add(1)
	writeJSON(w, http.StatusBadRequest, body)
}
