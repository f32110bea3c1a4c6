package simulator

import (
	"sync"
	"time"
)

// Meta's rates and times.
const (
	// pairEvery and pairBurst: one message to one person per six seconds, with
	// up to 45 borrowed from the future.
	pairEvery = 6 * time.Second
	pairBurst = 45
	// window is how long a message of the person's lets the business answer
	// without a template.
	window = 24 * time.Hour
	// freePerMonth are the service messages that each number delivers free of
	// charge since October 2026.
	freePerMonth = 1000
)

// bucket lets a burst through and then one per interval. It is the time at
// which everything borrowed is paid back.
type bucket struct{ paid time.Time }

// take reports whether one more may go now, and counts it if so.
func (b *bucket) take(now time.Time, every time.Duration, burst int) bool {
	if b.paid.Before(now) {
		b.paid = now
	}
	if b.paid.Sub(now) > time.Duration(burst-1)*every {
		return false
	}
	b.paid = b.paid.Add(every)
	return true
}

// rateLimit is the throughput of a number: a second's worth of messages.
type rateLimit struct {
	mu sync.Mutex
	b  bucket
}

func (r *rateLimit) take(now time.Time, perSecond int) bool {
	if perSecond <= 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.take(now, time.Second/time.Duration(perSecond), perSecond)
}

// freeTier counts a number's service messages by month.
type freeTier struct {
	mu    sync.Mutex
	month string
	used  int
}

// take reports whether this message is still free of charge.
func (f *freeTier) take(now time.Time) bool {
	month := now.UTC().Format("2006-01")
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.month != month {
		f.month, f.used = month, 0
	}
	f.used++
	return f.used <= freePerMonth
}
