package whatsapp

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aval/bot"
)

func TestSend(t *testing.T) {
	var got *http.Request
	var body []byte
	c, server := graph(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body) // compared below
		reply(200, recorded(t, "resp_send_phone"))(w, r)
	})
	id, err := c.Send(background(), letter())
	if err != nil || id != wamid {
		t.Fatalf("message %q, %v", id, err)
	}
	if got.Method != http.MethodPost || got.URL.String() != "/v26.0/"+number+"/messages" {
		t.Errorf("called %s %s", got.Method, got.URL)
	}
	if got.Host != strings.TrimPrefix(server.URL, "https://") {
		t.Errorf("called the host %s", got.Host)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept-Encoding": "",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q", name, got.Header.Get(name))
		}
		got.Header.Del(name)
	}
	for name, values := range got.Header {
		if strings.Contains(strings.Join(values, " "), token) {
			t.Errorf("the token is in %s too", name)
		}
	}
	want, err := render(letter(), "Menu")
	if err != nil || string(body) != string(want) {
		t.Errorf("sent %s, %v", body, err)
	}
}

func TestMarkRead(t *testing.T) {
	c, _ := graph(t, reply(200, recorded(t, "resp_success")))
	if err := c.MarkRead(background(), number, wamid, true); err != nil {
		t.Error(err)
	}
	c, _ = graph(t, reply(200, `{"success":false}`))
	wantClass(t, c.MarkRead(background(), number, wamid, false), bot.SendUnknown)
	c, _ = graph(t, reply(400, recorded(t, "err_400_131009")))
	wantClass(t, c.MarkRead(background(), number, wamid, false), bot.SendNever)
	wantClass(t, c.MarkRead(background(), number, "", false), bot.SendNever)
}

func TestEachNumberHasItsToken(t *testing.T) {
	var seen string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Get("Authorization")
		reply(200, recorded(t, "resp_send_phone"))(w, r)
	}))
	defer server.Close()
	c := client(t, Config{GraphURL: server.URL, Tokens: map[string]bot.Secret{"7": "seven"}})
	for from, want := range map[string]string{"7": "Bearer seven", number: "Bearer " + token} {
		e := letter()
		e.Number = from
		if _, err := c.Send(background(), e); err != nil || seen != want {
			t.Errorf("number %s called with %q, %v", from, seen, err)
		}
	}
	c.token = ""
	_, err := c.Send(background(), letter())
	wantClass(t, err, bot.SendPaused)
}

func TestConnectionsAreKept(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(reply(200, recorded(t, "resp_send_phone")))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	c := client(t, Config{GraphURL: server.URL})
	for range 50 {
		if _, err := c.Send(background(), letter()); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("%d connections for 50 messages in a row", n)
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   bot.SendClass
	}{
		"err_400_130429":             {400, "", bot.SendThrottled},
		"err_400_131056":             {400, "", bot.SendPair},
		"err_400_131047":             {400, "", bot.SendWindow},
		"err_401_190":                {401, "", bot.SendPaused},
		"err_500_131016":             {500, "", bot.SendLater},
		"err_400_100_missing_object": {400, "", bot.SendPaused},
		"ambiguous 500":              {500, `{"error":{"code":131000}}`, bot.SendUnknown},
		"html 502":                   {502, "<html>" + words + "</html>", bot.SendUnknown},
		"html 404":                   {404, "<html>" + words + "</html>", bot.SendNever},
		"real 429":                   {429, "slow down", bot.SendThrottled},
		"broken json 500":            {500, `{"error":{"code":1310`, bot.SendUnknown},
		"long 400": {
			400,
			strings.Repeat(" ", maxResponse) + `{"error":{"code":131047}}`,
			bot.SendNever,
		},
		"liar quotes the request": {
			400,
			`{"error":{"code":100,"message":"` + words + `","fbtrace_id":"` + words + `"}}`,
			bot.SendNever,
		},
		"empty 200":           {200, "", bot.SendUnknown},
		"html 200":            {200, "<html>" + words, bot.SendUnknown},
		"broken json 200":     {200, `{"messages":[{"id":"` + wamid, bot.SendUnknown},
		"error 200":           {200, `{"error":{"code":131047}}`, bot.SendUnknown},
		"204":                 {204, "", bot.SendUnknown},
		"300 without a place": {300, "", bot.SendLater},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "err_") {
				c.body = recorded(t, name)
			}
			client, _ := graph(t, reply(c.status, c.body))
			_, err := client.Send(background(), letter())
			if e := wantClass(t, err, c.want); e != nil && e.HTTP != c.status {
				t.Errorf("status %d was kept as %d", c.status, e.HTTP)
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var visits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, place := range map[string]string{
			"other host": elsewhere.URL, "same host": "/again", "no address": "http://%zz", "nowhere": "",
		} {
			var calls atomic.Int32
			c, _ := graph(t, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				w.Header().Set("Location", place)
				w.WriteHeader(status)
			})
			_, err := c.Send(background(), letter())
			wantClass(t, err, bot.SendLater)
			if !errors.Is(err, ErrUntrusted) || calls.Load() != 1 {
				t.Errorf("%d to %s: %v after %d calls", status, name, err, calls.Load())
			}
		}
	}
	if visits.Load() != 0 {
		t.Errorf("the other host was called %d times", visits.Load())
	}
}

