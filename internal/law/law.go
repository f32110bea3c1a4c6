package law

import (
	"embed"
	"io/fs"
	"slices"
	"time"

	"aval/bot"
)

//go:embed cases.yaml ages.yaml
var files embed.FS

// Law is the figures of all laws. It never changes after Load and is safe for
// concurrent use.
type Law struct {
	terms map[string]map[string]bot.Term // by profile and kind
	ages  bot.Ages
}

// Load reads the figures that are built into the program. An error means that
// the program was built from a faulty file, and names the file and the line.
func Load() (*Law, error) { return load(files) }

func load(fsys fs.FS) (*Law, error) {
	terms, err := readTerms(fsys)
	if err != nil {
		return nil, err
	}
	ages, err := readAges(fsys)
	if err != nil {
		return nil, err
	}
	return &Law{terms: terms, ages: ages}, nil
}

// Ages are the years from which people consent alone.
func (l *Law) Ages() bot.Ages { return l.ages }

// Clock counts the cases of a brand under its profiles, with the working days
// of its country. A profile that gives no term for a kind adds none; where
// none does, the default counts.
func (l *Law) Clock(profiles []string, country string, where *time.Location) bot.Clock {
	c := bot.Clock{Terms: map[string][]bot.Term{}, Where: where, Works: works(country)}
	for _, kind := range kinds() {
		for _, p := range profiles {
			if t, given := l.terms[p][kind]; given {
				c.Terms[kind] = append(c.Terms[kind], t)
			}
		}
		if len(c.Terms[kind]) == 0 {
			c.Terms[kind] = []bot.Term{l.terms[fallback][kind]}
		}
		slices.SortStableFunc(c.Terms[kind], stricter)
	}
	return c
}

// stricter compares terms: the shorter one, else the one with the shorter
// extension, else the one that does not roll, is stricter. A month counts as
// 30 days; bot.Clock takes the earlier date in each case.
func stricter(a, b bot.Term) int {
	const month = 30
	for _, d := range [...]int{
		a.Months*month + a.Days - b.Months*month - b.Days,
		a.MoreMonths*month + a.MoreDays - b.MoreMonths*month - b.MoreDays,
		number(a.Roll) - number(b.Roll),
	} {
		if d != 0 {
			return d
		}
	}
	return 0
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
