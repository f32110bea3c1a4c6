package whatsapp

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
)

var errHeld = errors.New("held back")

// door asks bot.Envelope.Begin at the last moment there is: when the transport
// reads the first byte of the body. By then the connection stands. An error
// now ends it after the head of the request, on which nobody can act.
type door struct {
	begin func() (written func(), ok bool) // nil: always open

	mu      sync.Mutex
	written func() // of the call that is leaving
	no      bool   // begin said no
}

// guard puts the door before the body of a request.
func (d *door) guard(req *http.Request, body []byte) {
	if d.begin == nil {
		return
	}
	// The transport asks for another body when a kept connection turned out
	// dead before the first byte; that is another attempt to leave.
	req.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(&doorReader{door: d, body: bytes.NewReader(body)}), nil
	}
	req.Body, _ = req.GetBody()
	// With the length known the transport reads nothing ahead.
	req.ContentLength = int64(len(body))
}

func (d *door) open() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.written == nil {
		written, ok := d.begin()
		d.written, d.no = written, !ok
	}
	return !d.no
}

// shut says that no further byte of the call will be written.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.written != nil {
		d.written()
		d.written = nil
	}
}

func (d *door) refused() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.no
}

// doorReader is a body behind a door.
type doorReader struct {
	door *door
	body *bytes.Reader
	open bool
}

// Read asks once and then reads.
func (r *doorReader) Read(p []byte) (int, error) {
	if !r.open {
		if !r.door.open() {
			return 0, errHeld
		}
		r.open = true
	}
	return r.body.Read(p)
}
