package law

import (
	"io/fs"
	"strings"

	"aval/bot"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Ages that a law could name: below, it is a slip of the pen; 18 is adult.
const (
	leastYears = 10
	mostYears  = 18
)

// ageRow is one country of ages.yaml.
type ageRow struct {
	ageFields
	line int
}

type ageFields struct {
	Country string   `yaml:"country"`
	Years   *int     `yaml:"years"` // nil: nobody knows
	Codes   []string `yaml:"codes"`
	Checked bool     `yaml:"checked"`
	Note    string   `yaml:"note"`
}

// UnmarshalYAML keeps the line for what is checked after reading.
func (r *ageRow) UnmarshalYAML(n ast.Node) error {
	r.line = line(n)
	return yaml.NodeToValue(n, &r.ageFields, yaml.Strict())
}

func (r *ageRow) check() error {
	bad := func(format string, args ...any) error { return fault(agesFile, r.line, format, args...) }
	switch {
	case len(r.Country) != 2 || strings.Trim(r.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return bad("%q is not a country: two capital letters", r.Country)
	case r.Years != nil && (*r.Years < leastYears || *r.Years > mostYears):
		return bad("%s: %d is not an age from %d to %d", r.Country, *r.Years, leastYears, mostYears)
	case r.Checked && r.Years == nil:
		return bad("%s: nothing is there to be checked", r.Country)
	case len(r.Codes) == 0:
		return bad("%s has no calling code", r.Country)
	}
	for _, code := range r.Codes {
		if len(code) < 1 || len(code) > 4 || strings.Trim(code, "0123456789") != "" || code[0] == '0' {
			return bad("%s: %q is not a calling code of 1 to 4 digits", r.Country, code)
		}
	}
	return nil
}

func readAges(fsys fs.FS) (bot.Ages, error) {
	var doc struct {
		Edition   edition   `yaml:",inline"`
		Countries []*ageRow `yaml:"countries"`
	}
	if err := read(fsys, agesFile, &doc); err != nil {
		return bot.Ages{}, err
	}
	if err := doc.Edition.check(agesFile); err != nil {
		return bot.Ages{}, err
	}
	ages := bot.Ages{Years: map[string]int{}, Codes: map[string][]string{}}
	seen := map[string]bool{}
	for _, r := range doc.Countries {
		if r == nil {
			return bot.Ages{}, fault(agesFile, 1, "an entry of countries is empty")
		}
		if err := r.check(); err != nil {
			return bot.Ages{}, err
		}
		if seen[r.Country] {
			return bot.Ages{}, fault(agesFile, r.line, "%s is there twice", r.Country)
		}
		seen[r.Country] = true
		for _, code := range r.Codes {
			ages.Codes[code] = append(ages.Codes[code], r.Country)
		}
		if r.Years != nil {
			ages.Years[r.Country] = *r.Years
			ages.Strictest = max(ages.Strictest, *r.Years)
		}
	}
	if ages.Strictest == 0 {
		return bot.Ages{}, fault(agesFile, 1, "no country has years")
	}
	return ages, nil
}
