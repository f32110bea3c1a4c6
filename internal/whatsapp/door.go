package whatsapp

import (
	"errors"
	"io"
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

// before puts the door before a body.
func (d *door) before(body io.Reader) io.Reader {
	if d.begin == nil {
		return body
	}
	return &doorReader{door: d, body: body}
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
	body io.Reader
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
