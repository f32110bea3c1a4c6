package ledger

import (
	"fmt"
	"iter"

	"golang.org/x/mod/sumdb/tlog"
)

// Report is what a verification found.
type Report struct {
	// Lines is how many lines were checked, Batches in how many batches.
	Lines   int64
	Batches int64
	Root    Hash
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
	FaultOrder      = "line missing, doubled or out of order"
	FaultLine       = "line does not match its hash"
	FaultRoot       = "root does not match the lines up to here"
)

// Error says which line is bad and how.
func (f *Fault) Error() string { return fmt.Sprintf("ledger line %d: %s", f.Index, f.Kind) }

// Verify recomputes a log from its batches in order. The error is a *Fault
// for the first thing that is wrong, or what the sequence itself returned.
//
// It shares nothing with Tree but the hash functions: roots come from the
// stored-hash arithmetic of the tlog package, so an error in one is seen by
// the other.
func Verify(batches iter.Seq2[[]byte, error]) (Report, error) {
	var r Report
	var stored memory
	for data, err := range batches {
		if err != nil {
			return r, err
		}
		b, err := Decode(data)
		if err != nil {
			return r, &Fault{Index: r.Lines, Kind: FaultUnreadable}
		}
		if b.First != r.Lines {
			return r, &Fault{Index: r.Lines, Kind: FaultOrder}
		}
		if err := stored.batch(&b); err != nil {
			return r, err
		}
		root, err := tlog.TreeHash(b.Size(), &stored)
		if err != nil || root != b.Root {
			return r, &Fault{Index: b.Size() - 1, Kind: FaultRoot}
		}
		r.Lines, r.Root, r.Batches = b.Size(), root, r.Batches+1
	}
	return r, nil
}

// memory holds all stored hashes: 64 bytes a line. A log of ten million lines
// takes some 640 MB; verification of larger ones belongs on tiles.
type memory struct{ hashes []Hash }

// batch checks the lines of a batch and stores their hashes.
func (m *memory) batch(b *Batch) error {
	for i, line := range b.Lines {
		index := b.First + int64(i)
		if tlog.RecordHash(line) != b.Hashes[i] {
			return &Fault{Index: index, Kind: FaultLine}
		}
		more, err := tlog.StoredHashesForRecordHash(index, b.Hashes[i], m)
		if err != nil {
			return &Fault{Index: index, Kind: FaultOrder}
		}
		m.hashes = append(m.hashes, more...)
	}
	return nil
}

// ReadHashes implements tlog.HashReader.
func (m *memory) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, n := range indexes {
		if n < 0 || n >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("hash %d is not there", n)
		}
		out[i] = m.hashes[n]
	}
	return out, nil
}
