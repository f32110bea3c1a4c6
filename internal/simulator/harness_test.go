package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"aval/internal/simulator"
)

const (
	secret = "example_app_secret_not_real"
	token  = "example_token_not_real"
	number = "100000000000001"
)

// business is the smallest server that a WhatsApp business can be: it checks
// signatures and keeps what it gets.
type business struct {
	*httptest.Server
	mu     sync.Mutex
	bodies [][]byte
	refuse int                                  // answer so many deliveries with 503
	onPost func(b *business, update wireUpdate) // nil: only listen
}

// wireUpdate is a delivery as a business reads it.
type wireUpdate struct {
	Entry []struct {
		ID      string
		Changes []struct {
			Field string
			Value struct {
				Metadata struct {
					ID string `json:"phone_number_id"`
				}
				Contacts []map[string]any
				Messages []map[string]any
				Statuses []map[string]any
				Prefs    []map[string]any `json:"user_preferences"`
				Calls    []map[string]any
				Event    string
			}
		}
	}
}

func newBusiness(t *testing.T) *business {
	t.Helper()
	b := &business{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if r.URL.Query().Get("hub.verify_token") != "verify" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("X-Hub-Signature-256") != simulator.Sign(secret, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(b.receive(body))
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *business) receive(body []byte) int {
	b.mu.Lock()
	b.bodies = append(b.bodies, body)
	refuse := b.refuse > 0
	if refuse {
		b.refuse--
	}
	onPost := b.onPost
	b.mu.Unlock()
	if refuse {
		return http.StatusServiceUnavailable
	}
	var u wireUpdate
	if onPost != nil && json.Unmarshal(body, &u) == nil {
		onPost(b, u)
	}
	return http.StatusOK
}

func (b *business) received() [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([][]byte(nil), b.bodies...)
}

// updates decodes everything received so far.
func (b *business) updates(t *testing.T) []wireUpdate {
	t.Helper()
	var out []wireUpdate
	for _, body := range b.received() {
		var u wireUpdate
		if err := json.Unmarshal(body, &u); err != nil {
			t.Fatalf("delivery is not JSON: %v", err)
		}
		out = append(out, u)
	}
	return out
}

// statuses are the status words received for a message, in order.
func (b *business) statuses(t *testing.T, id string) []string {
	t.Helper()
	var out []string
	for _, st := range b.statusObjects(t, id) {
		out = append(out, st["status"].(string))
	}
	return out
}

func (b *business) statusObjects(t *testing.T, id string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, u := range b.updates(t) {
		for _, e := range u.Entry {
			for _, c := range e.Changes {
				for _, st := range c.Value.Statuses {
					if st["id"] == id {
						out = append(out, st)
					}
				}
			}
		}
	}
	return out
}

// world is a simulator with a business at the other end.
type world struct {
	*simulator.Sim
	graph *httptest.Server
	biz   *business
	t     *testing.T
}

func newWorld(t *testing.T, edit func(*simulator.Config)) *world {
	t.Helper()
	biz := newBusiness(t)
	cfg := simulator.Config{
		WebhookURL: biz.URL + "/webhook", AppSecret: secret, VerifyToken: "verify", AccessToken: token,
		RetryDelay: time.Millisecond, Seed: 1,
		Now: func() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) },
	}
	if edit != nil {
		edit(&cfg)
	}
	sim := simulator.New(cfg)
	graph := httptest.NewServer(sim.Handler())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- sim.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		graph.CloseClientConnections()
		graph.Close()
	})
	return &world{Sim: sim, graph: graph, biz: biz, t: t}
}

// drain waits until every webhook was answered.
func (w *world) drain() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	if err := w.Drain(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// answer is what Graph said.
type answer struct {
	status int
	body   map[string]any
	raw    []byte
}

func (a answer) code() int {
	e, _ := a.body["error"].(map[string]any)
	code, _ := e["code"].(float64)
	return int(code)
}

// id is the wamid of an accepted message.
func (a answer) id() string {
	list, _ := a.body["messages"].([]any)
	if len(list) == 0 {
		return ""
	}
	id, _ := list[0].(map[string]any)["id"].(string)
	return id
}

// graphCall makes one Graph request as the business.
func (w *world) graphCall(method, path string, body []byte) answer {
	w.t.Helper()
	a, err := w.tryGraph(method, path, body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (w *world) tryGraph(method, path string, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, w.graph.URL+"/graph/v26.0/"+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultTransport.RoundTrip(req) // follows no redirect
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, raw: raw}
	_ = json.Unmarshal(raw, &a.body) // some answers are broken on purpose
	return a, err
}

// sendText sends a text and returns Graph's answer.
func (w *world) sendText(to, body string) answer {
	w.t.Helper()
	return w.graphCall("POST", number+"/messages", textTo(to, body))
}

func textTo(to, body string) []byte {
	raw, err := json.Marshal(map[string]any{
		"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]string{"body": body},
		"biz_opaque_callback_data": "attempt:1",
	})
	if err != nil {
		panic(err) // strings always encode
	}
	return raw
}
