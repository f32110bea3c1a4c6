package ledger_test

import (
	"fmt"

	"aval/store/ledger"
)

// Lines are added in batches; a root kept elsewhere finds a batch that was
// written anew, however well its own hashes fit.
func ExampleVerify() {
	write := func(tree *ledger.Tree, lines ...string) []byte {
		b := ledger.Batch{First: tree.Size()}
		for _, line := range lines {
			leaf := ledger.LeafHash([]byte(line))
			b.Lines, b.Hashes = append(b.Lines, []byte(line)), append(b.Hashes, leaf)
			tree.Append(leaf)
		}
		b.Root, b.Edge = tree.Root(), tree.Edge()
		return b.Encode()
	}
	verify := func(kept ledger.Kept, batches ...[]byte) {
		report, err := ledger.Verify(func(yield func([]byte, error) bool) {
			for _, b := range batches {
				if !yield(b, nil) {
					return
				}
			}
		}, kept)
		fmt.Println(report.Lines, err)
	}

	var tree ledger.Tree
	first := write(&tree, `{"act":"asked"}`, `{"act":"granted"}`)
	second := write(&tree, `{"act":"stopped"}`)
	kept := ledger.Kept{Size: tree.Size(), Root: tree.Root()}
	verify(kept, first, second)

	var forged ledger.Tree
	verify(kept, write(&forged, `{"act":"asked"}`, `{"act":"granted"}`), write(&forged, `{"act":"silent"}`))
	// Output:
	// 3 <nil>
	// 2 ledger line 2: root is not the one that was kept
}
