package bot

import "time"

// earliest is the first of some times; the zero time means never and does not
// count.
type earliest struct{ at time.Time }

func (e *earliest) add(at time.Time) {
	if !at.IsZero() && (e.at.IsZero() || at.Before(e.at)) {
		e.at = at
	}
}
