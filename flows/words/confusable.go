package words

import (
	"strings"
	"unicode"
)

// twins are the lower-case letters whose small or capital shapes look alike in
// Latin, Cyrillic and Greek.
var twins = [...][3]rune{
	{'a', 'а', 'α'}, {'b', 'в', 'β'}, {'c', 'с', 0}, {'e', 'е', 'ε'}, {'h', 'н', 'η'}, {'i', 'і', 'ι'},
	{'j', 'ј', 0}, {'k', 'к', 'κ'}, {'m', 'м', 'μ'}, {'n', 0, 'ν'}, {'o', 'о', 'ο'}, {'p', 'р', 'ρ'},
	{'s', 'ѕ', 0}, {'t', 'т', 'τ'}, {'x', 'х', 'χ'}, {'y', 'у', 'υ'}, {'z', 0, 'ζ'}, {'w', 'ԝ', 0},
	{0, 'п', 'π'}, {0, 'г', 'γ'}, {0, 'ф', 'φ'},
}

var scripts = [...]*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek}

// unmix rewrites every word that mixes Latin, Cyrillic and Greek letters in
// the one script that can spell all of it, as СТOП with a Latin O. A word that
// no script can spell stays as it is.
func unmix(s string) string {
	if !mixed(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		end := indexOr(s, func(r rune) bool { return !ofWord(r) })
		b.WriteString(oneScript(s[:end]))
		s = s[end:]
		next := indexOr(s, ofWord)
		b.WriteString(s[:next])
		s = s[next:]
	}
	return b.String()
}

// ofWord reports letters and their marks, which are still apart here.
func ofWord(r rune) bool { return unicode.In(r, unicode.L, unicode.Mn) }

// indexOr is the first place where f holds, or the end.
func indexOr(s string, f func(rune) bool) int {
	if i := strings.IndexFunc(s, f); i >= 0 {
		return i
	}
	return len(s)
}

// mixed reports whether more than one of the three scripts occurs.
func mixed(s string) bool {
	var seen [len(scripts)]bool
	count := 0
	for _, r := range s {
		i := scriptOf(r)
		if i >= 0 && !seen[i] {
			seen[i] = true
			count++
		}
	}
	return count > 1
}

func scriptOf(r rune) int {
	if r >= 'a' && r <= 'z' {
		return 0
	}
	if r < 0xC0 || r > 0x2000 {
		return -1
	}
	for i, script := range scripts {
		if unicode.Is(script, r) {
			return i
		}
	}
	return -1
}

func oneScript(word string) string {
	if !mixed(word) {
		return word
	}
	for target := range scripts {
		if spelled, ok := respell(word, target); ok {
			return spelled
		}
	}
	return word
}

func respell(word string, target int) (string, bool) {
	ok := true
	spelled := strings.Map(func(r rune) rune {
		from := scriptOf(r)
		if from < 0 || from == target {
			return r
		}
		for _, row := range twins {
			if row[from] == r && row[target] != 0 {
				return row[target]
			}
		}
		ok = false
		return r
	}, word)
	return spelled, ok
}
