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
	Works func(day time.Time) bool
}
