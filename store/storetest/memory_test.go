package storetest_test

import (
	"errors"
	"testing"

	"aval/bot"
	"aval/store"
	"aval/store/storetest"
)

func TestMemory(t *testing.T) {
	places := map[string]*storetest.Memory{}
	storetest.Run(t, func(t *testing.T, dir string) store.Engine {
		m := places[dir]
		if m == nil {
			m = storetest.NewMemory(storetest.Collections())
			places[dir] = m
		}
		m.Restore()
		return m
	})
}

// TestMemoryCut: of three inserts n are kept, and the call fails whether or
// not all of them were.
func TestMemoryCut(t *testing.T) {
	for kept := range 4 {
		m := storetest.NewMemory(storetest.Collections())
		m.Cut(kept)
		var ops []store.Write
		for _, id := range []string{"a", "b", "c"} {
			ops = append(ops, store.Write{Op: store.Insert, In: storetest.Plain, Doc: store.Doc{ID: id}})
		}
		if _, err := m.Write(t.Context(), ops...); !errors.Is(err, storetest.ErrPower) || !m.Dark() {
			t.Errorf("kept %d: %v", kept, err)
		}
		m.Restore()
		for i, op := range ops {
			_, err := m.Get(t.Context(), storetest.Plain, op.Doc.ID)
			if there := err == nil; there != (i < kept) || err != nil && !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("kept %d: document %d: %v", kept, i, err)
			}
		}
	}
}
