package flows

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Parse reads one flow file, of this format or an older one; name is what
// faults call it. It returns a flow
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
	if root = p.newest(root); root == nil {
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

// newest is the tree in the newest format, or nil after a fault.
func (p *parser) newest(root ast.Node) ast.Node {
	for _, v := range pairsOf(root) {
		if keyOf(v) != "format" {
			continue
		}
		word, _ := wordOf(v.Value)
		format, err := strconv.Atoi(word)
		switch {
		case err != nil || format < 1:
			return root // refused where it is read
		case format > formatVersion:
			p.fault(p.where(v.Value), "This file is of format %d, and this Aval reads formats up to %d: it is too old for the file. "+
				"Bring Aval up to date, or write 'format: %d'.", format, formatVersion, formatVersion)
			return nil
		case format < formatVersion:
			return p.migrate(root, format)
		}
	}
	return root
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
		"entry":       func(n ast.Node) { p.entry(n) },
		"human":       func(n ast.Node) { p.humanWord(n) },
		"fields":      func(n ast.Node) { p.fieldList(n) },
		"start":       func(n ast.Node) { f.start = p.name(n, "start") },
		"states":      func(n ast.Node) { p.stateList(n) },
	})
	for _, word := range []string{"format", "id", "version", "title", "start", "states"} {
		if _, ok := had[word]; !ok {
			p.fault(p.where(n), "The flow has no '%s'. Add a line '%s: ...'.", word, word)
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
		if slices.Contains(conditionWords(), e.key) {
			p.fault(e.at, "Field '%s' has a name that means something else in conditions. Choose another.", e.key)
			continue
		}
		p.flow.Fields[e.key] = p.field(e)
	}
}
