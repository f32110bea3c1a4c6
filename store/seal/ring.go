package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"
)

// Ring holds the keys of one store, unwrapped, in memory. Many goroutines may
// use it. It does not change: AddEpoch makes another.
type Ring struct {
	// epochs are in the order of their numbers; the last one seals.
	epochs []epoch
	// names is the secret under the keyed hashes. It belongs to no epoch: an
	// identity must be found again after any rotation.
	names []byte
	// macs keeps a pool of keyed states per label, made when first used.
	macs *sync.Map
}

// epoch is a key of the ring and the number it is known by.
type epoch struct {
	number uint32
	secret []byte
	key    *xaes
}

func newEpoch(number uint32, secret []byte) (epoch, error) {
	key, err := newXAES(secret)
	return epoch{number, secret, key}, err
}

func newSecret() []byte {
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails
	return secret
}

// NewRing makes the keys of a new store. Nothing may be sealed before state is
// stored: it is the only copy of the keys.
func NewRing(root Root) (ring *Ring, state []byte, err error) {
	first, err := newEpoch(1, newSecret())
	if err != nil {
		return nil, nil, fmt.Errorf("first epoch: %w", err)
	}
	ring = &Ring{epochs: []epoch{first}, names: newSecret(), macs: new(sync.Map)}
	state, err = ring.State(root)
	return ring, state, err
}

// AddEpoch returns a ring whose new records and data keys use a new epoch key;
// what older ones sealed still opens. Store its State before it seals anything.
func (r *Ring) AddEpoch() (*Ring, error) {
	next, err := newEpoch(r.newest().number+1, newSecret())
	if err != nil {
		return nil, fmt.Errorf("new epoch: %w", err)
	}
	return &Ring{epochs: append(slices.Clone(r.epochs), next), names: r.names, macs: r.macs}, nil
}

// DropEpochs returns a ring without the epochs before the newest. What they
// sealed is lost with them, in every backup too: that is what it is for.
func (r *Ring) DropEpochs() *Ring {
	return &Ring{epochs: []epoch{r.newest()}, names: r.names, macs: r.macs}
}

// Epochs are the numbers of the epochs the ring can open, the newest last.
func (r *Ring) Epochs() []uint32 {
	numbers := make([]uint32, len(r.epochs))
	for i, e := range r.epochs {
		numbers[i] = e.number
	}
	return numbers
}

func (r *Ring) newest() epoch { return r.epochs[len(r.epochs)-1] }

func (r *Ring) find(number uint32) (epoch, bool) {
	for _, e := range slices.Backward(r.epochs) {
		if e.number == number {
			return e, true
		}
	}
	return epoch{}, false
}

// Seal seals a record that belongs to no subject with a data key, 45 bytes
// longer than plain.
func (r *Ring) Seal(plain []byte, at Place) []byte { return r.seal(formatShared, plain, at) }

// Open returns what Seal sealed for exactly this place, or ErrOpen.
func (r *Ring) Open(sealed []byte, at Place) ([]byte, error) {
	_, plain, err := r.open(formatShared, sealed, at)
	return plain, err
}

func (r *Ring) seal(format byte, plain []byte, at Place) []byte {
	var room scratch
	e := r.newest()
	out := make([]byte, 0, headSize+xaesOver+len(plain))
	out = binary.BigEndian.AppendUint32(append(out, format), e.number)
	return e.key.seal(out, plain, at.associate(room[:0], out))
}

func (r *Ring) open(format byte, sealed []byte, at Place) (uint32, []byte, error) {
	if len(sealed) < headSize+xaesOver || sealed[0] != format {
		return 0, nil, ErrOpen
	}
	e, ok := r.find(binary.BigEndian.Uint32(sealed[1:headSize]))
	if !ok {
		return 0, nil, ErrOpen
	}
	var room scratch
	plain, err := e.key.open(sealed[headSize:], at.associate(room[:0], sealed[:headSize]))
	return e.number, plain, err
}

// keyPlace is the place of a subject's wrapped data key.
func keyPlace(subject string) Place { return Place{Collection: "data key", Subject: subject} }

// NewDataKey makes a subject's key. wrapped, 81 bytes, is the only copy of it.
func (r *Ring) NewDataKey(subject string) (key DataKey, wrapped []byte, err error) {
	plain := make([]byte, idSize+keySize)
	_, _ = rand.Read(plain) // never fails
	defer clear(plain)
	return newDataKey(plain), r.seal(formatKey, plain, keyPlace(subject)), nil
}

// OpenDataKey returns the key that was wrapped for this subject, or ErrOpen.
func (r *Ring) OpenDataKey(subject string, wrapped []byte) (DataKey, error) {
	_, plain, err := r.open(formatKey, wrapped, keyPlace(subject))
	if err != nil || len(plain) != idSize+keySize {
		return DataKey{}, ErrOpen
	}
	defer clear(plain)
	return newDataKey(plain), nil
}

// Rewrap wraps a subject's key under the newest epoch, and reports false if it
// already is. The records under the key stay as they are.
func (r *Ring) Rewrap(subject string, wrapped []byte) (again []byte, changed bool, err error) {
	number, plain, err := r.open(formatKey, wrapped, keyPlace(subject))
	if err != nil || number == r.newest().number {
		return wrapped, false, err
	}
	defer clear(plain)
	return r.seal(formatKey, plain, keyPlace(subject)), true, nil
}

// Label names a use of keyed hashes. Each has a key of its own, so that a hash
// from one place means nothing in another.
type Label string

// Hash is the HMAC-SHA-256 of the parts, each with its length before it, under
// the label's key. It is the same for the life of the store, whatever was
// rotated. Phone numbers are few enough to try them all, so the key under it must
// never be where the hashes are, except wrapped.
func (r *Ring) Hash(label Label, parts ...[]byte) [sha256.Size]byte {
	pool := r.mac(label)
	mac := pool.Get().(hash.Hash)
	defer pool.Put(mac)
	mac.Reset()
	var sum [sha256.Size]byte
	for _, p := range parts {
		mac.Write(binary.BigEndian.AppendUint32(sum[:0], uint32(len(p))))
		mac.Write(p)
	}
	mac.Sum(sum[:0])
	return sum
}

// mac returns a label's keyed states: hashing the key again for each call would
// cost more than the parts do.
func (r *Ring) mac(label Label) *sync.Pool {
	if pool, ok := r.macs.Load(label); ok {
		return pool.(*sync.Pool)
	}
	key, err := hkdf.Key(sha256.New, r.names, nil, application+" names "+string(label), keySize)
	if err != nil {
		panic("seal: internal error: HKDF refused 32 bytes")
	}
	pool, _ := r.macs.LoadOrStore(label, &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }})
	return pool.(*sync.Pool)
}

// errState is a stored state that is not one, before any key is tried.
var errState = errors.New("stored keys are unreadable")
