package webhook

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"aval/bot"
)

const (
	// maxID bounds every identifier. Meta's are below 260 bytes; a longer one
	// is not an identifier and must not become a key in the store.
	maxID = 512
	// maxText bounds what is kept of one text. Meta's longest is 4,096
	// characters, at most 16 KiB; four times that leaves room for growth.
	maxText = 64 << 10
	// maxWord bounds a word of Meta's that becomes a label of a metric.
	maxWord = 64
	// maxAhead is how far Meta's clock may run before ours without being
	// doubted (A18): more than any clock under NTP, less than any window.
	maxAhead = 5 * time.Minute
)

var errShape = errors.New("neither text nor number")

// loose is text that some of Meta's samples write as a number.
type loose string

// UnmarshalJSON keeps the digits of a number as they are: ids exceed 2^53.
func (l *loose) UnmarshalJSON(raw []byte) error {
	switch c := raw[0]; {
	case c == '"':
		if plain(raw) {
			*l = loose(raw[1 : len(raw)-1])
			return nil
		}
		return json.Unmarshal(raw, (*string)(l))
	case c == '-' || c >= '0' && c <= '9':
		*l = loose(raw)
		return nil
	case c == 'n': // null: as if it were missing
		return nil
	}
	return errShape
}

// plain reports whether a JSON string means what it shows. Nearly every id
// does, and reading it so saves a quarter of the time a message takes.
func plain(raw []byte) bool {
	for _, c := range raw {
		if c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// stamp is Unix seconds, written as text or as a number. It is 0 when
// unreadable: a wrong clock must not cost the message it stands on.
type stamp int64

// maxStamp is the last second of the year 9999.
const maxStamp = 253402300799

// UnmarshalJSON never fails.
func (s *stamp) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err == nil && n > 0 && n <= maxStamp {
		*s = stamp(n)
	}
	return nil
}

// at is the time of a stamp, zero when it was unreadable or lies ahead. A
// message dated ahead could be replayed for ever, because nothing but its time
// makes it old (A18).
func (p *parser) at(s stamp) time.Time {
	if s == 0 {
		return time.Time{}
	}
	t := time.Unix(int64(s), 0).UTC()
	if t.After(p.now.Add(maxAhead)) {
		return time.Time{}
	}
	return t
}

// stamped sets the time of an event and says when Meta's was unreadable.
func (p *parser) stamped(e *bot.Event, s stamp) {
	e.At = p.at(s)
	if e.At.IsZero() {
		e.Traits |= bot.TraitUntimed
	}
}

// faults is a list of Meta's errors, of which only the codes matter here. It
// is empty when unreadable.
type faults []struct {
	Code code `json:"code"`
}

// UnmarshalJSON never fails.
func (f *faults) UnmarshalJSON(raw []byte) error {
	type plain faults
	if json.Unmarshal(raw, (*plain)(f)) != nil {
		*f = nil
	}
	return nil
}

func (f faults) first() int {
	if len(f) == 0 {
		return 0
	}
	return int(f[0].Code)
}

// code is a number that a sample of Meta's writes as text; 0 when unreadable.
type code int

// UnmarshalJSON never fails.
func (c *code) UnmarshalJSON(raw []byte) error {
	n, _ := strconv.Atoi(strings.Trim(string(raw), `"`))
	*c = code(n)
	return nil
}

// sane reports whether all of these can be identifiers; empty ones can.
func sane(ids ...loose) bool {
	for _, id := range ids {
		if len(id) > maxID || strings.ContainsFunc(string(id), isControl) {
			return false
		}
	}
	return true
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// word makes a label of one of Meta's words. Anything that does not look like
// one becomes "other", so that no text of a person can come out in a metric.
func word(s loose) string {
	if s == "" {
		return "none"
	}
	if len(s) > maxWord || !isLetter(rune(s[0])) {
		return "other"
	}
	for _, r := range s {
		if !isLetter(r) && (r < '0' || r > '9') && r != '_' && r != '-' {
			return "other"
		}
	}
	return string(s)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// text is what a person wrote, without the NUL that some databases refuse and
// within bounds. Quarantine aside, the original bytes are not kept.
func text(s string) bot.Text {
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	if len(s) <= maxText {
		return bot.Text(s)
	}
	cut := maxText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return bot.Text(s[:cut])
}
