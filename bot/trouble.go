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
	b.trouble.mu.Lock()
	defer b.trouble.mu.Unlock()
	now := b.Now()
	if last, ok := b.trouble.last[what+kind]; ok && now.Sub(last) < troubleEvery && !now.Before(last) {
		return
	}
	b.trouble.last[what+kind] = now
	b.Log.Warn(what, append([]any{"kind", kind}, more...)...)
}
