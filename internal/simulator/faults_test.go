package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aval/internal/simulator"
)

func TestSpoiledAnswers(t *testing.T) {
	cases := []struct {
		kind     string
		accepted bool
		status   int // 0: no readable answer
	}{
		{simulator.AnswerTimeout, false, 0},
		{simulator.AnswerHTML, false, 502},
		{simulator.AnswerRedirect, false, 302},
		{simulator.AnswerDrop, true, 0},
		{simulator.AnswerError, true, 500},
		{simulator.AnswerHuge, true, 200},
		{simulator.AnswerStall, true, 0},
	}
	for _, c := range cases {
		t.Run(c.kind, func(t *testing.T) {
			w := newWorld(t, nil)
			w.Person("ana").Text("hello")
			w.SetFaults(simulator.Faults{GraphAnswer: simulator.AnswerFault{Kind: c.kind, Aim: simulator.Aim{Next: 1}}})
			status, size := w.impatient()
			if status != c.status {
				t.Errorf("status %d", status)
			}
			if c.kind == simulator.AnswerHuge && size < 10<<20 {
				t.Errorf("%d bytes", size)
			}
			w.drain()
			inbox := w.Person("ana").Inbox()
			if got := len(inbox) == 1; got != c.accepted {
				t.Fatalf("accepted %v", got)
			}
			if c.accepted && inbox[0].Status != "read" {
				t.Errorf("statuses did not follow: %+v", inbox[0])
			}
			if a := w.sendText("+15550100001", "again"); a.status != 200 {
				t.Errorf("the fault did not end: %s", a.raw)
			}
		})
	}
}

// impatient sends a text and gives up after a moment, as a client with a
// timeout does. The status is 0 when there was no whole answer.
func (w *world) impatient() (status, size int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 300*time.Millisecond)
	defer cancel()
	if w.Faults().GraphAnswer.Kind == simulator.AnswerHuge {
		ctx = w.t.Context() // ten megabytes may take longer
	}
	target := w.graph.URL + "/graph/v26.0/" + number + "/messages"
	req, err := http.NewRequestWithContext(ctx, "POST", target, bytes.NewReader(textTo("+15550100001", "hi")))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, 0
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		return 0, 0
	}
	return resp.StatusCode, int(n)
}

func TestThroughput(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Faults.Throughput = 3 })
	w.Person("ana").Text("hello")
	for i := range 3 {
		if a := w.sendText("+15550100001", "x"); a.status != 200 {
			t.Fatalf("message %d: %s", i, a.raw)
		}
	}
	if a := w.sendText("+15550100001", "x"); a.code() != 130429 {
		t.Errorf("fourth in a second: %s", a.raw)
	}
	w.Advance(time.Second)
	if a := w.sendText("+15550100001", "x"); a.status != 200 {
		t.Errorf("a second later: %s", a.raw)
	}
}

func TestPairRateRecovers(t *testing.T) {
	w := newWorld(t, nil)
	w.Person("ana").Text("hello")
	for i := range 45 {
		if a := w.sendText("+15550100001", "x"); a.status != 200 {
			t.Fatalf("message %d: %s", i, a.raw)
		}
	}
	if a := w.sendText("+15550100001", "x"); a.code() != 131056 {
		t.Fatalf("46th: %s", a.raw)
	}
	if a := w.sendText("+15550100004", "x"); a.status != 200 {
		t.Errorf("somebody else: %s", a.raw)
	}
	w.Advance(6 * time.Second)
	if a := w.sendText("+15550100001", "x"); a.status != 200 {
		t.Errorf("six seconds later: %s", a.raw)
	}
}

func TestControls(t *testing.T) {
	w := newWorld(t, nil)
	cases := []struct {
		name, method, path, body string
		status                   int
		holds                    string
	}{
		{"clock", "GET", "/clock", "", 200, `{"now":"2026-11-01T12:00:00Z","offset":"0s"}`},
		{"offset", "PUT", "/clock", `{"offset":"26h"}`, 200, `{"now":"2026-11-02T14:00:00Z","offset":"26h0m0s"}`},
		{"advance", "PUT", "/clock", `{"advance":"24h"}`, 200, `"offset":"50h0m0s"`},
		{"now", "PUT", "/clock", `{"now":"2026-11-01T11:00:00Z"}`, 200, `"offset":"-1h0m0s"`},
		{"two at once", "PUT", "/clock", `{"advance":"1h","offset":"0s"}`, 400, `error`},
		{"not a time", "PUT", "/clock", `{"advance":"soon"}`, 400, `error`},
		{"one knob", "PUT", "/faults", `{"duplicates":0.5}`, 200, `"duplicates":0.5`},
		{"the other knobs stay", "PUT", "/faults", `{"graph_error":{"code":130429,"next":2}}`, 200, `"duplicates":0.5`},
		{"inside a knob too", "PUT", "/faults", `{"graph_error":{"next":7}}`, 200, `"graph_error":{"code":130429,"next":7`},
		{"unknown knob", "PUT", "/faults", `{"gremlins":1}`, 400, `gremlins`},
		{"share of two", "PUT", "/faults", `{"reorder":2}`, 400, `share`},
		{"reset", "DELETE", "/faults", "", 200, `"duplicates":0,`},
		{"order", "GET", "/shop/orders/CL-1042", "", 200, `"state":"shipped"`},
		{"no order", "GET", "/shop/orders/9", "", 404, `error`},
		{"ready", "GET", "/readyz", "", 200, `"ready":true`},
		{"unknown action", "POST", "/api/act", `{"person":"ana","do":"dance"}`, 400, `unknown action`},
		{"nobody", "POST", "/api/act", `{"do":"text"}`, 400, `who`},
		{"page", "GET", "/", "", 200, `<title>WhatsApp simulator</title>`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, _, got := w.page(c.method, c.path, c.body, nil)
			if status != c.status || !strings.Contains(got, c.holds) {
				t.Errorf("%d %s", status, got)
			}
		})
	}
	t.Run("another web page", func(t *testing.T) {
		foreign := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}
		if status, _, _ := w.page("POST", "/api/act", `{"person":"ana","do":"text","text":"x"}`, foreign); status != 403 {
			t.Errorf("status %d", status)
		}
	})
	t.Run("content policy", func(t *testing.T) {
		_, head, _ := w.page("GET", "/", "", nil)
		if !strings.HasPrefix(head.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';") {
			t.Error(head)
		}
	})
}

