package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"aval/bot"
)

// errNoFile is what fickle says to an id that it never gave out.
var errNoFile = errors.New("no such upload")

// shelf is where fickle keeps what was uploaded.
type shelf struct {
	mu    sync.Mutex
	given int
	held  map[string]uploaded
}

// uploaded is a file that Meta took.
type uploaded struct {
	number string
	file   bot.File
	until  time.Time
}

// put keeps a copy: the caller's bytes are the caller's.
func (s *shelf) put(number string, f bot.File, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = map[string]uploaded{}
	}
	s.given++
	id := fmt.Sprint(510000000000000 + s.given)
	f.Data = slices.Clone(f.Data)
	s.held[id] = uploaded{number, f, now.Add(30 * 24 * time.Hour)}
	return id
}

// take removes a file; one of another number stays.
func (s *shelf) take(number, media string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.held[media]; ok && u.number != number {
		return errNoFile
	}
	delete(s.held, media)
	return nil
}

// has reports whether a message may still use the file.
func (s *shelf) has(media string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.held[media]
	return ok && now.Before(u.until)
}

// Upload implements bot.Sender. Now and then the answer is lost, and the file
// is there all the same.
func (m *fickle) Upload(_ context.Context, number string, f bot.File) (string, error) {
	m.mu.Lock()
	mood := m.dice.IntN(6)
	m.mu.Unlock()
	if mood == 0 {
		return "", &bot.SendError{Class: bot.SendLater}
	}
	id := m.files.put(number, f, m.w.now())
	if mood == 1 {
		return "", &bot.SendError{Class: bot.SendLater}
	}
	return id, nil
}

// Discard implements bot.Sender.
func (m *fickle) Discard(_ context.Context, number, media string) error {
	m.mu.Lock()
	mood := m.dice.IntN(6)
	m.mu.Unlock()
	if mood == 0 {
		return &bot.SendError{Class: bot.SendLater}
	}
	if err := m.files.take(number, media); err != nil {
		return fmt.Errorf("%w: %w", err, &bot.SendError{Class: bot.SendNever})
	}
	return nil
}
