package simulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"aval/internal/simulator"
)

const otherNumber = "100000000000002"

func TestMedia(t *testing.T) {
	w := newWorld(t, nil)
	id := w.upload("../letter.txt", "text/plain", "dear Ana")
	w.Person("ana").Text("hello")
	w.sendDocument(id, ``)
	w.drain()
	if m := w.Person("ana").Inbox()[0]; m.Status != "read" || m.File.MediaID != id || m.File.Size != 8 {
		t.Errorf("%+v", m)
	}
	found := w.graphCall("GET", id+"?phone_number_id="+number, nil)
	sameShape(t, fixture(t, "resp_media_get"), found.raw)
	link, _ := found.body["url"].(string)
	bearer := http.Header{"Authorization": {"Bearer " + token}}
	path := strings.TrimPrefix(link, w.graph.URL)
	if status, _, body := w.page("GET", path, "", bearer); status != 200 || body != "dear Ana" {
		t.Errorf("download: %d %q", status, body)
	}
	if status, _, _ := w.page("GET", path, "", nil); status != 401 {
		t.Errorf("download without token: %d", status)
	}
	w.Advance(5*time.Minute + time.Second)
	if status, _, _ := w.page("GET", path, "", bearer); status != 404 {
		t.Errorf("old link: %d", status)
	}
}

func TestDocumentOnAPhone(t *testing.T) {
	w := newWorld(t, nil)
	id := w.upload("upload.pdf", "application/pdf", "%PDF")
	if _, _, _, ok := w.File(id); ok {
		t.Error("on a phone before it was sent")
	}
	w.Person("ana").Text("hello")
	sent := w.sendDocument(id, `,"filename":"Übersicht \"1\".pdf","caption":"Yours."`).id()
	w.drain()
	if got := w.biz.statuses(t, sent); !slices.Equal(got, []string{"sent", "delivered", "read"}) {
		t.Errorf("statuses %v", got)
	}
	m := w.Person("ana").Inbox()[0]
	want := simulator.File{Kind: "document", Name: `Übersicht "1".pdf`, Type: "application/pdf", Size: 4, MediaID: id}
	if m.Body != "Yours." || *m.File != want {
		t.Errorf("%+v %+v", m, m.File)
	}
	if a := w.graphCall("DELETE", id+"?phone_number_id="+number, nil); a.status != 200 {
		t.Errorf("%s", a.raw)
	}
	name, kind, content, ok := w.File(id)
	if name != want.Name || kind != want.Type || string(content) != "%PDF" || !ok {
		t.Errorf("deleted at Meta's, on the phone %q %q %q %t", name, kind, content, ok)
	}
	_, head, body := w.page("GET", "/files/"+id, "", nil)
	if body != "%PDF" || head.Get("Content-Disposition") != "attachment; filename=bersicht1.pdf" ||
		head.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("on the page: %q %v", body, head)
	}
}

func TestDocumentOverButtons(t *testing.T) {
	w := newWorld(t, nil)
	id := w.upload("upload.pdf", "application/pdf", "%PDF")
	w.Person("ana").Text("hello")
	send := func(id string) answer {
		return w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001",`+
			`"type":"interactive","interactive":{"type":"button","header":{"type":"document","document":{"id":"`+id+
			`","filename":"d.pdf"}},"body":{"text":"Yours."},"action":{"buttons":[{"type":"reply",`+
			`"reply":{"id":"a","title":"Thanks"}}]}}}`))
	}
	send(id)
	if m := w.Person("ana").Inbox()[0]; m.File == nil || m.File.Name != "d.pdf" || m.File.Size != 4 || len(m.Choices) != 1 {
		t.Errorf("%+v", m)
	}
	if a := send("77"); a.code() != 100 {
		t.Errorf("unknown file: %s", a.raw)
	}
	w.drain()
}

func TestUploadsAreHeldToMetasTypes(t *testing.T) {
	w := newWorld(t, nil)
	for _, kind := range []string{
		"text/plain", "text/plain; charset=utf-8", "application/pdf", "application/msword", "application/vnd.ms-excel",
		"application/vnd.ms-powerpoint", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	} {
		w.upload("f", kind, "content")
	}
	for name, c := range map[string]struct {
		product, kind, content string
		code                   int
	}{
		"zip":         {"whatsapp", "application/zip", "x", 100},
		"json":        {"whatsapp", "application/json", "x", 100},
		"html":        {"whatsapp", "text/html", "x", 100},
		"no type":     {"whatsapp", "application/octet-stream", "x", 100},
		"no product":  {"", "application/pdf", "x", 100},
		"empty":       {"whatsapp", "application/pdf", "", 131053},
		"large image": {"whatsapp", "image/png", strings.Repeat("x", 5_000_001), 100},
		"large film":  {"whatsapp", "video/mp4", strings.Repeat("x", 16_000_001), 100},
	} {
		t.Run(name, func(t *testing.T) {
			if a := w.postMedia(c.product, "f", c.kind, c.content); a.code() != c.code || a.status != 400 {
				t.Errorf("code %d: %s", a.code(), a.raw)
			}
		})
	}
}

