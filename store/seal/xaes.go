package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
)

// xaes is XAES-256-GCM as C2SP describes it: AES-256-GCM with a key derived for each
// message from the first half of a 24-byte nonce, and the second half as its
// nonce. It costs twice a plain seal and takes the bound off random nonces.
type xaes struct {
	block cipher.Block
	// mask is CMAC's first subkey; it depends on the key alone.
	mask [aes.BlockSize]byte
}

const (
	xaesSalt = 12
	xaesOver = xaesSalt + gcmNonce + gcmTag
)

func newXAES(key []byte) (*xaes, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	x := &xaes{block: block}
	block.Encrypt(x.mask[:], x.mask[:])
	var carry byte
	for i := len(x.mask) - 1; i >= 0; i-- {
		x.mask[i], carry = x.mask[i]<<1|carry, x.mask[i]>>7
	}
	// The reduction of GF(2^128) in CMAC (SP 800-38B), without a branch on the key.
	x.mask[len(x.mask)-1] ^= carry * 0b10000111
	return x, nil
}

// derive returns the AEAD for a salt: the key is the CMAC of a counter, a
// label and the salt, one block each for its two halves.
func (x *xaes) derive(salt []byte) cipher.AEAD {
	var key [keySize]byte
	for half := range 2 {
		block := key[half*aes.BlockSize:][:aes.BlockSize]
		copy(block, []byte{0, byte(half + 1), 'X', 0})
		copy(block[4:], salt)
		subtle.XORBytes(block, block, x.mask[:])
		x.block.Encrypt(block, block)
	}
	return mustGCM(key[:])
}

// seal appends nonce, ciphertext and tag to dst.
func (x *xaes) seal(dst, plain, associated []byte) []byte {
	var salt [xaesSalt]byte
	_, _ = rand.Read(salt[:]) // never fails; it ends the process if the kernel has no randomness
	return x.derive(salt[:]).Seal(append(dst, salt[:]...), nil, plain, associated)
}

func (x *xaes) open(sealed, associated []byte) ([]byte, error) {
	if len(sealed) < xaesOver {
		return nil, ErrOpen
	}
	plain, err := x.derive(sealed[:xaesSalt]).Open(nil, nil, sealed[xaesSalt:], associated)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}
