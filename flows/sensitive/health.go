package sensitive

import (
	"bytes"
	"cmp"
	"embed"
	"slices"
	"strings"
)

//go:embed health/*.txt
var healthFiles embed.FS

// kind is what a phrase of a health file does.
type kind string

// The kinds are the headings of those files.
const (
	plainly kind = "clear"   // is health data by itself
	illness kind = "words"   // is it beside a sign
	sign    kind = "signs"   // says that what is near is about the writer
	turn    kind = "turns"   // says that what follows is not
	friend  kind = "friends" // only looks like one of the others
)

type phrase struct {
	words []string
	kind  kind
	lang  int
}

// maxLangs bounds the files; a text keeps its state for each.
const maxLangs = 16

// phrases are those of all languages by their first word, the longest first.
// They never change after the program began.
var phrases = readPhrases()

func readPhrases() map[string][]phrase {
	all := map[string][]phrase{}
	files, _ := healthFiles.ReadDir("health")
	for lang, file := range files {
		text, _ := healthFiles.ReadFile("health/" + file.Name())
		under := illness
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if heading, ok := strings.CutPrefix(line, "## "); ok {
				under = kind(heading)
			}
			if line == "" || line[0] == '#' {
				continue
			}
			r := read(line, nil, nil)
			var words []string
			for i := range r.tokens {
				words = append(words, string(r.word(i)))
			}
			all[words[0]] = append(all[words[0]], phrase{words, under, lang})
		}
	}
	for _, list := range all {
		slices.SortStableFunc(list, func(a, b phrase) int { return cmp.Compare(len(b.words), len(a.words)) })
	}
	return all
}

// How many words may stand between a sign and a health word after it, or
// before it ("Diabetes habe ich").
const (
	signBefore = 4
	signAfter  = 1
)

// about is where a sentence stands in one language: after the last token of
// its last sign and of its last health word, or 0.
type about struct {
	sign, word int
	turned     bool
}

// illness reports health data: a phrase that is clear, or a health word and a
// sign of the same language in one sentence, with nothing that turns it away.
func (r *reading) illness() bool {
	var state [maxLangs]about
	done := [maxLangs]int{} // tokens before it belong to a phrase of the language
	for i := range r.tokens {
		if bytes.ContainsAny(r.gap(i), ".!?;\n") && i > 0 {
			state = [maxLangs]about{}
		}
		for _, p := range phrases[string(r.word(i))] {
			if done[p.lang] > i || !r.follows(i, p.words) {
				continue
			}
			done[p.lang] = i + len(p.words)
			if p.kind == turn { // in any language: people mix them, and "diabetes" is the same in many
				state = [maxLangs]about{}
				for lang := range state {
					state[lang].turned = true
				}
				continue
			}
			if p.kind == plainly || state[p.lang].hear(p.kind, i, done[p.lang]) {
				return true
			}
		}
	}
	return false
}

// hear takes in a phrase from one token to before another.
func (a *about) hear(k kind, from, to int) bool {
	switch k {
	case sign:
		a.sign, a.turned = to, false
		return a.word > 0 && from-a.word <= signAfter
	case illness:
		if a.sign > 0 && from-a.sign <= signBefore {
			return true
		}
		if !a.turned {
			a.word = to
		}
	}
	return false
}

// follows compares the tokens from i on with the words of a phrase.
func (r *reading) follows(i int, words []string) bool {
	if i+len(words) > len(r.tokens) {
		return false
	}
	for n, w := range words[1:] {
		if string(r.word(i+1+n)) != w {
			return false
		}
	}
	return true
}
