package simulator

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// maxRequest is more than any message body Meta documents.
const maxRequest = 1 << 20

// hugeAnswer is the size of an answer no client should read to its end.
const hugeAnswer = 10 << 20

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
}

// pause waits and reports false when the caller went away meanwhile.
func pause(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// spoilBefore acts out the answers of a Graph that accepted nothing. It
// reports whether it did.
func (s *Sim) spoilBefore(kind string, f Faults, w http.ResponseWriter, r *http.Request) bool {
	switch kind {
	case AnswerTimeout:
		<-r.Context().Done()
		return true
	case AnswerHTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html><body><h1>502 Bad Gateway</h1></body></html>") // the caller is the test subject
		return true
	case AnswerRedirect:
		w.Header().Set("Location", orText(f.RedirectTo, "http://127.0.0.2:9/elsewhere"))
		w.WriteHeader(http.StatusFound)
		return true
	}
	return false
}

// answer writes the response of an accepted message, or spoils it.
func (s *Sim) answer(kind string, sd *sending, w http.ResponseWriter, r *http.Request) {
	if kind == AnswerError {
		s.refuse(w, refuse(131000))
		return
	}
	raw, err := encode(sd.reply())
	if err != nil {
		s.refuse(w, refuse(131000))
		return
	}
	switch kind {
	case AnswerDrop:
		panic(http.ErrAbortHandler)
	case AnswerHuge:
		raw = append(bytes.Repeat([]byte(" "), hugeAnswer), raw...)
	case AnswerStall:
		_, _ = w.Write(raw[:len(raw)/2]) // the rest never comes
		flush(w)
		<-r.Context().Done()
		return
	}
	writeRaw(w, http.StatusOK, raw)
	flush(w) // so that statuses follow the answer
}

// flush sends what was written so far. A writer that cannot is one without a
// network behind it.
func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
