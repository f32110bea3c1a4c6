package simulator

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Profile is somebody with a phone.
type Profile struct {
	// Key is the short name that tests and the page use.
	Key string `json:"key"`
	// Name and Username are what WhatsApp shows.
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
	// Phone is digits with or without a plus, empty for somebody who was never
	// seen with a number.
	Phone string `json:"phone,omitempty"`
	// BSUID is empty for webhooks as they were before 2026.
	BSUID string `json:"bsuid,omitempty"`
	// Hidden leaves the number out of webhooks.
	Hidden bool `json:"hidden,omitempty"`
	// Language is the phone's own, such as ar; the page turns the phone round
	// for those that are written from right to left. Nobody is told of it.
	Language string `json:"language,omitempty"`
	// KeyHash is the identity hash, empty while that check is off.
	KeyHash string `json:"key_hash,omitempty"`
}

// demoPeople are one person for each way Meta may name somebody.
func demoPeople() []Profile {
	return []Profile{
		{Key: "ana", Name: "Ana Lima", Phone: "15550100001", BSUID: "US.70000000000000000001"},
		{Key: "ben", Name: "Ben Okafor", Username: "ben.okafor", BSUID: "US.70000000000000000002"},
		{Key: "carla", Name: "Carla Meyer", Phone: "15550100003"},
		{Key: "deniz", Name: "Deniz Kaya", Phone: "15550100004", BSUID: "US.70000000000000000004"},
	}
}

// account is what Meta knows about a person. Its lock is held for state only,
// never while JSON is written or anything is sent.
type account struct {
	lane lane

	mu      sync.Mutex
	profile Profile
	blocked bool
	stopped bool // no marketing, set in WhatsApp's own settings
	chats   map[string]*chat
	log     []*Message
	known   map[string]*Message // of log, by id
}

// chat is the state between a person and one of the business's numbers.
type chat struct {
	lastInbound time.Time
	pair        bucket
}

func newAccount(p Profile) *account {
	p.Phone = strings.TrimPrefix(p.Phone, "+")
	return &account{profile: p, chats: map[string]*chat{}, known: map[string]*Message{}}
}

// chat is called with the lock held.
func (a *account) chat(number string) *chat {
	c := a.chats[number]
	if c == nil {
		c = &chat{}
		a.chats[number] = c
	}
	return c
}

// directory finds people by number, by user id and by name. It is sharded so
// that load for many people does not queue at one lock.
type directory struct {
	seed   maphash.Seed
	shards [64]shard
	guests atomic.Int64 // people made up so far

	mu    sync.Mutex
	names map[string]*account
	order []*account // as the page shows them
}

type shard struct {
	mu sync.RWMutex
	by map[string]*account
}

func newDirectory() *directory {
	d := &directory{seed: maphash.MakeSeed(), names: map[string]*account{}}
	for i := range d.shards {
		d.shards[i].by = map[string]*account{}
	}
	return d
}

func (d *directory) shard(id string) *shard {
	return &d.shards[maphash.String(d.seed, id)%uint64(len(d.shards))]
}

func (d *directory) lookup(id string) *account {
	sh := d.shard(id)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	return sh.by[id]
}

func (d *directory) index(id string, a *account) {
	if id == "" {
		return
	}
	sh := d.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.by[id] = a
}

func (d *directory) forget(id string) {
	sh := d.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	delete(sh.by, id)
}

// add makes a person known; named people appear on the page.
func (d *directory) add(a *account, named bool) {
	d.index(a.profile.Phone, a)
	d.index(a.profile.BSUID, a)
	if !named {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[a.profile.Key] == nil {
		d.names[a.profile.Key] = a
		d.order = append(d.order, a)
	}
}

// find returns the person with this number or user id and makes one up when
// there is none: everybody in the simulated world has WhatsApp.
func (d *directory) find(phone, bsuid string, named bool) *account {
	phone = strings.TrimPrefix(phone, "+")
	for _, id := range []string{phone, bsuid} {
		if id == "" {
			continue
		}
		if a := d.lookup(id); a != nil {
			return a
		}
	}
	key := "guest-" + strconv.FormatInt(d.guests.Add(1), 10)
	a := newAccount(Profile{Key: key, Name: "Guest", Phone: phone, BSUID: bsuid})
	if other := d.claim(phone+bsuid, phone, a); other != nil {
		return other
	}
	d.add(a, named)
	return a
}

// claim indexes a new person unless another goroutine was quicker.
func (d *directory) claim(id, phone string, a *account) *account {
	if phone != "" {
		id = phone
	}
	sh := d.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if other := sh.by[id]; other != nil {
		return other
	}
	sh.by[id] = a
	return nil
}

// named returns the person with this key; without one it makes up somebody
// with a number and a user id.
func (d *directory) named(key string) *account {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a := d.names[key]; a != nil {
		return a
	}
	n := strconv.Itoa(1000 + len(d.order))
	a := newAccount(Profile{Key: key, Name: key, Phone: "1555012" + n, BSUID: "US.7100000000000000" + n})
	d.names[key] = a
	d.order = append(d.order, a)
	d.index(a.profile.Phone, a)
	d.index(a.profile.BSUID, a)
	return a
}

func (d *directory) all() []*account {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.order)
}
