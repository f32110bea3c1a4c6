// Package seal holds the keys of the store and the sealed form of everything
// in it. It knows bytes and nothing of what they mean.
//
// Keys form three steps. A Root, which lives outside the data directory, wraps the
// keys of a Ring; it is asked at start and at rotation, never for a record. The
// Ring's newest epoch key wraps one DataKey per subject. The subject's records
// are sealed under that: destroying the one wrapped data key, in all its
// copies, makes them unreadable wherever they were copied to.
//
// Every sealed record is bound to its Place. A record moved to another
// subject, collection, brand or version does not open, and neither does a
// plain text or a format of another time: there is no fallback and no setting
// that makes one.
//
// The formats are described at their constants and will be opened by all later
// versions of this package.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
)

// ErrOpen is the one answer to a record that does not open. It says nothing of
// why: a wrong key, a wrong place and a changed byte look the same to AEAD, and
// a reader who could tell them apart would learn from it.
var ErrOpen = errors.New("sealed record does not open")

// Place is where a record belongs. Every field is bound into the seal, so the
// same Place must be given to open it. Fields that do not apply stay empty.
type Place struct {
	Brand      string
	Collection string
	Subject    string
	Record     string
	// Version separates the states of a record, so that an old one cannot be
	// put back in the place of a newer one.
	Version uint64
}

// The first byte of everything sealed is its format.
const (
	// formatRecord: format | key id, 4 bytes | nonce, 12 | AES-256-GCM
	// ciphertext and tag. Random nonces of this length are good for 2^32 records of one
	// key (SP 800-38D, 8.3); a data key belongs to one person.
	formatRecord = 0x01
	// formatShared: format | epoch, 4 bytes | nonce, 24 | XAES-256-GCM ciphertext
	// and tag. One key seals the records of everybody here, which could pass
	// 2^32 within weeks; 24 random bytes cannot collide in practice (2^80 records).
	formatShared = 0x02
	// formatKey: as formatShared, around a data key: key id, 4 bytes | key, 32.
	formatKey = 0x03
	// formatRoot: format | nonce, 24 | XAES-256-GCM ciphertext and tag, under a file root.
	formatRoot = 0x04
)

const (
	keySize    = 32
	idSize     = 4
	headSize   = 1 + idSize
	gcmNonce   = 12
	gcmTag     = 16
	recordOver = headSize + gcmNonce + gcmTag
)

// application begins every piece of associated data, so that nothing sealed by
// another program under the same key could be taken for ours.
const application = "aval/1"

// associate writes the associated data of a record: each part with its length
// before it, so that no two places can spell the same bytes.
func (p Place) associate(dst []byte, head []byte) []byte {
	dst = appendPart(dst, application)
	dst = append(dst, head...)
	for _, part := range [...]string{p.Brand, p.Collection, p.Subject, p.Record} {
		dst = appendPart(dst, part)
	}
	return binary.BigEndian.AppendUint64(dst, p.Version)
}

func appendPart(dst []byte, part string) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(part)))
	return append(dst, part...)
}

// scratch is room for the associated data of nearly every record on the stack.
type scratch [256]byte

// newGCM makes the AEAD of a key; it draws a random nonce for each seal and
// puts it before the ciphertext.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// mustGCM is newGCM for keys whose length is known to be right.
func mustGCM(key []byte) cipher.AEAD {
	aead, err := newGCM(key)
	if err != nil {
		panic("seal: internal error: AES-256 with a key of the wrong size")
	}
	return aead
}
