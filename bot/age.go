package bot

import "strings"

// Ages are the years from which a person consents alone, by country (GDPR 8
// and its like). They are data: see internal/law.
type Ages struct {
	// Years by ISO 3166 code; a country that is not in it has the strictest.
	Years map[string]int
	// Codes are the countries of a calling code, which several may share.
	Codes map[string][]string
	// Strictest is the highest of the years, for whoever's country is unknown.
	Strictest int
}

// Threshold returns the country whose rule applies to a person and its years.
// Meta's own word, the prefix of the BSUID ("BR.150…"), comes before that of
// the number. Where a calling code is shared, the strictest country counts;
// the country is "" where none, or no single one, can be named.
func (a Ages) Threshold(ids Identifiers) (country string, years int) {
	if prefix, _, found := strings.Cut(string(ids.BSUID), "."); found && isCountry(prefix) {
		return prefix, a.of(prefix)
	}
	digits := strings.TrimPrefix(string(ids.Phone), "+")
	for n := min(len(digits), longestCode); n > 0; n-- {
		if sharing := a.Codes[digits[:n]]; len(sharing) > 0 {
			return a.strictest(sharing)
		}
	}
	return "", a.Strictest
}

// longestCode is the most digits of a calling code that is a country's own:
// +1 809 is the Dominican Republic, and no longer one is told apart.
const longestCode = 4

func (a Ages) strictest(sharing []string) (country string, years int) {
	for _, c := range sharing {
		switch of := a.of(c); {
		case of > years:
			country, years = c, of
		case of == years:
			country = ""
		}
	}
	return country, years
}

func (a Ages) of(country string) int {
	if years, known := a.Years[country]; known {
		return years
	}
	return a.Strictest
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
