package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"aval/internal/simulator"
)

// taped is what the recorder has so far, without its head.
func (w *world) taped() string {
	w.t.Helper()
	_, _, body := w.page("GET", "/api/record", "", nil)
	var state struct{ Text string }
	if err := json.Unmarshal([]byte(body), &state); err != nil {
		w.t.Fatal(err)
	}
	_, text, _ := strings.Cut(state.Text, "compared\n")
	return text
}

func (w *world) record(on string) {
	w.t.Helper()
	if status, _, body := w.page("PUT", "/api/record", `{"on":`+on+`}`, nil); status != 200 {
		w.t.Fatalf("%d %s", status, body)
	}
}

// TestTape writes down all acts of the page in the words of scenarios.
func TestTape(t *testing.T) {
	w := newWorld(t, nil)
	w.record("true")
	w.act(`{"person":"ana","do":"text","text":"hello"}`)
	own := w.Person("ana").Transcript()[0].ID
	w.graphCall("POST", number+"/messages", fixture(t, "req_buttons"))
	w.act(`{"person":"ana","do":"text","text":"two\nlines"}`)
	first := w.Person("ana").Inbox()[0].ID
	w.graphCall("POST", number+"/messages", fixture(t, "req_flow"))
	w.drain()
	form := w.Person("ana").Inbox()[1].ID
	for _, c := range []struct{ act, want string }{
		{`"do":"tap","choice":"human:9f2c","message":"` + first + `"`, "ana taps Talk to a person"},
		{`"do":"kind","kind":"form","message":"` + form + `","text":"{\n}"`, `ana sends form to the last message: "{\n}"`},
		{`"do":"kind","kind":"sticker"`, "ana sends sticker"},
		{`"do":"kind","kind":"document","text":"a.pdf | Here","message":"` + first + `"`, "ana sends document to message 1: a.pdf | Here"},
		{`"do":"kind","kind":"voice"`, "ana sends a voice note"},
		{`"do":"kind","kind":"forward","text":"join"`, "ana forwards: join"},
		{`"do":"kind","kind":"group","text":"all"`, "ana in a group: all"},
		{`"do":"kind","kind":"image","text":"look"`, "ana under a picture: look"},
		{`"do":"reply","text":"yes","message":"` + first + `"`, "ana quotes message 1: yes"},
		{`"do":"reply","text":"yes","message":"` + form + `"`, "ana quotes the last message: yes"},
		{`"do":"react","text":"👍","message":"` + form + `"`, "ana reacts 👍"},
		{`"do":"react","text":"👍","message":"` + first + `"`, "ana reacts 👍 to message 1"},
		{`"do":"react","text":"","message":"` + first + `"`, "ana takes the reaction away from message 1"},
		{`"do":"edit","text":"hullo","message":"` + own + `"`, "ana edits own message 1: hullo"},
		{`"do":"revoke","message":"` + own + `"`, "ana deletes own message 1"},
		{`"do":"raw","text":"{ \"type\": \"order\" }"`, `ana sends the element {"type":"order"}`},
		{`"do":"call"`, "ana calls"},
		{`"do":"stop"`, "meta preference: stop ana"},
		{`"do":"hide","on":true`, "ana hides the number"},
		{`"do":"block","on":false`, "ana unblocks the business"},
		{`"do":"number","text":"15550190007"`, "ana changes number to 15550190007"},
	} {
		w.act(`{"person":"ana",` + c.act + `}`)
		if got := w.taped(); !strings.HasSuffix(got, "\n"+c.want+"\nbot: says nothing\n") {
			t.Errorf("want %s\nat the end of\n%s", c.want, got)
		}
	}
	w.act(`{"person":"ana","do":"language","text":"ar"}`)
	want := "ana: hello\nbot: says nothing\npass 1s\nbot -> ana: " // the answer came without an act
	if got := w.taped(); !strings.HasPrefix(got, want) || !strings.Contains(got, "[Talk to a person]\nana writes \"two\\nlines\"\n") {
		t.Errorf("want %s\ngot  %s", want, got)
	}
}

// TestTapeOfPeople: whoever the tests do not know is introduced, under a name
// that a scenario can write.
func TestTapeOfPeople(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) {
		c.People = []simulator.Profile{
			{Key: "ana", Name: "Ana", Phone: "15550100001", BSUID: "US.70000000000000000001"},
			{Key: "guest-1", Name: "Guest", Phone: "15550177777"}, {Key: "bot", Name: "Bot", BSUID: "US.9"},
		}
	})
	w.Person("ana").Text("before")
	w.record("true")
	w.act(`{"person":"guest-1","do":"text","text":"hi"}`)
	w.act(`{"person":"bot","do":"text","text":"hi"}`)
	w.act(`{"person":"ana","do":"text","text":"hi"}`)
	w.record("false")
	w.act(`{"person":"ana","do":"text","text":"not recorded"}`)
	want := "person guest1: phone 15550177777, id none\nguest1: hi\nbot: says nothing\n" +
		"person botx: phone none, id US.9\nbotx: hi\nbot: says nothing\n\n" +
		"# ana had a conversation before this recording: begin with a \"given\" line.\nana: hi\nbot: says nothing\n"
	if got := w.taped(); got != want {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}

func TestTapeOfMeta(t *testing.T) {
	w := newWorld(t, nil)
	w.record("true")
	put := func(path, body string) {
		t.Helper()
		if status, _, answer := w.page("PUT", path, body, nil); status != 200 {
			t.Fatalf("%s: %s", body, answer)
		}
	}
	put("/faults", `{"graph_error":{"code":131026}}`) // the page changes field by field
	put("/faults", `{"graph_error":{"next":2}}`)
	put("/faults", `{"failure":{"code":131049,"next":1}}`)
	put("/faults", `{"graph_answer":{"kind":"drop","next":1}}`)
	put("/faults", `{"duplicates":1}`)
	put("/faults", `{"unread":true}`)
	put("/clock", `{"advance":"25h"}`)
	put("/clock", `{"offset":"0s"}`)
	const nothing = "\nbot: says nothing\n"
	want := "meta refuses the next 2 messages with 131026" + nothing + "meta fails the next 1 messages with 131049" + nothing +
		"meta loses the next 1 answers" + nothing + "meta delivers everything twice" + nothing +
		"# Other faults were changed here; a scenario has no words for them.\npass 25h" + nothing +
		"# The clock was put back here; a scenario has no words for it.\n"
	if got := w.taped(); got != want {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}

// TestTapeLeavesDatesOut: a recording is played on another day.
func TestTapeLeavesDatesOut(t *testing.T) {
	w := newWorld(t, nil)
	w.act(`{"person":"ana","do":"text","text":"hi"}`)
	w.record("true")
	w.act(`{"person":"ana","do":"text","text":"when?"}`)
	w.sendText("+15550100001", "On 25/11/2026, 25.11.2026, 2026-11-25 or 25 Nov 2026.")
	w.Advance(7 * time.Minute)
	w.record("false")
	if got := w.taped(); !strings.HasSuffix(got, "pass 7m\nbot -> ana: On …, …, … or ….\n") {
		t.Errorf("%s", got)
	}
}
