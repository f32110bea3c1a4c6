package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// rfcLeaves are the leaves, and rfcRoots the roots after each, of the example
// tree that certificate transparency's own implementations are tested with.
var rfcLeaves = []string{
	"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
}

var rfcRoots = []string{
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

func TestKnownTree(t *testing.T) {
	var tree Tree
	var index Index
	var v verifier
	if got := tree.Root().String(); got != v.root().String() || got != "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" {
		t.Errorf("empty tree: %s", got)
	}
	for i, leaf := range rfcLeaves {
		line, err := hex.DecodeString(leaf)
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(LeafHash(line))
		index.Append(LeafHash(line))
		v.grow(leafOf(line))
		indexed, err := index.Root(int64(i + 1))
		if err != nil {
			t.Fatal(err)
		}
		for name, root := range map[string]Hash{"tree": tree.Root(), "index": indexed, "verifier": v.root()} {
			if got := hex.EncodeToString(root[:]); got != rfcRoots[i] {
				t.Errorf("%s of %d leaves: %s, not %s", name, i+1, got, rfcRoots[i])
			}
		}
	}
}

func TestResumedTree(t *testing.T) {
	var tree Tree
	for i := range int64(300) {
		again, ok := NewTree(tree.Size(), tree.Edge())
		if !ok || again.Root() != tree.Root() {
			t.Fatalf("resumed at %d", i)
		}
		if _, ok := NewTree(tree.Size()+1, tree.Edge()); ok && i&1 == 0 {
			t.Fatalf("edge of %d lines taken for %d", i, i+1)
		}
		leaf := LeafHash(fmt.Append(nil, i))
		before := tree.Root()
		again.Append(leaf)
		if tree.Root() != before || tree.Size() != i {
			t.Fatal("a resumed tree grew into the one it came from")
		}
		tree.Append(leaf)
		if again.Root() != tree.Root() {
			t.Fatalf("resumed tree went another way at %d", i)
		}
	}
	if _, ok := NewTree(-1, nil); ok {
		t.Error("tree of less than nothing")
	}
}

// history is a log in batches of 1 to 7 lines, with the root after each line.
func history(t testing.TB, lines int) ([]Batch, []Kept) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(3, 4))
	var tree Tree
	var out []Batch
	var roots []Kept
	for int(tree.Size()) < lines {
		b := Batch{First: tree.Size(), Low: int64(len(out)) / 2}
		for range min(1+rnd.IntN(7), lines-int(tree.Size())) {
			line := fmt.Appendf(nil, `{"act":%d}`, tree.Size())
			b.Lines, b.Hashes = append(b.Lines, line), append(b.Hashes, LeafHash(line))
			tree.Append(LeafHash(line))
			roots = append(roots, Kept{tree.Size(), tree.Root()})
		}
		b.Root, b.Edge = tree.Root(), tree.Edge()
		out = append(out, b)
	}
	return out, roots
}

// stored is the sequence that a verifier reads.
func stored(batches []Batch) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, b := range batches {
			if !yield(b.Encode(), nil) {
				return
			}
		}
	}
}

func TestVerifyWhole(t *testing.T) {
	for _, n := range []int{0, 1, 2, 63, 64, 65, 500} {
		batches, roots := history(t, n)
		report, err := Verify(stored(batches), roots...)
		if err != nil {
			t.Fatalf("%d lines: %v", n, err)
		}
		if report.Lines != int64(n) || report.Batches != int64(len(batches)) || report.Kept != n {
			t.Fatalf("%d lines: %+v", n, report)
		}
		if n > 0 && report.Root != roots[n-1].Root {
			t.Fatalf("%d lines: root %v", n, report.Root)
		}
	}
}

// rehash makes the hashes and roots from a batch on fit the lines, as somebody
// would who knows the format.
func rehash(batches []Batch, from int) {
	var tree Tree
	if from > 0 {
		tree, _ = NewTree(batches[from-1].Size(), batches[from-1].Edge)
	}
	for i := from; i < len(batches); i++ {
		b := &batches[i]
		b.First, b.Hashes = tree.Size(), nil
		for _, line := range b.Lines {
			b.Hashes = append(b.Hashes, LeafHash(line))
			tree.Append(LeafHash(line))
		}
		b.Root, b.Edge = tree.Root(), tree.Edge()
	}
}

