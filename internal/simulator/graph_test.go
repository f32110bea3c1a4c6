package simulator_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aval/internal/simulator"
)

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "api", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// templates the example requests use.
func exampleTemplates() []simulator.Template {
	body := func(text string) []simulator.Component {
		return []simulator.Component{{Type: "BODY", Text: text}}
	}
	withReplies := append(body("Hello {{1}}, may we write to you?"), simulator.Component{
		Type: "BUTTONS", Buttons: []simulator.TemplateButton{{Type: "QUICK_REPLY", Text: "Yes"}, {Type: "QUICK_REPLY", Text: "No"}},
	})
	flow := append(body("Please tell us."), simulator.Component{Type: "HEADER", Format: "IMAGE"})
	return []simulator.Template{
		{Name: "consent_invite", Language: "en_US", Category: "UTILITY", Components: withReplies},
		{Name: "consent_invite_named", Language: "en_US", Category: "UTILITY", Components: body("Hello {{first_name}}, welcome.")},
		{Name: "consent_flow", Language: "nl", Category: "UTILITY", Components: flow},
		{Name: "spring", Language: "en_US", Category: "MARKETING", Components: body("Spring is here.")},
	}
}

func TestExampleRequestsAreAccepted(t *testing.T) {
	paths := map[string]string{
		"req_block_user": "/block_users", "req_register": "/register", "req_settings_storage": "/settings",
		"req_thread_control_pass": "/thread_control",
	}
	answers := map[string]string{
		"req_block_user": "", "req_text_bsuid": "resp_send_bsuid", "req_template_create": "resp_template_create",
		"req_mark_read": "resp_success", "req_typing": "resp_success", "req_register": "resp_success",
		"req_settings_storage": "resp_success", "req_thread_control_pass": "resp_success", "req_text_group": "",
	}
	files, err := filepath.Glob("testdata/api/req_*.json")
	if err != nil || len(files) < 27 {
		t.Fatalf("%d example requests, %v", len(files), err)
	}
	w := newWorld(t, func(c *simulator.Config) { c.Templates = exampleTemplates() })
	w.Person("ana").Text("hello")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			path := number + "/messages"
			if p := paths[name]; p != "" {
				path = number + p
			}
			if name == "req_template_create" {
				path = "200000000000001/message_templates"
			}
			got := w.graphCall("POST", path, w.withUpload(fixture(t, name)))
			if got.status != 200 {
				t.Fatalf("status %d, code %d: %s", got.status, got.code(), got.raw)
			}
			want, known := answers[name]
			if !known {
				want = "resp_send_phone"
				if strings.HasPrefix(name, "req_template") {
					want = "resp_send_template"
				}
			}
			if want != "" {
				sameShape(t, fixture(t, want), got.raw)
			}
		})
	}
	w.drain()
}

// withUpload uploads the file that an example uses and puts its id in.
func (w *world) withUpload(request []byte) []byte {
	var body struct{ Type string }
	if json.Unmarshal(request, &body) != nil {
		return request
	}
	kind := map[string]string{"audio": "audio/ogg", "image": "image/png", "sticker": "image/webp", "video": "video/mp4", "template": "image/png"}[body.Type]
	if kind == "" {
		return request
	}
	id := w.upload("file", kind, "content")
	return regexp.MustCompile(`"id": "\d+"`).ReplaceAll(request, []byte(`"id": "`+id+`"`))
}

// sameShape compares keys and kinds of values, at any depth.
func sameShape(t *testing.T, want, got []byte) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(want, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatalf("not JSON: %s", got)
	}
	if x, y := shape(a), shape(b); x != y {
		t.Errorf("shape differs\nwant %s\ngot  %s", x, y)
	}
}

func shape(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var out strings.Builder
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out.WriteString(key + ":" + shape(v[key]) + " ")
		}
		return "{" + out.String() + "}"
	case []any:
		if len(v) == 0 {
			return "[]"
		}
		return "[" + shape(v[0]) + "]"
	case string:
		return "text"
	case bool:
		return "bool"
	case nil:
		return "null"
	}
	return "number"
}

