package whatsapp

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"
	"time"

	"aval/bot"
)

// ErrUntrusted marks, for errors.Is, a host that showed a wrong certificate or
// sent the call elsewhere. Nothing was sent; somebody should look.
var ErrUntrusted = errors.New("the host cannot be trusted")

var errNoToken = errors.New("the number has no access token")

// slowest is the speed, in bytes a second, below which a body is given up: 2
// Mbit/s.
const slowest = 256 << 10

// errand is one call at Graph.
type errand struct {
	method string
	number string   // whose token it carries
	path   string   // below the version
	kind   string   // content type of the body
	parts  [][]byte // of the body, sent one after the other and never joined
	door   *door
}

func (e errand) size() int64 {
	n := 0
	for _, p := range e.parts {
		n += len(p)
	}
	return int64(n)
}

func (e errand) body() io.Reader {
	readers := make([]io.Reader, len(e.parts))
	for i, p := range e.parts {
		readers[i] = bytes.NewReader(p)
	}
	return io.MultiReader(readers...)
}

// patience is what one call may take: a large body needs its time.
func (c *Client) patience(e errand) time.Duration {
	return c.timeout + time.Duration(e.size())*time.Second/slowest
}

// answer is a response with a 2xx status.
type answer struct {
	status int
	body   []byte
}

// unreadable is a success that does not say what succeeded.
func (a answer) unreadable() error {
	return lost("answer not understood", &bot.SendError{Class: bot.SendUnknown, HTTP: a.status})
}

// post is a call to the messages of a number.
func (c *Client) post(ctx context.Context, number string, body []byte, door *door) (answer, error) {
	return c.call(ctx, errand{
		method: http.MethodPost, number: number, path: number + "/messages",
		kind: "application/json", parts: [][]byte{body}, door: door,
	})
}

// call does an errand. Every error holds a *bot.SendError.
func (c *Client) call(ctx context.Context, e errand) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience(e))
	defer cancel()
	defer e.door.shut()
	var began atomic.Bool
	req, err := c.request(httptrace.WithClientTrace(ctx, watch(&began, e.door)), e)
	if err != nil {
		return answer{}, err
	}
	resp, err := c.http.RoundTrip(req)
	if err != nil {
		if e.door.refused() {
			return answer{}, lost("held back", &bot.SendError{Class: bot.SendHeld})
		}
		return answer{}, lostCall(err, began.Load())
	}
	defer resp.Body.Close()
	return receive(resp)
}

func (c *Client) request(ctx context.Context, e errand) (*http.Request, error) {
	// The number becomes a part of the address.
	if !onlyDigits(e.number, 32) {
		return nil, never(errNumber)
	}
	token, ok := c.tokens[e.number]
	if !ok {
		token = c.token
	}
	if token == "" {
		return nil, fmt.Errorf("graph call: %w: %w", errNoToken, &bot.SendError{Class: bot.SendPaused})
	}
	req, err := http.NewRequestWithContext(ctx, e.method, c.base+"/"+e.path, http.NoBody)
	if err != nil {
		// The base was checked and so were the ids. The cause is left out since
		// it quotes the address.
		return nil, never(errNumber)
	}
	if len(e.parts) > 0 {
		e.attach(req)
		req.Header.Set("Content-Type", e.kind)
	}
	req.Header.Set("Authorization", "Bearer "+string(token))
	req.Header.Set("User-Agent", "aval")
	return req, nil
}

// attach puts the body into the request, behind its door.
func (e errand) attach(req *http.Request) {
	// The transport asks for another body when a kept connection turned out
	// dead before the first byte; that is another attempt to leave.
	req.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(e.door.before(e.body())), nil
	}
	req.Body, _ = req.GetBody() // which never fails
	// With the length known the transport reads nothing ahead.
	req.ContentLength = e.size()
}

// watch sets began when the request gets a connection: from then on bytes may
// have left. The transport repeats a POST by itself only if the kept
// connection turned out dead before the first byte.
func watch(began *atomic.Bool, door *door) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { began.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) { door.shut() },
	}
}

// lostCall judges a call without a response. The transport's own text is left
// out: it may quote what a strange server wrote.
func lostCall(err error, began bool) error {
	if untrusted(err) {
		return fmt.Errorf("graph call: %w: %w", ErrUntrusted, &bot.SendError{Class: bot.SendLater})
	}
	class := bot.SendLater
	if began {
		class = bot.SendUnknown
	}
	return lost(step(err), &bot.SendError{Class: class})
}

func untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &host)
}

// step names in fixed words where a call ended.
func step(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return "given up"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	}
	return "connection lost"
}

// receive reads a bounded body and tells an acceptance from everything else.
func receive(resp *http.Response) (answer, error) {
	status := resp.StatusCode
	switch {
	case status < 200:
		// A switched protocol has no body that a deadline would end.
		return answer{}, lost("answer not understood", &bot.SendError{Class: bot.SendUnknown, HTTP: status})
	case status >= 300 && status <= 399:
		return answer{}, fmt.Errorf("graph call: redirected: %w: %w", ErrUntrusted,
			&bot.SendError{Class: bot.SendLater, HTTP: status})
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	if status >= 400 {
		return answer{}, refused(body, status, err)
	}
	if err != nil {
		return answer{}, lost("answer "+step(err), &bot.SendError{Class: bot.SendUnknown, HTTP: status})
	}
	if len(body) > maxResponse {
		return answer{}, lost("answer too long", &bot.SendError{Class: bot.SendUnknown, HTTP: status})
	}
	return answer{status: status, body: body}, nil
}

// refused classifies an answer with an error status. Where the body broke off
// the code is unknown; throttling has status 400 too, so a further attempt is
// right then.
func refused(body []byte, status int, broken error) error {
	e := parseError(body, status)
	if broken != nil && e.Class == bot.SendNever {
		e.Class = bot.SendLater
	}
	return lost("refused", e)
}

func lost(what string, err *bot.SendError) error {
	return fmt.Errorf("graph call: %s: %w", what, err)
}
