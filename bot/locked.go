package bot

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"time"
)

var (
	errUnserved = errors.New("contact of a brand that is not configured")
	errAgain    = errors.New("to be routed again")
	errPanic    = errors.New("internal error while deciding")
)

// guarded keeps a defect that one message sets off from ending the server: the
// message is recorded, so that every start would end the same way. Nothing of
// the panic is logged but where it was, because its text may hold the message.
func (b *Bot) guarded(ctx context.Context, id ContactID, items []*queued) (decided bool, err error) {
	defer func() {
		if recover() != nil {
			b.Log.Error("internal error while deciding", "where", caller())
			decided, err = len(items) > 0 && !b.intake.undecided(items), errPanic
		}
	}()
	return b.round(ctx, id, items)
}

// caller names the places that led to a panic, innermost first.
func caller() []string {
	pcs := make([]uintptr, 12)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var at []string
	for {
		f, more := frames.Next()
		at = append(at, f.Function+":"+strconv.Itoa(f.Line))
		if !more {
			return at
		}
	}
}

// shelf holds the contacts that cannot be worked on, for a while each.
type shelf struct {
	mu    sync.Mutex
	until map[ContactID]time.Time
}

// shelfLife is how long a locked contact is left alone: what locked it is
// mended by hand, if at all.
const shelfLife = 10 * time.Minute

func newShelf() *shelf { return &shelf{until: map[ContactID]time.Time{}} }

// put locks a contact and reports whether that is news.
func (s *shelf) put(id ContactID, now time.Time) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.until[id]
	s.until[id] = now.Add(shelfLife)
	return !there
}

// holds reports whether a contact is locked.
func (s *shelf) holds(id ContactID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.until[id].After(now)
}

// size is how many contacts are locked now.
func (s *shelf) size(now time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, until := range s.until {
		if !until.After(now) {
			delete(s.until, id)
		}
	}
	return len(s.until)
}
