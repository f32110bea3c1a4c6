package flows

import (
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// formatVersion is the version of the file format that this package reads.
// Every file names it, so that a later format can be told from a mistake.
const formatVersion = 1

// Parse reads one flow file; name is what faults call it. It returns a flow
// that is ready to run, or every fault of the file and no flow. A flow that
// parses is sound: every name in it leads somewhere. Whether it may be
// published is Lint's question.
func Parse(name string, data []byte) (*Flow, Faults) {
	p := read(name, data)
	if len(p.faults) > 0 {
		return nil, p.faults.sorted()
	}
	return p.flow, nil
}

// Load reads every .yaml file of a folder and lints them together. It returns
// the flows in the order of their file names, or every fault of every file
// and no flows: a folder is published as a whole or not at all.
func Load(folder fs.FS, r Rules) ([]*Flow, Faults) {
	var flows []*Flow
	var faults Faults
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		faults.add(".", spot{1, 1}, "The folder cannot be read.")
		return nil, faults
	}
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".yaml" {
			continue
		}
		data, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			faults.add(e.Name(), spot{1, 1}, "The file cannot be read.")
			continue
		}
		p := read(e.Name(), data)
		faults = append(faults, p.faults...)
		if p.flow != nil {
			flows = append(flows, p.flow)
		}
	}
	faults = append(faults, Lint(flows, r)...)
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return flows, nil
}

// read parses as far as it can. The flow is not nil when the file could be
// understood well enough to lint it, even with faults.
func read(name string, data []byte) *parser {
	p := &parser{file: name}
	root := p.document(data)
	if root == nil {
		return p
	}
	p.flow = &Flow{file: name, at: spots{}, Fields: map[string]Field{}, states: map[string]*state{}}
	p.top(root)
	if len(p.flow.states) == 0 {
		p.flow = nil
		return p
	}
	p.references()
	if len(p.faults) == 0 {
		p.compile()
	}
	p.flow.sound = len(p.faults) == 0
	return p
}

func (p *parser) top(n ast.Node) {
	f := p.flow
	var title, about phrase
	had := p.object(n, "a flow", fields{
		"format":      func(n ast.Node) { p.integer(n, "format", formatVersion, formatVersion) },
		"id":          func(n ast.Node) { f.ID = p.name(n, "id").name },
		"version":     func(n ast.Node) { f.Version = p.integer(n, "version", 1, 1_000_000) },
		"purpose":     func(n ast.Node) { f.Purpose = p.name(n, "purpose").name },
		"title":       func(n ast.Node) { title = p.phrase(n, "title") },
		"description": func(n ast.Node) { about = p.phrase(n, "description") },
		"keywords":    func(n ast.Node) { p.keywords(n) },
		"human":       func(n ast.Node) { p.humanWord(n) },
		"fields":      func(n ast.Node) { p.fieldList(n) },
		"start":       func(n ast.Node) { f.start = p.name(n, "start") },
		"states":      func(n ast.Node) { p.stateList(n) },
	})
	for _, word := range []string{"format", "id", "version", "title", "start", "states"} {
		if _, ok := had[word]; !ok {
			p.fault(where(n), "The flow has no '%s'. Add a line '%s: ...'.", word, word)
		}
	}
	f.at = merge(f.at, had)
	f.Title, f.Description = title.Text, about.Text
	p.menuRow("title", title, limitRow)
	p.menuRow("description", about, limitHint)
}

func merge(into, from spots) spots {
	for k, v := range from {
		into[k] = v
	}
	return into
}

// menuRow checks a part of the flow's row in the menu, which is fixed words:
// nobody has answered anything when it is shown.
func (p *parser) menuRow(what string, t phrase, limit int) {
	for _, lang := range names(t.Inline) {
		at := t.langs[lang]
		p.flow.at[what+" "+lang] = at
		if n := units(t.Inline[lang]); n > limit {
			p.fault(at, "The text '%s' of %s has %d characters; WhatsApp shows %d. Shorten it.", lang, what, n, limit)
		}
		if strings.ContainsAny(t.Inline[lang], "{}\n") {
			p.fault(at, "The text '%s' of %s must be one line without {fields}.", lang, what)
		}
	}
}

