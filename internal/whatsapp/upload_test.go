package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aval/bot"
)

func parcel() bot.File {
	return bot.File{Name: words + ".pdf", Type: "application/pdf", Data: []byte("%PDF " + words)}
}

// received is an upload as the other side reads it.
type received struct {
	method, path, token string
	length              int64
	fields              map[string]string
	head                string // of the file's part
	kind, name, file    string
}

// receiver keeps the last upload and answers with a media id.
func receiver(t *testing.T, got *received) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*got = received{method: r.Method, path: r.URL.String(), token: r.Header.Get("Authorization"),
			length: r.ContentLength, fields: map[string]string{}}
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			t.Error(err)
		}
		for form := multipart.NewReader(r.Body, params["boundary"]); ; {
			part, err := form.NextPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Error(err)
				break
			}
			content, _ := io.ReadAll(part) // compared below
			if part.FormName() != "file" {
				got.fields[part.FormName()] = string(content)
				continue
			}
			got.head, got.kind = fmt.Sprint(part.Header), part.Header.Get("Content-Type")
			got.name, got.file = part.FileName(), string(content)
		}
		reply(200, `{"id":"500000000000900"}`)(w, r)
	}
}

func TestUpload(t *testing.T) {
	var got received
	c, _ := graph(t, receiver(t, &got))
	id, err := c.Upload(background(), number, parcel())
	if err != nil || id != "500000000000900" {
		t.Fatalf("media %q, %v", id, err)
	}
	if got.method != "POST" || got.path != "/v26.0/"+number+"/media" || got.token != "Bearer "+token {
		t.Errorf("called %+v", got)
	}
	if got.length < int64(len(parcel().Data)) {
		t.Errorf("length %d was not known", got.length)
	}
	if got.fields["messaging_product"] != "whatsapp" || got.fields["type"] != "application/pdf" || len(got.fields) != 2 {
		t.Errorf("fields %v", got.fields)
	}
	if got.kind != "application/pdf" || got.file != string(parcel().Data) || !strings.HasSuffix(got.name, ".pdf") {
		t.Errorf("file %+v", got)
	}
}

func TestUploadUsesTheNumbersToken(t *testing.T) {
	var got received
	server := httptest.NewServer(receiver(t, &got))
	defer server.Close()
	c := client(t, Config{GraphURL: server.URL, Tokens: map[string]bot.Secret{"7": "seven"}})
	if _, err := c.Upload(background(), "7", parcel()); err != nil || got.token != "Bearer seven" {
		t.Errorf("called with %q, %v", got.token, err)
	}
}

func TestFileNamesCannotBreakOut(t *testing.T) {
	for in, want := range map[string]string{
		"my-data.pdf":                        "my-data.pdf",
		"a\"; name=\"type":                   "a___name__type",
		"a\r\nX-Evil: 1\r\n\r\nbody":         "a_X-Evil__1_body",
		"Übersicht.pdf":                      "__bersicht.pdf",
		"../../etc/passwd":                   "_.._etc_passwd",
		`C:\dir\x.pdf`:                       "C__dir_x.pdf",
		"\u202efdp.exe":                      "fdp.exe",
		"\xff\xfe\x00":                       "file",
		"":                                   "file",
		"...":                                "file",
		strings.Repeat("x", 1000) + "\"\r\n": strings.Repeat("x", maxFileName),
	} {
		var got received
		c, _ := graph(t, receiver(t, &got))
		f := parcel()
		f.Name = in
		if _, err := c.Upload(background(), number, f); err != nil {
			t.Errorf("%+q: %v", in, err)
		}
		if got.name != want || strings.Contains(got.head, "Evil:") || len(got.fields) != 2 || got.file != string(f.Data) {
			t.Errorf("%+q arrived as %+v", in, got)
		}
	}
}

func TestUploadRefusesBeforeTheCall(t *testing.T) {
	c, _ := graph(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	big := make([]byte, maxUpload+1)
	for name, f := range map[string]bot.File{
		"empty":               {Name: words, Type: "application/pdf"},
		"101 MB":              {Name: words, Type: "application/pdf", Data: big},
		"no type":             {Name: words, Data: []byte(words)},
		"type with a header":  {Name: words, Type: "text/plain\r\nX: " + words, Data: []byte(words)},
		"type that is a word": {Name: words, Type: "pdf", Data: []byte(words)},
		"type with two parts": {Name: words, Type: "a/b/c", Data: []byte(words)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Upload(background(), number, f)
			wantClass(t, err, bot.SendNever)
		})
	}
	_, err := c.Upload(background(), number+"/../1", parcel())
	wantClass(t, err, bot.SendNever)
	for _, media := range []string{"", "..", "1/2", "1?x=y", "1#2", "1%2f2", strings.Repeat("1", 129)} {
		wantClass(t, c.Discard(background(), number, media), bot.SendNever)
	}
}

