package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// algorithm is Ed25519's number in note's keys (C2SP signed-note).
const algorithm = 1

// Signer makes the signer of notes under a name, and the public key with which
// anybody can verify them, out of a secret seed of 32 bytes. The same seed and
// name give the same key, so that nothing but the seed needs keeping.
func Signer(name string, seed [32]byte) (signer note.Signer, public string, err error) {
	key := ed25519.NewKeyFromSeed(seed[:])
	pub := append([]byte{algorithm}, key.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), pub...))
	id := hex.EncodeToString(sum[:4])
	secret := append([]byte{algorithm}, seed[:]...)
	signer, err = note.NewSigner("PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(secret))
	if err != nil {
		return nil, "", fmt.Errorf("signing key %s: %w", name, err)
	}
	return signer, name + "+" + id + "+" + base64.StdEncoding.EncodeToString(pub), nil
}