func (p *parser) keywords(n ast.Node) {
	p.flow.Keywords = map[string][]string{}
	for lang, list := range p.words(n, "keywords") {
		for _, w := range list {
			p.flow.Keywords[lang] = append(p.flow.Keywords[lang], w.name)
			p.flow.at["keyword "+lang+" "+w.name] = w.at
		}
	}
}

func (p *parser) humanWord(n ast.Node) {
	t := p.text(n, "human")
	if t.name != "house" {
		p.fault(t.at, "human must be 'house': the house's own word for a person works in every step. "+
			"Remove the line if every step leads to a handover by itself.")
	}
	p.flow.human = true
}

func (p *parser) fieldList(n ast.Node) {
	entries := p.entries(n, "fields")
	if len(entries) > maxFields {
		p.fault(entries[maxFields].at, "The flow has %d fields; %d are allowed.", len(entries), maxFields)
		entries = entries[:maxFields]
	}
	for _, e := range entries {
		if !validField(e.key) {
			p.fault(e.at, "Field '%s' must begin with a letter a to z and hold only a to z, 0 to 9 and _, at most %d.",
				cut(e.key, maxName), maxName)
			continue
		}
		p.flow.Fields[e.key] = p.field(e)
	}
}

func (p *parser) field(e entry) Field {
	what := "field '" + e.key + "'"
	f := Field{Type: typeText, at: e.at}
	had := p.object(e.value, what, fields{
		"purpose": func(n ast.Node) { f.Purpose = p.name(n, "purpose of "+what).name },
		"type":    func(n ast.Node) { f.Type = p.fieldType(n, what) },
		"keep":    func(n ast.Node) { p.keep(n, what, &f) },
		"label":   func(n ast.Node) { f.label = p.phrase(n, "label of "+what) },
		"max":     func(n ast.Node) { f.Max = p.integer(n, "max of "+what, 1, maxAnswer) },
	})
	if _, ok := had["purpose"]; !ok {
		p.fault(e.at, "No purpose declares %s. Say why it is asked: 'purpose: service'.", what)
	}
	if at, ok := had["max"]; ok && f.Type != typeText {
		p.fault(at, "max is for fields of type text; %s is of type %s.", what, f.Type)
	}
	if f.Max == 0 {
		f.Max = fieldSize(f.Type)
	}
	f.Label = f.label.Text
	if f.Keep > 0 && f.label.empty() {
		p.fault(e.at, "%s is kept, so people may want to correct it. Name it for them: 'label: {en: Your name}'.", capital(what))
	}
	return f
}

// fieldSize is the most characters that a value of a type can have.
func fieldSize(kind string) int {
	switch kind {
	case typeNumber:
		return maxDigits + 2 // sign and point
	case typeDate:
		return len("31 Dec 2026") // the longest way in which one is shown
	case typeChoice:
		return maxName
	case typeMedia:
		return maxAnswer
	}
	return defaultField
}

func (p *parser) fieldType(n ast.Node, what string) string {
	known := []string{typeText, typeNumber, typeDate, typeChoice, typeMedia, typePlace}
	return p.oneOf(p.text(n, "type of "+what), "type of "+what, known)
}

// oneOf returns a word of a closed list, or the first of the list after a
// fault.
func (p *parser) oneOf(t target, what string, known []string) string {
	for _, k := range known {
		if t.name == k {
			return k
		}
	}
	if t.name != "" {
		p.fault(t.at, "'%s' is not a known %s. %s", cut(t.name, maxName), what, didYouMean(t.name, known))
	}
	return known[0]
}

func (p *parser) keep(n ast.Node, what string, f *Field) {
	if s, ok := n.(*ast.StringNode); ok && s.Value == "conversation" {
		return
	}
	f.Keep = p.delay(n, "keep of "+what)
}
