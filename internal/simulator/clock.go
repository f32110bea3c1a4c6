package simulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the base clock with an offset that the page and the tests move.
// Timestamps, the 24-hour window and the rate buckets follow it.
type clock struct {
	base   func() time.Time
	offset atomic.Int64
}

func (c *clock) now() time.Time { return c.base().Add(time.Duration(c.offset.Load())) }

// Now is the time at Meta.
func (s *Sim) Now() time.Time { return s.clock.now() }

// Advance moves the clock by d, which may be negative.
func (s *Sim) Advance(d time.Duration) { s.SetOffset(time.Duration(s.clock.offset.Load()) + d) }

// SetOffset sets how far the clock is ahead of its base.
func (s *Sim) SetOffset(d time.Duration) {
	s.clock.offset.Store(int64(d))
	s.hub.publish("clock", s.clockState())
}

// clockState is the body of GET /clock.
type clockState struct {
	Now    time.Time `json:"now"`
	Offset string    `json:"offset"`
}

func (s *Sim) clockState() clockState {
	return clockState{Now: s.Now().UTC(), Offset: time.Duration(s.clock.offset.Load()).String()}
}

// clockChange is the body of PUT /clock: exactly one of the three.
type clockChange struct {
	Now     *time.Time `json:"now"`
	Offset  *string    `json:"offset"`
	Advance *string    `json:"advance"`
}

func (s *Sim) getClock(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, s.clockState()) }

func (s *Sim) putClock(w http.ResponseWriter, r *http.Request) {
	var change clockChange
	if err := readJSON(w, r, &change); err != nil {
		badRequest(w, err)
		return
	}
	offset, err := change.apply(time.Duration(s.clock.offset.Load()), s.cfg.Now())
	if err != nil {
		badRequest(w, err)
		return
	}
	ahead := offset - time.Duration(s.clock.offset.Load())
	words := "pass " + spell(ahead)
	if ahead < 0 {
		words = "# The clock was put back here; a scenario has no words for it."
	}
	s.tapedChange(r.Context(), func() { s.SetOffset(offset) }, words)
	writeJSON(w, 200, s.clockState())
}

func (c clockChange) apply(offset time.Duration, base time.Time) (time.Duration, error) {
	switch {
	case c.Now != nil && c.Offset == nil && c.Advance == nil:
		return c.Now.Sub(base), nil
	case c.Offset != nil && c.Now == nil && c.Advance == nil:
		return time.ParseDuration(*c.Offset)
	case c.Advance != nil && c.Now == nil && c.Offset == nil:
		d, err := time.ParseDuration(*c.Advance)
		return offset + d, err
	}
	return 0, errors.New("give one of now, offset and advance")
}

// maxControl bounds what the page and the tests may send.
const maxControl = 1 << 20

func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControl))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	raw, err := encode(body)
	if err != nil {
		http.Error(w, "response could not be encoded", http.StatusInternalServerError)
		return
	}
	writeRaw(w, status, raw)
}

func writeRaw(w http.ResponseWriter, status int, raw []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the caller went away; nobody is left to tell
}

func badRequest(w http.ResponseWriter, err error) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}
