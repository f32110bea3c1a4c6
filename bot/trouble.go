package bot

import (
	"sync"
	"time"
)

// trouble remembers what went wrong outside and when it was last logged.
type trouble struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// troubleEvery is how often the same trouble is logged: a thousand lines of one
// kind say less than one, and a full disk is worse than both.
const troubleEvery = time.Minute

func newTrouble() *trouble { return &trouble{last: map[string]time.Time{}} }

// warn logs what a system outside did. kind is a word of ours or a code of
// Meta's, never anything of a person's.
func (b *Bot) warn(what, kind string, more ...any) {
	if b.trouble.due(what+kind, b.Now()) {
		b.Log.Warn(what, append([]any{"kind", kind}, more...)...)
	}
}

// due reports whether a trouble may be logged again, and notes that it is.
func (t *trouble) due(name string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.last[name]; ok && now.Sub(last) < troubleEvery && !now.Before(last) {
		return false
	}
	t.last[name] = now
	return true
}
