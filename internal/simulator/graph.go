package simulator

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"
)

// numberHandler is a Graph call on one of the business's numbers.
type numberHandler func(l *line, w http.ResponseWriter, r *http.Request)

// graphRoutes mounts what the business calls. The version in the path may be
// any: it is the caller's configuration and no reason to fail.
func (s *Sim) graphRoutes(r *mux.Router) {
	r.Use(s.recorded, s.bearer)
	r.Path("/media").Methods("GET").HandlerFunc(s.download)
	g := r.PathPrefix(`/{version:v[0-9]+\.[0-9]+}`).Subrouter()
	g.Path("/{id}/messages").Methods("POST").Handler(s.onNumber(s.postMessages))
	g.Path("/{id}/marketing_messages").Methods("POST").Handler(s.onNumber(s.postMessages))
	g.Path("/{id}/media").Methods("POST").Handler(s.onNumber(s.postMedia))
	g.Path("/{id}/register").Methods("POST").Handler(s.onNumber(s.register))
	g.Path("/{id}/deregister").Methods("POST").Handler(s.onNumber(s.deregister))
	g.Path("/{id}/settings").Methods("POST").Handler(s.onNumber(s.succeed))
	g.Path("/{id}/thread_control").Methods("POST").Handler(s.onNumber(s.succeed))
	g.Path("/{id}/block_users").Methods("POST", "DELETE").Handler(s.onNumber(s.blockUsers))
	g.Path("/{id}/message_templates").Methods("GET").HandlerFunc(s.listTemplates)
	g.Path("/{id}/message_templates").Methods("POST").HandlerFunc(s.createTemplate)
	g.Path("/{id}/message_templates").Methods("DELETE").HandlerFunc(s.deleteTemplate)
	g.Path("/{id}/phone_numbers").Methods("GET").HandlerFunc(s.listNumbers)
	g.Path("/{id}/subscribed_apps").Methods("GET", "POST", "DELETE").HandlerFunc(s.subscribed)
	g.Path("/{id}").Methods("GET").HandlerFunc(s.getObject)
	g.Path("/{id}").Methods("POST").HandlerFunc(s.editTemplate)
	g.Path("/{id}").Methods("DELETE").HandlerFunc(s.deleteObject)
	r.NotFoundHandler = s.recorded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, noObject("unknown"))
	}))
}

// bearer lets only the configured token in, and says nothing about wrong ones.
func (s *Sim) bearer(next http.Handler) http.Handler {
	want := []byte("Bearer " + s.cfg.AccessToken)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := []byte(r.Header.Get("Authorization"))
		if s.cfg.AccessToken == "" || subtle.ConstantTimeCompare(given, want) != 1 {
			s.refuse(w, badToken())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Sim) onNumber(h numberHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := mux.Vars(r)["id"]
		l := s.numbers[id]
		if l == nil {
			s.refuse(w, noObject(id))
			return
		}
		h(l, w, r)
	})
}

// refuse writes an error in Meta's shape.
func (s *Sim) refuse(w http.ResponseWriter, e *apiError) {
	s.counts.refused.Add(1)
	writeJSON(w, e.http, map[string]wireAPIError{"error": e.wire(s.trace())})
}

// trace looks like an fbtrace_id and is unique.
func (s *Sim) trace() string { return "Asim" + strconv.FormatUint(s.ids.Add(1), 36) }

// Call is one request the business made to Graph.
type Call struct {
	At     time.Time
	Method string
	Path   string // without the query, which may hold identifiers
	Status int
	Body   []byte
	Answer []byte
}

// Calls returns the requests to Graph in the order they were answered. There
// are none with a Quiet simulator.
func (s *Sim) Calls() []Call { return s.record.list() }
