package webhook

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"aval/bot"
)

// wrap puts the lists of a value into a delivery.
func wrap(value string) []byte {
	return []byte(`{"object":"whatsapp_business_account","entry":[{"id":"2","changes":[{"field":"messages","value":{` +
		`"metadata":{"display_phone_number":"15550001234","phone_number_id":"1"},` + value + `}}]}]}`)
}

// textMessage is a message with fields of the test's choice; later ones win.
func textMessage(fields string) []byte {
	return wrap(`"messages":[{"id":"wamid.1","from":"15550100001","timestamp":"1793400000","type":"text",` +
		`"text":{"body":"hi"}` + fields + `}]`)
}

func only(t *testing.T, body []byte) bot.Event {
	t.Helper()
	d := Parse(body, testNow())
	if len(d.Events) != 1 || len(d.Unreadable) != 0 {
		t.Fatalf("%d events, %d unreadable", len(d.Events), len(d.Unreadable))
	}
	return d.Events[0]
}

func TestUnreadable(t *testing.T) {
	long := strings.Repeat("x", maxID+1)
	status := func(fields string) []byte {
		return wrap(`"statuses":[{"id":"wamid.1","status":"sent","timestamp":"1793400000"` + fields + `}]`)
	}
	for _, tc := range []struct {
		name, reason string
		body         []byte
	}{
		{"empty", reasonJSON, nil},
		{"not JSON", reasonJSON, []byte("hello")},
		{"cut off", reasonJSON, textMessage("")[:100]},
		{"something behind it", reasonJSON, append(textMessage(""), "{}"...)},
		{"too deep", reasonJSON, []byte(strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000))},
		{"a list", reasonObject, []byte(`[]`)},
		{"null", reasonObject, []byte(`null`)},
		{"no object", reasonObject, []byte(`{"entry":[]}`)},
		{"entry no list", reasonObject, []byte(`{"object":"whatsapp_business_account","entry":{}}`)},
		{"bad entry", reasonEntry, []byte(`{"object":"whatsapp_business_account","entry":[7]}`)},
		{"bad change", reasonChange, []byte(`{"object":"whatsapp_business_account","entry":[{"changes":[7]}]}`)},
		{"bad value", reasonValue, []byte(`{"object":"whatsapp_business_account","entry":[{"changes":[` +
			`{"field":"messages","value":7}]}]}`)},
		{"messages no list", reasonValue, wrap(`"messages":7`)},
		{"bad contact", reasonContact, wrap(`"contacts":[7]`)},
		{"bad message", reasonMessage, wrap(`"messages":[7]`)},
		{"message without id", reasonMessage, textMessage(`,"id":""`)},
		{"message id too long", reasonMessage, textMessage(`,"id":"` + long + `"`)},
		{"sender too long", reasonMessage, textMessage(`,"from_user_id":"` + long + `"`)},
		{"id with a control character", reasonMessage, textMessage(`,"id":"wamid\n1"`)},
		{"text without text", reasonMessage, textMessage(`,"text":{"body":null}`)},
		{"text that is a number", reasonMessage, textMessage(`,"text":{"body":5}`)},
		{"context that may hide a forward", reasonMessage, textMessage(`,"context":"x"`)},
		{"forwarded, perhaps", reasonMessage, textMessage(`,"context":{"forwarded":"true"}`)},
		{"edit of nothing", reasonMessage, textMessage(`,"type":"edit"`)},
		{"revoke of nothing", reasonMessage, textMessage(`,"type":"revoke"`)},
		{"system without system", reasonMessage, textMessage(`,"type":"system"`)},
		{"bad status", reasonStatus, wrap(`"statuses":["sent"]`)},
		{"status without state", reasonStatus, status(`,"status":""`)},
		{"status without id", reasonStatus, status(`,"id":null,"id":""`)},
		{"bad preference", reasonPref, wrap(`"user_preferences":[{"wa_id":"15550100001"}]`)},
		{"bad call", reasonCall, wrap(`"calls":[{"event":"connect"}]`)},
		{"bad echo", reasonEcho, wrap(`"message_echoes":[{"to":"15550100001"}]`)},
		{"bad history", reasonHistory, wrap(`"history":["x"]`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := Parse(tc.body, testNow())
			if len(d.Unreadable) != 1 || d.Unreadable[0].Reason != tc.reason || len(d.Events) != 0 {
				t.Fatalf("%d events, unreadable %d", len(d.Events), len(d.Unreadable))
			}
			if len(tc.body) > 0 && !strings.Contains(string(tc.body), string(d.Unreadable[0].Raw)) {
				t.Error("the part was not kept as it came")
			}
		})
	}
}

