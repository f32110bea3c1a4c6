package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"aval/bot"
)

// Limits of one delivery.
const (
	// maxBody is the largest payload Meta documents, 3 MB, read as mebibytes
	// so that the larger reading of the word still fits.
	maxBody = 3 << 20
	// readWithin leaves a slow but honest sender of 3 MB some 300 kB/s and
	// takes a connection back from one that trickles.
	readWithin = 10 * time.Second
)

// Intake stores a delivery. When Accept returns nil, all of it is durable:
// the sender is told so and will not send it again. The same delivery may
// come any number of times.
type Intake interface {
	Accept(ctx context.Context, d bot.Delivery) error
}

// Config is what a Handler needs. The zero value of a limit means its default.
type Config struct {
	// Secrets are the app secrets that may sign; two while one is replaced.
	Secrets []bot.Secret
	// VerifyToken is what Meta repeats when the address is saved.
	VerifyToken bot.Secret
	// Now is the time events are measured against.
	Now    func() time.Time
	Intake Intake
	// Log may be nil.
	Log *slog.Logger
	// MaxBody bounds a delivery in bytes, 3 MiB by default.
	MaxBody int64
	// ReadWithin bounds how long a body may take, 10 s by default.
	ReadWithin time.Duration
}

// Handler serves the webhook. It starts no goroutine and holds nothing of a
// delivery after its answer.
type Handler struct {
	secrets [][]byte
	token   [32]byte
	now     func() time.Time
	intake  Intake
	log     *slog.Logger
	maxBody int64
	within  time.Duration
	// parse is Parse, except in the test of a parser that panics.
	parse  func(body []byte, now time.Time) bot.Delivery
	counts counts
	// lastLine is the second of the last log line: A16 wants their number
	// bounded whatever arrives.
	lastLine atomic.Int64
}

// New checks the configuration. A missing or blank secret or token is refused:
// with one, everybody could sign.
func New(c Config) (*Handler, error) {
	h := &Handler{now: c.Now, intake: c.Intake, log: c.Log, maxBody: c.MaxBody, within: c.ReadWithin, parse: Parse}
	if err := h.setSecrets(c); err != nil {
		return nil, err
	}
	if c.Now == nil || c.Intake == nil {
		return nil, errors.New("webhook: a clock and an intake are required")
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.maxBody <= 0 {
		h.maxBody = maxBody
	}
	if h.within <= 0 {
		h.within = readWithin
	}
	return h, nil
}

func (h *Handler) setSecrets(c Config) error {
	if len(c.Secrets) == 0 {
		return errors.New("webhook: app secrets: none given")
	}
	for i, s := range c.Secrets {
		if blank(s) {
			return fmt.Errorf("webhook: app secret %d: blank", i+1)
		}
		h.secrets = append(h.secrets, []byte(s))
	}
	if blank(c.VerifyToken) {
		return errors.New("webhook: verify token: blank")
	}
	h.token = tokenSum(string(c.VerifyToken))
	return nil
}

func blank(s bot.Secret) bool { return strings.TrimSpace(string(s)) == "" }

// Register puts the webhook at /webhook.
func (h *Handler) Register(r *mux.Router) { r.Handle("/webhook", h) }

// ServeHTTP answers the handshake (GET) and deliveries (POST).
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A socket knows the machine's clock and no other, whatever clock events
	// are measured by. Where there is no socket, the server's timeouts stand.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.within))
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.receive(w, r)
	default:
		hangUp(w)
		w.Header().Set("Allow", "GET, POST")
		refuse(w, http.StatusMethodNotAllowed, "method")
	}
}

// refuse answers with a constant body: nothing of the request comes back.
func refuse(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// A caller that is gone needs no answer.
	_, _ = w.Write([]byte(`{"error":"` + word + `"}`))
}

// hangUp ends the connection after the answer, for a request whose body nobody
// will read. The server still waits for the rest of a body then, so that an
// honest sender sees the answer; the deadline bounds that wait (WEB-5).
func hangUp(w http.ResponseWriter) { w.Header().Set("Connection", "close") }
