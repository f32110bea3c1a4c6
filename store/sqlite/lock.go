package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"aval/store"
)

// lockDir takes the directory for this engine alone. The lock belongs to the
// open file, so it also keeps out a second engine in the same process, and the
// kernel drops it with the process, however that ends. The file itself stays:
// removing it would let two processes hold locks on two files of one name.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "aval.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock file: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = store.ErrLocked
	}
	return nil, errors.Join(fmt.Errorf("lock file: %w", err), f.Close())
}
