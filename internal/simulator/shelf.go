package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// uploadedMediaLife is how long Meta keeps what a business uploads.
	uploadedMediaLife = 30 * 24 * time.Hour
	// mediaLinkLife is how long a download address works.
	mediaLinkLife = 5 * time.Minute
	// maxShelf bounds the memory of a simulator that is left running: two of
	// the largest documents and many small ones. The oldest go first.
	maxShelf = 256 << 20
)

// shelf holds uploaded and received files in memory. What a phone got stays on
// the phone when Meta has deleted it.
type shelf struct {
	mu     sync.Mutex
	room   int
	total  int
	items  map[string]*mediaItem // at Meta's
	phones map[string]phoneFile  // on somebody's phone
	order  []*mediaItem          // both, the oldest first
	next   int64
}

// mediaItem never changes.
type mediaItem struct {
	id, mime, name string
	number         string // phone number id of the business's side
	content        []byte
	sum            [sha256.Size]byte
	until          time.Time
}

// phoneFile is a file under the name that the phone shows.
type phoneFile struct {
	name string
	item *mediaItem
}

func newShelf() *shelf {
	return &shelf{
		room: maxShelf, items: map[string]*mediaItem{}, phones: map[string]phoneFile{}, next: 510000000000000,
	}
}

// put gives a file its id and makes room for it.
func (s *shelf) put(item mediaItem, now time.Time) *mediaItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	item.id, item.sum = strconv.FormatInt(s.next, 10), sha256.Sum256(item.content)
	s.items[item.id] = &item
	s.order = append(s.order, &item)
	s.total += len(item.content)
	if s.total > s.room {
		s.sweep(now)
	}
	for s.total > s.room && len(s.order) > 1 {
		oldest := s.order[0]
		delete(s.items, oldest.id)
		delete(s.phones, oldest.id)
		s.forget(oldest)
	}
	return &item
}

// sweep lets go of what has expired and is on no phone.
func (s *shelf) sweep(now time.Time) {
	for _, item := range slices.Clone(s.order) {
		if now.After(item.until) {
			delete(s.items, item.id)
			s.forget(item)
		}
	}
}

// forget frees the memory of a file that is nowhere any more.
func (s *shelf) forget(item *mediaItem) {
	_, phone := s.phones[item.id]
	if s.items[item.id] != nil || phone {
		return
	}
	if i := slices.Index(s.order, item); i >= 0 {
		s.order = slices.Delete(s.order, i, i+1)
		s.total -= len(item.content)
	}
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

// remove deletes a file at Meta's.
func (s *shelf) remove(item *mediaItem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, item.id)
	s.forget(item)
}

// hand gives a file to a phone. An empty name is the one it came with.
func (s *shelf) hand(item *mediaItem, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items[item.id] != nil {
		s.phones[item.id] = phoneFile{orText(name, item.name), item}
	}
}

func (s *shelf) onPhone(id string) (phoneFile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.phones[id]
	return f, ok
}

// link is a download address that expires.
func (s *shelf) link(base string, item *mediaItem, now time.Time) string {
	query := url.Values{"mid": {item.id}, "ext": {strconv.FormatInt(now.Add(mediaLinkLife).Unix(), 10)}}
	return base + "/graph/media?" + query.Encode()
}

func (m *mediaItem) sumBase64() string { return base64.StdEncoding.EncodeToString(m.sum[:]) }

// File returns a file that a phone has, by the media id of its message, under
// the name that the phone shows. What Meta has deleted since is still there.
func (s *Sim) File(mediaID string) (name, mime string, content []byte, ok bool) {
	f, ok := s.media.onPhone(mediaID)
	if !ok {
		return "", "", nil, false
	}
	return f.name, f.item.mime, slices.Clone(f.item.content), true
}
