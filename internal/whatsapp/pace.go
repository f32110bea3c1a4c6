package whatsapp

import (
	"sync"
	"time"
)

const (
	// defaultRate is Meta's throughput of a number that was not raised.
	defaultRate = 80
	// burstTime is how much of a second may be sent at once after a rest; Meta
	// counts per second, received messages too, so it stays well below one.
	burstTime = 250 * time.Millisecond
	// slotsAhead is more than any queue or Hold gives out in advance: a slot
	// beyond it was given by a clock that has been set back since (A18).
	slotsAhead = time.Hour
	// backoffBase and backoffCap: a fault at Meta's side lasts seconds or an
	// hour, rarely something between.
	backoffBase = 2 * time.Second
	backoffCap  = time.Hour
	// pairLast is the last step of Meta's advice to wait 4^n seconds that is
	// below backoffCap: 1,024 s.
	pairLast = 5
)

// Limiter spaces the messages of each number so that Meta need not refuse
// them. It holds one small record per number it has seen.
type Limiter struct {
	rates map[string]int // per second, by number; not written

	mu   sync.Mutex
	next map[string]time.Time // guarded by mu: when the bucket of a number is empty again
}

// NewLimiter takes the throughput of each phone number id in messages per
// second; a number without a positive one has Meta's 80.
func NewLimiter(perSecond map[string]int) *Limiter {
	return &Limiter{rates: perSecond, next: make(map[string]time.Time)}
}

// Reserve takes the next slot of a number and returns how long to wait for it:
// 0 means now. A slot that is not used is lost.
func (l *Limiter) Reserve(number string, now time.Time) time.Duration {
	interval := l.interval(number)
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := l.next[number]
	if earliest := now.Add(-burstTime); slot.Before(earliest) || slot.After(now.Add(slotsAhead)) {
		slot = earliest
	}
	l.next[number] = slot.Add(interval)
	return max(0, slot.Sub(now))
}

// Hold gives no slot of a number before the given time, and none of the burst
// after it. It is for bot.SendThrottled: the slots after it stay spaced.
func (l *Limiter) Hold(number string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.next[number]) {
		l.next[number] = until
	}
}

func (l *Limiter) interval(number string) time.Duration {
	rate := l.rates[number]
	if rate <= 0 {
		rate = defaultRate
	}
	return time.Second / time.Duration(rate)
}

// Backoff is the wait before a further attempt after bot.SendLater and
// bot.SendThrottled: it doubles from 2 s to an hour. The first attempt is 0;
// r in [0,1) spreads the upper half, so that messages that failed together do
// not come back together.
func Backoff(attempt int, r float64) time.Duration {
	d := backoffBase
	for range max(0, attempt) {
		d *= 2
		if d >= backoffCap {
			d = backoffCap
			break
		}
	}
	return d/2 + time.Duration(min(max(r, 0), 1)*float64(d/2))
}

// PairBackoff is the wait after bot.SendPair, for one person: 4^attempt
// seconds, as Meta asks, and 1,024 s from the fifth attempt on.
func PairBackoff(attempt int) time.Duration {
	return time.Second << (2 * min(max(0, attempt), pairLast))
}
