package simulator_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aval/internal/simulator"
)

// act does at the page what a click does, and fails the test when refused.
func (w *world) act(body string) {
	w.t.Helper()
	if status, _, answer := w.page("POST", "/api/act", body, nil); status != 200 {
		w.t.Fatalf("%s: %d %s", body, status, answer)
	}
}

func TestPageActions(t *testing.T) {
	w := newWorld(t, nil)
	own := w.Person("ana").Text("hello")
	sent := w.graphCall("POST", number+"/messages", fixture(t, "req_buttons")).id()
	cases := []struct {
		do, rest string
		kind     string // type of the message that the business gets
	}{
		{"text", `"text":"hi"`, "text"},
		{"reply", `"text":"yes","message":"` + sent + `"`, "text"},
		{"forward", `"text":"join"`, "text"},
		{"group", `"text":"all"`, "text"},
		{"tap", `"choice":"human:9f2c","message":"` + sent + `"`, "interactive"},
		{"react", `"text":"👍","message":"` + sent + `"`, "reaction"},
		{"edit", `"text":"hullo","message":"` + own + `"`, "edit"},
		{"revoke", `"message":"` + own + `"`, "revoke"},
		{"voice", `"on":true`, "audio"},
		{"image", `"text":"look"`, "image"},
		{"document", `"on":true`, "document"},
		{"location", `"on":true`, "location"},
		{"raw", `"text":"{\"type\":\"order\"}"`, "order"},
		{"number", `"text":"15550190007"`, "system"},
	}
	for _, c := range cases {
		t.Run(c.do, func(t *testing.T) {
			w.act(`{"person":"ana","do":"` + c.do + `",` + c.rest + `}`)
			if m := w.lastMessage(); m["type"] != c.kind {
				t.Errorf("%v", m)
			}
		})
	}
	t.Run("settings show in the state", func(t *testing.T) {
		w.act(`{"person":"ben","do":"block","on":true}`)
		w.act(`{"person":"carla","do":"stop"}`)
		w.act(`{"person":"deniz","do":"hide","on":true}`)
		w.act(`{"person":"deniz","do":"call"}`)
		_, _, raw := w.page("GET", "/api/state", "", nil)
		var state struct {
			People []struct {
				Key                      string
				Blocked, Stopped, Hidden bool
				Messages                 []simulator.Message
			}
		}
		if err := json.Unmarshal([]byte(raw), &state); err != nil {
			t.Fatal(err)
		}
		ana, ben, carla, deniz := state.People[0], state.People[1], state.People[2], state.People[3]
		if !ben.Blocked || !carla.Stopped || !deniz.Hidden || ana.Blocked || len(ana.Messages) < len(cases) {
			t.Errorf("%+v", state)
		}
		w.drain()
	})
}

func TestPageHearsOfChanges(t *testing.T) {
	w := newWorld(t, nil)
	req, err := http.NewRequestWithContext(t.Context(), "GET", w.graph.URL+"/api/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() string {
		t.Helper()
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				lines.Scan()
				return name + " " + lines.Text()
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	for _, step := range []struct {
		do    func()
		event string
		holds string
	}{
		{func() {}, "hello", ""},
		{func() { w.Advance(0) }, "clock", `"offset":"0s"`},
		{func() { w.SetFaults(simulator.Faults{Batch: 2}) }, "faults", `"batch":2`},
		{func() { w.Person("ana").Hide(true) }, "person", `"hidden":true`},
		{func() { w.sendText("+15550100004", "hi") }, "message", `"body":"hi"`},
	} {
		step.do()
		if got := next(); !strings.HasPrefix(got, step.event+" ") || !strings.Contains(got, step.holds) {
			t.Errorf("want %s %s, got %s", step.event, step.holds, got)
		}
	}
	w.drain()
}

func TestAccountEndpoints(t *testing.T) {
	const account = "200000000000001"
	w := newWorld(t, func(c *simulator.Config) { c.Templates = exampleTemplates() })
	cases := []struct {
		name, method, path, body string
		code                     int
		holds                    string
	}{
		{"numbers", "GET", account + "/phone_numbers", "", 0, `"display_phone_number":"+15550001234"`},
		{"one number", "GET", number + "?fields=status", "", 0, `"status":"CONNECTED"`},
		{"deregister", "POST", number + "/deregister", "", 0, `true`},
		{"deregistered", "GET", number, "", 0, `"status":"DISCONNECTED"`},
		{"short pin", "POST", number + "/register", `{"pin":"1"}`, 100, ``},
		{"register", "POST", number + "/register", `{"pin":"000000"}`, 0, `true`},
		{"subscribe", "POST", account + "/subscribed_apps", "", 0, `true`},
		{"subscriptions", "GET", account + "/subscribed_apps", "", 0, `"data":[]`},
		{"templates", "GET", account + "/message_templates?name=spring", "", 0, `"category":"MARKETING"`},
		{"approved only", "GET", account + "/message_templates?status=rejected", "", 0, `"data":[]`},
		{"another account", "GET", "999/message_templates", "", 100, ``},
		{"unknown object", "GET", "999", "", 100, ``},
		{"unknown edge", "GET", "999/edges", "", 100, ``},
		{"template with a capital", "POST", account + "/message_templates",
			`{"name":"Hi","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"x"}]}`, 100, ``},
		{"template without category", "POST", account + "/message_templates",
			`{"name":"hi","language":"en","components":[{"type":"BODY","text":"x"}]}`, 100, ``},
		{"variable at the end", "POST", account + "/message_templates",
			`{"name":"hi","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Hello {{1}}"}]}`, 2388299, ``},
		{"no body", "POST", account + "/message_templates", `{"name":"hi","language":"en","category":"UTILITY"}`, 131008, ``},
		{"delete what is not there", "DELETE", account + "/message_templates?name=nothing", "", 100, ``},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := w.graphCall(c.method, c.path, []byte(c.body))
			if got.code() != c.code || !strings.Contains(string(got.raw), c.holds) {
				t.Errorf("code %d: %s", got.code(), got.raw)
			}
		})
	}
}