func TestTampering(t *testing.T) {
	const at = 5 // the batch that is touched, of more than two lines
	cases := []struct {
		name   string
		tamper func(bs []Batch) []Batch
		kind   string
		line   int64 // from the first line of the batch
	}{
		{"a line altered", func(bs []Batch) []Batch { bs[at].Lines[1] = []byte(`{"act":0}`); return bs }, FaultLine, 1},
		{"a hash altered", func(bs []Batch) []Batch { bs[at].Hashes[1][0]++; return bs }, FaultLine, 1},
		{"a line and its hash altered", func(bs []Batch) []Batch {
			bs[at].Lines[1] = []byte(`{"act":0}`)
			bs[at].Hashes[1] = LeafHash(bs[at].Lines[1])
			return bs
		}, FaultRoot, 0},
		{"two lines swapped", func(bs []Batch) []Batch {
			bs[at].Lines[0], bs[at].Lines[1] = bs[at].Lines[1], bs[at].Lines[0]
			return bs
		}, FaultOrder, 0},
		{"two lines swapped with their hashes", func(bs []Batch) []Batch {
			b := bs[at]
			b.Lines[0], b.Lines[1], b.Hashes[0], b.Hashes[1] = b.Lines[1], b.Lines[0], b.Hashes[1], b.Hashes[0]
			return bs
		}, FaultRoot, 0},
		{"a line taken out", func(bs []Batch) []Batch {
			bs[at].Lines, bs[at].Hashes = slices.Delete(bs[at].Lines, 1, 2), slices.Delete(bs[at].Hashes, 1, 2)
			return bs
		}, FaultRoot, 0},
		{"a line put in", func(bs []Batch) []Batch {
			extra := []byte(`{"act":"forged"}`)
			bs[at].Lines, bs[at].Hashes = slices.Insert(bs[at].Lines, 1, extra), slices.Insert(bs[at].Hashes, 1, LeafHash(extra))
			return bs
		}, FaultRoot, 0},
		{"a batch taken out", func(bs []Batch) []Batch { return slices.Delete(bs, at, at+1) }, FaultMissing, 0},
		{"a batch doubled", func(bs []Batch) []Batch { return slices.Insert(bs, at, bs[at-1]) }, FaultOrder, 0},
		{"two batches swapped", func(bs []Batch) []Batch { bs[at], bs[at+1] = bs[at+1], bs[at]; return bs }, FaultMissing, 0},
		{"a root altered", func(bs []Batch) []Batch { bs[at].Root[0]++; return bs }, FaultRoot, 0},
		{"an edge altered", func(bs []Batch) []Batch { bs[at].Edge[0][0]++; return bs }, FaultRoot, 0},
		{"the beginning taken out", func(bs []Batch) []Batch { return bs[at:] }, FaultMissing, -1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			batches, roots := history(t, 100)
			want := Fault{Index: batches[at].First + c.line, Kind: c.kind}
			if len(batches[at].Lines) < 3 {
				t.Fatal("the batch has too few lines for the test")
			}
			if c.line < 0 {
				want.Index = 0
			}
			report, err := Verify(stored(c.tamper(batches)))
			var f *Fault
			if !errors.As(err, &f) || *f != want {
				t.Fatalf("fault %v, not %v", err, &want)
			}
			if report.Lines > want.Index || report.Lines > 0 && report.Root != roots[report.Lines-1].Root {
				t.Fatalf("vouches for %d lines before line %d", report.Lines, want.Index)
			}
		})
	}
}

// TestRewrittenHistory: whoever makes all hashes fit is only found by a root
// that was kept elsewhere.
func TestRewrittenHistory(t *testing.T) {
	const at = 5
	cases := []struct {
		name   string
		tamper func(bs []Batch) []Batch
		kind   string
	}{
		{"a line altered", func(bs []Batch) []Batch {
			bs[at].Lines[0] = []byte(`{"act":"forged"}`)
			return bs
		}, FaultHistory},
		{"a line taken out", func(bs []Batch) []Batch { bs[at].Lines = bs[at].Lines[1:]; return bs }, FaultHistory},
		{"the end cut off", func(bs []Batch) []Batch { return bs[:at+1] }, FaultMissing},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			batches, roots := history(t, 100)
			early, late := roots[batches[at].First-1], roots[90]
			batches = c.tamper(batches)
			rehash(batches, at)
			if _, err := Verify(stored(batches), early); err != nil {
				t.Fatalf("against a root of before: %v", err)
			}
			_, err := Verify(stored(batches), late, early)
			var f *Fault
			if !errors.As(err, &f) || f.Kind != c.kind {
				t.Fatalf("against a root of after: %v", err)
			}
		})
	}
}