func TestErrorsHaveMetasShape(t *testing.T) {
	files, err := filepath.Glob("testdata/api/err_*.json")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d example errors, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			parts := strings.Split(name, "_")
			status, _ := strconv.Atoi(parts[1])
			code, _ := strconv.Atoi(parts[2])
			got := provoke(t, code)
			if got.status != status || got.code() != code {
				t.Fatalf("status %d code %d: %s", got.status, got.code(), got.raw)
			}
			sameShape(t, fixture(t, name), got.raw)
			if a, b := errorText(t, fixture(t, name)), errorText(t, got.raw); a != b {
				t.Errorf("message\nwant %s\ngot  %s", a, b)
			}
		})
	}
}

func errorText(t *testing.T, raw []byte) string {
	t.Helper()
	var e struct {
		Error struct{ Message, Type string }
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e.Error.Type + ": " + e.Error.Message
}

// provoke gets an error by doing what causes it, or by a knob for those that
// only Meta itself can cause.
func provoke(t *testing.T, code int) answer {
	t.Helper()
	w := newWorld(t, func(c *simulator.Config) { c.Templates = exampleTemplates() })
	send := func(body string) answer { return w.graphCall("POST", number+"/messages", []byte(body)) }
	const head = `{"messaging_product":"whatsapp","to":"+15550100001",`
	switch code {
	case 100:
		return w.graphCall("POST", "100000000000009/messages", textTo("+15550100001", "x"))
	case 190:
		req, err := http.NewRequestWithContext(t.Context(), "POST", w.graph.URL+"/graph/v26.0/"+number+"/messages", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		return do(t, req)
	case 131008:
		return send(head + `"type":"text","text":{}}`)
	case 131009:
		return send(head + `"type":"text","text":{"body":"` + strings.Repeat("x", 4097) + `"}}`)
	case 131047:
		w.SetFaults(simulator.Faults{WindowSync: true})
		return w.sendText("+15550100001", "x")
	case 131056:
		var last answer
		for range 46 {
			last = w.sendText("+15550100001", "x")
		}
		return last
	case 132000:
		return send(head + `"type":"template","template":{"name":"consent_invite","language":{"code":"en_US"}}}`)
	case 132001:
		return send(head + `"type":"template","template":{"name":"consent_invite","language":{"code":"en_GB"}}}`)
	case 133010:
		w.graphCall("POST", number+"/deregister", nil)
		return w.sendText("+15550100001", "x")
	}
	w.SetFaults(simulator.Faults{GraphError: simulator.CodeFault{Code: code, Aim: simulator.Aim{Next: 1}}})
	return w.sendText("+15550100001", "x")
}

func do(t *testing.T, req *http.Request) answer {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, raw: buf.Bytes()}
	if err := json.Unmarshal(a.raw, &a.body); err != nil {
		t.Fatalf("not JSON: %s", a.raw)
	}
	return a
}

func TestLimits(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	buttons := func(titles ...string) string {
		var list []string
		for i, title := range titles {
			list = append(list, `{"type":"reply","reply":{"id":"b`+strconv.Itoa(i)+`","title":"`+title+`"}}`)
		}
		return `"type":"interactive","interactive":{"type":"button","body":{"text":"Q"},"action":{"buttons":[` +
			strings.Join(list, ",") + `]}}`
	}
	list := func(body string, rows int, title, hint string) string {
		var all []string
		for i := range rows {
			all = append(all, `{"id":"r`+strconv.Itoa(i)+`","title":"`+title+`","description":"`+hint+`"}`)
		}
		return `"type":"interactive","interactive":{"type":"list","body":{"text":"` + body +
			`"},"action":{"button":"Open","sections":[{"rows":[` + strings.Join(all, ",") + `]}]}}`
	}
	cases := []struct {
		name, body string
		code       int // 0: accepted
	}{
		{"text of 4096", `"type":"text","text":{"body":"` + x(4096) + `"}`, 0},
		{"text of 4097", `"type":"text","text":{"body":"` + x(4097) + `"}`, 131009},
		{"empty text", `"type":"text","text":{"body":""}`, 131008},
		{"three buttons", buttons("Yes", "No", "A person"), 0},
		{"four buttons", buttons("1", "2", "3", "4"), 131009},
		{"no button", buttons(), 131009},
		{"same title twice", buttons("Yes", "Yes"), 131009},
		{"title of 20", buttons(x(20)), 0},
		{"title of 21", buttons(x(21)), 131009},
		{"title of 10 emoji counts 20", buttons(strings.Repeat("😀", 10)), 0},
		{"title of 11 emoji", buttons(strings.Repeat("😀", 11)), 131009},
		{"list of 10 rows", list("Q", 10, x(24), x(72)), 0},
		{"list of 11 rows", list("Q", 11, "a", "b"), 131009},
		{"row title of 25", list("Q", 1, x(25), ""), 131009},
		{"row hint of 73", list("Q", 1, "a", x(73)), 131009},
		{"list body of 4096", list(x(4096), 1, "a", ""), 0},
		{"button body of 1025", strings.Replace(buttons("Yes"), `"Q"`, `"`+x(1025)+`"`, 1), 131009},
		{"caption of 1025", `"type":"image","image":{"link":"https://example.org/a.png","caption":"` + x(1025) + `"}`, 131009},
		{"link without tls", `"type":"document","document":{"link":"http://example.org/a.pdf"}`, 131009},
		{"link to this machine", `"type":"document","document":{"link":"http://127.0.0.1:8080/a.pdf"}`, 0},
		{"invented type", `"type":"hologram"`, 131051},
		{"callback of 513", `"biz_opaque_callback_data":"` + x(513) + `","type":"text","text":{"body":"x"}`, 131009},
	}
	w := newWorld(t, nil)
	w.Person("ana").Text("hello")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001",`+c.body+`}`))
			if got.code() != c.code {
				t.Errorf("code %d, want %d: %s", got.code(), c.code, got.raw)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	cases := []struct {
		name, body string
		code       int
	}{
		{"number without plus", `{"messaging_product":"whatsapp","to":"15550100001","text":{"body":"x"}}`, 131009},
		{"nobody", `{"messaging_product":"whatsapp","text":{"body":"x"}}`, 131008},
		{"not a user id", `{"messaging_product":"whatsapp","recipient":"ana","text":{"body":"x"}}`, 131009},
		{"own number", `{"messaging_product":"whatsapp","to":"+15550001234","text":{"body":"x"}}`, 131021},
		{"no product", `{"to":"+15550100001","text":{"body":"x"}}`, 100},
		{"not JSON", `{`, 100},
	}
	w := newWorld(t, nil)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := w.graphCall("POST", number+"/messages", []byte(c.body)); got.code() != c.code {
				t.Errorf("code %d, want %d", got.code(), c.code)
			}
		})
	}
	t.Run("to wins over recipient and is noted", func(t *testing.T) {
		w.Person("ana").Text("hello")
		w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001",`+
			`"recipient":"US.70000000000000000002","text":{"body":"x"}}`))
		inbox := w.Person("ana").Inbox()
		if len(inbox) != 1 || inbox[0].Note == "" || len(w.Person("ben").Inbox()) != 0 {
			t.Errorf("ana %+v, ben %+v", inbox, w.Person("ben").Inbox())
		}
	})
}

