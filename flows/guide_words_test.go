package flows_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"aval/flows"
)

// unknown is a word that the format will never have. Where it stands, the
// parser answers with all the words that could.
const unknown = "zzzzzzzzzzzz"

var choose = regexp.MustCompile(`Choose: ([a-z_, ]+)\.`)

// formatWords asks the parser for every word of the format: those of the top,
// and below each word that it names those that can stand there.
func formatWords() []string {
	found, asked := map[string]bool{}, map[string]bool{}
	var ask func(path []string)
	ask = func(path []string) {
		for _, value := range []string{unknown, "{" + unknown + ": 1}", "[" + unknown + "]", "[{" + unknown + ": 1}]"} {
			_, faults := flows.Parse("f.yaml", []byte(nested(path, value)))
			for _, f := range faults {
				if !strings.HasPrefix(f.Text, "'"+unknown+"'") {
					continue
				}
				for _, list := range choose.FindAllStringSubmatch(f.Text, -1) {
					for word := range strings.SplitSeq(list[1], ", ") {
						below := append(slices.Clip(path), word)
						if found[word] = true; !asked[strings.Join(below, " ")] {
							asked[strings.Join(below, " ")] = true
							ask(below)
						}
					}
				}
			}
		}
	}
	ask(nil)
	ask([]string{"fields", "a"})
	ask([]string{"states", "a"})
	var out []string
	for word := range found {
		out = append(out, word)
	}
	slices.Sort(out)
	return out
}

// nested writes a value below a path.
func nested(path []string, value string) string {
	for _, word := range slices.Backward(path) {
		value = "{" + word + ": " + value + "}"
	}
	if len(path) == 0 {
		return unknown + ": 1\n" // nothing but words can stand at the top
	}
	return value + "\n"
}

var (
	ticked  = regexp.MustCompile("`[^`\n]+`")
	inTicks = regexp.MustCompile(`[A-Za-z_]+`)
	besides = []string{"contains", "startsWith", "endsWith", "matches", "in", "key", "conversation", "house"}
)

// explainsAll looks for each word between ` and ` in the text outside the
// examples, which is where it is explained.
func (g *guide) explainsAll(t *testing.T) {
	told := map[string]bool{}
	for _, b := range g.blocks {
		if b.kind != "" {
			continue
		}
		for _, span := range ticked.FindAllString(b.body, -1) {
			for _, word := range inTicks.FindAllString(span, -1) {
				told[word] = true
			}
		}
	}
	format := formatWords()
	for _, sure := range []string{"purpose", "keywords", "expect", "hint", "endpoint", "not_found", "share", "after", "audio", "email", "otherwise", "safe"} {
		if !slices.Contains(format, sure) {
			t.Errorf("the parser was not asked for %q", sure)
		}
	}
	for _, word := range slices.Concat(format, flows.ConditionWords(), besides) {
		if !told[word] {
			t.Errorf("the guide does not explain %q", word)
		}
	}
}
