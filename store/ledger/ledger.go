// Package ledger is the arithmetic of the append-only log: the hash of a line,
// the tree over all lines, the batches in which they are stored, and the
// verifier that recomputes all of it. It knows bytes and nothing of what a
// line means.
//
// Hashing is RFC 6962's: a leaf is SHA-256 over a zero byte and the line, a
// node over a one byte and its two children. A line changed, removed, added
// or moved anywhere changes the root, and whoever kept an earlier root can
// tell.
package ledger

import (
	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256.
type Hash = tlog.Hash

// LeafHash is the hash of one line, RFC 6962 section 2.1.
func LeafHash(line []byte) Hash { return tlog.RecordHash(line) }

// Tree computes the root of a growing log. It keeps the roots of the perfect
// subtrees at its right edge only, at most 63 hashes whatever its size.
type Tree struct {
	size int64
	edge []Hash // roots of the perfect subtrees, largest first
}

// NewTree continues a log from its size and edge, as Size and Edge gave them.
// It reports false when they do not belong together.
func NewTree(size int64, edge []Hash) (Tree, bool) {
	ones := 0
	for n := size; n > 0; n &= n - 1 {
		ones++
	}
	return Tree{size: size, edge: append([]Hash(nil), edge...)}, size >= 0 && ones == len(edge)
}

// Append adds the hash of the next line.
func (t *Tree) Append(leaf Hash) {
	t.edge = append(t.edge, leaf)
	// Each trailing one bit of the old size is a perfect subtree of equal
	// height that the new one completes.
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.edge) - 1
		t.edge[last-1] = tlog.NodeHash(t.edge[last-1], t.edge[last])
		t.edge = t.edge[:last]
	}
	t.size++
}

// Size is the number of lines.
func (t *Tree) Size() int64 { return t.size }

// Edge is what NewTree needs to go on.
func (t *Tree) Edge() []Hash { return append([]Hash(nil), t.edge...) }

// Root is the Merkle tree hash of all lines; for an empty log it is the
// SHA-256 of nothing.
func (t *Tree) Root() Hash {
	if t.size == 0 {
		return emptyRoot
	}
	root := t.edge[len(t.edge)-1]
	for i := len(t.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.edge[i], root)
	}
	return root
}

// emptyRoot is the SHA-256 of the empty string, RFC 6962 section 2.1.
var emptyRoot = Hash{
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
	0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
}