func TestTemplatesLive(t *testing.T) {
	w := newWorld(t, nil)
	const account = "200000000000001"
	created := w.graphCall("POST", account+"/message_templates", fixture(t, "req_template_create"))
	if created.status != 200 {
		t.Fatalf("%s", created.raw)
	}
	sent := w.graphCall("POST", number+"/messages", fixture(t, "req_template_positional"))
	if sent.status != 200 {
		t.Fatalf("%s", sent.raw)
	}
	m := w.Person("ana").Inbox()[0]
	if m.Body != "Hello Ada, may Example Clinic send you reminders here?" || len(m.Choices) != 2 || m.Choices[0].ID != "OPTIN:9f2c" {
		t.Errorf("shown as %+v", m)
	}
	if !w.Review("consent_invite", "en_US", "PAUSED") {
		t.Error("template to review not found")
	}
	if got := w.graphCall("POST", number+"/messages", fixture(t, "req_template_positional")); got.code() != 132015 {
		t.Errorf("paused template: code %d", got.code())
	}
	if got := w.graphCall("DELETE", account+"/message_templates?name=consent_invite", nil); got.status != 200 {
		t.Errorf("delete: %s", got.raw)
	}
	if got := w.graphCall("POST", number+"/messages", fixture(t, "req_template_positional")); got.code() != 132001 {
		t.Errorf("deleted template: code %d", got.code())
	}
	w.drain()
	var events []string
	for _, u := range w.biz.updates(t) {
		if c := u.Entry[0].Changes[0]; c.Field == "message_template_status_update" {
			events = append(events, c.Value.Event)
		}
	}
	if !slices.Equal(events, []string{"APPROVED", "PAUSED"}) {
		t.Errorf("template news %v", events)
	}
}
