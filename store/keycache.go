package store

import (
	"sync"

	"aval/bot"
	"aval/store/seal"
)

// keyCacheSize is how many opened data keys stay in memory, about 1 KB each.
const keyCacheSize = 8_000

// keyCache keeps the data keys of recently used contacts, so that a message
// does not unwrap one. It forgets half of them when it is full: which half
// does not matter, since a miss costs one read.
type keyCache struct {
	mu   sync.Mutex
	size int
	keys map[bot.ContactID]seal.DataKey
}

func newKeyCache(size int) *keyCache {
	return &keyCache{size: size, keys: map[bot.ContactID]seal.DataKey{}}
}

func (k *keyCache) get(id bot.ContactID) (seal.DataKey, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[id]
	return key, ok
}

func (k *keyCache) put(id bot.ContactID, key seal.DataKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.keys) >= k.size {
		drop := k.size / 2
		for old := range k.keys {
			if drop == 0 {
				break
			}
			delete(k.keys, old)
			drop--
		}
	}
	k.keys[id] = key
}

func (k *keyCache) drop(id bot.ContactID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, id)
}
