package endpoint

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"aval/bot"
	"aval/flows"
)

func TestCall(t *testing.T) {
	var path string
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/", func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		w.Write([]byte(`{"state":"shipped","days":2,"late":false,"note":null,"items":[{"id":12345678901234567890}],
			"delivery":{"day":"2026-12-01"},"a.b":"point","secret":"not asked for"}`))
	})
	mux.HandleFunc("/none", http.NotFound)
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/orders/1", http.StatusFound) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`"` + strings.Repeat("x", answerLimit) + `"`))
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/html", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<p>")) })
	server := httptest.NewServer(mux)
	defer server.Close()

	wants := []string{"state", "days", "late", "note", "items.0.id", "items.1.id", "delivery.day", "delivery", "a.b", "none.at.all"}
	for _, tt := range []struct{ name, path, order, want string }{
		{"OK", "/orders/{order}", "17", "ok"},
		{"StaysInItsPath", "/orders/{order}", "../../none?x=1", "ok"},
		{"DotsRefused", "/orders/{order}", "..", "failed"},
		{"EmptyRefused", "/orders/{order}", "", "failed"},
		{"FieldMissing", "/orders/{other}", "17", "failed"},
		{"NotFound", "/none", "", "not_found"},
		{"RedirectRefused", "/away", "", "failed"},
		{"TooBig", "/big", "", "failed"},
		{"TooSlow", "/slow", "", "failed"},
		{"NoJSON", "/html", "", "failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := bot.Endpoint{URL: server.URL + tt.path, Timeout: 100 * time.Millisecond}
			call := bot.Call{Params: map[string]flows.Answer{"order": flows.Answer(tt.order)}, Wants: wants}
			got := New(time.Now).Call(context.Background(), e, call)
			if got.Outcome != tt.want {
				t.Errorf("outcome %q, want %q", got.Outcome, tt.want)
			}
			if tt.name != "OK" {
				return
			}
			want := map[string]string{"state": "shipped", "days": "2", "late": "false", "items.0.id": "12345678901234567890",
				"delivery.day": "2026-12-01", "a.b": "point"}
			for name, v := range want {
				if string(got.Fields[name]) != v {
					t.Errorf("%s is %q, want %q", name, string(got.Fields[name]), v)
				}
			}
			if len(got.Fields) != len(want) {
				t.Errorf("%d fields came back, want %d", len(got.Fields), len(want))
			}
		})
	}
	if strings.Contains(path, "none?") || !strings.HasPrefix(path, "/orders/") {
		t.Errorf("the field left its path")
	}
}

// A system of the business checks what it is sent with a library that others
// wrote for the published form.
func TestSigned(t *testing.T) {
	secret := []byte("0123456789abcdef0123456789abcdef")
	verifier, err := standardwebhooks.NewWebhookRaw(secret)
	if err != nil {
		t.Fatal(err)
	}
	var refused error
	var body map[string]string
	var ids []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		refused = verifier.Verify(raw, r.Header)
		ids = append(ids, r.Header.Get("webhook-id"))
		body = nil
		_ = json.Unmarshal(raw, &body)
		if len(ids) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte(`{}`))
	}))
	defer server.Close()
	e := bot.Endpoint{URL: server.URL + "/refunds/{order}", Post: true, Secret: bot.Secret(secret), Timeout: 5 * time.Second, Retries: 1}
	call := bot.Call{ID: "CALL1", Params: map[string]flows.Answer{"order": "17", "reason": "té <é>"}}
	if got := New(time.Now).Call(context.Background(), e, call); got.Outcome != "ok" || refused != nil {
		t.Fatalf("%s, %v", got.Outcome, refused)
	}
	if len(body) != 1 || body["reason"] != "té <é>" {
		t.Errorf("the body has %d fields, want the one that does not stand in the address", len(body))
	}
	if len(ids) != 2 || ids[0] != "CALL1" || ids[1] != "CALL1" {
		t.Errorf("ids %q: a repetition has the id of the first", ids)
	}
	e.Secret = "another secret of some length"
	if New(time.Now).Call(context.Background(), e, call); refused == nil {
		t.Error("a wrong signature was taken")
	}
}

func TestRetries(t *testing.T) {
	var calls atomic.Int32
	status := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.WriteHeader(status)
	}))
	defer server.Close()
	for _, tt := range []struct{ status, retries, want int }{
		{http.StatusServiceUnavailable, 2, 3}, {http.StatusServiceUnavailable, 0, 1}, {http.StatusTooManyRequests, 1, 2},
		{http.StatusForbidden, 2, 1}, {http.StatusNotFound, 2, 1}, {http.StatusNoContent, 2, 1},
	} {
		calls.Store(0)
		status = tt.status
		New(time.Now).Call(context.Background(), bot.Endpoint{URL: server.URL, Timeout: 10 * time.Second, Retries: tt.retries}, bot.Call{})
		if got := int(calls.Load()); got != tt.want {
			t.Errorf("status %d with %d retries: %d calls, want %d", tt.status, tt.retries, got, tt.want)
		}
	}
}

// A system that keeps failing is left alone, and tried again after a while.
func TestLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, healthy := 0, false
		c := New(time.Now)
		listener := pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		c.http.Transport = &http.Transport{DialContext: listener.dial, DisableKeepAlives: true}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls++
			if !healthy {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			w.Write([]byte(`{}`))
		})}
		done := make(chan struct{})
		go func() { server.Serve(listener); close(done) }()
		ask := func() string {
			return c.Call(context.Background(), bot.Endpoint{URL: "http://shop.example", Timeout: time.Second}, bot.Call{}).Outcome
		}
		for range 2 * failuresInARow {
			if got := ask(); got != "failed" {
				t.Error(got)
			}
		}
		if calls != failuresInARow {
			t.Errorf("%d calls reached the system, want %d", calls, failuresInARow)
		}
		healthy = true
		if got := ask(); got != "failed" {
			t.Errorf("asked too early: %s", got)
		}
		time.Sleep(leftAlone)
		if first, second := ask(), ask(); first != "ok" || second != "ok" {
			t.Errorf("after the rest: %s, %s", first, second)
		}
		server.Close()
		<-done
	})
}

// pipes is a network without a network, so that its waiting is seen by the
// bubble's clock.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours, nil
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }
