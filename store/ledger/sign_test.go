package ledger_test

import (
	"testing"

	"golang.org/x/mod/sumdb/note"

	"aval/store/ledger"
)

// TestSigner: what one process signs, another verifies with the public key
// alone, and a key of another seed does not.
func TestSigner(t *testing.T) {
	signer, public, err := ledger.Signer("packages.example", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: "words\n"}, signer)
	if err != nil {
		t.Fatal(err)
	}
	for seed, want := range map[byte]bool{1: true, 2: false} {
		_, other, err := ledger.Signer("packages.example", [32]byte{seed})
		if err != nil {
			t.Fatal(err)
		}
		if (other == public) != want {
			t.Errorf("seed %d gives the key of seed 1: %t", seed, other == public)
		}
		v, err := note.NewVerifier(other)
		if err != nil {
			t.Fatal(err)
		}
		_, err = note.Open(signed, note.VerifierList(v))
		if (err == nil) != want {
			t.Errorf("seed %d verifies: %v", seed, err)
		}
	}
}
