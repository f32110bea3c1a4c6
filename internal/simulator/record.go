package simulator

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// maxRecorded bounds the memory of a simulator that is left running.
const maxRecorded = 10_000

// maxKept is how much of one body is remembered.
const maxKept = 64 << 10

// recorder remembers Graph calls.
type recorder struct {
	quiet bool
	mu    sync.Mutex
	calls []Call
}

func (r *recorder) add(c Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.calls) == maxRecorded {
		r.calls = slices.Delete(r.calls, 0, maxRecorded/2)
	}
	r.calls = append(r.calls, c)
}

func (r *recorder) list() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls)
}

// recorded wraps the Graph routes. The call is kept even when the handler cuts
// the connection.
func (s *Sim) recorded(next http.Handler) http.Handler {
	if s.record.quiet {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin, err := io.ReadAll(io.LimitReader(r.Body, maxKept))
		if err != nil {
			s.refuse(w, refuseFor(100, "The body could not be read."))
			return
		}
		rest := r.Body
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(begin), rest), rest}
		tee := &teeWriter{ResponseWriter: w}
		call := Call{At: s.Now(), Method: r.Method, Path: strings.TrimPrefix(r.URL.Path, "/graph"), Body: begin}
		defer func() {
			call.Status, call.Answer = tee.status, tee.kept
			s.record.add(call)
			s.changed.ring()
		}()
		next.ServeHTTP(tee, r)
		// A refused upload is read to its end, or its sender would see a broken
		// connection instead of the refusal.
		_, _ = io.Copy(io.Discard, io.LimitReader(rest, maxDocument+maxRequest))
	})
}

// teeWriter remembers what was answered.
type teeWriter struct {
	http.ResponseWriter
	status int
	kept   []byte
}

// WriteHeader remembers the status.
func (t *teeWriter) WriteHeader(status int) {
	t.status = status
	t.ResponseWriter.WriteHeader(status)
}

// Write keeps the beginning of the answer.
func (t *teeWriter) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	if room := maxKept - len(t.kept); room > 0 {
		t.kept = append(t.kept, b[:min(len(b), room)]...)
	}
	return t.ResponseWriter.Write(b)
}

// Flush sends what was written so far.
func (t *teeWriter) Flush() { flush(t.ResponseWriter) }
