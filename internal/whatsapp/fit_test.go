package whatsapp

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"aval/bot"
)

const family = "👩‍👩‍👧‍👦" // four people, three joiners: 11 units, 1 cluster

func choices(labels ...string) []bot.Choice {
	out := make([]bot.Choice, len(labels))
	for i, l := range labels {
		out[i] = bot.Choice{ID: "c" + strconv.Itoa(i), Label: bot.Text(l)}
	}
	return out
}

func repeat(s string, n int) bot.Text { return bot.Text(strings.Repeat(s, n)) }

func TestFitChoosesTheShape(t *testing.T) {
	eleven := choices("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")
	link := &bot.Link{Label: "Notice", URL: "https://example.org/n"}
	hinted := func(label, hint string) []bot.Choice {
		return []bot.Choice{{ID: "1", Label: bot.Text(label), Hint: bot.Text(hint)}}
	}
	for name, c := range map[string]struct {
		o    bot.Outgoing
		want shape
		body string // "" is not compared
	}{
		"text":             {bot.Outgoing{Body: "Hi"}, asText, "Hi"},
		"text with footer": {bot.Outgoing{Body: "Hi", Footer: "STOP ends"}, asText, "Hi\n\nSTOP ends"},
		"text full, footer goes": {
			bot.Outgoing{Body: repeat("a", 4096), Footer: "f"},
			asText,
			strings.Repeat("a", 4096),
		},
		"three buttons": {bot.Outgoing{Body: "Q", Choices: choices("a", "b", "c")}, asButtons, "Q"},
		"label of 20": {
			bot.Outgoing{Body: "Q", Choices: choices(strings.Repeat("é", 20))},
			asButtons,
			"Q",
		},
		"label of 21":       {bot.Outgoing{Body: "Q", Choices: choices(strings.Repeat("é", 21))}, asList, "Q"},
		"emoji count twice": {bot.Outgoing{Body: "Q", Choices: choices(strings.Repeat("😀", 11))}, asList, "Q"},
		"one family":        {bot.Outgoing{Body: "Q", Choices: choices(family)}, asButtons, "Q"},
		"two families":      {bot.Outgoing{Body: "Q", Choices: choices(family + family)}, asList, "Q"},
		"four choices":      {bot.Outgoing{Body: "Q", Choices: choices("a", "b", "c", "d")}, asList, "Q"},
		"body over buttons": {bot.Outgoing{Body: repeat("q", 1025), Choices: choices("a")}, asList, ""},
		"same labels":       {bot.Outgoing{Body: "Q", Choices: choices("a", "a")}, asList, "Q"},
		"label of 73":       {bot.Outgoing{Body: "Q", Choices: choices(strings.Repeat("x", 73))}, asText, ""},
		"long label and hint": {
			bot.Outgoing{Body: "Q", Choices: hinted(strings.Repeat("x", 25), "h")},
			asText,
			"",
		},
		"long hint, short label": {
			bot.Outgoing{Body: "Q", Choices: hinted("x", strings.Repeat("h", 73))},
			asButtons,
			"",
		},
		"eleven choices": {bot.Outgoing{Body: "Q", Choices: eleven}, asText, ""},
		"numbers": {
			bot.Outgoing{Body: "Q", Choices: choices(strings.Repeat("x", 73), "b")},
			asText,
			"Q\n\n1. " + strings.Repeat("x", 73) + "\n2. b",
		},
		"link": {bot.Outgoing{Body: "Read", Link: link}, asLink, "Read"},
		"link label of 21": {
			bot.Outgoing{Body: "Read", Link: &bot.Link{Label: repeat("l", 21), URL: "https://e.org"}},
			asText,
			"Read\n\n" + strings.Repeat("l", 21) + ": https://e.org",
		},
		"link and buttons": {
			bot.Outgoing{Body: "Q", Link: link, Choices: choices("a")},
			asButtons,
			"Q\n\nNotice: https://example.org/n",
		},
		"footer of 61 joins": {
			bot.Outgoing{Body: "Q", Footer: repeat("f", 61), Choices: choices("a")},
			asButtons,
			"Q\n\n" + strings.Repeat("f", 61),
		},
		"footer of 61 has no room": {
			bot.Outgoing{Body: repeat("q", 1000), Footer: repeat("f", 61), Choices: choices("a")},
			asButtons,
			strings.Repeat("q", 1000),
		},
		"label on two lines": {bot.Outgoing{Body: "Q", Choices: choices("a\nb ")}, asButtons, "Q"},
		"bold label":         {bot.Outgoing{Body: "Q", Choices: choices("*Yes* 👍🏽")}, asButtons, "Q"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := fit(c.o, "Menu")
			if err != nil {
				t.Fatal(err)
			}
			if m.shape != c.want {
				t.Errorf("shape %d, want %d", m.shape, c.want)
			}
			if c.body != "" && m.body != c.body {
				t.Errorf("body %q, want %q", m.body, c.body)
			}
			withinLimits(t, m)
		})
	}
}

