package drawing

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// The letters are the reader's own, which nobody can measure here. The widths
// below are those of a wide sans-serif, so that a text which fits by them fits
// in any letter that systems use for their menus.

// widthOf is the width of a text at a size, in bold or not.
func widthOf(text string, size float64, bold bool) float64 {
	sum := 0.0
	for rest := text; rest != ""; {
		var cluster string
		cluster, rest, _, _ = uniseg.FirstGraphemeClusterInString(rest, -1)
		sum += clusterWidth(cluster)
	}
	if bold {
		sum *= 1.12
	}
	return sum * size
}

// clusterWidth is the width of what is seen as one letter, in ems.
func clusterWidth(cluster string) float64 {
	if uniseg.StringWidth(cluster) == 2 {
		return 1.15 // Chinese, Japanese, Korean, emoji
	}
	sum := 0.0
	for _, r := range cluster {
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc) {
			continue
		}
		sum += runeWidth(r)
	}
	return sum
}

func runeWidth(r rune) float64 {
	switch {
	case r == ' ' || r == '\u00a0':
		return 0.36
	case strings.ContainsRune(".,:;!'|iljI·’", r):
		return 0.4
	case strings.ContainsRune("ftr()[]/\\-\"“”", r):
		return 0.46
	case strings.ContainsRune("mwMW@%&—…", r):
		return 1.02
	case r >= '0' && r <= '9':
		return 0.65
	case unicode.IsUpper(r):
		return 0.8
	case unicode.In(r, unicode.Latin, unicode.Greek, unicode.Hebrew, unicode.Arabic):
		return 0.66
	case unicode.Is(unicode.Cyrillic, r):
		return 0.74
	case r < unicode.MaxASCII:
		return 0.7 // signs
	}
	return 0.9
}

// wrap breaks a text into lines of at most a width, where its script allows
// a break, and inside a word only when the word alone is too wide.
func wrap(text string, size, width float64, bold bool) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapParagraph(strings.TrimSpace(paragraph), size, width, bold)...)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func wrapParagraph(text string, size, width float64, bold bool) []string {
	var lines []string
	line, state := "", -1
	fits := func(s string) bool { return widthOf(strings.TrimRight(s, " "), size, bold) <= width }
	for rest := text; rest != ""; {
		var word string
		word, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		if fits(line + word) {
			line += word
			continue
		}
		if line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
		}
		for line = word; !fits(line); {
			head := longest(line, fits)
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// longest is the most of a word that fits, and one letter at least.
func longest(word string, fits func(string) bool) string {
	end := 0
	for rest := word; rest != ""; {
		var cluster string
		cluster, rest, _, _ = uniseg.FirstGraphemeClusterInString(rest, -1)
		if end > 0 && !fits(word[:end+len(cluster)]) {
			break
		}
		end += len(cluster)
	}
	// The parts of a name such as order_number stay whole if they can.
	if seam := strings.LastIndexAny(word[:end], "_-./(") + 1; end < len(word) && seam > 0 {
		end = seam
	}
	return word[:end]
}

// shorten cuts lines to a number of them and marks what was cut.
func shorten(lines []string, most int, size, width float64) []string {
	if len(lines) <= most {
		return lines
	}
	last := lines[most-1]
	for last != "" && widthOf(last+"…", size, false) > width {
		_, tail := lastCluster(last)
		last = strings.TrimSuffix(last, tail)
	}
	return append(lines[:most-1:most-1], strings.TrimRight(last, " ")+"…")
}

func lastCluster(s string) (head, tail string) {
	for rest := s; rest != ""; {
		tail, rest, _, _ = uniseg.FirstGraphemeClusterInString(rest, -1)
	}
	return strings.TrimSuffix(s, tail), tail
}

// rightToLeft reports whether a language is written so.
func rightToLeft(lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	switch base {
	case "ar", "fa", "he", "ur", "yi", "ps", "ckb", "sd", "ug", "dv":
		return true
	}
	return false
}
