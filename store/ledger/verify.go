package ledger

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
)

// Report is what a verification found whole: everything before the fault, if
// there is one.
type Report struct {
	// Lines is how many lines were checked, Batches in how many batches.
	Lines   int64
	Batches int64
	Root    Hash
	// Kept is how many of the given roots were met.
	Kept int
}

// Kept is a root that was kept somewhere else, for instance in a signed
// checkpoint: that of the log when it had this size.
type Kept struct {
	Size int64
	Root Hash
}

// Fault is the first thing that is wrong with a log.
type Fault struct {
	// Index is the number of the line, counted from 0.
	Index int64
	// Kind is one of the words below.
	Kind string
}

// The kinds of fault.
const (
	FaultUnreadable = "batch cannot be read"
	// FaultMissing also stands for a log that ends before a root kept elsewhere.
	FaultMissing = "line missing"
	FaultOrder   = "line doubled or out of order"
	FaultLine    = "line does not match its hash"
	// FaultRoot names the first line that no matching root vouches for: lines and
	// their hashes agree, so it cannot be told which of them was exchanged.
	FaultRoot = "root does not match the lines up to here"
	// FaultHistory: lines and roots agree with each other and not with a root
	// that was kept elsewhere. The line named is the last one under that root.
	FaultHistory = "root is not the one that was kept"
)

// Error says which line is bad and how.
func (f *Fault) Error() string { return fmt.Sprintf("ledger line %d: %s", f.Index, f.Kind) }

// Verify recomputes a log from its batches in order. The error is a *Fault
// for the first thing that is wrong, or what the sequence itself returned.
// Its memory does not grow with the log.
//
// It shares no hashing with Tree, so that an error in one is seen by the other,
// and believes nothing that stands beside the lines. Without roots kept elsewhere
// it finds accidents and clumsy hands; a log that was written anew from some line on,
// with every hash behind it, only fails against those.
func Verify(batches iter.Seq2[[]byte, error], kept ...Kept) (Report, error) {
	v := verifier{kept: slices.Clone(kept)}
	slices.SortFunc(v.kept, func(a, b Kept) int { return int(max(-1, min(1, a.Size-b.Size))) })
	v.report.Root = v.root()
	if f := v.meet(); f != nil {
		return v.report, f
	}
	for data, err := range batches {
		if err != nil {
			return v.report, err
		}
		if f := v.batch(data); f != nil {
			return v.report, f
		}
	}
	if len(v.kept) > 0 {
		return v.report, &Fault{Index: v.size, Kind: FaultMissing}
	}
	return v.report, nil
}

// verifier builds the tree again. It keeps one hash for each one bit of the
// size, like a binary counter.
type verifier struct {
	size   int64
	peaks  []peak
	kept   []Kept // not yet met, by size
	report Report
}

// peak is a full subtree and the number of its lines.
type peak struct {
	lines int64
	hash  Hash
}

func (v *verifier) batch(data []byte) *Fault {
	start := v.size
	b, err := Decode(data)
	if err != nil {
		return &Fault{Index: start, Kind: FaultUnreadable}
	}
	if b.First > start {
		return &Fault{Index: start, Kind: FaultMissing}
	}
	if b.First < start {
		return &Fault{Index: start, Kind: FaultOrder}
	}
	if f := v.lines(&b); f != nil {
		return f
	}
	if b.Root != v.root() || !v.edge(b.Edge) {
		return &Fault{Index: start, Kind: FaultRoot}
	}
	v.report.Lines, v.report.Root = v.size, b.Root
	v.report.Batches++
	return nil
}

// lines compares each line with its hash. One that fits another hash of its
// batch was moved.
func (v *verifier) lines(b *Batch) *Fault {
	for i, line := range b.Lines {
		leaf := leafOf(line)
		if leaf != b.Hashes[i] && slices.Contains(b.Hashes, leaf) {
			return &Fault{Index: v.size, Kind: FaultOrder}
		}
		if leaf != b.Hashes[i] {
			return &Fault{Index: v.size, Kind: FaultLine}
		}
		v.grow(leaf)
		if f := v.meet(); f != nil {
			return f
		}
	}
	return nil
}

// meet compares the tree as it is with the roots kept for its size.
func (v *verifier) meet() *Fault {
	for len(v.kept) > 0 && v.kept[0].Size <= v.size {
		if v.kept[0].Size < v.size || v.kept[0].Root != v.root() {
			return &Fault{Index: max(0, v.size-1), Kind: FaultHistory}
		}
		v.kept = v.kept[1:]
		v.report.Kept++
	}
	return nil
}

func (v *verifier) grow(leaf Hash) {
	v.peaks = append(v.peaks, peak{1, leaf})
	for n := len(v.peaks); n > 1 && v.peaks[n-1].lines == v.peaks[n-2].lines; n-- {
		left, right := v.peaks[n-2], v.peaks[n-1]
		v.peaks = append(v.peaks[:n-2], peak{left.lines + right.lines, nodeOf(left.hash, right.hash)})
	}
	v.size++
}

func (v *verifier) root() Hash {
	if len(v.peaks) == 0 {
		return sha256.Sum256(nil)
	}
	root := v.peaks[len(v.peaks)-1].hash
	for _, p := range slices.Backward(v.peaks[:len(v.peaks)-1]) {
		root = nodeOf(p.hash, root)
	}
	return root
}

func (v *verifier) edge(edge []Hash) bool {
	return slices.EqualFunc(v.peaks, edge, func(p peak, h Hash) bool { return p.hash == h })
}

// leafOf and nodeOf are RFC 6962, section 2.1: the first byte keeps a leaf from
// being passed off as a node.
func leafOf(line []byte) Hash {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(line)
	var sum Hash
	h.Sum(sum[:0])
	return sum
}

func nodeOf(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}