// TestNeighbours: a part that is not understood costs nothing beside it, at
// any level of the envelope.
func TestNeighbours(t *testing.T) {
	value := `{"metadata":{"phone_number_id":"1"},"messages":[` +
		`{"id":"wamid.1","from":"15550100001","timestamp":"1","type":"text","text":{"body":"hi"}}]}`
	change := `{"field":"messages","value":` + value + `}`
	for name, entries := range map[string]string{
		"entry":      `[7,{"changes":[` + change + `]},"x"]`,
		"change":     `[{"changes":[7,` + change + `,"x"]}]`,
		"value":      `[{"changes":[{"field":"messages","value":7},` + change + `,{"field":"calls","value":"x"}]}]`,
		"other list": `[{"changes":[{"value":{"statuses":[7,8],` + value[1:] + `,"field":"messages"}]}]`,
		"one in a value": `[{"changes":[{"value":{"statuses":7,` + value[1:] + `,"field":"messages"},` +
			`{"field":"calls","value":7}]}]`,
	} {
		t.Run(name, func(t *testing.T) {
			d := Parse([]byte(`{"object":"whatsapp_business_account","entry":`+entries+`}`), testNow())
			if len(d.Events) != 1 || d.Events[0].ID != "wamid.1" || len(d.Unreadable) != 2 {
				t.Errorf("%d events, %d unreadable", len(d.Events), len(d.Unreadable))
			}
		})
	}
}