func (w *world) page(method, path, body string, head http.Header) (int, http.Header, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.graph.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for name, values := range head {
		req.Header[name] = values
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(raw)
}

func TestBlockUsersMixedIsAnError(t *testing.T) {
	w := newWorld(t, nil)
	w.Person("ana").Text("hello")
	a := w.graphCall("POST", number+"/block_users", []byte(
		`{"messaging_product":"whatsapp","block_users":[{"user":"+15550100001"},{"user":"+15550100002"}]}`))
	if a.status != 400 || a.code() != 139100 {
		t.Fatalf("%s", a.raw)
	}
	sameShape(t, fixture(t, "resp_block_mixed_400"), a.raw)
}

func TestCallsAreRecorded(t *testing.T) {
	w := newWorld(t, nil)
	w.sendText("+15550100001", "hi")
	calls := w.Calls()
	if len(calls) != 1 || calls[0].Path != "/v26.0/"+number+"/messages" || calls[0].Status != 200 ||
		!bytes.Contains(calls[0].Body, []byte(`"hi"`)) || !bytes.Contains(calls[0].Answer, []byte("wamid.")) {
		t.Errorf("%+v", calls)
	}
	w.drain()
}

func TestQuietKeepsNothing(t *testing.T) {
	seen := make(chan simulator.Message, 1)
	w := newWorld(t, func(c *simulator.Config) {
		c.Quiet = true
		c.OnMessage = func(_ *simulator.Person, m simulator.Message) { seen <- m }
	})
	w.Person("ana").Text("hello")
	w.sendText("+15550100001", "hi")
	w.drain()
	if m := <-seen; m.Body != "hi" {
		t.Errorf("%+v", m)
	}
	if len(w.Person("ana").Transcript()) != 0 || len(w.Calls()) != 0 {
		t.Error("history was kept")
	}
	if c := w.Counts(); c.Accepted != 1 || c.Delivered != 4 {
		t.Errorf("%+v", c)
	}
}

// nothing discards an answer; the benchmark measures the handler alone.
type nothing struct{ head http.Header }

func (n nothing) Header() http.Header         { return n.head }
func (n nothing) Write(b []byte) (int, error) { return len(b), nil }
func (n nothing) WriteHeader(int)             {}

func BenchmarkGraphSend(b *testing.B) {
	sim := simulator.New(simulator.Config{
		AccessToken: token, Quiet: true, Faults: simulator.Faults{NoStatuses: true, PairOff: true, Window: "open"},
	})
	handler := sim.Handler()
	body := textTo("+15550100001", "Hello there, how are you today?")
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest("POST", "/graph/v26.0/"+number+"/messages", bytes.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+token)
		handler.ServeHTTP(nothing{http.Header{}}, req)
	}
	if n := sim.Counts().Accepted; n != uint64(b.N) {
		b.Fatalf("%d of %d accepted", n, b.N)
	}
}

// FuzzGraphSend: whatever the body, Graph answers JSON that is either an
// accepted message, a success or an error.
func FuzzGraphSend(f *testing.F) {
	files, err := filepath.Glob("testdata/api/req_*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	sim := simulator.New(simulator.Config{
		AccessToken: token, Templates: exampleTemplates(), Faults: simulator.Faults{PairOff: true, NoStatuses: true},
	})
	handler := sim.Handler()
	f.Fuzz(func(t *testing.T, body []byte) {
		req := httptest.NewRequest("POST", "/graph/v26.0/"+number+"/messages", bytes.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		var answer struct {
			Messages []any
			Success  bool
			Error    *struct{ Code int }
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		good := len(answer.Messages) == 1 || answer.Success
		if good == (answer.Error != nil) || good != (rec.Code == 200) {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	})
}