func TestSequenceErrors(t *testing.T) {
	batches, _ := history(t, 20)
	broken := errors.New("disk")
	report, err := Verify(func(yield func([]byte, error) bool) {
		_ = yield(batches[0].Encode(), nil) && yield(nil, broken)
	})
	if !errors.Is(err, broken) || report.Lines != batches[0].Size() {
		t.Errorf("%+v %v", report, err)
	}
	_, err = Verify(func(yield func([]byte, error) bool) { yield([]byte("no batch\n"), nil) })
	var f *Fault
	if !errors.As(err, &f) || f.Kind != FaultUnreadable || !strings.Contains(err.Error(), "line 0") {
		t.Errorf("%v", err)
	}
}

func TestProofs(t *testing.T) {
	const n = 70
	_, roots := history(t, n)
	var x Index
	for i := range n {
		x.Append(LeafHash(fmt.Appendf(nil, `{"act":%d}`, i)))
	}
	for size := int64(1); size <= n; size++ {
		root := roots[size-1].Root
		for line := range size {
			p, err := x.Inclusion(line, size)
			if err != nil {
				t.Fatal(err)
			}
			leaf := LeafHash(fmt.Appendf(nil, `{"act":%d}`, line))
			if err := CheckInclusion(p, line, leaf, size, root); err != nil {
				t.Fatal(err)
			}
			if CheckInclusion(p, line, LeafHash([]byte("forged")), size, root) == nil {
				t.Fatalf("line %d of %d: proof fits a forged line", line, size)
			}
			growth, err := x.Growth(line+1, size)
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckGrowth(growth, line+1, roots[line].Root, size, root); err != nil {
				t.Fatal(err)
			}
			if CheckGrowth(growth, line+1, LeafHash(nil), size, root) == nil {
				t.Fatalf("growth from %d to %d: proof fits a forged root", line+1, size)
			}
		}
	}
	for name, err := range map[string]error{
		"line of the future": second(x.Inclusion(5, 5)), "negative line": second(x.Inclusion(-1, 5)),
		"size of the future": second(x.Inclusion(1, n+1)), "shrinking": second(x.Growth(5, 4)),
		"from nothing": second(x.Growth(0, 4)), "root of the future": second(x.Root(n + 1)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestUnreadableBatches(t *testing.T) {
	batches, _ := history(t, 10)
	good := string(batches[1].Encode())
	if _, err := Decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	edits := map[string]string{
		"empty": "", "cut": good[:len(good)-1], "half": good[:len(good)/2], "tail": good + "\n",
		"other format": strings.Replace(good, "/1 ", "/2 ", 1),
		"two spaces":   strings.Replace(good, " ", "  ", 1),
		"plus sign":    strings.Replace(good, "/1 ", "/1 +", 1),
		"carriage":     strings.Replace(good, "\n", "\r\n", 1),
		"line missing": good[:strings.LastIndex(good[:len(good)-1], "\n")+1],
		"no space":     strings.Replace(good, ` {"act"`, `{"act"`, 1),
		"hash padded":  strings.Replace(good, ` {"act"`, `= {"act"`, 1),
	}
	for name, text := range edits {
		t.Run(name, func(t *testing.T) {
			if b, err := Decode([]byte(text)); err == nil {
				t.Fatalf("decoded to %+v", b)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	batches, _ := history(f, 20)
	for _, b := range batches {
		f.Add(b.Encode())
	}
	f.Add([]byte("aval-ledger-batch/1 0 0 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Decode(data)
		if err != nil {
			return
		}
		if !bytes.Equal(b.Encode(), data) || len(b.Lines) != len(b.Hashes) {
			t.Fatalf("%q decodes to what encodes otherwise", data)
		}
		_, _ = Verify(func(yield func([]byte, error) bool) {
			for range 2 {
				if !yield(data, nil) {
					return
				}
			}
		})
	})
}

func BenchmarkLedger(b *testing.B) {
	batches, _ := history(b, 10_000)
	b.Run("verify 10,000 lines", func(b *testing.B) {
		for b.Loop() {
			if _, err := Verify(stored(batches)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append", func(b *testing.B) {
		var tree Tree
		leaf := LeafHash([]byte("line"))
		for b.Loop() {
			tree.Append(leaf)
		}
	})
}
