package webhook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"aval/bot"
)

// serve runs the handler behind a real server and its router.
func serve(t *testing.T, h *Handler) string {
	t.Helper()
	r := mux.NewRouter()
	h.Register(r)
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s.URL
}

func deliver(t *testing.T, base string, body io.Reader, signature string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, base+"/webhook", body)
	if err != nil {
		t.Fatal(err)
	}
	// Whatever the sender calls it, the bytes are what is signed.
	req.Header.Set("Content-Type", "text/plain")
	req.Header.Set("X-Hub-Signature-256", signature)
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

func TestAccepted(t *testing.T) {
	in := &recorder{}
	base := serve(t, testHandler(t, in, nil))
	for _, name := range payloadNames(t) {
		for form, body := range map[string][]byte{"file": payload(t, name), "wire": wireForm(t, payload(t, name))} {
			if res, text := deliver(t, base, bytes.NewReader(body), sign(testSecret, body)); res.StatusCode != 200 {
				t.Errorf("%s (%s): %d %s", name, form, res.StatusCode, text)
			}
		}
	}
	// Every payload but the empty one gave the intake something, in both forms.
	if got := len(in.deliveries()); got != 2*180 {
		t.Errorf("%d deliveries taken in", got)
	}
}

func TestNotStored(t *testing.T) {
	var log bytes.Buffer
	in := &recorder{fail: errors.New("disk full")}
	h := testHandler(t, in, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	base := serve(t, h)
	body := payload(t, "msg_text")
	for range 3 {
		res, text := deliver(t, base, bytes.NewReader(body), sign(testSecret, body))
		if res.StatusCode != 503 || text != `{"error":"store"}` || res.Header.Get("Retry-After") == "" {
			t.Errorf("answered %d %q", res.StatusCode, text)
		}
	}
	if h.Stats().StoreFailed != 3 || h.Stats().Accepted != 0 {
		t.Errorf("counted %+v", h.Stats())
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d log lines within one second", n)
	}
}

func TestTooLarge(t *testing.T) {
	in := &recorder{}
	h := testHandler(t, in, func(c *Config) { c.MaxBody = 1000 })
	base := serve(t, h)
	fits, over := bytes.Repeat([]byte(" "), 1000), bytes.Repeat([]byte(" "), 1001)
	for name, tc := range map[string]struct {
		body io.Reader
		sig  string
		want int
	}{
		"just fits":           {bytes.NewReader(fits), sign(testSecret, fits), 200},
		"announced too large": {bytes.NewReader(over), sign(testSecret, over), 413},
		"not announced":       {io.MultiReader(bytes.NewReader(over)), sign(testSecret, over), 413},
	} {
		t.Run(name, func(t *testing.T) {
			if res, _ := deliver(t, base, tc.body, tc.sig); res.StatusCode != tc.want {
				t.Errorf("answered %d, want %d", res.StatusCode, tc.want)
			}
		})
	}
	if got := h.Stats(); got.TooLarge != 2 || got.Accepted != 1 || len(in.deliveries()) != 1 {
		t.Errorf("counted %+v", got)
	}
}

// TestDefaultSize: a body of exactly Meta's largest size is read.
func TestDefaultSize(t *testing.T) {
	h := testHandler(t, &recorder{}, nil)
	body := append(bytes.Repeat([]byte(" "), maxBody-2), "{}"...)
	if got := post(h, body, sign(testSecret, body)).Code; got != 200 {
		t.Errorf("answered %d", got)
	}
}

// TestTooSlow: a sender that stops in mid-body loses its connection.
func TestTooSlow(t *testing.T) {
	in := &recorder{}
	h := testHandler(t, in, func(c *Config) { c.ReadWithin = 20 * time.Millisecond })
	base, err := url.Parse(serve(t, h))
	if err != nil {
		t.Fatal(err)
	}
	body := payload(t, "msg_text")
	answer := trickle(t, base.Host, fmt.Sprintf("POST /webhook HTTP/1.1\r\nHost: x\r\n"+
		"X-Hub-Signature-256: %s\r\nContent-Length: %d\r\n\r\n%s", sign(testSecret, body), len(body), body[:10]))
	if !strings.HasPrefix(answer, "HTTP/1.1 408 ") {
		t.Errorf("answered %q", answer)
	}
	if h.Stats().TooSlow != 1 || len(in.deliveries()) != 0 {
		t.Errorf("counted %+v", h.Stats())
	}
}

// trickle sends part of a request and waits until the server hangs up.
func trickle(t *testing.T, host, part string) string {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, part); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("the server did not hang up: %v", err)
	}
	return string(answer)
}

