package bot

import (
	"sync/atomic"
	"time"
)

// Stats count what happened since the start. They name nobody.
type Stats struct {
	Recorded, Unreadable, Lost, Nobody atomic.Int64
	Sent, Failed, Withheld, Stuck      atomic.Int64
	full                               atomic.Bool
}

func (s *Stats) recorded(events, bad int) {
	s.full.Store(false)
	s.Recorded.Add(int64(events))
	s.Unreadable.Add(int64(bad))
}
func (s *Stats) lost(n int, full bool) {
	s.Lost.Add(int64(n))
	s.full.Store(full)
}
func (s *Stats) nobody()   { s.Nobody.Add(1) }
func (s *Stats) sent()     { s.Sent.Add(1) }
func (s *Stats) failed()   { s.Failed.Add(1) }
func (s *Stats) withheld() { s.Withheld.Add(1) }
func (s *Stats) stuck()    { s.Stuck.Add(1) }

// Stats returns the counters; they go on counting.
func (b *Bot) Stats() *Stats { return &b.stats }

// SendPaused reports whether Meta takes nothing from one of our numbers.
func (b *Bot) SendPaused(now time.Time) bool { return b.paused.any(now) }

// StoreFull reports whether the last delivery could not be kept for want of
// room on the disk.
func (b *Bot) StoreFull() bool { return b.stats.full.Load() }
