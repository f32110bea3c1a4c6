package bot

import (
	"errors"
	"strconv"
)

// Errors that callers of this package and its stores must tell apart.
var (
	// ErrNotFound: there is no such contact or document.
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody else wrote the contact first; load it again.
	ErrConflict = errors.New("changed meanwhile")
	// ErrAmbiguous: the name leads to contacts of several brands.
	ErrAmbiguous = errors.New("the name leads to contacts of several brands; give the contact id")
	// ErrBusy: something that must be first is not yet done; try again soon.
	ErrBusy = errors.New("not yet")
	// ErrFull: the disk is full; nothing was kept.
	ErrFull = errors.New("disk full")
	// ErrFlowChanged: people began a version of a flow in other words.
	ErrFlowChanged = errors.New("says something else than when people began it")
	// ErrIntegrity: a record did not open under its key and place. It is
	// locked as it is and nothing of it is shown.
	ErrIntegrity = errors.New("record failed its integrity check")
)

func codeSuffix(code int) string {
	if code == 0 {
		return ""
	}
	return " " + strconv.Itoa(code)
}
