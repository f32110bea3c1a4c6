package seal

import (
	"bytes"
	"crypto/cipher"
)

// DataKey seals the records of one subject. It may be copied and used by many
// goroutines; it takes about 0.8 KB of memory and 0.5 µs to make, so a cache
// of many is not worth what it holds.
type DataKey struct {
	aead cipher.AEAD
	// id tells the keys of a subject apart after one was replaced.
	id [idSize]byte
}

// newDataKey takes an id and a key, 36 bytes.
func newDataKey(plain []byte) DataKey {
	k := DataKey{aead: mustGCM(plain[idSize:])}
	copy(k.id[:], plain)
	return k
}

// Seal returns plain sealed for a place, 33 bytes longer. The zero DataKey panics.
func (k DataKey) Seal(plain []byte, at Place) []byte {
	var room scratch
	out := make([]byte, 0, len(plain)+recordOver)
	out = append(append(out, formatRecord), k.id[:]...)
	return k.aead.Seal(out, nil, plain, at.associate(room[:0], out))
}

// Open returns what was sealed for exactly this place, or ErrOpen.
func (k DataKey) Open(sealed []byte, at Place) ([]byte, error) {
	if k.aead == nil || len(sealed) < recordOver || sealed[0] != formatRecord {
		return nil, ErrOpen
	}
	if !bytes.Equal(sealed[1:headSize], k.id[:]) {
		return nil, ErrOpen
	}
	var room scratch
	plain, err := k.aead.Open(nil, nil, sealed[headSize:], at.associate(room[:0], sealed[:headSize]))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}
