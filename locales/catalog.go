package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed active.*.json words/*.yaml
var files embed.FS

// Default is the language of a text when the wanted one is not there. English
// is read by the most people who chose none of the others.
const Default = "en"

// missing stands where a value was not given: a gap that a person can read
// over, unlike what the template engine prints by itself.
const missing = "…"

var (
	placeholder = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)
	action      = regexp.MustCompile(`\{\{|\}\}`)
)

// Catalog is the sentences of all languages. It never changes after Load and
// is safe for concurrent use.
type Catalog struct {
	tables map[string]*table
	langs  []string
	misses atomic.Int64
}

// table is one language. The localiser is built once because building it costs
// more than most sentences do.
type table struct {
	localizer *i18n.Localizer
	sentences map[string]sentence
}

// sentence is a ready text, or the names that its template needs.
type sentence struct {
	plain string
	needs []string
}

// Load reads the sentences that are built into the program. An error means the
// program was built from a faulty catalogue: a broken file, an empty text, or a
// template that does more than name a value.
func Load() (*Catalog, error) { return load(files) }

func load(fsys fs.FS) (*Catalog, error) {
	names, err := fs.Glob(fsys, "active.*.json")
	if err != nil {
		return nil, fmt.Errorf("catalogue names: %w", err)
	}
	bundle := i18n.NewBundle(language.MustParse(Default))
	c := &Catalog{tables: map[string]*table{}}
	for _, name := range names {
		file, err := bundle.LoadMessageFileFS(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		t, err := newTable(file.Messages)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		c.tables[file.Tag.String()] = t
	}
	if c.tables[Default] == nil {
		return nil, fmt.Errorf("catalogue of the default language %q is missing", Default)
	}
	for lang, t := range c.tables {
		t.localizer = i18n.NewLocalizer(bundle, lang)
	}
	c.langs = slices.Sorted(maps.Keys(c.tables))
	return c, nil
}

func newTable(messages []*i18n.Message) (*table, error) {
	t := &table{sentences: make(map[string]sentence, len(messages))}
	for _, m := range messages {
		if strings.TrimSpace(m.Other) == "" {
			return nil, fmt.Errorf("%s has no text", m.ID)
		}
		s := sentence{needs: placeholders(forms(m)...)}
		if action.MatchString(placeholder.ReplaceAllString(strings.Join(forms(m), ""), "")) {
			return nil, fmt.Errorf("%s has a template that does more than name a value", m.ID)
		}
		if len(s.needs) == 0 && len(forms(m)) == 1 {
			s.plain = m.Other
		}
		t.sentences[m.ID] = s
	}
	return t, nil
}

// forms are the plural forms that are there; a plain message has one, other.
func forms(m *i18n.Message) []string {
	all := []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

func placeholders(texts ...string) []string {
	var names []string
	for _, text := range texts {
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			names = append(names, found[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Text returns the sentence in the language, with the data put in. The
// language may carry a region ("pt-BR", "pt_BR"), which is ignored. A number
// under the name Count chooses the plural form.
//
// It is never empty for an id that is known. What is lacking is replaced and
// counted in Misses: a language or translation by the default one, a value by
// an ellipsis, an unknown id by the id itself.
func (c *Catalog) Text(lang, id string, data map[string]any) string {
	t, ok := c.tables[base(lang)]
	if !ok {
		c.misses.Add(1)
		t = c.tables[Default]
	}
	s, ok := t.sentences[id]
	if !ok {
		c.misses.Add(1)
		t = c.tables[Default]
		if s, ok = t.sentences[id]; !ok {
			return id
		}
	}
	if s.plain != "" {
		return s.plain
	}
	return c.render(t, id, s, data)
}

// render never uses MustLocalize, which panics on a mere fallback; the text
// that comes beside an error is still the best there is.
func (c *Catalog) render(t *table, id string, s sentence, data map[string]any) string {
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: c.complete(s, data)}
	if count, ok := data["Count"]; ok {
		config.PluralCount = count
	}
	text, err := t.localizer.Localize(config)
	if err != nil {
		c.misses.Add(1)
	}
	if text == "" {
		return id
	}
	return text
}

// complete fills the gaps in the data, because the engine would print
// "<no value>" and call it a success.
func (c *Catalog) complete(s sentence, data map[string]any) map[string]any {
	whole := data
	for _, name := range s.needs {
		if data[name] != nil {
			continue
		}
		if whole = maps.Clone(whole); whole == nil {
			whole = map[string]any{}
		}
		whole[name] = missing
		c.misses.Add(1)
	}
	return whole
}

// Languages returns the languages that have sentences, sorted.
func (c *Catalog) Languages() []string { return slices.Clone(c.langs) }

// Supports reports whether the language, its region aside, has sentences.
func (c *Catalog) Supports(lang string) bool {
	_, ok := c.tables[base(lang)]
	return ok
}

// Has reports whether the id has a sentence in the default language.
func (c *Catalog) Has(id string) bool {
	_, ok := c.tables[Default].sentences[id]
	return ok
}

// Misses counts how often Text had to replace something since Load. Anything
// but zero is a fault in a catalogue or in a caller.
func (c *Catalog) Misses() int64 { return c.misses.Load() }

// base cuts the region and the script off a language tag. It does not allocate
// for the tags the house itself keeps.
func base(lang string) string {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	return strings.ToLower(lang)
}

// Match chooses among the languages by an Accept-Language header.
func (c *Catalog) Match(header string) string {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return Default
	}
	for _, tag := range wanted {
		if lang := base(tag.String()); c.Supports(lang) {
			return lang
		}
	}
	return Default
}
