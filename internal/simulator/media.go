package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

const (
	// uploadedMediaLife is how long Meta keeps what a business uploads.
	uploadedMediaLife = 30 * 24 * time.Hour
	// mediaLinkLife is how long a download address works.
	mediaLinkLife = 5 * time.Minute
	// maxMedia is the simulator's own limit; Meta takes documents of 100 MB.
	maxMedia = 16 << 20
)

// shelf holds uploaded and received files in memory.
type shelf struct {
	mu    sync.Mutex
	items map[string]*mediaItem
	next  int64
}

type mediaItem struct {
	id, mime, name string
	content        []byte
	sum            [sha256.Size]byte
	until          time.Time
}

func newShelf() *shelf { return &shelf{items: map[string]*mediaItem{}, next: 510000000000000} }

func (s *shelf) put(mime, name string, content []byte, until time.Time) *mediaItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	item := &mediaItem{
		id: strconv.FormatInt(s.next, 10), mime: mime, name: name,
		content: content, sum: sha256.Sum256(content), until: until,
	}
	s.items[item.id] = item
	return item
}

// get returns nil for what was never there, was deleted or has expired.
func (s *shelf) get(id string, now time.Time) *mediaItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	item := s.items[id]
	if item == nil || now.After(item.until) {
		return nil
	}
	return item
}

func (s *shelf) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.items[id]
	delete(s.items, id)
	return ok
}

// link is a download address that expires.
func (s *shelf) link(base string, item *mediaItem, now time.Time) string {
	query := url.Values{"mid": {item.id}, "ext": {strconv.FormatInt(now.Add(mediaLinkLife).Unix(), 10)}}
	return base + "/graph/media?" + query.Encode()
}

func (m *mediaItem) sumBase64() string { return base64.StdEncoding.EncodeToString(m.sum[:]) }

// postMedia is POST /{number}/media.
func (s *Sim) postMedia(_ *line, w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxMedia)
	file, head, err := r.FormFile("file")
	if err != nil || r.FormValue("messaging_product") != "whatsapp" {
		s.refuse(w, refuseFor(100, "A file and messaging_product are required."))
		return
	}
	defer file.Close()
	content := make([]byte, head.Size)
	if _, err := file.ReadAt(content, 0); err != nil && head.Size > 0 {
		s.refuse(w, refuse(131053))
		return
	}
	mime := orText(r.FormValue("type"), head.Header.Get("Content-Type"))
	item := s.media.put(mime, head.Filename, content, s.Now().Add(uploadedMediaLife))
	writeJSON(w, http.StatusOK, map[string]string{"id": item.id})
}

type mediaAnswer struct {
	Product string `json:"messaging_product"`
	URL     string `json:"url"`
	Mime    string `json:"mime_type"`
	Sum     string `json:"sha256"` // hex here, base64 in webhooks
	Size    string `json:"file_size"`
	ID      string `json:"id"`
}

func (s *Sim) getMedia(item *mediaItem, w http.ResponseWriter, r *http.Request) {
	base := orText(s.cfg.BaseURL, "http://"+r.Host)
	writeJSON(w, http.StatusOK, mediaAnswer{
		Product: "whatsapp", URL: s.media.link(base, item, s.Now()), Mime: item.mime,
		Sum: hex.EncodeToString(item.sum[:]), Size: strconv.Itoa(len(item.content)), ID: item.id,
	})
}

// download is the other host of Meta's, the one that serves the bytes.
func (s *Sim) download(w http.ResponseWriter, r *http.Request) {
	until, err := strconv.ParseInt(r.URL.Query().Get("ext"), 10, 64)
	item := s.media.get(r.URL.Query().Get("mid"), s.Now())
	if err != nil || item == nil || s.Now().Unix() > until {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", item.mime)
	_, _ = w.Write(item.content) // the caller went away
}

// tinyPNG is one transparent pixel.
func tinyPNG() []byte {
	raw, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
		"+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		return nil // it is a constant
	}
	return raw
}
