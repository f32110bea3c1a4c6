package webhook

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"time"

	"aval/bot"
)

// retryAfter is in seconds. Meta spaces its attempts by itself; the header is
// for proxies and people.
const retryAfter = "5"

// receive takes one delivery. The header is judged before the body is read:
// who cannot even write one must not make us buffer three megabytes.
func (h *Handler) receive(w http.ResponseWriter, r *http.Request) {
	mac, ok := claimed(r.Header)
	if !ok {
		hangUp(w)
		h.refuseSignature(w)
		return
	}
	body, err := h.read(w, r)
	if err != nil {
		h.refuseBody(w, err)
		return
	}
	if !h.signed(body, mac) {
		h.refuseSignature(w)
		return
	}
	h.accept(w, r, h.understand(body))
}

// accept stores the delivery and only then says so. A crash before the store
// returns means that Meta sends again; a crash after it means the same, and
// the store drops what it already has.
func (h *Handler) accept(w http.ResponseWriter, r *http.Request, d bot.Delivery) {
	if len(d.Events)+len(d.Unreadable) > 0 {
		if err := h.intake.Accept(r.Context(), d); err != nil {
			h.counts.storeFailed.Add(1)
			h.logStoreFailed(err)
			w.Header().Set("Retry-After", retryAfter)
			refuse(w, http.StatusServiceUnavailable, "store")
			return
		}
	}
	h.counts.accepted.Add(1)
	if n := len(d.Unreadable); n > 0 {
		h.counts.quarantined.Add(uint64(n))
		h.logQuarantined(d.Unreadable)
	}
	w.WriteHeader(http.StatusOK)
}

// read takes the exact bytes of the body, within the bounds of size and time.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > h.maxBody {
		return nil, &http.MaxBytesError{Limit: h.maxBody}
	}
	buf := bytes.NewBuffer(make([]byte, 0, sizeHint(r.ContentLength)))
	_, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, h.maxBody))
	if err != nil {
		return nil, err
	}
	// The server listens for the caller leaving while the store works; a
	// deadline that passes then would look like a caller who left.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return buf.Bytes(), nil
}

// sizeHint is the first size of the buffer: what the caller announces, within
// reason, because an announcement costs the caller nothing.
func sizeHint(announced int64) int64 {
	return min(max(announced, 0), 16<<10) + bytes.MinRead
}

func (h *Handler) refuseSignature(w http.ResponseWriter) {
	h.counts.signatureRefused.Add(1)
	refuse(w, http.StatusForbidden, "signature")
}

func (h *Handler) refuseBody(w http.ResponseWriter, err error) {
	hangUp(w)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		h.counts.tooLarge.Add(1)
		refuse(w, http.StatusRequestEntityTooLarge, "size")
	case errors.Is(err, os.ErrDeadlineExceeded):
		h.counts.tooSlow.Add(1)
		refuse(w, http.StatusRequestTimeout, "time")
	default:
		h.counts.cutOff.Add(1)
		refuse(w, http.StatusBadRequest, "body")
	}
}

// understand parses a signed body. A parser that panics has met poison: the
// body is set aside whole, because a crash would bring it back for days (A17).
func (h *Handler) understand(body []byte) (d bot.Delivery) {
	defer func() {
		if recover() != nil {
			h.counts.panicked.Add(1)
			d = whole(body, reasonPanic)
		}
	}()
	return h.parse(body, h.now())
}
