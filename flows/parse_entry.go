package flows

import (
	"regexp"

	"github.com/goccy/go-yaml/ast"
)

// entry reads what begins the flow.
func (p *parser) entry(n ast.Node) {
	e := &p.flow.Entry
	p.object(n, "entry", fields{
		"keywords": func(n ast.Node) { p.keywords(n) },
		"links":    func(n ast.Node) { e.Links = p.entryWords(n, "link") },
		"buttons":  func(n ast.Node) { e.Buttons = p.entryWords(n, "button") },
		"ads":      func(n ast.Node) { e.Ads = p.ads(n) },
	})
}

func (p *parser) keywords(n ast.Node) {
	p.flow.Entry.Keywords = map[string][]string{}
	for lang, list := range p.words(n, "keywords") {
		for _, w := range list {
			p.flow.Entry.Keywords[lang] = append(p.flow.Entry.Keywords[lang], w.name)
			p.flow.at["keyword "+lang+" "+w.name] = w.at
		}
	}
}

// entryWords reads the links or the buttons: plain words, which travel well.
func (p *parser) entryWords(n ast.Node, kind string) []string {
	var out []string
	for _, item := range p.items(n, kind+"s of entry", maxKeywords) {
		t := p.name(item, "a "+kind+" of entry")
		if t.name == "" {
			continue
		}
		out = append(out, t.name)
		p.flow.at[kind+" "+t.name] = t.at
	}
	return out
}

var adForm = regexp.MustCompile(`^[0-9]{1,40}$`)

func (p *parser) ads(n ast.Node) []string {
	var out []string
	for _, item := range p.items(n, "ads of entry", maxKeywords) {
		t := p.text(item, "an ad of entry")
		if t.name == "" {
			continue
		}
		if !adForm.MatchString(t.name) {
			p.fault(t.at, "'%s' is no id of an ad. Copy the number that Meta shows for it, in quotes.", cut(t.name, maxName))
			continue
		}
		out = append(out, t.name)
		p.flow.at["ad "+t.name] = t.at
	}
	return out
}