func TestFitDocument(t *testing.T) {
	for name, c := range map[string]struct {
		o    bot.Outgoing
		want shape
		body string
	}{
		"alone":            {bot.Outgoing{}, asDocument, ""},
		"footer":           {bot.Outgoing{Body: "B", Footer: "F"}, asDocument, "B\n\nF"},
		"choice":           {bot.Outgoing{Body: "B", Choices: choices("a")}, asButtons, "B"},
		"four choices":     {bot.Outgoing{Body: "B", Choices: choices("a", "b", "c", "d")}, asDocument, "B\n\n1. a\n2. b\n3. c\n4. d"},
		"wordless choices": {bot.Outgoing{Choices: choices("a")}, asDocument, "1. a"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Document = &bot.Document{MediaID: "77"}
			m, err := fit(c.o, "Menu")
			if err != nil || m.shape != c.want || m.body != c.body || m.doc.MediaID != "77" {
				t.Errorf("fitted as %+v, %v", m, err)
			}
			withinLimits(t, m)
		})
	}
}

func TestFitRefuses(t *testing.T) {
	link := func(u string) bot.Outgoing { return bot.Outgoing{Body: "B", Link: &bot.Link{Label: "L", URL: u}} }
	doc := func(d bot.Document) bot.Outgoing { return bot.Outgoing{Document: &d} }
	for name, c := range map[string]struct {
		o    bot.Outgoing
		want error
	}{
		"nothing":          {bot.Outgoing{}, errBodyEmpty},
		"spaces":           {bot.Outgoing{Body: " \n ", Choices: choices("a")}, errBodyEmpty},
		"text of 4097":     {bot.Outgoing{Body: repeat("a", 4097)}, errTooLong},
		"emoji of 4098":    {bot.Outgoing{Body: repeat("😀", 2049)}, errTooLong},
		"question of 4097": {bot.Outgoing{Body: repeat("a", 4097), Choices: choices("a")}, errTooLong},
		"caption of 1025":  {bot.Outgoing{Body: repeat("a", 1025), Document: &bot.Document{MediaID: "7"}}, errTooLong},
		"no id":            {bot.Outgoing{Body: "Q", Choices: []bot.Choice{{Label: "a"}}}, errChoiceID},
		"no label":         {bot.Outgoing{Body: "Q", Choices: []bot.Choice{{ID: "a", Label: " "}}}, errChoiceLabel},
		"one id twice": {bot.Outgoing{Body: "Q", Choices: []bot.Choice{
			{ID: "a", Label: "x"}, {ID: "a", Label: "y"}}}, errChoiceTwice},
		"101 choices":            {bot.Outgoing{Body: "Q", Choices: choices(make([]string, 101)...)}, errTooMany},
		"link to a script":       {link("javascript:alert(1)"), errLink},
		"link with a password":   {link("https://u:p@example.org"), errLink},
		"link without a host":    {link("https:///x"), errLink},
		"plain document":         {doc(bot.Document{URL: "http://example.org/a.pdf"}), errDocument},
		"document from nowhere":  {doc(bot.Document{}), errDocument},
		"document from two ways": {doc(bot.Document{URL: "https://e.org/a", MediaID: "7"}), errDocument},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := fit(c.o, "Menu"); err != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestListRows(t *testing.T) {
	long := "Appointments and everything around them"
	o := bot.Outgoing{Body: "Q", ListLabel: repeat("l", 21), Choices: choices("a", "b", "c", long)}
	m, err := fit(o, "Menü")
	if err != nil {
		t.Fatal(err)
	}
	want := bot.Choice{ID: "c3", Label: "4. Appointments and ev…", Hint: bot.Text(long)}
	got := m.rows[3]
	if got.ID != want.ID || !strings.HasPrefix(string(got.Label), "4. Appointments") || got.Hint != want.Hint {
		t.Errorf("long label became %q / %q", string(got.Label), string(got.Hint))
	}
	if m.open != "Menü" {
		t.Errorf("the list opens with %q", m.open)
	}
	same, err := fit(bot.Outgoing{Body: "Q", Choices: choices("Yes", "Yes")}, "Menü")
	if err != nil || same.rows[0].Label != "1. Yes" || same.rows[1].Label != "2. Yes" {
		t.Errorf("equal labels became %q and %q, %v", string(same.rows[0].Label), string(same.rows[1].Label), err)
	}
}

func TestLongHintsGoBeforeTheMessageDoes(t *testing.T) {
	o := bot.Outgoing{Body: repeat("a", 3900), Choices: choices(strings.Repeat("x", 100))}
	o.Choices[0].Hint = repeat("h", 500)
	m, err := fit(o, "Menu")
	if err != nil || strings.Contains(m.body, "hh") || !strings.Contains(m.body, "\n1. xxx") {
		t.Errorf("without its hint the text fits, but: %v", err)
	}
}

func TestCutKeepsClustersWhole(t *testing.T) {
	for name, c := range map[string]struct {
		in    string
		limit int
		want  string
	}{
		"fits":            {"abc", 3, "abc"},
		"letters":         {"abcd", 3, "abc"},
		"family":          {"ab" + family, 12, "ab"},
		"family fits":     {"a" + family + "b", 12, "a" + family},
		"skin tone":       {"👍🏽👍🏽", 5, "👍🏽"},
		"flags":           {"🇧🇷🇵🇹", 7, "🇧🇷"},
		"combining marks": {"e\u0301e\u0301", 3, "e\u0301"},
		"tower of marks":  {"e" + strings.Repeat("\u0301", 50), 24, ""},
		"keycap":          {"1️⃣2️⃣", 5, "1️⃣"},
		"hangul":          {"\u1112\u1161\u11ab\u1100\u1173\u11af", 5, "\u1112\u1161\u11ab"},
		"devanagari":      {"नमस्ते", 5, "नम"},
		"line break pair": {"a\r\nb", 2, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cut(c.in, c.limit); got != c.want {
				t.Errorf("got %+q, want %+q", got, c.want)
			}
		})
	}
}

func FuzzFit(f *testing.F) {
	f.Add("Question?", "STOP ends", "Yes|No|Later", "hint", "https://example.org", uint8(0))
	f.Add("Q", "", family+family+"|"+strings.Repeat("e\u0301", 30), "", "", uint8(1))
	f.Add("\xff", "\xff", "\xed\xa0\x80|"+strings.Repeat("\xff", 25), "\u202e", "x", uint8(2))
	f.Add(strings.Repeat("q", 1020), strings.Repeat("f", 61), "a|b|c|d|e|f|g|h|i|j|k", "", "", uint8(4))
	f.Fuzz(func(t *testing.T, body, footer, labels, hint, url string, kind uint8) {
		o := bot.Outgoing{Body: bot.Text(body), Footer: bot.Text(footer), ListLabel: bot.Text(hint)}
		if labels != "" {
			o.Choices = choices(strings.Split(labels, "|")...)
			o.Choices[0].Hint = bot.Text(hint)
		}
		if kind&1 != 0 {
			o.Link = &bot.Link{Label: bot.Text(hint), URL: url}
		}
		if kind&2 != 0 {
			o.Document = &bot.Document{URL: url, Name: hint}
		}
		if kind&4 != 0 {
			o = bot.Outgoing{Template: &bot.TemplateUse{Name: "a", Language: "en", Params: []bot.Text{bot.Text(body)}}}
		}
		m, err := fit(o, "Menu")
		if err != nil {
			return
		}
		withinLimits(t, m)
		wholeClusters(t, m, o)
		b, err := render(bot.Envelope{To: phone, Content: o}, "Menu")
		if err != nil || !utf8.Valid(b) {
			t.Fatalf("what fits is not rendered: %v", err)
		}
		onlyJSON(t, b)
	})
}