// TestUploadIsNeverUnknown: the doubt that forbids to repeat a message does not
// forbid to repeat an upload.
func TestUploadIsNeverUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		status       int
		body         string
		load, remove bot.SendClass // "" is success
	}{
		"empty 200":        {200, "", bot.SendLater, bot.SendLater},
		"id that is a url": {200, `{"id":"https://example.org/` + words + `"}`, bot.SendLater, bot.SendLater},
		"no id":            {200, `{"id":null}`, bot.SendLater, bot.SendLater},
		"number":           {200, `{"id":77,"success":true}`, "", ""},
		"html 502":         {502, "<html>" + words, bot.SendLater, bot.SendLater},
		"131000":           {500, `{"error":{"code":131000}}`, bot.SendLater, bot.SendLater},
		"131016":           {500, `{"error":{"code":131016}}`, bot.SendLater, bot.SendLater},
		"131053":           {400, `{"error":{"code":131053,"message":"` + words + `"}}`, bot.SendNever, bot.SendNever},
		"100":              {400, `{"error":{"code":100}}`, bot.SendNever, bot.SendNever},
		"object missing":   {400, `{"error":{"code":100,"error_subcode":33}}`, bot.SendPaused, ""},
		"404":              {404, "", bot.SendNever, ""},
		"404 with 100":     {404, `{"error":{"code":100}}`, bot.SendNever, ""},
		"413":              {413, "<html>", bot.SendNever, bot.SendNever},
		"190":              {401, `{"error":{"code":190}}`, bot.SendPaused, bot.SendPaused},
		"80007":            {400, `{"error":{"code":80007}}`, bot.SendThrottled, bot.SendThrottled},
		"redirect":         {307, "", bot.SendLater, bot.SendLater},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := graph(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only the answer counts
				reply(c.status, c.body)(w, r)
			})
			_, err := client.Upload(background(), number, parcel())
			sameClass(t, "upload", err, c.load)
			sameClass(t, "discard", client.Discard(background(), number, "77"), c.remove)
		})
	}
}

func sameClass(t *testing.T, what string, err error, want bot.SendClass) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	t.Log(what)
	wantClass(t, err, want)
}

func TestLostUploads(t *testing.T) {
	for name, answer := range map[string]func(net.Conn){
		"closed": func(net.Conn) {}, "half an answer": say("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id\""),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire(t, answer).Upload(background(), number, parcel())
			wantClass(t, err, bot.SendLater)
		})
	}
	t.Run("nobody reads", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		c := client(t, Config{GraphURL: "http://" + listener.Addr().String(), Timeout: 100 * time.Millisecond})
		_, err = c.Upload(background(), number, parcel())
		wantClass(t, err, bot.SendLater)
	})
	t.Run("given up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(background())
		cancel()
		c, _ := graph(t, reply(200, ""))
		_, err := c.Upload(ctx, number, parcel())
		wantClass(t, err, bot.SendLater)
	})
}

func TestPatienceGrowsWithTheBody(t *testing.T) {
	c := &Client{timeout: time.Second}
	for size, want := range map[int]time.Duration{
		0: time.Second, slowest: 2 * time.Second, maxUpload: time.Second + maxUpload*time.Second/slowest,
	} {
		half := bytes.Repeat([]byte{0}, size/2)
		if got := c.patience(errand{parts: [][]byte{half, half}}); got != want {
			t.Errorf("%d bytes may take %v, want %v", size, got, want)
		}
	}
}

func TestDiscard(t *testing.T) {
	var called string
	c, _ := graph(t, func(w http.ResponseWriter, r *http.Request) {
		called = r.Method + " " + r.URL.String() + " " + r.Header.Get("Authorization")
		reply(200, `{"success":true}`)(w, r)
	})
	if err := c.Discard(background(), number, "77"); err != nil {
		t.Error(err)
	}
	if called != "DELETE /v26.0/77?phone_number_id="+number+" Bearer "+token {
		t.Errorf("called %s", called)
	}
}
