package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// signatureHeader is in canonical form, as net/http keeps it.
const signatureHeader = "X-Hub-Signature-256"

// claimed returns the MAC that a request claims. It reports false for
// anything but exactly one header in the one form Meta writes: "sha256=" and
// 64 lower-case hex digits. The older SHA-1 header is not looked at.
func claimed(header http.Header) ([]byte, bool) {
	values := header[signatureHeader]
	if len(values) != 1 {
		return nil, false
	}
	digits, ok := strings.CutPrefix(values[0], "sha256=")
	if !ok || len(digits) != hex.EncodedLen(sha256.Size) || strings.ToLower(digits) != digits {
		return nil, false
	}
	mac, err := hex.DecodeString(digits)
	return mac, err == nil
}

// signed reports whether one of the secrets made mac over exactly these bytes.
// All secrets are tried, so that the time taken tells nobody which one it was.
func (h *Handler) signed(body, mac []byte) bool {
	found := false
	var sum [sha256.Size]byte
	for _, secret := range h.secrets {
		m := hmac.New(sha256.New, secret)
		m.Write(body)
		if hmac.Equal(m.Sum(sum[:0]), mac) {
			found = true
		}
	}
	return found
}
