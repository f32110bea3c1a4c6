package bot

import (
	"log/slog"
	"strings"
)

// The types in this file hold what says something about a person. They print
// as a placeholder wherever text is made by accident: fmt, slog, JSON, errors.
// Code that really needs the value converts it with string(v), which is easy
// to search for and to review.

// Text is what a person wrote, or what we wrote to them.
type Text string

// Phone is a telephone number in E.164 with its leading plus, for example
// "+15550100001". Meta's webhooks leave the plus out; NewPhone adds it.
type Phone string

// BSUID is Meta's business-scoped user id, for example "US.7000". It belongs
// to one business portfolio and changes when the person changes number.
type BSUID string

// Secret is a token, an app secret or a nonce that must never be shown.
type Secret string

// NewPhone makes a Phone from the digits Meta sends. It reports false for
// anything that is not 5 to 20 digits with an optional plus: a BSUID has been
// seen in the place of a number and must not be mangled into one.
func NewPhone(s string) (Phone, bool) {
	digits := strings.TrimPrefix(s, "+")
	if len(digits) < 5 || len(digits) > 20 {
		return "", false
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return "", false
		}
	}
	return Phone("+" + digits), true
}

// Masked shows the country's first digits and the last four, which is what an
// agent or an operator sees (PSE-3). It returns "" for an empty number.
func (p Phone) Masked() string {
	if p == "" {
		return ""
	}
	s := string(p)
	if len(s) < 9 {
		return s[:2] + " ••••"
	}
	return s[:3] + " •••• " + s[len(s)-4:]
}

// Masked shows the country prefix and the last four characters.
func (b BSUID) Masked() string {
	s := string(b)
	if len(s) < 8 {
		return "••••"
	}
	return s[:3] + "••••" + s[len(s)-4:]
}

const redacted = "[personal]"

// String returns a placeholder.
func (Text) String() string { return redacted }

// LogValue returns a placeholder.
func (Text) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns a placeholder.
func (Text) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// String returns a placeholder.
func (Phone) String() string { return redacted }

// LogValue returns a placeholder.
func (Phone) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns a placeholder.
func (Phone) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// String returns a placeholder.
func (BSUID) String() string { return redacted }

// LogValue returns a placeholder.
func (BSUID) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns a placeholder.
func (BSUID) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// String returns a placeholder.
func (Secret) String() string { return redacted }

// LogValue returns a placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns a placeholder.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// GoString keeps %#v from printing the value.
func (Text) GoString() string { return redacted }

// GoString keeps %#v from printing the value.
func (Phone) GoString() string { return redacted }

// GoString keeps %#v from printing the value.
func (BSUID) GoString() string { return redacted }

// GoString keeps %#v from printing the value.
func (Secret) GoString() string { return redacted }
