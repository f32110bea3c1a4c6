package words

import (
	"unicode"
	"unicode/utf8"
)

// shape puts one space between words and a clause mark between clauses, cuts
// what is at the ends, and leaves two of any letter that is repeated more.
// It reports whether it did so.
func shape(s string) (string, bool) {
	buf := make([]byte, 0, 2*Limit)
	run, stretched, gap := 0, false, ""
	last := rune(-1)
	for _, r := range s {
		k := kindOf(r)
		if k == kindNone {
			continue
		}
		if k != kindWord {
			last = -1
			if gap != clauseMark {
				gap = " "
			}
			if k == kindClause {
				gap = clauseMark
			}
			continue
		}
		run++
		if r != last {
			last, run = r, 1
		}
		if run > 2 && !unicode.IsDigit(r) {
			stretched = true
			continue
		}
		if gap != "" && len(buf) > 0 {
			buf = append(buf, gap...)
		}
		gap = ""
		buf = utf8.AppendRune(buf, r)
	}
	return string(buf), stretched
}

type kind int

const (
	kindWord   kind = iota
	kindSpace       // parts two words
	kindClause      // parts two clauses
	kindNone        // parts nothing: don't and dont are one
)

func kindOf(r rune) kind {
	switch r {
	case ' ':
		return kindSpace
	case '.', ',', ';', ':', '!', '?', '\n', '\r', '…', '。', '、', '，', '！', '？', '；', '：', '،', '؛', '؟', '।', '॥':
		return kindClause
	case '\'', '’', '‘', 'ʼ', '`', '´', '＇', '׳':
		return kindNone
	}
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', unicode.In(r, unicode.L, unicode.M, unicode.N):
		return kindWord
	}
	return kindSpace
}
