package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Root wraps the keys of a ring: a key service, or a file on another mount. It
// must refuse to unwrap for another purpose than it wrapped for.
type Root interface {
	Wrap(plain []byte, purpose string) ([]byte, error)
	Unwrap(wrapped []byte, purpose string) ([]byte, error)
}

// fileRoot is a root whose key was read from a file.
type fileRoot struct{ key *xaes }

// FileRoot reads a root key: a regular file of exactly 32 bytes that only its
// owner may read. Whoever has it and a backup has everything, so it must not lie
// in the data directory, nor in the same backup.
func FileRoot(path string) (Root, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("root key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("root key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("root key: %s is not a regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("root key: others than its owner may read %s (mode %#o); set the mode to 0600",
			path, info.Mode().Perm())
	}
	if info.Size() != keySize {
		return nil, fmt.Errorf("root key: %s has %d bytes, a root key has %d", path, info.Size(), keySize)
	}
	key := make([]byte, keySize)
	if _, err := io.ReadFull(f, key); err != nil {
		return nil, fmt.Errorf("root key: %w", err)
	}
	return newFileRoot(key)
}

func newFileRoot(key []byte) (Root, error) {
	x, err := newXAES(key)
	if err != nil {
		return nil, fmt.Errorf("root key: %w", err)
	}
	return fileRoot{x}, nil
}

// CreateFileRoot makes a new random root key for FileRoot, in a directory that
// exists. It never overwrites a file: that would lose all that is under the old
// key. The file and its name are on the disk when it returns.
func CreateFileRoot(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("new root key: %w", err)
	}
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	_, err = f.Write(key)
	if err := errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(path))); err != nil {
		return fmt.Errorf("new root key: %w", err)
	}
	return nil
}

// syncDir makes a new name in a directory outlive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (r fileRoot) Wrap(plain []byte, purpose string) ([]byte, error) {
	out := []byte{formatRoot}
	return r.key.seal(out, plain, rootAssociated(purpose)), nil
}

func (r fileRoot) Unwrap(wrapped []byte, purpose string) ([]byte, error) {
	if len(wrapped) == 0 || wrapped[0] != formatRoot {
		return nil, ErrOpen
	}
	return r.key.open(wrapped[1:], rootAssociated(purpose))
}

func rootAssociated(purpose string) []byte {
	out := append(appendPart(nil, application), formatRoot)
	return appendPart(out, purpose)
}