func TestLargeDocuments(t *testing.T) {
	w := newWorld(t, nil)
	w.upload("f", "application/pdf", strings.Repeat("x", 16_000_001))
	if kept := w.Calls()[0].Body; len(kept) > 64<<10 {
		t.Errorf("%d bytes of an upload are in the record", len(kept))
	}
	begin := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: application/pdf\r\n\r\n"
	end := "\r\n--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b--\r\n"
	body := io.MultiReader(strings.NewReader(begin), io.LimitReader(zeros{}, 100_000_001), strings.NewReader(end))
	req, err := http.NewRequestWithContext(t.Context(), "POST", w.graph.URL+"/graph/v26.0/"+number+"/media", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"multipart/form-data; boundary=b"}}
	if a := do(t, req); a.code() != 100 || !bytes.Contains(a.raw, []byte("larger")) {
		t.Errorf("a byte too many: %s", a.raw)
	}
}

// zeros is an endless file.
type zeros struct{}

// Read fills what it is given.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestTheOldestFilesGoFirst(t *testing.T) {
	w := newWorld(t, nil)
	w.SetRoom(10)
	w.Person("ana").Text("hello")
	first := w.upload("f", "text/plain", "12345")
	w.sendDocument(first, ``)
	second := w.upload("f", "text/plain", "12345")
	third := w.upload("f", "text/plain", "1")
	for id, want := range map[string]int{first: 100, second: 0, third: 0} {
		if a := w.graphCall("GET", id, nil); a.code() != want {
			t.Errorf("%s: %s", id, a.raw)
		}
	}
	if _, _, _, ok := w.File(first); ok {
		t.Error("a phone keeps what there is no room for")
	}
	w.Advance(31 * 24 * time.Hour)
	w.upload("f", "text/plain", "1234567890")
	if a := w.graphCall("GET", third, nil); a.code() != 100 {
		t.Errorf("expired: %s", a.raw)
	}
	w.drain()
}

func TestMediaBelongsToANumber(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) {
		c.Numbers = []simulator.Number{{ID: number, Display: "15550001234"}, {ID: otherNumber, Display: "15550005678"}}
	})
	id := w.upload("f.pdf", "application/pdf", "%PDF")
	for _, method := range []string{"GET", "DELETE"} {
		if a := w.graphCall(method, id+"?phone_number_id="+otherNumber, nil); a.code() != 100 || a.status != 400 {
			t.Errorf("%s by another number: %s", method, a.raw)
		}
	}
	if a := w.graphCall("DELETE", id+"?phone_number_id="+number, nil); a.status != 200 {
		t.Errorf("by its own: %s", a.raw)
	}
	if a := w.graphCall("DELETE", id+"?phone_number_id="+number, nil); a.code() != 100 || !bytes.Contains(a.raw, []byte("does not exist")) {
		t.Errorf("twice: %s", a.raw)
	}
}

func TestFilesThatCannotBeSent(t *testing.T) {
	w := newWorld(t, nil)
	w.Person("ana").Text("hello")
	gone, old := w.upload("f", "text/plain", "x"), w.upload("f", "text/plain", "x")
	w.graphCall("DELETE", gone, nil)
	w.Advance(30*24*time.Hour + time.Second)
	w.Person("ana").Text("hello again")
	for name, id := range map[string]string{"unknown": "77", "deleted": gone, "expired": old} {
		if a := w.sendDocument(id, ``); a.code() != 100 || !bytes.Contains(a.raw, []byte("media attachment ID")) {
			t.Errorf("%s: %s", name, a.raw)
		}
	}
	pdf := w.upload("f", "application/pdf", "x")
	a := w.graphCall("POST", number+"/messages", []byte(
		`{"messaging_product":"whatsapp","to":"+15550100001","type":"image","image":{"id":"`+pdf+`"}}`))
	w.drain()
	if got := w.biz.statuses(t, a.id()); !slices.Equal(got, []string{"failed"}) {
		t.Errorf("a document as a picture: %v", got)
	}
	if m := w.Person("ana").Inbox()[0]; m.Code != 131053 {
		t.Errorf("%+v", m)
	}
	if _, _, _, ok := w.File(pdf); ok {
		t.Error("what failed is on the phone")
	}
}

// sendDocument sends an uploaded file to ana.
func (w *world) sendDocument(id, more string) answer {
	w.t.Helper()
	return w.graphCall("POST", number+"/messages", []byte(
		`{"messaging_product":"whatsapp","to":"+15550100001","type":"document","document":{"id":"`+id+`"`+more+`}}`))
}

// upload puts a file at Meta's and returns its id.
func (w *world) upload(name, kind, content string) string {
	w.t.Helper()
	a := w.postMedia("whatsapp", name, kind, content)
	id, _ := a.body["id"].(string)
	if a.status != 200 || id == "" {
		w.t.Fatalf("upload: %d %s", a.status, a.raw)
	}
	sameShape(w.t, fixture(w.t, "resp_media_upload"), a.raw)
	return id
}

func (w *world) postMedia(product, name, kind, content string) answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	head := textproto.MIMEHeader{"Content-Type": {kind}}
	head.Set("Content-Disposition", `form-data; name="file"; filename="`+name+`"`)
	file, err := form.CreatePart(head)
	if err != nil {
		w.t.Fatal(err)
	}
	_, _ = io.WriteString(file, content)              // a buffer
	_ = form.WriteField("messaging_product", product) // as above
	_ = form.WriteField("type", kind)                 // as above
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	bearer := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {form.FormDataContentType()}}
	status, _, raw := w.page("POST", "/graph/v26.0/"+number+"/media", body.String(), bearer)
	a := answer{status: status, raw: []byte(raw)}
	if err := json.Unmarshal(a.raw, &a.body); err != nil {
		w.t.Fatalf("not JSON: %s", raw)
	}
	return a
}
