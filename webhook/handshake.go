package webhook

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
)

// handshake proves to Meta that this address knows the verify token. The
// challenge is foreign text: it goes back as plain text that no browser will
// take for a page, and only to who knows the token.
func (h *Handler) handshake(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	given := tokenSum(q.Get("hub.verify_token"))
	known := subtle.ConstantTimeCompare(given[:], h.token[:]) == 1
	if !known || q.Get("hub.mode") != "subscribe" || q.Get("hub.challenge") == "" {
		h.counts.handshakeRefused.Add(1)
		hangUp(w)
		refuse(w, http.StatusForbidden, "verify")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, q.Get("hub.challenge"))
}

// tokenSum makes tokens of any length comparable in constant time.
func tokenSum(token string) [32]byte { return sha256.Sum256([]byte(token)) }
