package flows

import (
	"cmp"
	"strings"
	"unicode"
)

// A template's text is the business's, and what fills its places looks as if
// the business had said it. Values are therefore made harmless here, at the
// last moment and whoever they came from (TPL-1).

// template is the message template of a step with its values.
func (t *turn) template(form *templatePart) *Template {
	out := &Template{Name: form.name.name}
	for _, p := range form.params {
		out.Params = append(out.Params, t.param(form, p.name))
	}
	return out
}

// param is one value. Meta refuses a message with an empty one.
func (t *turn) param(form *templatePart, name string) Answer {
	value := oneLine(shown(t.pos.Vars[name], t.in.Lang))
	if t.flow.Fields[name].safe {
		value = cmp.Or(properName(value), pickLanguage(form.orElse.Inline, t.in.Lang))
	}
	if value == "" {
		value = missing
	}
	return Answer(value)
}

// missing stands where a value should.
const missing = "…"

// oneLine drops what Meta refuses in a parameter: line ends, tabs and runs of
// spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// properName is s if it can be a person's name, cut to what a greeting can
// hold, and nothing otherwise. Digits, dots, slashes and signs make numbers,
// addresses and amounts, which no name has.
func properName(s string) string {
	s = cut(s, nameCap)
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) && !strings.ContainsRune(" -'’", r) {
			return ""
		}
	}
	s = strings.Trim(s, " -'’")
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return ""
	}
	return s
}
