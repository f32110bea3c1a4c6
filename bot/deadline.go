package bot

import "time"

// Term is how long the law gives for one kind of case. Terms are data (see
// internal/law); where several regimes apply to a brand, the shortest is used.
type Term struct {
	// Source names the article, for officers: "GDPR 12(3)".
	Source string
	// Months or Days, whichever is set, are counted from receipt.
	Months, Days int
	// MoreMonths or MoreDays are what an extension adds; both 0: none exists.
	MoreMonths, MoreDays int
	// Roll moves a due date that falls on a Saturday, Sunday or public holiday
	// to the next working day (Regulation 1182/71, Art. 3(4)).
	Roll bool
}

// Clock counts the time of a brand's cases.
type Clock struct {
	// Terms by kind of case, the strictest of each first.
	Terms map[string][]Term
	Where *time.Location
	// Works reports whether a day is a working day where the brand is. Only
	// the date of the argument, in Where, counts.
	Works func(day time.Time) bool `json:"-"`
}

// oneMonth is the term of a kind for which a brand's laws name none: the one
// of GDPR 12(3), and no extension.
func oneMonth() Term { return Term{Source: "GDPR 12(3)", Months: 1, Roll: true} }

// terms are those of a kind, never none.
func (c Clock) terms(kind string) []Term {
	if terms := c.Terms[kind]; len(terms) > 0 {
		return terms
	}
	return []Term{oneMonth()}
}

// Source names the article of the strictest term, for officers.
func (c Clock) Source(kind string) string { return c.terms(kind)[0].Source }

// Due is the last moment to answer a case: the end of the earliest day that
// any of the laws allows (DSR-2). A pause moves it by the days that have begun
// in it, before it rolls to a working day.
func (c Clock) Due(kind string, received time.Time, paused time.Duration) time.Time {
	return c.end(c.earliest(kind, func(t Term) time.Time { return c.day(t, received, paused) }))
}

// ExtendBy is the last moment to tell the person of an extension and its
// reasons: inside the first term (GDPR 12(3), DSR-11).
func (c Clock) ExtendBy(kind string, received time.Time, paused time.Duration) time.Time {
	return c.Due(kind, received, paused)
}

// Extended is Due with the extension. It reports false where the strictest
// term has none: an extension under one law does not lengthen another's term,
// so a term without one stays as it is beside those that have one.
func (c Clock) Extended(kind string, received time.Time, paused time.Duration) (time.Time, bool) {
	if !c.terms(kind)[0].extends() {
		return time.Time{}, false
	}
	return c.end(c.earliest(kind, func(t Term) time.Time { return c.day(t.extended(), received, paused) })), true
}

func (t Term) extends() bool { return t.MoreMonths > 0 || t.MoreDays > 0 }

// extended counts the whole term in one step from receipt: one month and two
// more from 31 January end on 30 April, not on the 28th.
func (t Term) extended() Term {
	t.Months += t.MoreMonths
	t.Days += t.MoreDays
	return t
}

func (c Clock) earliest(kind string, day func(Term) time.Time) time.Time {
	var first time.Time
	for _, t := range c.terms(kind) {
		if d := day(t); first.IsZero() || d.Before(first) {
			first = d
		}
	}
	return first
}

// day is the date on which a term ends, as midnight in UTC, where no clock is
// ever put forward or back: dates are counted, not hours. The day of receipt
// is the local one and is not counted itself (Regulation 1182/71, Art. 3(1)).
func (c Clock) day(t Term, received time.Time, paused time.Duration) time.Time {
	year, month, day := received.In(c.where()).Date()
	date := addMonths(year, month, day, t.Months).AddDate(0, 0, t.Days+wholeDays(paused))
	if !t.Roll {
		return date
	}
	for range longestBreak {
		if c.works(date) {
			break
		}
		date = date.AddDate(0, 0, 1)
	}
	return date
}

// longestBreak bounds the search for a working day: no country rests longer,
// and a calendar that knows no working day must not stop the server.
const longestBreak = 31

// addMonths finds the same day of a later month, else that month's last one
// (Regulation 1182/71, Art. 3(2)(c)).
func addMonths(year int, month time.Month, day, months int) time.Time {
	last := time.Date(year, month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	if day > last.Day() {
		return last
	}
	return time.Date(year, month+time.Month(months), day, 0, 0, 0, 0, time.UTC)
}

func wholeDays(d time.Duration) int {
	const day = 24 * time.Hour
	if d <= 0 {
		return 0
	}
	return int((d-1)/day) + 1
}

// works asks about noon, which every day has in every zone.
func (c Clock) works(date time.Time) bool {
	if c.Works == nil {
		return date.Weekday() != time.Saturday && date.Weekday() != time.Sunday
	}
	return c.Works(time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, c.where()))
}

// end is the last second of a date where the brand is. Where clocks are put
// forward at 23:00, as in Greenland, the day ends an hour early.
func (c Clock) end(date time.Time) time.Time {
	at := time.Date(date.Year(), date.Month(), date.Day(), 23, 59, 59, 0, c.where())
	if at.Day() != date.Day() {
		at = at.Add(-time.Hour)
	}
	return at
}

func (c Clock) where() *time.Location {
	if c.Where == nil {
		return time.UTC
	}
	return c.Where
}
