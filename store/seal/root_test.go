package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFileRoot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "root.key")
	if err := CreateFileRoot(path); err != nil {
		t.Fatal(err)
	}
	root, err := FileRoot(path)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := root.Wrap([]byte("secret"), "epoch 1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := FileRoot(path)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Unwrap(wrapped, "epoch 1"); err != nil || string(plain) != "secret" {
		t.Fatalf("unwrapped to %q, %v", plain, err)
	}
	for name, b := range map[string][]byte{
		"changed": flipped(wrapped), "cut": wrapped[:9], "empty": nil, "plain": []byte("secret"),
	} {
		if _, err := root.Unwrap(b, "epoch 1"); err != ErrOpen {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := root.Unwrap(wrapped, "epoch 2"); err != ErrOpen {
		t.Errorf("another purpose: %v", err)
	}
	if err := CreateFileRoot(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("second creation: %v", err)
	}
}

func TestUnfitRootFiles(t *testing.T) {
	dir := t.TempDir()
	key := bytes.Repeat([]byte{1}, keySize)
	for name, c := range map[string]struct {
		content []byte
		mode    os.FileMode
		says    string
	}{
		"readable by the group": {key, 0o640, "set the mode to 0600"},
		"readable by all":       {key, 0o604, "set the mode to 0600"},
		"too short":             {key[1:], 0o600, "31 bytes"},
		"with a line end":       {append(key, '\n'), 0o600, "33 bytes"},
		"empty":                 {nil, 0o600, "0 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.WriteFile(path, c.content, c.mode), os.Chmod(path, c.mode)); err != nil {
				t.Fatal(err)
			}
			if _, err := FileRoot(path); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("error %v does not say %q", err, c.says)
			}
		})
	}
	if _, err := FileRoot(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("directory: %v", err)
	}
	if _, err := FileRoot(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestStoredRings(t *testing.T) {
	root := testRoot(t)
	ring, stored, err := NewRing(root)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(stored, ring.names) || bytes.Contains(stored, ring.epochs[0].secret) {
		t.Fatal("a key is stored as it is")
	}
	other, err := newFileRoot(bytes.Repeat([]byte{8}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRing(other, stored); !errors.Is(err, ErrOpen) {
		t.Errorf("another root: %v", err)
	}
	t.Run("a new root", func(t *testing.T) {
		moved, err := ring.State(other)
		if err != nil {
			t.Fatal(err)
		}
		again, err := OpenRing(other, moved)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(ring.Seal([]byte("secret"), here), here); err != nil || string(got) != "secret" {
			t.Fatalf("opened to %q, %v", got, err)
		}
	})
	for name, edit := range map[string]func(string) string{
		"empty":         func(string) string { return "" },
		"no epochs":     func(s string) string { return s[:strings.Index(s, `"epochs":[`)] + `"epochs":[]}` },
		"other format":  func(s string) string { return strings.Replace(s, `"format":1`, `"format":2`, 1) },
		"unknown field": func(s string) string { return strings.Replace(s, `{`, `{"x":1,`, 1) },
		"tail":          func(s string) string { return s + "{}" },
		"cut":           func(s string) string { return s[:len(s)-3] },
		"renumbered":    func(s string) string { return strings.Replace(s, `"number":1`, `"number":2`, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := OpenRing(root, []byte(edit(string(stored)))); err == nil {
				t.Fatal("accepted")
			}
		})
	}
}

func FuzzOpenRing(f *testing.F) {
	root := testRoot(f)
	_, stored, err := NewRing(root)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stored)
	f.Add([]byte(`{"format":1,"names":"","epochs":[{"number":1,"key":""}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if ring, err := OpenRing(root, b); (ring == nil) == (err == nil) {
			t.Fatalf("ring %v, error %v", ring, err)
		}
	})
}