// TestRefusedSender: the body of a request that is refused by its header is
// not waited for longer than any other.
func TestRefusedSender(t *testing.T) {
	h := testHandler(t, &recorder{}, func(c *Config) { c.ReadWithin = 20 * time.Millisecond })
	base, err := url.Parse(serve(t, h))
	if err != nil {
		t.Fatal(err)
	}
	const rest = " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"
	for request, want := range map[string]string{
		"POST /webhook": "403", "PUT /webhook": "405", "GET /webhook?hub.mode=subscribe": "403",
	} {
		t.Run(request, func(t *testing.T) {
			if answer := trickle(t, base.Host, request+rest); !strings.HasPrefix(answer, "HTTP/1.1 "+want) {
				t.Errorf("answered %q", answer)
			}
		})
	}
}

// TestCutOff: a sender that leaves in mid-body is neither stored nor blamed.
func TestCutOff(t *testing.T) {
	in := &recorder{}
	h := testHandler(t, in, nil)
	body := payload(t, "msg_text")
	r := httptest.NewRequest(http.MethodPost, "/webhook", io.MultiReader(bytes.NewReader(body[:9]), broken{}))
	r.Header.Set("X-Hub-Signature-256", sign(testSecret, body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || h.Stats().CutOff != 1 || len(in.deliveries()) != 0 {
		t.Errorf("answered %d, counted %+v", w.Code, h.Stats())
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestMethods(t *testing.T) {
	base := serve(t, testHandler(t, &recorder{}, nil))
	for _, method := range []string{"HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
		t.Run(method, func(t *testing.T) {
			req, err := http.NewRequest(method, base+"/webhook", nil)
			if err != nil {
				t.Fatal(err)
			}
			res, _ := do(t, req)
			if res.StatusCode != 405 || res.Header.Get("Allow") != "GET, POST" {
				t.Errorf("answered %d, Allow %q", res.StatusCode, res.Header.Get("Allow"))
			}
		})
	}
}

// TestHandshake is AUT-2.
func TestHandshake(t *testing.T) {
	h := testHandler(t, &recorder{}, nil)
	base := serve(t, h)
	const script = "<script>alert(1)</script>"
	for _, tc := range []struct{ name, mode, token, challenge, want string }{
		{"right", "subscribe", testToken, "1158201444", "1158201444"},
		{"a script is echoed as text", "subscribe", testToken, script, script},
		{"any text", "subscribe", testToken, "ä/+ \"&", "ä/+ \"&"},
		{"wrong token", "subscribe", "guess", script, ""},
		{"longer token", "subscribe", testToken + "x", script, ""},
		{"shorter token", "subscribe", testToken[1:], script, ""},
		{"no token", "subscribe", "", script, ""},
		{"other mode", "unsubscribe", testToken, script, ""},
		{"no mode", "", testToken, script, ""},
		{"no challenge", "subscribe", testToken, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := url.Values{"hub.mode": {tc.mode}, "hub.verify_token": {tc.token}, "hub.challenge": {tc.challenge}}
			req, err := http.NewRequest(http.MethodGet, base+"/webhook?"+q.Encode(), nil)
			if err != nil {
				t.Fatal(err)
			}
			res, text := do(t, req)
			checkHandshake(t, res, text, tc.want)
		})
	}
	if got := h.Stats().HandshakeRefused; got != 7 {
		t.Errorf("%d refusals counted", got)
	}
}

func checkHandshake(t *testing.T, res *http.Response, text, want string) {
	t.Helper()
	if res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("a browser may guess the type")
	}
	if want == "" {
		if res.StatusCode != 403 || text != `{"error":"verify"}` {
			t.Errorf("answered %d %q", res.StatusCode, text)
		}
		return
	}
	if res.StatusCode != 200 || text != want || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("answered %d %q as %s", res.StatusCode, text, res.Header.Get("Content-Type"))
	}
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no secrets":     func(c *Config) { c.Secrets = nil },
		"an empty one":   func(c *Config) { c.Secrets = []bot.Secret{testSecret, ""} },
		"a blank one":    func(c *Config) { c.Secrets = []bot.Secret{" \t"} },
		"no token":       func(c *Config) { c.VerifyToken = "" },
		"a blank token":  func(c *Config) { c.VerifyToken = "  " },
		"no clock":       func(c *Config) { c.Now = nil },
		"nowhere to put": func(c *Config) { c.Intake = nil },
	} {
		t.Run(name, func(t *testing.T) {
			c := Config{Secrets: []bot.Secret{testSecret}, VerifyToken: testToken, Now: testNow, Intake: &recorder{}}
			change(&c)
			_, err := New(c)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), testSecret) || strings.Contains(err.Error(), testToken) {
				t.Error("the error shows a secret")
			}
		})
	}
}