func TestInteractiveRefusals(t *testing.T) {
	cases := []struct {
		name, interactive string
		code              int
	}{
		{"nothing", `null`, 131008},
		{"no body", `{"type":"button","action":{"buttons":[]}}`, 131008},
		{"invented kind", `{"type":"carousel","body":{"text":"x"},"action":{}}`, 131009},
		{"long footer", `{"type":"button","body":{"text":"x"},"footer":{"text":"` + strings.Repeat("f", 61) + `"},"action":{}}`, 131009},
		{"long header", `{"type":"button","body":{"text":"x"},"header":{"type":"text","text":"` + strings.Repeat("h", 61) +
			`"},"action":{}}`, 131009},
		{"list with a picture", `{"type":"list","body":{"text":"x"},"header":{"type":"image","image":{"id":"1"}},"action":{}}`, 131009},
		{"link as script", `{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":` +
			`{"display_text":"x","url":"javascript:alert(1)"}}}`, 131009},
		{"wrong action name", `{"type":"contact_request","body":{"text":"x"},"action":{"name":"send_location"}}`, 131009},
		{"two untitled sections", `{"type":"list","body":{"text":"x"},"action":{"button":"b","sections":` +
			`[{"rows":[{"id":"1","title":"1"}]},{"rows":[{"id":"2","title":"2"}]}]}}`, 131009},
		{"row id twice", `{"type":"list","body":{"text":"x"},"action":{"button":"b","sections":` +
			`[{"rows":[{"id":"1","title":"1"},{"id":"1","title":"2"}]}]}}`, 131009},
		{"flow by id and name", `{"type":"flow","body":{"text":"x"},"action":{"name":"flow","parameters":` +
			`{"flow_message_version":"3","flow_id":"1","flow_name":"n","flow_cta":"Go"}}}`, 131009},
	}
	w := newWorld(t, nil)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			body := `{"messaging_product":"whatsapp","to":"+15550100001","type":"interactive","interactive":` + c.interactive + `}`
			if got := w.graphCall("POST", number+"/messages", []byte(body)); got.code() != c.code {
				t.Errorf("code %d: %s", got.code(), got.raw)
			}
		})
	}
}

// FuzzControls: no body makes the simulator's own endpoints fail inside.
func FuzzControls(f *testing.F) {
	f.Add(`{"offset":"26h"}`)
	f.Add(`{"graph_error":{"code":1,"next":-1}}`)
	f.Add(`{"person":"ana","do":"raw","text":"{\"id\":7,\"type\":[]}"}`)
	handler := simulator.New(simulator.Config{}).Handler()
	f.Fuzz(func(t *testing.T, body string) {
		for _, target := range []string{"PUT /clock", "PUT /faults", "POST /api/act"} {
			method, path, _ := strings.Cut(target, " ")
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, httptest.NewRequest(method, path, strings.NewReader(body)))
			if rec.Code != 200 && rec.Code != 400 || !json.Valid(rec.Body.Bytes()) {
				t.Fatalf("%s: %d %s", target, rec.Code, rec.Body)
			}
		}
	})
}
