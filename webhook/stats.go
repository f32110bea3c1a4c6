package webhook

import (
	"log/slog"
	"sync/atomic"

	"aval/bot"
)

// Stats counts outcomes since the start. All are requests, except Quarantined,
// which counts the parts set aside.
type Stats struct {
	Accepted         uint64 // answered 200
	Quarantined      uint64 // parts that were signed and not understood
	SignatureRefused uint64
	HandshakeRefused uint64
	TooLarge         uint64
	TooSlow          uint64
	CutOff           uint64 // the body ended early
	StoreFailed      uint64 // answered 503; Meta sends again
	Panicked         uint64 // bodies the parser did not survive: a fault of ours
}

type counts struct {
	accepted, quarantined, signatureRefused, handshakeRefused atomic.Uint64
	tooLarge, tooSlow, cutOff, storeFailed, panicked          atomic.Uint64
}

// Stats reads the counters; each is exact, together they are not one moment.
func (h *Handler) Stats() Stats {
	return Stats{
		Accepted:         h.counts.accepted.Load(),
		Quarantined:      h.counts.quarantined.Load(),
		SignatureRefused: h.counts.signatureRefused.Load(),
		HandshakeRefused: h.counts.handshakeRefused.Load(),
		TooLarge:         h.counts.tooLarge.Load(),
		TooSlow:          h.counts.tooSlow.Load(),
		CutOff:           h.counts.cutOff.Load(),
		StoreFailed:      h.counts.storeFailed.Load(),
		Panicked:         h.counts.panicked.Load(),
	}
}

// mayLog allows one line a second. Refused signatures get none at all: they
// cost a stranger nothing and would fill the disk (A16); the counters tell.
func (h *Handler) mayLog() bool {
	last, now := h.lastLine.Load(), h.now().Unix()
	return last != now && h.lastLine.CompareAndSwap(last, now)
}

func (h *Handler) logStoreFailed(err error) {
	if h.mayLog() {
		h.log.Error("delivery not stored", "error", err, "so_far", h.counts.storeFailed.Load())
	}
}

func (h *Handler) logQuarantined(parts []bot.Unreadable) {
	if h.mayLog() {
		h.log.Warn("part of a delivery set aside", slog.Int("parts", len(parts)),
			slog.String("first", parts[0].Reason), slog.Uint64("so_far", h.counts.quarantined.Load()))
	}
}
