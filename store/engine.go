// Package store keeps contacts and everything beside them: sealed documents
// with a few clear index fields, behind an interface small enough that an
// embedded SQLite and a MongoDB cluster mean the same by it.
package store

import (
	"context"
	"errors"
)

// Collection is a named set of documents and the names of its clear index
// fields. Index values are compared as bytes; numbers and times are written
// with fixed width so that their order is their bytes' order.
type Collection struct {
	Name    string
	Indexes []string
}

// Doc is one document. Body is opaque to an engine.
type Doc struct {
	ID string
	// Version is 1 after the insert and grows by 1 with each replacement.
	Version int64
	// Index holds one value per field in Collection.Indexes; an empty value
	// is not indexed.
	Index []string
	Body  []byte
}

// Op is what a Write does.
type Op int

// The operations.
const (
	// Insert stores a document with version 1; ErrExists if the id is taken.
	Insert Op = iota
	// Replace overwrites body and index of a document whose stored version is
	// Doc.Version, and stores Doc.Version+1; bot.ErrConflict if it is not
	// there in that version.
	Replace
	// Delete removes a document whose stored version is Doc.Version;
	// bot.ErrConflict if it is there in another version, nil if it is not there.
	Delete
)

// Write is one operation on one document.
type Write struct {
	Op  Op
	In  Collection
	Doc Doc
	// IfAll skips the operation, with ErrSkipped, unless every operation
	// before it in the same call was performed.
	IfAll bool
}

// Range selects documents by one index field, in the order of its values and
// then of ids. From is included, To is not; an empty To has no end. After
// continues a scan behind the document of that value and id.
type Range struct {
	Index      string // empty: by id alone
	From, To   string
	AfterValue string
	AfterID    string
	Limit      int  // at most 1,000
	Bare       bool // leave the bodies out
}

// Engine is what a database must offer. All methods may be called from many
// goroutines.
type Engine interface {
	// Get returns a document, or bot.ErrNotFound.
	Get(ctx context.Context, in Collection, id string) (Doc, error)
	// Scan returns the documents of a range, in order.
	Scan(ctx context.Context, in Collection, r Range) ([]Doc, error)
	// Write performs the operations in their order, each on its own: a
	// conflict of one does not undo the others (see Write.IfAll for those that
	// must not follow it), and a crash may keep a prefix.
	// The first result holds one entry per operation. When the second result
	// is nil, everything that succeeded is durable; otherwise nothing is
	// promised about any of them, bot.ErrFull being the case where nothing was
	// kept. The caller must not change the documents before it returns.
	Write(ctx context.Context, ops ...Write) ([]error, error)
	// Close waits for writes under way and releases the files.
	Close() error
}

// Errors of an engine, beside bot.ErrNotFound, bot.ErrConflict and bot.ErrFull.
var (
	// ErrSkipped: an operation before this one in the call was not performed.
	ErrSkipped = errors.New("not performed because of one before it")
	// ErrExists: an Insert met its own id.
	ErrExists = errors.New("document exists")
	// ErrLocked: another process uses the directory (exit code 73).
	ErrLocked = errors.New("in use by another process")
)
