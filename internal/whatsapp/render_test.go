package whatsapp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aval/bot"
)

var (
	phone = bot.Identifiers{Phone: "+15550100001", BSUID: "US.70000000000000000001"}
	bsuid = bot.Identifiers{BSUID: "US.70000000000000000001"}
)

const wamid = "wamid.HBgLMTU1NTAxMDAwMDEVAgARGBRFWEFNUExFMDAwMDAwMDAwMDAwMQA="

func TestRenderMatchesTheRecordedRequests(t *testing.T) {
	consent := bot.Outgoing{
		Body:   "May Example Clinic send you appointment reminders on WhatsApp?",
		Footer: "Reply STOP at any time",
		Choices: []bot.Choice{
			{ID: "consent:v3:yes:9f2c", Label: "Yes, I agree"},
			{ID: "consent:v3:no:9f2c", Label: "No thanks"},
			{ID: "human:9f2c", Label: "Talk to a person"},
		},
	}
	hashed := bot.Identifiers{Phone: phone.Phone, KeyHash: "ZXhhbXBsZWtleTE="}
	for file, e := range map[string]bot.Envelope{
		"req_text":                {To: phone, Content: bot.Outgoing{Body: "Hello"}},
		"req_text_bsuid":          {To: bsuid, Content: bot.Outgoing{Body: "Hello"}},
		"req_text_identity_check": {To: hashed, Content: bot.Outgoing{Body: "Private"}},
		"req_text_tracking":       {To: phone, Callback: "out:42", Content: bot.Outgoing{Body: "Answering you"}},
		"req_buttons":             {To: phone, Content: consent},
		"req_cta_url": {To: phone, Content: bot.Outgoing{
			Body: "Read how we use your data.",
			Link: &bot.Link{Label: "Privacy notice", URL: "https://example.org/privacy"},
		}},
		"req_document_link": {To: phone, Content: bot.Outgoing{
			Body:     "Privacy notice",
			Document: &bot.Document{URL: "https://example.org/privacy.pdf", Name: "privacy.pdf"},
		}},
		"req_template_positional": {To: phone, Content: bot.Outgoing{Template: &bot.TemplateUse{
			Name: "consent_invite", Language: "en-US",
			Params: []bot.Text{"Ada"}, Buttons: []string{"OPTIN:9f2c"},
		}}},
	} {
		t.Run(file, func(t *testing.T) {
			got, err := render(e, "Menu")
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, file, got)
		})
	}
}

func TestRenderMatchesTheRecordedList(t *testing.T) {
	// Two short choices would be buttons, so the recorded list is encoded
	// from the shape it has.
	o := bot.Outgoing{
		Body: "Which messages do you want?", Footer: "You can change this later", ListLabel: "Choose",
		Choices: []bot.Choice{
			{ID: "topic:appointments", Label: "Appointments", Hint: "Reminders only"},
			{ID: "topic:none", Label: "None"},
		},
	}
	m, ok := list(o, "Menu")
	if !ok {
		t.Fatal("the list does not fit")
	}
	b, err := appendAddress([]byte(`{"messaging_product":"whatsapp","recipient_type":"individual"`), phone)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "req_list", append(m.append(b), '}'))
}

func TestRenderReadMatchesTheRecordedRequests(t *testing.T) {
	for file, typing := range map[string]bool{"req_mark_read": false, "req_typing": true} {
		t.Run(file, func(t *testing.T) {
			got, err := renderRead(wamid, typing)
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, file, got)
		})
	}
	if _, err := renderRead("", false); err == nil {
		t.Error("a receipt for no message was rendered")
	}
}

func TestRenderTemplateButtons(t *testing.T) {
	e := bot.Envelope{To: phone, Content: bot.Outgoing{
		Body:     "the text Meta holds, kept for the transcript",
		Link:     &bot.Link{Label: "ignored", URL: "case/77"},
		Template: &bot.TemplateUse{Name: "order_ok", Language: "pt_BR", Buttons: []string{"", "no:1"}},
	}}
	got, err := render(e, "Menu")
	if err != nil {
		t.Fatal(err)
	}
	want := `"components":[` +
		`{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"no:1"}]},` +
		`{"type":"button","sub_type":"url","index":"2","parameters":[{"type":"text","text":"case/77"}]}]`
	if !strings.Contains(string(got), want) || !json.Valid(got) {
		t.Errorf("template was rendered as\n%s\nwant in it\n%s", got, want)
	}
	if strings.Contains(string(got), "transcript") {
		t.Error("the transcript's text was sent with the template")
	}
}

