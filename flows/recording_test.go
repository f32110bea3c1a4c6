package flows

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// recorded plays a conversation and records it as a verb would.
func recorded(t testing.TB, lib *Library, id string, inputs []Input) Recording {
	t.Helper()
	pos, _ := lib.Start(id, 0, Start{})
	r := Recording{Flow: id, Version: pos.Version}
	for _, in := range inputs {
		r.Inputs = append(r.Inputs, lib.Redact(pos, in))
		pos, _ = lib.Step(pos, in)
	}
	return r
}

func everythingInputs() []Input {
	text := func(s Answer) Input { return Input{Kind: InputText, Text: s, Lang: "pt"} }
	return []Input{
		text("Maria Secreta"), text("muitos"), text("41"), text("24/12/2031"),
		{Kind: InputMedia, Text: "secret-id", Media: "image"}, text("CL-9999"), text("maria@secret.example"),
		{Kind: InputContact, Text: "Secret Friend, +351911111111"}, {Kind: InputPlace, Text: "38.7,-9.1"}, text("Rua Secreta 5"),
		{Kind: InputResult, Outcome: "ok", Fields: map[string]Answer{"customer.grades.0": "secret grade", "day": "2031-12-25", "other": "secret"}},
		{Kind: InputTimer, ID: "pause"}, text("vou"), {Kind: InputConsent, Outcome: "refused"}, {Kind: InputChoice, ID: "forged secret"},
	}
}

const everythingRecording = `aval recording 1
flow: everything
version: 3
inputs: 15
typed: sample
misfit
typed: 1
typed: 2026-01-15
media: image
typed: CL-1042
typed: someone@example.com
contact
place
typed: sample
result: ok customer.grades.0="sample" day="2026-01-15"
timer
answer: coming
consent: refused
misfit
`

func TestRecording(t *testing.T) {
	lib := NewLibrary(sound(t), nil)
	r := recorded(t, lib, "everything", everythingInputs())
	if got := r.String(); got != everythingRecording {
		t.Errorf("got\n%s", got)
	}
	for _, secret := range []string{"ecret", "41", "9999", "2031", "911111111", "38.7"} {
		if strings.Contains(r.String(), secret) {
			t.Errorf("the recording tells %q", secret)
		}
	}
	again, err := ParseRecording([]byte(everythingRecording))
	if err != nil || !reflect.DeepEqual(again, r) {
		t.Errorf("%v, %+v", err, again)
	}
	trail := lib.Replay(r)
	if trail.End != "waiting for answer in bye" || len(trail.Passages) != 16 {
		t.Errorf("%d passages, at the end %s", len(trail.Passages), trail.End)
	}
	if diff := trail.Differences(lib.Replay(again)); len(diff) > 0 {
		t.Errorf("two replays differ: %v", diff)
	}
}

// TestReplayDraft is what a marketer reads before publishing.
func TestReplayDraft(t *testing.T) {
	published := parsed(t, "../templates/flows/order-status.yaml")
	inputs := []Input{
		{Kind: InputText, Text: "CL-77"},
		{Kind: InputResult, Outcome: "ok", Fields: map[string]Answer{"state": "Delivered", "day": "2026-11-20"}},
		{Kind: InputText, Text: "não", Lang: "pt"},
	}
	r := recorded(t, NewLibrary([]*Flow{published}, nil), "order-status", inputs)
	if got := r.Inputs[1].String(); got != `result: ok day="2026-01-15" state="delivered"` {
		t.Errorf("%s: the word decides the way, the day does not", got)
	}
	draft := draftOf(t, published.Version+1, [][2]string{
		{"- answer: missing\n        to: person", "- answer: missing\n        to: unclear"},
		{"number: order_number\n", "reference: order_number\n"},
	})
	lib := NewLibrary([]*Flow{published, draft}, map[string]int{"order-status": published.Version})
	before, after := lib.Replay(r), lib.With("order-status", draft.Version).Replay(r)
	want := []string{
		"after 'answer: missing' went to person, now to unclear",
		"at the end was over in person, now is over in unclear",
	}
	if got := before.Differences(after); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if gone := before.Differences(lib.With("order-status", 99).Replay(r)); len(gone) < 4 {
		t.Errorf("a flow that is gone differs in %q", gone)
	}
}

// draftOf is another version of the order flow, with some of its text changed.
func draftOf(t *testing.T, number int, changes [][2]string) *Flow {
	t.Helper()
	data, err := os.ReadFile("../templates/flows/order-status.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^version: \d+$`).ReplaceAllString(string(data), fmt.Sprint("version: ", number))
	for _, c := range changes {
		if !strings.Contains(text, c[0]) {
			t.Fatalf("the flow does not say %q", c[0])
		}
		text = strings.Replace(text, c[0], c[1], 1)
	}
	return written(t, text)
}

func TestReplayKnown(t *testing.T) {
	lib := NewLibrary(sound(t), nil)
	r := Recording{Flow: "address", Version: 1, Known: []string{"street"}, Inputs: []Recorded{{Kind: InputChoice, Sample: "same"}}}
	again, err := ParseRecording([]byte(r.String()))
	if err != nil || !reflect.DeepEqual(again, r) {
		t.Fatalf("%v: %s", err, r)
	}
	if trail := lib.Replay(r); !reflect.DeepEqual(trail.Passages[0].States, []string{"known", "same"}) || trail.End != "over in thanks" {
		t.Errorf("%+v", trail)
	}
}

func TestParseRecordingRefuses(t *testing.T) {
	head := "aval recording 1\nflow: a\nversion: 1\n"
	for name, c := range map[string]struct{ file, want string }{
		"empty":             {"", "not whole"},
		"no last line end":  {head + "inputs: 1\nmisfit", "not whole"},
		"another file":      {"hello\n", "line 1 must be 'aval recording 1'"},
		"no flow":           {"aval recording 1\nversion: 1\n", "line 2 must be 'flow: ...'"},
		"no number":         {"aval recording 1\nflow: a\nversion: x\n", "line 3"},
		"too many":          {head + "inputs: 1001\n", "line 4"},
		"fewer than said":   {head + "inputs: 2\nmisfit\n", "line 6 is missing"},
		"more than said":    {head + "inputs: 1\nmisfit\nmisfit\n", "line 6 comes after"},
		"unknown input":     {head + "inputs: 1\nsays: hello\n", "line 5 is no input"},
		"unknown outcome":   {head + "inputs: 1\nresult: maybe\n", "line 5 must say ok"},
		"unquoted field":    {head + "inputs: 1\nresult: ok day=2026\n", "line 5 needs its fields"},
		"consent of a kind": {head + "inputs: 1\nconsent: perhaps\n", "line 5 is no input"},
		"written oddly":     {head + "inputs: 01\nmisfit\n", "not written as it should be"},
		"not UTF-8":         {"\xff\n", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseRecording([]byte(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func FuzzRecording(f *testing.F) {
	f.Add([]byte(everythingRecording))
	f.Add([]byte("aval recording 1\nflow: order-status\nversion: 1\nknown: a b\ninputs: 1\nresult: ok a=\"\\n\" b=\"x y\"\n"))
	lib := NewLibrary(sound(f), nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRecording(data)
		if err != nil {
			return
		}
		if r.String() != string(data) {
			t.Fatalf("reads %q and writes %q", data, r.String())
		}
		trail := lib.Replay(r)
		if len(trail.Passages) != len(r.Inputs)+1 || len(trail.Differences(lib.Replay(r))) > 0 {
			t.Fatal("a replay is not the same every time")
		}
	})
}
