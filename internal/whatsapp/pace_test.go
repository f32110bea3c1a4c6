package whatsapp

import (
	"testing"
	"time"
)

func TestLimiterSpacesEachNumber(t *testing.T) {
	l := NewLimiter(map[string]int{"fast": 1000, "slow": 10})
	now := time.Unix(1_793_400_000, 0)
	for number, rate := range map[string]int{"fast": 1000, "slow": 10, "unknown": 80} {
		t.Run(number, func(t *testing.T) {
			sent := 0
			for l.Reserve(number, now) <= 2*time.Second {
				sent++
			}
			// Two seconds of rate, a quarter second of burst, the ends.
			if most, least := rate*9/4+2, rate*2; sent > most || sent < least {
				t.Errorf("%d messages in two seconds at %d a second", sent, rate)
			}
		})
	}
	if wait := l.Reserve("fast", now.Add(time.Minute)); wait != 0 {
		t.Errorf("a rested number waits %v", wait)
	}
}

func TestLimiterNeverGivesASlotTwice(t *testing.T) {
	l := NewLimiter(map[string]int{"n": 100})
	now := time.Unix(1_793_400_000, 0)
	l.Reserve("n", now)
	for range 25 {
		l.Reserve("n", now)
	}
	last := l.Reserve("n", now)
	for range 10 {
		next := l.Reserve("n", now)
		if next-last != 10*time.Millisecond {
			t.Fatalf("slots are %v apart", next-last)
		}
		last = next
	}
}

func TestLimiterHold(t *testing.T) {
	l := NewLimiter(map[string]int{"n": 10})
	now := time.Unix(1_793_400_000, 0)
	l.Hold("n", now.Add(5*time.Second))
	l.Hold("n", now.Add(time.Second)) // an earlier end does not shorten it
	for i, want := range []time.Duration{5 * time.Second, 5100 * time.Millisecond, 5200 * time.Millisecond} {
		if got := l.Reserve("n", now); got != want {
			t.Errorf("slot %d after the hold waits %v, want %v", i, got, want)
		}
	}
	if got := l.Reserve("other", now); got != 0 {
		t.Errorf("another number waits %v", got)
	}
}

func TestBackoff(t *testing.T) {
	for name, c := range map[string]struct {
		attempt int
		r       float64
		want    time.Duration
	}{
		"first, least":    {0, 0, time.Second},
		"first, most":     {0, 1, 2 * time.Second},
		"third, middle":   {2, 0.5, 6 * time.Second},
		"capped":          {11, 1, time.Hour},
		"capped, least":   {11, 0, 30 * time.Minute},
		"far beyond":      {1 << 30, 1, time.Hour},
		"before the list": {-3, 0, time.Second},
		"random beyond 1": {0, 7, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Backoff(c.attempt, c.r); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestPairBackoff(t *testing.T) {
	for attempt, want := range map[int]time.Duration{
		-1: time.Second, 0: time.Second, 1: 4 * time.Second, 2: 16 * time.Second,
		5: 1024 * time.Second, 6: 1024 * time.Second, 1 << 40: 1024 * time.Second,
	} {
		if got := PairBackoff(attempt); got != want {
			t.Errorf("attempt %d waits %v, want %v", attempt, got, want)
		}
	}
}