func TestTimes(t *testing.T) {
	now := testNow()
	for _, tc := range []struct {
		name, timestamp string
		want            time.Time
	}{
		{"text", `"1793400000"`, time.Unix(1793400000, 0)},
		{"number", `1793400000`, time.Unix(1793400000, 0)},
		{"long ago", `"1"`, time.Unix(1, 0)},
		{"a little ahead", `"1793400330"`, now.Add(5 * time.Minute)},
		{"too far ahead", `"1793400331"`, time.Time{}},
		{"in the year 2200", `7258118400`, time.Time{}},
		{"milliseconds", `1793400000000`, time.Time{}},
		{"beyond any calendar", `9999999999999999`, time.Time{}},
		{"overflow", `"99999999999999999999"`, time.Time{}},
		{"zero", `"0"`, time.Time{}},
		{"negative", `-5`, time.Time{}},
		{"fraction", `1793400000.5`, time.Time{}},
		{"empty", `""`, time.Time{}},
		{"null", `null`, time.Time{}},
		{"object", `{}`, time.Time{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := only(t, []byte(strings.Replace(string(textMessage("")), `"1793400000"`, tc.timestamp, 1)))
			if !e.At.Equal(tc.want) || e.Traits.Has(bot.TraitUntimed) != tc.want.IsZero() {
				t.Errorf("got %v with traits %b", e.At, e.Traits)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	const ada, bea = `{"wa_id":"15550100001","user_id":"US.1"}`, `{"wa_id":"15550100002","user_id":"US.2"}`
	for _, tc := range []struct {
		name, contacts, sender string
		want                   bot.Identifiers
	}{
		{"number alone", ``, `"from":"15550100001"`, bot.Identifiers{Phone: "+15550100001"}},
		{"number written as a number", ``, `"from":15550100001`, bot.Identifiers{Phone: "+15550100001"}},
		{"number with its plus", ``, `"from":"+15550100001"`, bot.Identifiers{Phone: "+15550100001"}},
		{"number with its contact", ada, `"from":"15550100001"`, bot.Identifiers{BSUID: "US.1", Phone: "+15550100001"}},
		{"user id with its contact", bea + "," + ada, `"from_user_id":"US.1"`,
			bot.Identifiers{BSUID: "US.1", Phone: "+15550100001"}},
		{"somebody else's contact", bea, `"from":"15550100001"`, bot.Identifiers{Phone: "+15550100001"}},
		{"the only contact is not taken for nobody", ada, `"id":"wamid.1"`, bot.Identifiers{}},
		{"user ids decide over numbers", `{"wa_id":"15550100001","user_id":"US.9"}`,
			`"from":"15550100001","from_user_id":"US.1"`, bot.Identifiers{BSUID: "US.1", Phone: "+15550100001"}},
		{"two contacts of one number", ada + `,{"wa_id":"15550100001","user_id":"US.9"}`, `"from":"15550100001"`,
			bot.Identifiers{Phone: "+15550100001"}},
		{"the same contact twice", ada + "," + ada, `"from":"15550100001"`,
			bot.Identifiers{BSUID: "US.1", Phone: "+15550100001"}},
		{"user id in the place of the number", ``, `"from":"US.ENT.7a"`, bot.Identifiers{BSUID: "US.ENT.7a"}},
		{"digits are not cut out of a user id", ``, `"from":"US.15550100001!"`, bot.Identifiers{}},
		{"digits are not cut out of a pretty number", ``, `"from":"+1 (555) 010-0001"`, bot.Identifiers{}},
		{"any user id in its own place", ``, `"from_user_id":"user:é/1"`, bot.Identifiers{BSUID: "user:é/1"}},
		{"parent", `{"user_id":"US.1","parent_user_id":"US.ENT.1"}`, `"from_user_id":"US.1"`,
			bot.Identifiers{BSUID: "US.1", Parent: "US.ENT.1"}},
		{"key hash", `{"user_id":"US.1","identity_key_hash":"k"}`, `"from_user_id":"US.1"`,
			bot.Identifiers{BSUID: "US.1", KeyHash: "k"}},
		{"old key hash", ``, `"from_user_id":"US.1","identity":{"hash":"k"}`,
			bot.Identifiers{BSUID: "US.1", KeyHash: "k"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := only(t, wrap(`"contacts":[`+tc.contacts+`],"messages":[{"id":"wamid.1","timestamp":"1","type":"text",`+
				`"text":{"body":"x"},`+tc.sender+`}]`))
			if e.From != tc.want {
				t.Errorf("got %s, want %s", who(e.From), who(tc.want))
			}
		})
	}
}

func TestTexts(t *testing.T) {
	for _, tc := range []struct{ name, json, want string }{
		{"NUL", `a\u0000b`, "a\uFFFDb"},
		{"half a surrogate", `a\ud83d`, "a\uFFFD"},
		{"within bounds", strings.Repeat("x", maxText), strings.Repeat("x", maxText)},
		{"too long", strings.Repeat("x", maxText+1), strings.Repeat("x", maxText)},
		{"cut between characters", strings.Repeat("x", maxText-1) + "ééé", strings.Repeat("x", maxText-1)},
		{"empty", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := only(t, textMessage(`,"text":{"body":"`+tc.json+`"}`))
			if string(e.Message.Body) != tc.want {
				t.Errorf("got %d bytes, want %d", len(e.Message.Body), len(tc.want))
			}
		})
	}
}

// TestHistory: what the business wrote is an echo, never the person's message.
func TestHistory(t *testing.T) {
	d := Parse(wrap(`"history":[{"threads":[{"id":"15550100001","messages":[`+
		`{"id":"wamid.1","from":"15550100001","timestamp":"1","type":"text","text":{"body":"yes"}},`+
		`{"id":"wamid.2","from":"15550001234","to":"15550100001","timestamp":"1","type":"text","text":{"body":"yes"}}`+
		`]}],"errors":[{"code":"2593109"}]}]`), testNow())
	var got []string
	for _, e := range d.Events {
		if e.Kind != bot.EventAccount && !e.Traits.Has(bot.TraitHistory) {
			t.Errorf("%s is not marked as history", e.ID)
		}
		got = append(got, fmt.Sprintf("%s %s %s", e.Kind, who(e.From), e.Note))
	}
	want := "message +15 •••• 0001 \necho +15 •••• 0001 text\naccount - error_2593109"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// TestStandbyMarks: a stop counts wherever it is seen, so a message to another
// app still arrives, marked.
func TestStandbyMarks(t *testing.T) {
	d := Parse(wrap(`"standby":{"messages":[{"id":"wamid.1","from":"15550100001","timestamp":"1","type":"text",`+
		`"text":{"body":"STOP"},"context":{"forwarded":true},"group_id":"g"},7]}`), testNow())
	if len(d.Events) != 1 || len(d.Unreadable) != 1 {
		t.Fatalf("%d events, %d unreadable", len(d.Events), len(d.Unreadable))
	}
	if got := traits(d.Events[0].Traits); got != "group forwarded standby" {
		t.Errorf("traits %q", got)
	}
	if d.Events[0].Number != "1" {
		t.Error("the number of the value was not carried in")
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"": "none", "in_orbit": "in_orbit", "UPPER-1": "UPPER-1", "15550100001": "other", "two words": "other",
		"naïve": "other", "a\nb": "other", strings.Repeat("a", maxWord+1): "other",
	} {
		if got := word(loose(in)); got != want {
			t.Errorf("word(%q) = %q", in, got)
		}
	}
}

func TestCodes(t *testing.T) {
	for raw, want := range map[string]int{
		`[{"code":131050}]`: 131050, `[{"code":"131050"}]`: 131050, `[{"code":1,"error_data":"x"},{"code":2}]`: 1,
		`[{"code":{}}]`: 0, `[{}]`: 0, `[]`: 0, `"x"`: 0, `null`: 0, `[7]`: 0,
	} {
		e := only(t, wrap(`"statuses":[{"id":"wamid.1","status":"failed","timestamp":"1","pricing":[],"errors":`+raw+`}]`))
		if e.Status.Code != want {
			t.Errorf("%s: code %d", raw, e.Status.Code)
		}
	}
}

// TestTooManyParts: a body cut into absurdly many parts is kept as one.
func TestTooManyParts(t *testing.T) {
	body := wrap(`"messages":[` + strings.Repeat("7,", maxParts) + `7]`)
	d := Parse(body, testNow())
	if len(d.Events) != 0 || len(d.Unreadable) != 1 || string(d.Unreadable[0].Raw) != string(body) {
		t.Errorf("%d events, %d unreadable", len(d.Events), len(d.Unreadable))
	}
}

// TestResultIsACopy: the server may use the buffer of a body again.
func TestResultIsACopy(t *testing.T) {
	body := wrap(`"messages":[{"id":"wamid.1","from":"15550100001","timestamp":"1","type":"text","text":{"body":"hi"}},7]`)
	d := Parse(body, testNow())
	clear(body)
	if d.Events[0].ID != "wamid.1" || string(d.Events[0].Message.Body) != "hi" || string(d.Unreadable[0].Raw) != "7" {
		t.Error("the result changed with the body")
	}
}