func TestRenderUploadedDocument(t *testing.T) {
	doc := &bot.Document{MediaID: "500000000000900", Name: "my-data.pdf"}
	const file = `"document":{"id":"500000000000900","filename":"my-data.pdf"`
	for name, c := range map[string]struct {
		o    bot.Outgoing
		want string
	}{
		"alone":   {bot.Outgoing{Document: doc}, `"type":"document",` + file + `}}`},
		"caption": {bot.Outgoing{Body: "Yours.", Document: doc}, `"type":"document",` + file + `,"caption":"Yours."}}`},
		"footer": {bot.Outgoing{Body: "Yours.", Footer: "Bye", Document: doc},
			`"type":"document",` + file + `,"caption":"Yours.\n\nBye"}}`},
		"buttons": {bot.Outgoing{Body: "Yours.", Footer: "Bye", Document: doc, Choices: choices("Thanks")},
			`"type":"interactive","interactive":{"type":"button","header":{"type":"document",` + file + `}},` +
				`"body":{"text":"Yours."},"footer":{"text":"Bye"},"action":{"buttons":[` +
				`{"type":"reply","reply":{"id":"c0","title":"Thanks"}}]}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := render(bot.Envelope{To: phone, Content: c.o}, "Menu")
			if err != nil || !strings.HasSuffix(string(got), c.want) {
				t.Errorf("rendered %v\n%s\nwant at its end\n%s", err, got, c.want)
			}
			onlyJSON(t, got)
		})
	}
}

func TestRenderRefuses(t *testing.T) {
	hello := bot.Outgoing{Body: "Hello"}
	template := func(u bot.TemplateUse) bot.Envelope {
		return bot.Envelope{To: phone, Content: bot.Outgoing{Template: &u}}
	}
	for name, c := range map[string]struct {
		e    bot.Envelope
		want error
	}{
		"nobody":                {bot.Envelope{Content: hello}, errAddress},
		"number without a plus": {bot.Envelope{To: bot.Identifiers{Phone: "15550100001"}, Content: hello}, errAddress},
		"number with letters":   {bot.Envelope{To: bot.Identifiers{Phone: "+1555O100001"}, Content: hello}, errAddress},
		"number as a user id":   {bot.Envelope{To: bot.Identifiers{BSUID: "15550100001"}, Content: hello}, errAddress},
		"user id with a quote":  {bot.Envelope{To: bot.Identifiers{BSUID: `US."7`}, Content: hello}, errAddress},
		"long callback": {
			bot.Envelope{To: phone, Callback: strings.Repeat("x", 513), Content: hello}, errCallback},
		"template name":     {template(bot.TemplateUse{Name: "Order OK", Language: "en"}), errTemplateName},
		"template language": {template(bot.TemplateUse{Name: "order_ok", Language: "en us"}), errTemplateTag},
		"invisible parameter": {
			template(bot.TemplateUse{Name: "a", Language: "en", Params: []bot.Text{"\u200b\u202e \n"}}),
			errTemplateParam},
		"template with choices": {bot.Envelope{To: phone, Content: bot.Outgoing{
			Template: &bot.TemplateUse{Name: "a", Language: "en"}, Choices: []bot.Choice{{ID: "1", Label: "a"}},
		}}, errTemplateParts},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := render(c.e, "Menu"); err != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestCleanParam(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":               {"Ada", "Ada"},
		"lines and tabs":      {" Ada\r\n\tLove\u2028lace ", "Ada Love lace"},
		"many spaces":         {"Ada     Lovelace", "Ada Lovelace"},
		"no-break spaces":     {"Ada\u00a0\u00a0\u3000Lovelace", "Ada Lovelace"},
		"bidi override":       {"Ada \u202egpj.exe\u2066", "Ada gpj.exe"},
		"zero width":          {"A\u200bd\u200ca\u200d\ufeff\u2060", "Ada"},
		"control":             {"A\x00d\x1b[31ma\u0085", "Ad[31ma"},
		"fillers":             {"\u3164\u115fAda\u034f", "Ada"},
		"not UTF-8":           {"A\xffda\xc3", "Ada"},
		"accents stay":        {"Zoë Nuñez\u200e", "Zoë Nuñez"},
		"arabic stays":        {"\u200fليلى", "ليلى"},
		"emoji stays":         {"❤️", "❤️"},
		"nothing but filling": {"\u3164 \u200b", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cleanParam(c.in); got != c.want {
				t.Errorf("got %+q, want %+q", got, c.want)
			}
		})
	}
}

func TestAppendStringIsJSON(t *testing.T) {
	for _, s := range []string{"", `a"b\c`, "\x00\x1f\n\t", "é😀\u2028", "\xff\xed\xa0\x80x", "<&>/"} {
		var got string
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil {
			t.Errorf("%+q: %v", s, err)
		}
		if want := string([]rune(s)); got != want {
			t.Errorf("%+q came back as %+q", want, got)
		}
	}
}

// sameJSON compares the meaning of a body with a file in testdata.
func sameJSON(t *testing.T, file string, got []byte) {
	t.Helper()
	recorded, err := os.ReadFile(filepath.Join("testdata", file+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, have any
	if err := json.Unmarshal(recorded, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &have); err != nil {
		t.Fatalf("rendered no JSON: %v\n%s", err, got)
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("rendered\n%s\nwant\n%s", got, recorded)
	}
}
