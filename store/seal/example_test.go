package seal_test

import (
	"fmt"
	"os"
	"path/filepath"

	"aval/store/seal"
)

// A subject's record, sealed and opened; then the wrapped key is destroyed.
func Example() {
	dir, err := os.MkdirTemp("", "seal")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "root.key")
	if err := seal.CreateFileRoot(path); err != nil {
		panic(err)
	}
	root, err := seal.FileRoot(path)
	if err != nil {
		panic(err)
	}

	ring, state, err := seal.NewRing(root) // store state before anything else
	if err != nil {
		panic(err)
	}
	key, wrapped, err := ring.NewDataKey("contact-7") // store wrapped beside the contact
	if err != nil {
		panic(err)
	}
	at := seal.Place{Brand: "acme", Collection: "contacts", Subject: "contact-7", Record: "head", Version: 1}
	sealed := key.Seal([]byte("what only this contact's key opens"), at)

	// After a restart, everything comes from what was stored.
	ring, err = seal.OpenRing(root, state)
	if err != nil {
		panic(err)
	}
	key, err = ring.OpenDataKey("contact-7", wrapped)
	if err != nil {
		panic(err)
	}
	plain, err := key.Open(sealed, at)
	fmt.Println(string(plain), err)

	at.Subject = "contact-8"
	_, err = key.Open(sealed, at)
	fmt.Println(err)
	// Output:
	// what only this contact's key opens <nil>
	// sealed record does not open
}
