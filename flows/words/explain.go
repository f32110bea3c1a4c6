package words

import (
	"fmt"
	"slices"
	"strings"
)

// Explain shows how a text is read, clause by clause, for the person who
// fills the lists: each word with its classes, ? for one that the language
// does not know. Without a language it shows the likely ones.
func (l *Lexicon) Explain(text, lang string) string {
	var b strings.Builder
	f := normalise(text)
	for _, m := range l.find(text, ^uint64(0)) {
		fmt.Fprintf(&b, "  = %s %s\n", m.Intent, m.Language)
	}
	s := &l.speech
	var d desk
	for part := range strings.SplitSeq(s.rejoin(f.Plain), clauseMark) {
		c := &d.whole
		if !c.set(part) {
			continue
		}
		s.look(c)
		var tried [maxTried]int
		likely := s.candidates(c, &tried)
		for i, g := range s.tongues {
			if lang == g.lang || lang == "" && slices.Contains(likely, i) {
				s.explain(&b, &d, g)
			}
		}
	}
	return b.String()
}

// explain writes how one language reads the clause.
func (s *speaking) explain(b *strings.Builder, d *desk, g *tongue) {
	c := &d.whole
	if g.longest > 0 {
		if cut, fits := g.slice(c, &d.cut); cut && fits {
			c = &d.cut
			s.look(c)
		}
	}
	mended := &d.mended
	mended.words = mended.buf[:copy(mended.buf[:], c.words)]
	g.typos().mend(mended.words, g.read(c, 0))
	s.look(mended)
	fmt.Fprintf(b, "  %s:", g.lang)
	for _, u := range g.read(mended, 0) {
		fmt.Fprintf(b, " %s=%s", shown(c, u, mended.words[u.at]), u.class)
	}
	fmt.Fprintf(b, "  -> %s\n", s.hear(d, g.bit, c, true).weight)
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
