package webhook

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"aval/bot"
)

const goldenFile = "testdata/events.golden"

// TestPayloads reads every recorded delivery and compares what came of it with
// the table in testdata. Run with -update to write the table anew, then read
// the difference.
func TestPayloads(t *testing.T) {
	var got strings.Builder
	for _, name := range payloadNames(t) {
		d := Parse(payload(t, name), testNow())
		got.WriteString(name + "\n")
		for _, e := range d.Events {
			got.WriteString("  " + line(e) + "\n")
		}
		for _, u := range d.Unreadable {
			fmt.Fprintf(&got, "  UNREADABLE %s (%d bytes)\n", u.Reason, len(u.Raw))
		}
	}
	if *update {
		if err := os.WriteFile(goldenFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got.String(), string(want))
}

var update = flag.Bool("update", false, "write the golden table anew")

func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Fatalf("line %d\n got %s\nwant %s", i+1, a, b)
		}
	}
}

// TestWireForm checks that both ways of writing the same delivery verify as
// they came, and mean the same.
func TestWireForm(t *testing.T) {
	var recorded struct {
		Secret bot.Secret
		Sig    map[string]struct{ File, Wire string }
	}
	raw, err := os.ReadFile("testdata/payloads/_signatures.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &recorded); err != nil {
		t.Fatal(err)
	}
	h := testHandler(t, &recorder{}, func(c *Config) { c.Secrets = []bot.Secret{"older", recorded.Secret} })
	for _, name := range payloadNames(t) {
		t.Run(name, func(t *testing.T) {
			file := payload(t, name)
			wire := wireForm(t, file)
			want := recorded.Sig[name]
			for body, digits := range map[string]string{string(file): want.File, string(wire): want.Wire} {
				mac, ok := claimed(map[string][]string{signatureHeader: {"sha256=" + digits}})
				if !ok || !h.signed([]byte(body), mac) {
					t.Errorf("recorded signature refused")
				}
			}
			a, b := Parse(file, testNow()), Parse(wire, testNow())
			if !reflect.DeepEqual(a.Events, b.Events) || len(a.Unreadable) != len(b.Unreadable) {
				t.Errorf("the two forms differ")
			}
		})
	}
}

// line shows all of an event that the payload decides. People are masked as
// they are for an agent; the texts are invented.
func line(e bot.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s id=%s num=%s who=%s at=%s", e.Kind, tail(e.ID), tail(e.Number), who(e.From), clock(e))
	if e.Traits != 0 {
		b.WriteString(" [" + traits(e.Traits) + "]")
	}
	b.WriteString(detail(e))
	if e.Target != "" {
		b.WriteString(" target=" + tail(e.Target))
	}
	if e.Note != "" {
		b.WriteString(" note=" + e.Note)
	}
	if e.Alarm {
		b.WriteString(" ALARM")
	}
	return b.String()
}

func detail(e bot.Event) string {
	switch {
	case e.Message != nil:
		return messageDetail(e.Message)
	case e.Status != nil:
		s := e.Status
		return fmt.Sprintf(" of=%s state=%s code=%d cat=%s cb=%s", tail(s.Message), s.State, s.Code, s.Category, s.Callback)
	case e.Preference != nil:
		return " value=" + e.Preference.Value
	case e.Identity != nil:
		return fmt.Sprintf(" new=%s hash=%t", who(e.Identity.New), e.Identity.Hash)
	case e.Template != nil:
		c := e.Template
		return fmt.Sprintf(" name=%s/%s status=%s category=%s", c.Name, c.Language, c.Status, c.Category)
	}
	return ""
}

func messageDetail(m *bot.Message) string {
	body := []rune(string(m.Body))
	s := fmt.Sprintf(" %s/%s", m.Kind, m.Type)
	if len(body) > 40 {
		s += fmt.Sprintf(" body=%+q…(%d)", string(body[:40]), len(m.Body))
	} else {
		s += fmt.Sprintf(" body=%+q", string(body))
	}
	if m.Choice != "" {
		s += " choice=" + m.Choice
	}
	if m.Context != "" {
		s += " context=" + tail(m.Context)
	}
	if m.Media != nil {
		s += " media=" + tail(m.Media.ID) + " " + m.Media.Type
	}
	if m.Place != nil {
		s += fmt.Sprintf(" place=%v,%v", m.Place.Latitude, m.Place.Longitude)
	}
	if m.Card != nil {
		s += fmt.Sprintf(" card=%+q %s", string(m.Card.Name), m.Card.Phone.Masked())
	}
	if m.Ad != "" {
		s += " ad=" + tail(m.Ad)
	}
	return s
}

// tail keeps the end of an id, where the recorded ones differ, and all of what
// follows a slash.
func tail(id string) string {
	head, rest, found := strings.Cut(id, "=/")
	if !found {
		head, rest = id, ""
	}
	if len(head) > 24 {
		head = "…" + head[len(head)-9:]
	}
	if found {
		return head + "/" + rest
	}
	return head
}

func who(i bot.Identifiers) string {
	var parts []string
	for _, s := range []string{masked(i.BSUID), masked(i.Parent), i.Phone.Masked(), i.KeyHash} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, "|")
}

func masked(b bot.BSUID) string {
	if b == "" {
		return ""
	}
	return b.Masked()
}

func clock(e bot.Event) string {
	if e.At.IsZero() {
		return "-"
	}
	return fmt.Sprint(e.At.Unix())
}

func traits(s bot.Trait) string {
	names := []string{"group", "forwarded", "edited", "history", "standby", "reaction", "caption", "untimed"}
	var out []string
	for i, n := range names {
		if s.Has(1 << i) {
			out = append(out, n)
		}
	}
	return strings.Join(out, " ")
}
