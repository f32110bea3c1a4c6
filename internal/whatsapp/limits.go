package whatsapp

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Limits of the Cloud API, as Meta documents them. Meta does not say whether
// it counts bytes, code points or UTF-16 units; see units.
const (
	maxText        = 4096
	maxCaption     = 1024
	maxButtonBody  = 1024
	maxListBody    = 4096
	maxLinkBody    = 1024
	maxFooter      = 60
	maxButtons     = 3
	maxButtonLabel = 20
	maxButtonID    = 256
	maxRows        = 10
	maxRowTitle    = 24
	maxRowHint     = 72
	maxRowID       = 200
	maxCallback    = 512
	maxURL         = 2000
	maxTemplate    = 512
	// maxParam is the room of a whole template body: no parameter that is
	// longer can ever fit.
	maxParam = 1024
	// maxFileName is what common file systems hold; Meta documents no limit.
	maxFileName = 240
	// maxChoices bounds the work of the checks. Numbered text with more lines
	// than this is no question that anybody answers.
	maxChoices = 100
)

// units is the length of s in UTF-16 units. A string never has more runes than
// units, so staying within a limit in units is within it in both. A byte that
// is not UTF-8 counts as the one replacement character it is sent as.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// fits spares the count for the many strings that have few bytes: no string
// has more units than bytes.
func fits(s string, limit int) bool { return len(s) <= limit || units(s) <= limit }

// cut shortens s to the limit and never inside a grapheme cluster, so that a
// family does not lose a child and a letter keeps its accents. A first cluster
// that is over the limit by itself leaves nothing.
func cut(s string, limit int) string {
	if fits(s, limit) {
		return s
	}
	rest, state := s, -1
	used, end := 0, 0
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		used += units(cluster)
		if used > limit {
			break
		}
		if seen := len(s) - len(rest); !conjoins(cluster) {
			end = seen
		}
	}
	return s[:end]
}

// conjoins reports whether a cluster ends in the sign that ties it to the next
// consonant (rule GB9c of Unicode 15.1, which the library does not know yet).
func conjoins(cluster string) bool {
	r, _ := utf8.DecodeLastRuneInString(cluster)
	switch r {
	case 0x094D, 0x09CD, 0x0ACD, 0x0B4D, 0x0C4D, 0x0D4D:
		return true
	}
	return false
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// oneLine is for labels, which WhatsApp shows on one line.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\r\t\v\f") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}
