package simulator

import "sync"

// bell wakes everybody who waits for any change. It costs next to nothing
// while nobody does.
type bell struct {
	mu   sync.Mutex
	next chan struct{} // nil while nobody waits
}

// listen returns a channel that is closed by the next ring. Look at the state
// after calling it, not before.
func (b *bell) listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
