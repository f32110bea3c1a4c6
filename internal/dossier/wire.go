package dossier

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// The types of this file are the JSON of the package, as docs/package.schema.json
// has it. The types of the domain print as placeholders, on purpose, so
// everything is copied.

const (
	schemaName    = "aval-package"
	schemaVersion = 1
	scopeReceipt  = "receipt"
)

type manifest struct {
	Schema     string     `json:"schema"`
	Version    int        `json:"version"`
	Reference  string     `json:"reference"`
	Scope      string     `json:"scope"`
	Made       time.Time  `json:"made"`
	Language   string     `json:"language"`
	Controller controller `json:"controller"`
	Subject    string     `json:"subject"`
	Files      []listed   `json:"files"`
}

type listed struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 digest `json:"sha256"`
}

type controller struct {
	Brand   string `json:"brand"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Contact string `json:"contact"`
	DPO     string `json:"data_protection_officer"`
	Privacy string `json:"privacy_notice"`
}

type identifiers struct {
	Account  string `json:"whatsapp_user_id,omitempty"`
	Parent   string `json:"parent_user_id,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Identity string `json:"identity_hash,omitempty"`
}

type profile struct {
	Identifiers identifiers   `json:"identifiers"`
	Former      []identifiers `json:"former_identifiers,omitempty"`
	Created     time.Time     `json:"created,omitzero"`
	Language    language      `json:"language"`
	AgeBand     string        `json:"age_band,omitempty"`
	Fields      []field       `json:"fields"`
}

type language struct {
	Tag    string `json:"tag,omitempty"`
	Chosen bool   `json:"chosen"`
}

type field struct {
	Name    string    `json:"name"`
	Label   string    `json:"-"` // for people
	Value   string    `json:"value"`
	Purpose string    `json:"purpose,omitempty"`
	Source  string    `json:"source"`
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"`
}

type message struct {
	At        time.Time `json:"at"`
	Direction string    `json:"direction"`
	From      string    `json:"from"`
	Type      string    `json:"type"`
	Text      string    `json:"text"`
}

// direction tells who wrote, as seen from the controller.
func direction(from string) string {
	if from == "person" {
		return "in"
	}
	return "out"
}

type preferences struct {
	Channel string `json:"channel,omitempty"`
	Hold    string `json:"hold,omitempty"`
}

// rightsCase is a case without what waits inside it: open questions, codes and
// links are secrets of the procedure and no information about the person.
type rightsCase struct {
	Type      string    `json:"type"`
	Reference string    `json:"reference"`
	State     string    `json:"state"`
	Received  time.Time `json:"received"`
	Due       time.Time `json:"due,omitzero"`
	Doubt     bool      `json:"identity_in_doubt"`
	Tier      int       `json:"tier,omitempty"`
	Route     string    `json:"route,omitempty"`
	Proof     string    `json:"proof_of_identity,omitempty"`
	Paused    duration  `json:"paused,omitempty"`
	Extended  time.Time `json:"extended,omitzero"`
	Ground    string    `json:"ground,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Field     string    `json:"field,omitempty"`
	Value     string    `json:"value,omitempty"`
	Answered  time.Time `json:"answered,omitzero"`
	File      digest    `json:"file_sha256,omitzero"`
	Tell      []string  `json:"recipients_to_tell,omitempty"`
}

type look struct {
	At   time.Time `json:"at"`
	Role string    `json:"role"`
	What string    `json:"what"`
}

// about is what GDPR Art. 15(1) asks for beside the data.
type about struct {
	Purposes   []purpose `json:"purposes"`
	Categories []string  `json:"categories"`
	Recipients []string  `json:"recipients"`
	Retention  string    `json:"retention"`
	Rights     []string  `json:"rights"`
	Source     string    `json:"source"`
	Automated  string    `json:"automated_decisions"`
	Transfers  string    `json:"transfers"`
	Authority  string    `json:"authority"`
}

type purpose struct {
	ID         string   `json:"purpose"`
	Name       string   `json:"name,omitempty"`
	Kind       string   `json:"kind"`
	Basis      string   `json:"legal_basis"`
	Data       []string `json:"data"`
	Recipients []string `json:"recipients"`
	Retention  duration `json:"retention"`
	Valid      duration `json:"valid"`
}

// digest is a SHA-256, in JSON as hexadecimal.
type digest [32]byte

// MarshalText writes hexadecimal.
func (d digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *digest) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(d) {
		return errors.New("holds something else where a SHA-256 belongs")
	}
	copy(d[:], raw)
	return nil
}

// duration is written as ISO 8601 does: P30D, or seconds when it is no whole
// number of days.
type duration time.Duration

const day = 24 * time.Hour

func (d duration) String() string {
	if t := time.Duration(d); t%day != 0 {
		return "PT" + strconv.FormatFloat(t.Seconds(), 'f', -1, 64) + "S"
	}
	return "P" + strconv.FormatInt(int64(time.Duration(d)/day), 10) + "D"
}

// MarshalText writes ISO 8601.
func (d duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *duration) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(strings.TrimPrefix(s, "P"), "D"); ok {
		n, err := strconv.ParseInt(days, 10, 32)
		if *d = duration(n) * duration(day); err == nil && n >= 0 && n < 100_000 && d.String() == s {
			return nil
		}
	}
	if t, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(s, "PT"))); err == nil && t >= 0 {
		if *d = duration(t); d.String() == s {
			return nil
		}
	}
	return errors.New("holds something else where a duration such as P30D belongs")
}

// stamp is a time as the package writes it: UTC, without a clock's own reading.
func stamp(t time.Time) time.Time { return t.UTC().Round(0) }

// lines writes one JSON value a line (JSON Lines).
func lines[T any](list []T) ([]byte, error) {
	var all strings.Builder
	encoder := json.NewEncoder(&all)
	encoder.SetEscapeHTML(false)
	for _, v := range list {
		if err := encoder.Encode(v); err != nil {
			return nil, err
		}
	}
	return []byte(all.String()), nil
}

// pretty writes one JSON value for people's eyes too.
func pretty(v any) ([]byte, error) {
	var all strings.Builder
	encoder := json.NewEncoder(&all)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return []byte(all.String()), err
}
