package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// stateFormat is raised when a state can no longer be read as before.
const stateFormat = 1

// state is a ring as it is stored: JSON, so that an operator can see which
// epochs a backup needs. The keys in it are wrapped by the root.
type state struct {
	Format int          `json:"format"`
	Names  []byte       `json:"names"`
	Epochs []stateEpoch `json:"epochs"`
}

type stateEpoch struct {
	Number uint32 `json:"number"`
	Key    []byte `json:"key"`
}

func epochPurpose(number uint32) string { return fmt.Sprintf("epoch %d", number) }

const namesPurpose = "names"

// State wraps the ring's keys under a root, which need not be the one that the
// ring came from: that is how a root is replaced.
func (r *Ring) State(root Root) ([]byte, error) {
	names, err := root.Wrap(r.names, namesPurpose)
	if err != nil {
		return nil, fmt.Errorf("wrap %s: %w", namesPurpose, err)
	}
	s := state{Format: stateFormat, Names: names}
	for _, e := range r.epochs {
		key, err := root.Wrap(e.secret, epochPurpose(e.number))
		if err != nil {
			return nil, fmt.Errorf("wrap %s: %w", epochPurpose(e.number), err)
		}
		s.Epochs = append(s.Epochs, stateEpoch{e.number, key})
	}
	out, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("keys to store: %w", err)
	}
	return out, nil
}

// OpenRing unwraps a stored state. It fails with ErrOpen if the root is not the
// one that wrapped it, and then the store is as good as locked: no other path
// leads to its keys.
func OpenRing(root Root, stored []byte) (*Ring, error) {
	s, err := readState(stored)
	if err != nil {
		return nil, err
	}
	r := &Ring{macs: new(sync.Map)}
	if r.names, err = unwrap(root, s.Names, namesPurpose); err != nil {
		return nil, err
	}
	for _, e := range s.Epochs {
		secret, err := unwrap(root, e.Key, epochPurpose(e.Number))
		if err != nil {
			return nil, err
		}
		key, err := newEpoch(e.Number, secret)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", epochPurpose(e.Number), err)
		}
		r.epochs = append(r.epochs, key)
	}
	return r, nil
}

func unwrap(root Root, wrapped []byte, purpose string) ([]byte, error) {
	plain, err := root.Unwrap(wrapped, purpose)
	if err != nil {
		return nil, fmt.Errorf("unwrap %s: %w", purpose, err)
	}
	if len(plain) != keySize {
		return nil, fmt.Errorf("unwrap %s: %w", purpose, ErrOpen)
	}
	return plain, nil
}

// readState takes exactly what State writes.
func readState(stored []byte) (state, error) {
	var s state
	d := json.NewDecoder(bytes.NewReader(stored))
	d.DisallowUnknownFields()
	if d.Decode(&s) != nil {
		return s, errState
	}
	if _, err := d.Token(); err != io.EOF {
		return s, errState
	}
	if s.Format != stateFormat || len(s.Epochs) == 0 {
		return s, errState
	}
	for i, e := range s.Epochs {
		if i > 0 && e.Number <= s.Epochs[i-1].Number {
			return s, errState
		}
	}
	return s, nil
}
