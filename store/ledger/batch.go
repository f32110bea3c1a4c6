package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Batch is a run of lines as they are stored: what one integration took in.
type Batch struct {
	// First is the index of the first line in the log.
	First int64
	Lines [][]byte
	// Hashes are the leaf hashes, one a line.
	Hashes []Hash
	// Root is the root of the log after the last of these lines, Edge what
	// continues the tree from there.
	Root Hash
	Edge []Hash
	// Low is the number of the oldest batch whose lines may still stand in
	// their documents as well; a restart looks for doubles from there on.
	Low int64
}

// Size is the size of the log after this batch.
func (b *Batch) Size() int64 { return b.First + int64(len(b.Lines)) }

// header begins every batch; another word is another format.
const header = "aval-ledger-batch/1"

// errBatch is the one error of a batch that cannot be read.
var errBatch = errors.New("batch cannot be read")

// Encode writes a batch as text, readable in any database browser: a line of
// figures, the edge, and then one hash and one ledger line a row.
func (b *Batch) Encode() []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "%s %d %d %d %s\n", header, b.First, len(b.Lines), b.Low, text(b.Root))
	for i, h := range b.Edge {
		if i > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(text(h))
	}
	w.WriteByte('\n')
	for i, line := range b.Lines {
		w.WriteString(text(b.Hashes[i]))
		w.WriteByte(' ')
		w.Write(line)
		w.WriteByte('\n')
	}
	return w.Bytes()
}

// Decode reads what Encode wrote. It checks the form and not the hashes.
func Decode(data []byte) (Batch, error) {
	var b Batch
	rows := bytes.Split(data, []byte("\n"))
	if len(rows) < 3 || len(rows[len(rows)-1]) != 0 {
		return b, errBatch
	}
	var count int
	var root, word string
	n, err := fmt.Sscanf(string(rows[0]), "%s %d %d %d %s", &word, &b.First, &count, &b.Low, &root)
	if err != nil || n != 5 || word != header || b.First < 0 || count != len(rows)-3 {
		return b, errBatch
	}
	if b.Root, err = parse(root); err != nil {
		return b, err
	}
	for _, s := range strings.Fields(string(rows[1])) {
		h, err := parse(s)
		if err != nil {
			return b, err
		}
		b.Edge = append(b.Edge, h)
	}
	for _, row := range rows[2 : len(rows)-1] {
		hash, line, found := bytes.Cut(row, []byte(" "))
		h, err := parse(string(hash))
		if err != nil || !found {
			return b, errBatch
		}
		b.Hashes = append(b.Hashes, h)
		b.Lines = append(b.Lines, line)
	}
	if !bytes.Equal(b.Encode(), data) {
		return b, errBatch // one form only: what is not written as we write it was touched
	}
	return b, nil
}

func text(h Hash) string { return base64.RawStdEncoding.EncodeToString(h[:]) }

func parse(s string) (Hash, error) {
	var h Hash
	raw, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(raw) != len(h) {
		return h, errBatch
	}
	copy(h[:], raw)
	return h, nil
}
