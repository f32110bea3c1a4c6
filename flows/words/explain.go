package words

import (
	"fmt"
	"strings"
)

// Explain shows how a text is read, clause by clause, for the person who
// fills the lists: each word with its classes, ? for one that the language
// does not know. Without a language it shows the likely ones.
func (l *Lexicon) Explain(text, lang string) string {
	var b strings.Builder
	f := normalise(text)
	for _, m := range l.find(text) {
		fmt.Fprintf(&b, "  = %s %s\n", m.Intent, m.Language)
	}
	s := &l.speech
	for part := range strings.SplitSeq(f.Plain, clauseMark) {
		var c, sliced clause
		if !c.set(part) {
			continue
		}
		var tried [maxTried]int
		likely := s.candidates(&c, &tried)
		for i, g := range s.tongues {
			if lang != "" && g.lang != lang || lang == "" && !contains(likely, i) {
				continue
			}
			read := &c
			if g.longest > 0 {
				if cut, fits := g.slice(&c, &sliced); cut && fits {
					read = &sliced
				}
			}
			words := read.buf
			s.mend(i, words[:len(read.words)], g.read(read.words, 0, &read.units))
			fmt.Fprintf(&b, "  %s:", g.lang)
			for _, u := range g.read(words[:len(read.words)], 0, &read.units) {
				fmt.Fprintf(&b, " %s=%s", shown(read, u, words[u.at]), u.class)
			}
			fmt.Fprintf(&b, "  -> %s\n", s.hear(i, read).weight)
		}
	}
	return b.String()
}

func shown(c *clause, u unit, mended string) string {
	if u.width > 1 {
		return fmt.Sprintf("%s(%d)", c.words[u.at], u.width)
	}
	if mended != c.words[u.at] {
		return c.words[u.at] + ">" + mended
	}
	return c.words[u.at]
}

func contains(all []int, i int) bool {
	for _, x := range all {
		if x == i {
			return true
		}
	}
	return false
}

// String says what a clause is.
func (w weight) String() string {
	return [...]string{"unknown words", "nothing", "unsure", "stop word beside others", "stop word", "stop"}[w]
}

// String names the classes.
func (c class) String() string {
	if c == 0 {
		return "?"
	}
	var names []string
	for i, name := range classNames {
		if c>>i&1 == 1 {
			names = append(names, name)
		}
	}
	if c&single != 0 {
		names = append(names, "single")
	}
	return strings.Join(names, "+")
}
