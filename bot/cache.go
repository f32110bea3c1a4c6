package bot

import (
	"container/list"
	"sync"
)

// cache keeps contacts and the names that lead to them in memory. It only
// saves reading: what is in it is what the store has, or what this process is
// about to write.
type cache struct {
	mu       sync.Mutex
	size     int
	recent   *list.List // of *cached, newest first
	contacts map[ContactID]*list.Element
	names    map[string]ContactID
}

type cached struct {
	id      ContactID
	contact *Contact // nil while a worker has it
	names   []string
	// pins counts the events on their way to this contact: what they bring may
	// not be in the store yet, so that only the names here lead to it.
	pins int
}

func newCache(size int) *cache {
	return &cache{size: size, recent: list.New(), contacts: map[ContactID]*list.Element{}, names: map[string]ContactID{}}
}

// take hands a contact to its worker, nil if it is not here.
func (k *cache) take(id ContactID) *Contact {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.contacts[id]
	if e == nil {
		return nil
	}
	k.recent.MoveToFront(e)
	c := e.Value.(*cached).contact
	e.Value.(*cached).contact = nil
	return c
}

// put gives a contact back after a commit.
func (k *cache) put(c *Contact) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entry(c.ID)
	e.contact = c
	for _, n := range contactNames(c.Head.Brand, c.Head.IDs) {
		k.bind(e, n)
	}
}

// evictTries bounds the search for an entry that may go. While more contacts
// are under way than the cache holds it grows, and shrinks again afterwards.
const evictTries = 4

// pin keeps a contact's names while n more events are on their way to it, or,
// for a negative n, that many no longer are.
func (k *cache) pin(id ContactID, n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n > 0 {
		k.entry(id).pins += n
	} else if e := k.contacts[id]; e != nil {
		c := e.Value.(*cached)
		c.pins = max(c.pins+n, 0)
	}
}

// drop forgets a contact whose copy can no longer be trusted. Its names stay:
// what queues for it must go on to lead to it, also if it was never written.
func (k *cache) drop(id ContactID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.contacts[id]; e != nil {
		e.Value.(*cached).contact = nil
	}
}

// remove forgets a contact that is gone, and its names.
func (k *cache) remove(id ContactID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.contacts[id]; e != nil {
		k.evict(e)
	}
}

// name notes which contact identifiers lead to.
func (k *cache) name(brand string, ids Identifiers, id ContactID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entry(id)
	for _, n := range contactNames(brand, ids) {
		if k.names[n] == "" {
			k.bind(e, n)
		}
	}
}

// unname forgets that an event's identifiers lead to a contact, because they
// are about to change or never did.
func (k *cache) unname(q *queued, id ContactID) { k.forget(q.brand.ID, q.item.Event.From, id) }

// forget leaves alone the names that lead to another contact by now.
func (k *cache) forget(brand string, ids Identifiers, id ContactID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, n := range contactNames(brand, ids) {
		if k.names[n] == id {
			delete(k.names, n)
		}
	}
}

// find answers only if every identifier given is known here.
func (k *cache) find(brand string, ids Identifiers) (Found, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := Found{
		ByBSUID: k.names[brand+"/b/"+string(ids.BSUID)],
		ByPhone: k.names[brand+"/p/"+string(ids.Phone)],
	}
	known := (ids.BSUID == "" || f.ByBSUID != "") && (ids.Phone == "" || f.ByPhone != "")
	return f, known && !ids.Empty()
}

// entry returns the cached entry of a contact, making room for it; mu is held.
func (k *cache) entry(id ContactID) *cached {
	if e := k.contacts[id]; e != nil {
		k.recent.MoveToFront(e)
		return e.Value.(*cached)
	}
	for range evictTries {
		oldest := k.recent.Back()
		if oldest == nil || k.recent.Len() < k.size {
			break
		}
		if oldest.Value.(*cached).pins > 0 {
			k.recent.MoveToFront(oldest)
			continue
		}
		k.evict(oldest)
	}
	c := &cached{id: id}
	k.contacts[id] = k.recent.PushFront(c)
	return c
}

func (k *cache) bind(e *cached, name string) {
	if k.names[name] != e.id {
		k.names[name] = e.id
		e.names = append(e.names, name)
	}
}

func (k *cache) evict(e *list.Element) {
	c := e.Value.(*cached)
	for _, n := range c.names {
		if k.names[n] == c.id {
			delete(k.names, n)
		}
	}
	delete(k.contacts, c.id)
	k.recent.Remove(e)
}

func contactNames(brand string, ids Identifiers) []string {
	names := make([]string, 0, 2)
	if ids.BSUID != "" {
		names = append(names, brand+"/b/"+string(ids.BSUID))
	}
	if ids.Phone != "" {
		names = append(names, brand+"/p/"+string(ids.Phone))
	}
	return names
}
