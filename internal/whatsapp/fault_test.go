package whatsapp

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aval/bot"
)

// TestOutcomeUnknown breaks the call at each place after bytes have left.
func TestOutcomeUnknown(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, answer := range map[string]func(net.Conn){
		"closed without an answer": func(net.Conn) {},
		"reset": func(c net.Conn) {
			_ = c.(*net.TCPConn).SetLinger(0) // makes the close a reset
		},
		"half a status line":   say("HTTP/1.1 20"),
		"half a body":          say(head + "Content-Length: 100\r\n\r\n{\"messages\""),
		"another protocol":     say("SSH-2.0 " + words + " +15550100001\r\n"),
		"endless header":       say(head + "X: " + strings.Repeat(words, 10_000)),
		"broken chunk":         say(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + words),
		"header with a secret": say(head + words + "\r\n\r\n"),
		"early hints only":     say("HTTP/1.1 103 Early Hints\r\nLink: <" + words + ">\r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire(t, answer).Send(background(), letter())
			wantClass(t, err, bot.SendUnknown)
		})
	}
}

// TestServerStalls holds the call at each place until the caller gives up or
// the time of one call is over.
func TestServerStalls(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, before := range map[string]string{
		"before the answer":     "",
		"in the header":         head,
		"in the body":           head + "Content-Length: 100\r\n\r\n{",
		"in a refusal":          "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"error\"",
		"in another protocol":   "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
		"in a server's refusal": "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{\"error\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release := make(chan struct{})
			t.Cleanup(func() { close(release) })
			c := wire(t, func(conn net.Conn) {
				say(before)(conn)
				<-release
			})
			// Long enough for a dial on a busy machine: what comes after is held.
			c.timeout = 500 * time.Millisecond
			_, err := c.Send(background(), letter())
			want := bot.SendUnknown
			if name == "in a refusal" {
				want = bot.SendLater
			}
			wantClass(t, err, want)
		})
	}
}

func TestServerNeverReadsTheRequest(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // nobody accepts: the kernel does, and nobody reads
	c := client(t, Config{GraphURL: "http://" + listener.Addr().String(), Timeout: 500 * time.Millisecond})
	_, err = c.Send(background(), letter())
	wantClass(t, err, bot.SendUnknown)
}

func TestCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(background())
	c, _ := graph(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only its arrival counts
		cancel()
		<-r.Context().Done()
	})
	_, err := c.Send(ctx, letter())
	wantClass(t, err, bot.SendUnknown)
}

func TestEndlessBodyIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		want   bot.SendClass
	}{
		"accepted": {200, bot.SendUnknown}, "refused": {400, bot.SendNever}, "fault": {500, bot.SendUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := graph(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(c.status)
				for block := strings.Repeat(words, 1000); r.Context().Err() == nil; {
					if _, err := io.WriteString(w, block); err != nil {
						return
					}
				}
			})
			_, err := client.Send(background(), letter())
			wantClass(t, err, c.want)
		})
	}
}

// TestAKeptConnectionThatBreaksIsNotRepeated is about the transport's own
// repetition: the second message reached the server, so it must not go twice.
func TestAKeptConnectionThatBreaksIsNotRepeated(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only its arrival counts
		if calls.Add(1) == 1 {
			reply(200, recorded(t, "resp_send_phone"))(w, r)
			return
		}
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	c := client(t, Config{GraphURL: server.URL})
	if _, err := c.Send(background(), letter()); err != nil {
		t.Fatal(err)
	}
	_, err := c.Send(background(), letter())
	wantClass(t, err, bot.SendUnknown)
	if n := calls.Load(); n != 2 {
		t.Errorf("two messages made %d calls", n)
	}
}

func say(s string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, s) // the client may have gone
	}
}
