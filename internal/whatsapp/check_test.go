package whatsapp

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"aval/bot"
)

// bounded counts by itself, in both measures.
func bounded(t *testing.T, what, s string, low, high int) {
	t.Helper()
	runes, u16 := utf8.RuneCountInString(s), len(utf16.Encode([]rune(s)))
	if runes < low || runes > high || u16 > high {
		t.Errorf("%s has %d runes and %d units, limits are %d and %d", what, runes, u16, low, high)
	}
}

// withinLimits checks a message against Meta's documented limits, which are
// written out here once more on purpose.
func withinLimits(t *testing.T, m message) {
	t.Helper()
	switch m.shape {
	case asText:
		bounded(t, "text", m.body, 1, 4096)
	case asButtons:
		bounded(t, "body", m.body, 1, 1024)
		bounded(t, "file name", m.doc.Name, 0, 240)
		buttonsWithin(t, m)
	case asList:
		bounded(t, "body", m.body, 1, 4096)
		rowsWithin(t, m)
	case asLink:
		bounded(t, "body", m.body, 1, 1024)
		bounded(t, "link label", string(m.link.Label), 1, 20)
	case asDocument:
		bounded(t, "caption", m.body, 0, 1024)
		bounded(t, "file name", m.doc.Name, 0, 240)
	case asTemplate:
		for _, p := range m.use.Params {
			bounded(t, "parameter", string(p), 1, 1024)
		}
	}
	bounded(t, "footer", m.footer, 0, 60)
}

func buttonsWithin(t *testing.T, m message) {
	t.Helper()
	if len(m.rows) < 1 || len(m.rows) > 3 {
		t.Errorf("%d buttons", len(m.rows))
	}
	labels := make(map[bot.Text]bool)
	for _, c := range m.rows {
		bounded(t, "button", string(c.Label), 1, 20)
		bounded(t, "button id", c.ID, 1, 256)
		if labels[c.Label] {
			t.Error("two buttons read the same")
		}
		labels[c.Label] = true
	}
}

func rowsWithin(t *testing.T, m message) {
	t.Helper()
	if len(m.rows) < 1 || len(m.rows) > 10 {
		t.Errorf("%d rows", len(m.rows))
	}
	bounded(t, "list label", m.open, 1, 20)
	for _, c := range m.rows {
		bounded(t, "row", string(c.Label), 1, 24)
		bounded(t, "row id", c.ID, 1, 200)
		bounded(t, "row hint", string(c.Hint), 0, 72)
	}
}

// wholeClusters checks that a shortened title ends where a cluster of the
// label ends, and that the whole label stands beneath it.
func wholeClusters(t *testing.T, m message, o bot.Outgoing) {
	t.Helper()
	if m.shape == asTemplate {
		prefixOfClusters(t, string(m.use.Params[0]), cleanParam(string(o.Template.Params[0])))
	}
	if m.shape != asList {
		return
	}
	for i, c := range m.rows {
		label := oneLine(string(o.Choices[i].Label))
		title := string(c.Label)
		if strings.HasSuffix(title, label) {
			continue
		}
		if string(c.Hint) != label {
			t.Errorf("the label %+q is nowhere whole", label)
		}
		_, begin, _ := strings.Cut(strings.TrimSuffix(title, "…"), ". ")
		prefixOfClusters(t, begin, label)
	}
}

func prefixOfClusters(t *testing.T, part, whole string) {
	t.Helper()
	rest, state, end := whole, -1, 0
	for rest != "" && end < len(part) {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		end += len(cluster)
	}
	if end != len(part) || whole[:end] != part {
		t.Errorf("%+q was cut inside a cluster to %+q", whole, part)
	}
}

func onlyJSON(t *testing.T, b []byte) {
	t.Helper()
	if !json.Valid(b) {
		t.Errorf("no JSON: %q", b)
	}
}