// TestPoison: a body that the parser does not survive is set aside whole and
// acknowledged, or it would come back for days (A17).
func TestPoison(t *testing.T) {
	in := &recorder{}
	h := testHandler(t, in, nil)
	h.parse = func([]byte, time.Time) bot.Delivery { panic("planted +15550100001") }
	body := payload(t, "msg_text")
	if got := post(h, body, sign(testSecret, body)).Code; got != 200 {
		t.Errorf("answered %d", got)
	}
	got := in.deliveries()
	if len(got) != 1 || len(got[0].Unreadable) != 1 || !bytes.Equal(got[0].Unreadable[0].Raw, body) {
		t.Fatal("the body was not kept as it came")
	}
	if want := (Stats{Accepted: 1, Quarantined: 1, Panicked: 1}); h.Stats() != want {
		t.Errorf("counted %+v", h.Stats())
	}
}

// TestNothingShows plants every text and number of the recorded payloads and
// looks for them in the log, the answers and the reasons (PSE-2).
func TestNothingShows(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	second := int64(0)
	in := &recorder{}
	h := testHandler(t, in, func(c *Config) {
		c.Log = log
		c.Now = func() time.Time { second++; return testNow().Add(time.Duration(second) * time.Second) }
	})
	show := func(w *httptest.ResponseRecorder) {
		fmt.Fprintln(&out, w.Code, w.Header(), w.Body)
	}
	for _, name := range payloadNames(t) {
		body := payload(t, name)
		bad := bytes.ReplaceAll(body, []byte(`"timestamp": "`), []byte(`"type": ["`))
		for _, b := range [][]byte{body, body[:len(body)*2/3], bad} {
			show(post(h, b, sign(testSecret, b)))
			show(post(h, b, sign("wrong", b)))
		}
	}
	for _, d := range in.deliveries() {
		for _, e := range d.Events {
			fmt.Fprintf(&out, "%v %+v %+v\n", e.Note, e.From, e.ID)
		}
		for _, u := range d.Unreadable {
			fmt.Fprintln(&out, u.Reason)
		}
	}
	if h.Stats().Quarantined < 181 || !strings.Contains(out.String(), "set aside") {
		t.Fatalf("the test did not reach the log: %+v", h.Stats())
	}
	for _, planted := range []string{
		"1555010", "US.7000", "Ada", "Bea", "Example", "Tell me more", "sign up", "Yes, I agree", "consent:v3", "gift wrap",
		"52.37", "form.pdf", "campaign:", testSecret, testToken,
	} {
		if strings.Contains(out.String(), planted) {
			t.Errorf("%q came out", planted)
		}
	}
}
