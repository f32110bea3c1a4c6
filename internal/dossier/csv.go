package dossier

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// table is the twin of a JSON file for spreadsheets.
type table struct {
	name string
	rows [][]string
}

// csv writes the table as RFC 4180 has it, with every cell made safe.
func (t table) csv() ([]byte, error) {
	var all bytes.Buffer
	w := csv.NewWriter(&all)
	w.UseCRLF = true
	for _, row := range t.rows {
		out := make([]string, len(row))
		for i, s := range row {
			out[i] = cell(s)
		}
		if err := w.Write(out); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return all.Bytes(), w.Error()
}

// cell keeps a spreadsheet from taking a person's words for a formula (OWASP,
// CSV injection): an apostrophe goes before. Invisible signs and spaces before
// the dangerous one do not help it. A NUL would end the file for some readers.
func cell(s string) string {
	s = strings.ReplaceAll(s, "\x00", "\ufffd")
	seen := strings.TrimLeftFunc(s, func(r rune) bool {
		return r == ' ' || r == '\u00a0' || unicode.Is(unicode.Cf, r)
	})
	if strings.IndexAny(seen, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// tables are the CSV twins of a package.
func (c content) tables() []table {
	return []table{c.profileTable(), c.messageTable(), c.consentTable()}
}

func (c content) profileTable() table {
	t := table{"profile.csv", [][]string{{"field", "value", "purpose", "source", "since", "until"}}}
	add := func(name, value string) {
		if value != "" {
			t.rows = append(t.rows, []string{name, value, "", "", "", ""})
		}
	}
	ids := func(prefix string, i identifiers) {
		add(prefix+"whatsapp_user_id", i.Account)
		add(prefix+"parent_user_id", i.Parent)
		add(prefix+"phone", i.Phone)
		add(prefix+"identity_hash", i.Identity)
	}
	ids("identifiers.", c.Profile.Identifiers)
	for _, i := range c.Profile.Former {
		ids("former_identifiers.", i)
	}
	add("created", date(c.Profile.Created))
	add("language", c.Profile.Language.Tag)
	add("age_band", c.Profile.AgeBand)
	for _, f := range c.Profile.Fields {
		t.rows = append(t.rows, []string{f.Name, f.Value, f.Purpose, f.Source, date(f.Since), date(f.Until)})
	}
	return t
}

func (c content) messageTable() table {
	t := table{"messages.csv", [][]string{{"at", "direction", "from", "type", "text"}}}
	for _, m := range c.Messages {
		t.rows = append(t.rows, []string{date(m.At), m.Direction, m.From, m.Type, m.Text})
	}
	return t
}

func (c content) consentTable() table {
	t := table{"consents.csv", [][]string{{
		"purpose", "name", "kind", "legal_basis", "state", "status", "since", "notice", "record",
	}}}
	for _, s := range c.Consents.Standing {
		t.rows = append(t.rows, []string{
			s.ID, s.Name, s.Kind, s.Basis, s.State, s.Status, date(s.Since), strconv.Itoa(s.Notice), s.Record,
		})
	}
	return t
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
