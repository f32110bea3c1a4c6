package law

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"aval/bot"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

const (
	casesFile = "cases.yaml"
	agesFile  = "ages.yaml"
	// fallback is the profile that counts where none of a brand's does.
	fallback = "default"
)

func profiles() []string { return []string{"gdpr", "lgpd", "hipaa", fallback} }

func kinds() []string {
	return []string{"access", "portability", "rectify", "erase", "restrict", "object"}
}

// edition tells which state of the law a file holds.
type edition struct {
	Version int    `yaml:"version"`
	AsOf    string `yaml:"as_of"`
}

// fault is an error at a line of a file.
func fault(file string, line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", file, line, fmt.Sprintf(format, args...))
}

// read decodes a file. Only what is known may stand in it, since a misspelt
// key would be a figure that does not count.
func read(fsys fs.FS, name string, into any) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("figures of the law: %w", err)
	}
	err = yaml.UnmarshalWithOptions(raw, into, yaml.Strict())
	if err == nil {
		return nil
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return fault(name, at.GetToken().Position.Line, "%s", at.GetMessage())
	}
	return fault(name, 1, "%s", err)
}

func (e edition) check(file string) error {
	if e.Version < 1 {
		return fault(file, 1, "version is missing")
	}
	if _, err := time.Parse(time.DateOnly, e.AsOf); err != nil {
		return fault(file, 1, "as_of is not a date: %q", e.AsOf)
	}
	return nil
}

// termRow is one term of cases.yaml.
type termRow struct {
	termFields
	line int
}

type termFields struct {
	Profile    string   `yaml:"profile"`
	Kinds      []string `yaml:"kinds"`
	Months     int      `yaml:"months"`
	Days       int      `yaml:"days"`
	MoreMonths int      `yaml:"more_months"`
	MoreDays   int      `yaml:"more_days"`
	Roll       bool     `yaml:"roll"`
	Source     string   `yaml:"source"`
	Note       string   `yaml:"note"`
}

// UnmarshalYAML keeps the line for what is checked after reading.
func (r *termRow) UnmarshalYAML(n ast.Node) error {
	r.line = line(n)
	return yaml.NodeToValue(n, &r.termFields, yaml.Strict())
}

// line is that of the first key: the token of a mapping is its first colon.
func line(n ast.Node) int { return n.GetToken().Position.Line }

func (r *termRow) check() error {
	bad := func(format string, args ...any) error { return fault(casesFile, r.line, format, args...) }
	switch {
	case !slices.Contains(profiles(), r.Profile):
		return bad("%q is not a legal profile: %s", r.Profile, strings.Join(profiles(), ", "))
	case len(r.Kinds) == 0:
		return bad("kinds are missing")
	case r.Months < 0 || r.Days < 0 || r.MoreMonths < 0 || r.MoreDays < 0:
		return bad("a term is not negative")
	case (r.Months > 0) == (r.Days > 0):
		return bad("a term is months or days, one of them")
	case r.MoreMonths > 0 && r.Days > 0, r.MoreDays > 0 && r.Months > 0:
		return bad("an extension is counted as its term is")
	case r.Source == "" || r.Note == "":
		return bad("source and note are needed: a figure names what it rests on")
	}
	for _, kind := range r.Kinds {
		if !slices.Contains(kinds(), kind) {
			return bad("%q is not a kind of case: %s", kind, strings.Join(kinds(), ", "))
		}
	}
	return nil
}

func (r *termRow) term() bot.Term {
	return bot.Term{Source: r.Source, Months: r.Months, Days: r.Days,
		MoreMonths: r.MoreMonths, MoreDays: r.MoreDays, Roll: r.Roll}
}

func readTerms(fsys fs.FS) (map[string]map[string]bot.Term, error) {
	var doc struct {
		Edition edition    `yaml:",inline"`
		Terms   []*termRow `yaml:"terms"`
	}
	if err := read(fsys, casesFile, &doc); err != nil {
		return nil, err
	}
	if err := doc.Edition.check(casesFile); err != nil {
		return nil, err
	}
	terms := map[string]map[string]bot.Term{}
	for _, p := range profiles() {
		terms[p] = map[string]bot.Term{}
	}
	for _, r := range doc.Terms {
		if r == nil {
			return nil, fault(casesFile, 1, "an entry of terms is empty")
		}
		if err := r.check(); err != nil {
			return nil, err
		}
		for _, kind := range r.Kinds {
			if _, twice := terms[r.Profile][kind]; twice {
				return nil, fault(casesFile, r.line, "%s has two terms for %s", r.Profile, kind)
			}
			terms[r.Profile][kind] = r.term()
		}
	}
	if missing := len(kinds()) - len(terms[fallback]); missing > 0 {
		return nil, fault(casesFile, 1, "profile default lacks %d kinds", missing)
	}
	return terms, nil
}
