package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Index holds every hash of a tree, 64 bytes for each line, to make proofs
// from. The zero Index is empty. It is not safe for concurrent use.
type Index struct {
	size   int64
	hashes []Hash
}

// Append adds a line by its leaf hash.
func (x *Index) Append(leaf Hash) {
	hashes, err := tlog.StoredHashesForRecordHash(x.size, leaf, tlog.HashReaderFunc(x.read))
	if err != nil {
		panic("ledger: internal error: index without its hashes")
	}
	x.hashes = append(x.hashes, hashes...)
	x.size++
}

// Size is the number of lines.
func (x *Index) Size() int64 { return x.size }

// Root is the hash of the tree of the first size lines.
func (x *Index) Root(size int64) (Hash, error) {
	if size < 0 || size > x.size {
		return Hash{}, fmt.Errorf("ledger has %d lines, not %d", x.size, size)
	}
	return tlog.TreeHash(size, tlog.HashReaderFunc(x.read))
}

// Proof is a list of hashes that leads from what one has to a root.
type Proof []Hash

// Inclusion proves that a line is in the tree of the first size lines.
func (x *Index) Inclusion(line, size int64) (Proof, error) {
	if line < 0 || line >= size || size > x.size {
		return nil, fmt.Errorf("ledger of %d lines has no line %d in its first %d", x.size, line, size)
	}
	p, err := tlog.ProveRecord(size, line, tlog.HashReaderFunc(x.read))
	return Proof(p), err
}

// CheckInclusion returns nil if the proof shows that the tree of this size and
// root has this leaf at this place.
func CheckInclusion(p Proof, line int64, leaf Hash, size int64, root Hash) error {
	if err := tlog.CheckRecord(tlog.RecordProof(p), size, root, line, leaf); err != nil {
		return fmt.Errorf("inclusion of line %d in %d: %w", line, size, err)
	}
	return nil
}

// Growth proves that the tree of newer lines begins with the tree of older ones.
func (x *Index) Growth(older, newer int64) (Proof, error) {
	if older < 1 || older > newer || newer > x.size {
		return nil, fmt.Errorf("ledger of %d lines did not grow from %d to %d", x.size, older, newer)
	}
	p, err := tlog.ProveTree(newer, older, tlog.HashReaderFunc(x.read))
	return Proof(p), err
}

// CheckGrowth returns nil if the proof shows that the newer tree begins with the
// older one: nothing in it was changed, moved or taken away.
func CheckGrowth(p Proof, older int64, olderRoot Hash, newer int64, newerRoot Hash) error {
	if err := tlog.CheckTree(tlog.TreeProof(p), newer, newerRoot, older, olderRoot); err != nil {
		return fmt.Errorf("growth from %d to %d lines: %w", older, newer, err)
	}
	return nil
}

func (x *Index) read(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, at := range indexes {
		if at < 0 || at >= int64(len(x.hashes)) {
			return nil, fmt.Errorf("hash %d of %d", at, len(x.hashes))
		}
		out[i] = x.hashes[at]
	}
	return out, nil
}