func TestUntrustedCertificate(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer server.Close()
	c := client(t, Config{GraphURL: server.URL})
	_, err := c.Send(background(), letter())
	wantClass(t, err, bot.SendLater)
	if !errors.Is(err, ErrUntrusted) || calls.Load() != 0 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

func TestNothingWasSent(t *testing.T) {
	t.Run("connection refused", func(t *testing.T) {
		closed, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		closed.Close()
		c := client(t, Config{GraphURL: "http://" + closed.Addr().String()})
		_, err = c.Send(background(), letter())
		wantClass(t, err, bot.SendLater)
	})
	t.Run("no TLS on the other side", func(t *testing.T) {
		server := httptest.NewServer(reply(200, ""))
		defer server.Close()
		c := client(t, Config{GraphURL: "https" + strings.TrimPrefix(server.URL, "http")})
		_, err := c.Send(background(), letter())
		wantClass(t, err, bot.SendLater)
	})
	t.Run("given up before", func(t *testing.T) {
		c, _ := graph(t, reply(200, ""))
		ctx, cancel := context.WithCancel(background())
		cancel()
		_, err := c.Send(ctx, letter())
		wantClass(t, err, bot.SendLater)
	})
	t.Run("no free connection in time", func(t *testing.T) {
		entered, leave := make(chan struct{}), make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			close(entered)
			<-leave
		}))
		defer server.Close()
		c := client(t, Config{GraphURL: server.URL, Conns: 1})
		first := make(chan error, 1)
		go func() {
			_, err := c.Send(background(), letter())
			first <- err
		}()
		<-entered
		ctx, cancel := context.WithTimeout(background(), 20*time.Millisecond)
		defer cancel()
		_, err := c.Send(ctx, letter())
		wantClass(t, err, bot.SendLater)
		close(leave)
		wantClass(t, <-first, bot.SendUnknown) // an empty 200
	})
	t.Run("number that is a path", func(t *testing.T) {
		c, _ := graph(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
		e := letter()
		e.Number = number + "/../1"
		_, err := c.Send(background(), e)
		wantClass(t, err, bot.SendNever)
	})
	t.Run("content that does not fit", func(t *testing.T) {
		c, _ := graph(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
		e := letter()
		e.Content.Body = repeat(words, 1000)
		_, err := c.Send(background(), e)
		wantClass(t, err, bot.SendNever)
		if !errors.Is(err, errTooLong) {
			t.Errorf("reason lost: %v", err)
		}
	})
}

func TestPlainHTTPStaysOnThisMachine(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "10.0.0.1:80": false, "93.184.216.34:80": false, "x": false,
	} {
		if got := loopbackOnly("tcp", address, nil) == nil; got != want {
			t.Errorf("%s allowed: %t", address, got)
		}
	}
}

// wantClass checks that an error is quiet and of the class.
func wantClass(t *testing.T, err error, want bot.SendClass) *bot.SendError {
	t.Helper()
	var e *bot.SendError
	if !errors.As(err, &e) {
		t.Errorf("no send error: %v", err)
		return nil
	}
	if e.Class != want {
		t.Errorf("class %s, want %s: %v", e.Class, want, err)
	}
	quiet(t, err)
	return e
}
