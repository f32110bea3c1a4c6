package simulator

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
)

// hub carries changes to the pages that watch.
type hub struct {
	watched atomic.Int64
	mu      sync.Mutex
	pages   map[chan event]struct{}
}

type event struct {
	name string
	data []byte
}

func newHub() *hub { return &hub{pages: map[chan event]struct{}{}} }

// publish encodes only when somebody watches, and never waits: a page that
// does not keep up is cut off, reconnects and loads everything anew.
func (h *hub) publish(name string, v any) {
	if h.watched.Load() == 0 {
		return
	}
	data, err := encode(v)
	if err != nil {
		return // the page shows the old state until it reloads
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for page := range h.pages {
		select {
		case page <- event{name, data}:
		default:
			delete(h.pages, page)
			close(page)
		}
	}
}

func (h *hub) join() chan event {
	page := make(chan event, 256)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages[page] = struct{}{}
	h.watched.Add(1)
	return page
}

func (h *hub) leave(page chan event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pages, page)
	h.watched.Add(-1)
}

// events is the stream of server-sent events that the page listens to.
func (s *Sim) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	page := s.hub.join()
	defer s.hub.leave(page)
	flush := http.NewResponseController(w)
	_, _ = fmt.Fprint(w, "event: hello\ndata: {}\n\n") // a broken stream shows at the flush
	for {
		if flush.Flush() != nil {
			return
		}
		select {
		case e, open := <-page:
			if !open {
				return
			}
			_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e.name, e.data) // as above
		case <-r.Context().Done():
			return
		}
	}
}
