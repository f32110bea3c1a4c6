package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"testing"
)

var here = Place{Brand: "acme", Collection: "contacts", Subject: "c1", Record: "head", Version: 3}

// elsewhere is every place that differs from here in one way, and two that
// would be the same without lengths between the parts.
func elsewhere() map[string]Place {
	places := map[string]Place{"empty": {}}
	change := func(name string, f func(p *Place)) {
		p := here
		f(&p)
		places[name] = p
	}
	change("brand", func(p *Place) { p.Brand = "other" })
	change("collection", func(p *Place) { p.Collection = "cases" })
	change("subject", func(p *Place) { p.Subject = "c2" })
	change("record", func(p *Place) { p.Record = "tail" })
	change("older version", func(p *Place) { p.Version = 2 })
	change("newer version", func(p *Place) { p.Version = 4 })
	change("parts moved right", func(p *Place) { p.Brand, p.Collection = "acm", "econtacts" })
	change("parts swapped", func(p *Place) { p.Brand, p.Collection = p.Collection, p.Brand })
	return places
}

func newTestRing(t testing.TB) *Ring {
	t.Helper()
	ring, _, err := NewRing(testRoot(t))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func testRoot(t testing.TB) Root {
	t.Helper()
	root, err := newFileRoot(bytes.Repeat([]byte{7}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// sealer is what a data key and a ring have in common.
type sealer interface {
	Seal(plain []byte, at Place) []byte
	Open(sealed []byte, at Place) ([]byte, error)
}

func sealers(t testing.TB) map[string]sealer {
	t.Helper()
	ring := newTestRing(t)
	key, _, err := ring.NewDataKey("c1")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]sealer{"ring": ring, "data key": key}
}

func TestSealed(t *testing.T) {
	for name, s := range sealers(t) {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{0, 1, 15, 16, 17, 1000, 1 << 20} {
				plain := bytes.Repeat([]byte{'x'}, n)
				sealed := s.Seal(plain, here)
				got, err := s.Open(sealed, here)
				if err != nil || !bytes.Equal(got, plain) {
					t.Fatalf("%d bytes: %d came back, %v", n, len(got), err)
				}
				if n > 16 && bytes.Contains(sealed, plain[:16]) {
					t.Fatalf("%d bytes: the plain text shows", n)
				}
			}
			if bytes.Equal(s.Seal(nil, here), s.Seal(nil, here)) {
				t.Error("two seals of the same are the same")
			}
		})
	}
}

func TestMovedRecords(t *testing.T) {
	for name, s := range sealers(t) {
		sealed := s.Seal([]byte("secret"), here)
		for where, p := range elsewhere() {
			t.Run(name+"/"+where, func(t *testing.T) {
				if got, err := s.Open(sealed, p); err != ErrOpen || got != nil {
					t.Fatalf("opened to %q, %v", got, err)
				}
			})
		}
	}
}

// TestChangedRecords changes every byte, cuts at every length and lengthens.
func TestChangedRecords(t *testing.T) {
	for name, s := range sealers(t) {
		t.Run(name, func(t *testing.T) {
			sealed := s.Seal([]byte("secret"), here)
			refuse := func(what string, b []byte) {
				if got, err := s.Open(b, here); err != ErrOpen || got != nil {
					t.Errorf("%s: opened to %q, %v", what, got, err)
				}
			}
			for i := range sealed {
				for _, flip := range []byte{1, 0x80, 0xff} {
					b := bytes.Clone(sealed)
					b[i] ^= flip
					refuse(fmt.Sprintf("byte %d changed by %#x", i, flip), b)
				}
				refuse(fmt.Sprintf("cut to %d", i), sealed[:i])
			}
			refuse("longer", append(bytes.Clone(sealed), 0))
			refuse("plain text", []byte(`{"name":"Ana","note":"never sealed, and long enough to be a record"}`))
			refuse("nil", nil)
		})
	}
}

// TestFormatsDoNotMix: what one kind of key sealed, another does not open, even
// where an attacker rewrites the format byte.
func TestFormatsDoNotMix(t *testing.T) {
	ring := newTestRing(t)
	key, wrapped, err := ring.NewDataKey("c1")
	if err != nil {
		t.Fatal(err)
	}
	record, shared := key.Seal([]byte("secret"), here), ring.Seal(make([]byte, idSize+keySize), keyPlace("c1"))
	for _, format := range []byte{formatRecord, formatShared, formatKey, formatRoot, 0, 0xff} {
		as := func(b []byte) []byte { return append([]byte{format}, b[1:]...) }
		if format != formatRecord {
			if _, err := key.Open(as(record), here); err != ErrOpen {
				t.Errorf("record as %#x: %v", format, err)
			}
		}
		if _, err := ring.Open(as(record), here); err != ErrOpen {
			t.Errorf("record of a data key as %#x in the ring: %v", format, err)
		}
		if _, err := ring.OpenDataKey("c1", as(shared)); err != ErrOpen {
			t.Errorf("record of the ring as %#x for a data key: %v", format, err)
		}
		if _, err := ring.Open(as(wrapped), keyPlace("c1")); err != ErrOpen {
			t.Errorf("data key as %#x for a record: %v", format, err)
		}
	}
}

func TestDataKeys(t *testing.T) {
	ring := newTestRing(t)
	key, wrapped, err := ring.NewDataKey("c1")
	if err != nil {
		t.Fatal(err)
	}
	other, otherWrapped, err := ring.NewDataKey("c1")
	if err != nil {
		t.Fatal(err)
	}
	sealed := key.Seal([]byte("secret"), here)
	again, err := ring.OpenDataKey("c1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(sealed, here); err != nil || string(got) != "secret" {
		t.Fatalf("opened to %q, %v", got, err)
	}
	for name, open := range map[string]func() error{
		"another key of the subject": func() error { _, err := other.Open(sealed, here); return err },
		"key of another subject":     func() error { _, err := ring.OpenDataKey("c2", wrapped); return err },
		"another ring":               func() error { _, err := newTestRing(t).OpenDataKey("c1", wrapped); return err },
		"no key":                     func() error { _, err := DataKey{}.Open(sealed, here); return err },
		"changed key":                func() error { _, err := ring.OpenDataKey("c1", flipped(otherWrapped)); return err },
	} {
		if err := open(); err != ErrOpen {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

func TestEpochs(t *testing.T) {
	root := testRoot(t)
	old := newTestRing(t)
	_, wrapped, err := old.NewDataKey("c1")
	if err != nil {
		t.Fatal(err)
	}
	sealed, hash := old.Seal([]byte("secret"), here), old.Hash("phone", []byte("1"))

	ring, err := old.AddEpoch()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := ring.State(root)
	if err != nil {
		t.Fatal(err)
	}
	if ring, err = OpenRing(root, stored); err != nil {
		t.Fatal(err)
	}
	if got := ring.Epochs(); !slices.Equal(got, []uint32{1, 2}) {
		t.Fatalf("epochs %v", got)
	}
	if got, err := ring.Open(sealed, here); err != nil || string(got) != "secret" {
		t.Errorf("record of the old epoch: %q, %v", got, err)
	}
	if ring.Hash("phone", []byte("1")) != hash {
		t.Error("the hash changed with the epoch")
	}
	if _, err := old.Open(ring.Seal(nil, here), here); err != ErrOpen {
		t.Errorf("new records are not under the new epoch: %v", err)
	}
	again, changed, err := ring.Rewrap("c1", wrapped)
	if err != nil || !changed {
		t.Fatalf("rewrap: %v %v", changed, err)
	}
	if _, changed, err := ring.Rewrap("c1", again); err != nil || changed {
		t.Errorf("second rewrap: %v %v", changed, err)
	}
	if _, _, err := ring.Rewrap("c2", wrapped); err != ErrOpen {
		t.Errorf("rewrap for another subject: %v", err)
	}

	last := ring.DropEpochs()
	if _, err := last.OpenDataKey("c1", again); err != nil {
		t.Errorf("rewrapped key after the drop: %v", err)
	}
	if _, err := last.OpenDataKey("c1", wrapped); err != ErrOpen {
		t.Errorf("a key of a dropped epoch opens: %v", err)
	}
	if _, err := last.Open(sealed, here); err != ErrOpen {
		t.Errorf("a record of a dropped epoch opens: %v", err)
	}
}

func TestHash(t *testing.T) {
	ring := newTestRing(t)
	parts := func(ss ...string) [][]byte {
		out := make([][]byte, len(ss))
		for i, s := range ss {
			out[i] = []byte(s)
		}
		return out
	}
	base := ring.Hash("identity", parts("acme", "phone", "1555")...)
	if base != ring.Hash("identity", parts("acme", "phone", "1555")...) {
		t.Error("not the same twice")
	}
	for name, other := range map[string][32]byte{
		"label":       ring.Hash("suppression", parts("acme", "phone", "1555")...),
		"part":        ring.Hash("identity", parts("acme", "phone", "1556")...),
		"part border": ring.Hash("identity", parts("acme", "phone1", "555")...),
		"part count":  ring.Hash("identity", parts("acme", "phone", "1555", "")...),
		"ring":        newTestRing(t).Hash("identity", parts("acme", "phone", "1555")...),
	} {
		if other == base {
			t.Errorf("another %s, the same hash", name)
		}
	}
}

// TestXAES checks against the two vectors of the specification (C2SP,
// XAES-256-GCM, appendix A).
func TestXAES(t *testing.T) {
	for _, v := range []struct {
		key              byte
		associated, want string
	}{
		{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	} {
		x, err := newXAES(bytes.Repeat([]byte{v.key}, keySize))
		if err != nil {
			t.Fatal(err)
		}
		ciphertext, err := hex.DecodeString(v.want)
		if err != nil {
			t.Fatal(err)
		}
		sealed := append([]byte("ABCDEFGHIJKLMNOPQRSTUVWX"), ciphertext...)
		got, err := x.open(sealed, []byte(v.associated))
		if err != nil || string(got) != "XAES-256-GCM" {
			t.Errorf("key %d: %q, %v", v.key, got, err)
		}
	}
}

// TestOldRecords opens what the first version of this package sealed.
func TestOldRecords(t *testing.T) {
	secret := bytes.Repeat([]byte{9}, keySize)
	first, err := newEpoch(1, secret)
	if err != nil {
		t.Fatal(err)
	}
	ring := &Ring{epochs: []epoch{first}, names: secret}
	for name, open := range map[string]func(b []byte) ([]byte, error){
		oldShared: func(b []byte) ([]byte, error) { return ring.Open(b, here) },
		oldRecord: func(b []byte) ([]byte, error) {
			return newDataKey(append([]byte("key1"), secret...)).Open(b, here)
		},
	} {
		b, err := hex.DecodeString(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := open(b); err != nil || string(got) != "secret" {
			t.Errorf("opened to %q, %v", got, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	ring := newTestRing(f)
	key, wrapped, err := ring.NewDataKey("c1")
	if err != nil {
		f.Fatal(err)
	}
	good := [][]byte{ring.Seal([]byte("secret"), here), key.Seal([]byte("secret"), here), wrapped}
	for _, b := range good {
		f.Add(b)
		f.Add(flipped(b))
		f.Add(b[:headSize])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, g := range good {
			if bytes.Equal(b, g) {
				return
			}
		}
		if _, err := ring.Open(b, here); err != ErrOpen {
			t.Errorf("ring: %v", err)
		}
		if _, err := key.Open(b, here); err != ErrOpen {
			t.Errorf("data key: %v", err)
		}
		if _, err := ring.OpenDataKey("c1", b); err != ErrOpen {
			t.Errorf("wrapped key: %v", err)
		}
	})
}

func BenchmarkColdRecord(b *testing.B) {
	ring := newTestRing(b)
	key, wrapped, err := ring.NewDataKey("c1")
	if err != nil {
		b.Fatal(err)
	}
	sealed := key.Seal(make([]byte, 1024), here)
	b.Run("unwrap and open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			k, err := ring.OpenDataKey("c1", wrapped)
			if _, err2 := k.Open(sealed, here); errors.Join(err, err2) != nil {
				b.Fatal(err, err2)
			}
		}
	})
	plain := make([]byte, 1024)
	for name, s := range map[string]sealer{"ring": ring, "data key": key} {
		b.Run("seal/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Seal(plain, here)
			}
		})
	}
	b.Run("hash", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ring.Hash("identity", []byte("acme"), []byte("phone"), []byte("15550001111"))
		}
	})
}
