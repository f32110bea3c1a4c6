package dossier_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/internal/dossier"
)

const days = 24 * time.Hour

// samples are the words of one language in the sample.
type samples struct {
	label, order, said, answered, notice, service, offers, asks, invites string
}

// inLanguage is what the brand and the person say, in the language where somebody
// wrote it down and in made-up words elsewhere.
func inLanguage(lang string) samples {
	if s, ok := written()[lang]; ok {
		return s
	}
	made := func(n int) string { return strings.Repeat("Zzz", n) }
	return samples{made(1), made(2), made(3), made(4), made(5), made(6), made(7), made(8), made(9)}
}

func written() map[string]samples {
	return map[string]samples{
		"pt": {"Dia da mudança", "Número do pedido", "Minha mudança é dia 15 de janeiro. Vocês entregam no endereço novo?",
			"Entregamos, sim. Anotei o dia 15/01/2027. Quer que eu avise quando o pedido sair?",
			"Aqui é a Casa Lima.\nUsamos seu número e suas mensagens para atender você. A Meta entrega as mensagens.\n" +
				"Quem responde primeiro é um programa. Para parar, escreva PARAR.\nMais: https://casalima.example/privacidade",
			"atendimento", "ofertas e novidades", "Podemos usar seu número e suas mensagens para atender você aqui?",
			"Quer receber ofertas e novidades da Casa Lima aqui no WhatsApp?"},
		"en": {"Moving day", "Order number", "I am moving on 15 January. Do you deliver to the new address?",
			"We do. I noted 15 Jan 2027. Shall I tell you when the order leaves?",
			"This is Casa Lima.\nWe use your number and your messages to help you. Meta delivers the messages.\n" +
				"A program answers first. To stop, write STOP.\nMore: https://casalima.example/privacy",
			"customer service", "offers and news", "May we use your number and your messages to help you here?",
			"Would you like offers and news from Casa Lima here on WhatsApp?"},
		"es": {"Día de la mudanza", "Número del pedido", "Me mudo el 15 de enero. ¿Entregan en la dirección nueva?",
			"Sí, entregamos. Anoté el 15/01/2027. ¿Te aviso cuando salga el pedido?",
			"Somos Casa Lima.\nUsamos tu número y tus mensajes para atenderte. Meta entrega los mensajes.\n" +
				"Primero responde un programa. Para parar, escribe BAJA.\nMás: https://casalima.example/privacidad",
			"atención al cliente", "ofertas y novedades", "¿Podemos usar tu número y tus mensajes para atenderte aquí?",
			"¿Quieres recibir ofertas y novedades de Casa Lima aquí en WhatsApp?"},
		"de": {"Umzugstag", "Bestellnummer", "Ich ziehe am 15. Januar um. Liefert ihr an die neue Adresse?",
			"Das machen wir. Ich habe den 15.01.2027 notiert. Soll ich mich melden, wenn die Bestellung losgeht?",
			"Hier ist Casa Lima.\nWir nutzen deine Nummer und deine Nachrichten, um dir zu helfen. Meta stellt die Nachrichten zu.\n" +
				"Zuerst antwortet ein Programm. Zum Beenden schreib STOPP.\nMehr: https://casalima.example/datenschutz",
			"Kundenservice", "Angebote und Neuigkeiten", "Dürfen wir deine Nummer und deine Nachrichten nutzen, um dir hier zu helfen?",
			"Möchtest du hier auf WhatsApp Angebote und Neuigkeiten von Casa Lima bekommen?"},
	}
}

// sampleBrand is a shop whose lists are in the words of its configuration.
func sampleBrand(lang string) *bot.Brand {
	s := inLanguage(lang)
	one := func(text string) map[string]string { return map[string]string{lang: text} }
	return &bot.Brand{
		ID: "casa-lima", Name: "Casa Lima", Country: "BR", Language: lang, Location: time.FixedZone("America/Sao_Paulo", -3*3600),
		Controller: bot.Controller{
			Name: "Casa Lima Utilidades Ltda.", Address: "Rua das Flores 100, São Paulo, Brasil", Contact: "contato@casalima.example",
			DPO: "privacidade@casalima.example", Authority: "ANPD, www.gov.br/anpd", PrivacyURL: "https://casalima.example/privacidade",
		},
		Purposes: []bot.Purpose{
			{ID: "service", Kind: bot.Service, Basis: bot.BasisConsent, Data: []string{"phone", "name", "messages", "order"},
				Recipients: []string{"Meta Platforms (WhatsApp)"}, Retention: 180 * days, Valid: 720 * days,
				Name: one(s.service), Question: one(s.asks)},
			{ID: "marketing", Kind: bot.Marketing, Basis: bot.BasisConsent, Data: []string{"phone", "interests", "shoe size"},
				Recipients: []string{"Meta Platforms (WhatsApp)", "Correio Digital SA"}, Retention: 720 * days, Valid: 720 * days,
				Name: one(s.offers), Question: one(s.invites)},
		},
		Notices:   []bot.Notice{{ID: "privacy", Version: 1, Layer1: one(s.notice)}},
		Rules:     bot.Rules{Keep: 90 * days},
		Retention: bot.Retention{bot.ClassProofs: 5 * 365 * days, bot.ClassCases: 3 * 365 * days},
	}
}

// sample is what a shop has of a person after a short conversation.
func sample(lang string) *bot.Dossier {
	s, b := inLanguage(lang), sampleBrand(lang)
	said := func(minutes int, from, kind, text string) bot.DossierMessage {
		return bot.DossierMessage{At: at(minutes), From: from, Kind: kind, Body: bot.Text(text)}
	}
	saw := func(minutes int, name, value string) bot.DossierField {
		return bot.DossierField{Name: name, Value: bot.Text(value), Purpose: "service", Since: at(minutes), Source: "observed"}
	}
	return &bot.Dossier{
		Scope: bot.CaseAccess, Reference: "7F3K-9Q2W", Brand: b, Language: lang, Made: made,
		Contact:     "c_5f0d6f3a2c4b4a0e9d1c7b8a6e5f4d3c",
		Identifiers: bot.Identifiers{BSUID: "BR.7000123456789", Phone: "+5511999990001"}, Created: at(9000),
		Settings: bot.DossierSettings{Language: lang, Chosen: true, Channel: flows.ChannelOpen, Hold: flows.HoldNormal, AgeBand: "18+"},
		Fields: []bot.DossierField{
			{Name: "moving_day", Label: s.label, Value: "2027-01-15", Purpose: "service", Since: at(8990),
				Until: made.Add(30 * days), Source: "person"},
			{Name: "order_number", Label: s.order, Value: "48213", Purpose: "service", Since: at(8980), Source: "business"},
		},
		Messages: []bot.DossierMessage{
			said(9000, "person", "button", s.asks), said(8995, "person", "text", s.said), said(8994, "bot", "service", s.answered),
			said(60, "person", "media", ""), said(9, "bot", "rights", s.invites), said(8, "person", "list", s.offers),
		},
		Cases: []bot.Case{
			{Type: bot.CaseRectify, Reference: "2M4P-7XKD", State: flows.CaseDelivered, Received: at(5000), Due: at(-9000),
				Route: "letter", Evidence: "id-document", Done: at(4000), Tasks: []string{"Correio Digital SA"}},
			{Type: bot.CaseAccess, Reference: "7F3K-9Q2W", State: flows.CaseInWork, Received: at(9), Due: at(-20000), Route: "chat",
				Evidence: "bound account, tap"},
		},
		Consents: []bot.DossierConsent{
			{Purpose: b.Purposes[0], State: flows.Given, Since: at(8999), Notice: 1, Record: "Q7dmW2xTz1"},
			{Purpose: b.Purposes[1], State: flows.Refused, Since: at(100)},
		},
		Records: []bot.ConsentRecord{sampleProof(b, lang)},
		Looks:   []bot.Look{{At: at(70), Role: "operator", What: "states and dates"}},
		Inferences: []bot.DossierField{
			saw(9, "last_message", at(9).Format(time.RFC3339)), saw(9000, "identity", flows.IdentityBound),
			saw(9000, "age", flows.AgeAdult), saw(9000, "age_country", "BR"), saw(9, "children_answered_for", "1"),
			saw(9000, "message_read", "notice"), saw(8994, "message_delivered", "service"), saw(9, "message_read", "rights"),
		},
	}
}

func sampleProof(b *bot.Brand, lang string) bot.ConsentRecord {
	p := b.Purposes[0]
	return bot.ConsentRecord{
		Schema: "aval-consent/1 (ISO/IEC TS 27560:2023)", ID: "Q7dmW2xTz1", Receipt: "Q7dmW2xTz1", Subject: "p-1",
		Notice: bot.RecordNotice{ID: "privacy", Version: 1, Language: lang, Layer1: bot.TextHash(b.Notices[0].Text(lang, lang))},
		Purposes: []bot.RecordPurpose{{
			ID: p.ID, Kind: p.Kind, Basis: p.Basis, Data: p.Data, Recipients: p.Recipients, Retention: p.Retention,
		}},
		Event: bot.RecordEvent{At: at(8999), Received: at(8999), Valid: p.Valid, By: "person", Type: "expressed", State: flows.Given},
	}
}

// ownWords are those of a language that are the program's own as well.
var ownWords = map[string]string{"en": "phone, operator, states and", "fr": "phone,",
	"hu": "2027-01-15", "sv": "2027-01-15", "lt": "2027-01-15", "zh": "2027-01-15", "ja": "2027-01-15", "ko": "2027-01-15"}

// What is printed and what the page shows says no word of the program's own,
// in any language (the machine files keep them).
func TestSampleSpeaksTheLanguage(t *testing.T) {
	p, _, catalog := packer(t)
	for _, lang := range catalog.Languages() {
		d := sample(lang)
		f, err := p.Document(d)
		if err != nil {
			t.Fatal(err)
		}
		files, _ := unzip(t, pack(t, p, d))
		page := string(files[catalog.Text(lang, "file.name.readme", nil)])
		for shown, text := range map[string]string{"page": page, "print": printed(t, f.Data)} {
			said := lang
			if shown == "print" && strings.Contains(" ar he hi ja ko zh ", " "+lang+" ") {
				said = "en" // the font has no letters for these
			}
			text = strings.ReplaceAll(text, "\u202f", " ")
			for _, raw := range []string{"moving_day", "2027-01-15", "message_", "last_message", "age_country", "children_answered",
				"BOUND", "ADULT", "phone,", "bound account", "id-document", " operator", "states and", "[", "observed"} {
				if strings.Contains(text, raw) && !strings.Contains(ownWords[said], raw) {
					t.Errorf("%s %s: %q is shown", lang, shown, raw)
				}
			}
			self := "language.self"
			if said != lang {
				self = "file.withdraw"
			}
			for _, id := range []string{self, "file.case.answered", "file.withdraw", "file.evidence.bound-account-tap", "file.label.reference",
				"file.sent.kind.rights", "file.data.interests", "file.keep.erased", "file.notice.matches"} {
				words := strings.Fields(catalog.Text(said, id, nil))
				if !strings.Contains(text, words[0]) || !strings.Contains(text, words[len(words)-1]) {
					t.Errorf("%s %s: %s is not shown", lang, shown, id)
				}
			}
			if n := strings.Count(text, "• Meta Platforms"); n != 1 {
				t.Errorf("%s %s: Meta is listed %d times", lang, shown, n)
			}
			if !strings.Contains(text, "America/Sao_Paulo (UTC-03:00)") || !strings.Contains(text, inLanguage(lang).label) {
				t.Errorf("%s %s: the zone or a label is not shown", lang, shown)
			}
		}
	}
	if n := catalog.Misses(); n != 0 {
		t.Errorf("%d sentences were missing", n)
	}
}

// No heading ends a page, and a short conversation fits on few.
func TestSamplePages(t *testing.T) {
	p, _, catalog := packer(t)
	for _, lang := range []string{"pt", "de"} {
		headings := map[string]bool{}
		for _, id := range []string{"who", "fields", "settings", "purposes", "consents", "recipients", "keep", "rights", "complain",
			"cases", "source", "automated", "transfers", "looks", "notes", "inferences", "messages"} {
			headings[catalog.Text(lang, "file.section."+id, nil)] = true
		}
		for more := range 32 { // each line more moves every break below it
			d := sample(lang)
			d.Brand.Controller.Address = strings.Repeat("Casa Lima\n", more) + "Brasil"
			f, err := p.Document(d)
			if err != nil {
				t.Fatal(err)
			}
			pages := pagesOf(t, f.Data)
			if more == 0 && len(pages) > 8 {
				t.Errorf("%s: %d pages", lang, len(pages))
			}
			for n, lines := range pages {
				if len(lines) < 2 {
					t.Fatalf("%s, %d lines more: page %d is empty", lang, more, n+1)
				}
				if last := lines[len(lines)-2]; headings[last] {
					t.Errorf("%s, %d lines more: %q ends page %d", lang, more, last, n+1)
				}
			}
		}
	}
}

// pagesOf returns the lines of each page, the footer last.
func pagesOf(t *testing.T, pdf []byte) [][]string {
	t.Helper()
	var pages [][]string
	for _, page := range strings.Split(strings.TrimSuffix(layout(t, pdf), "\f"), "\f") {
		var lines []string
		for _, line := range strings.Split(page, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		pages = append(pages, lines)
	}
	return pages
}

// The words behind a proof go with it, and a text that is not the proved one is
// told from it.
func TestNotices(t *testing.T) {
	p, verifiers, catalog := packer(t)
	for name, tt := range map[string]struct {
		change  func(*bot.Brand)
		matches bool
		says    string
	}{
		"same":    {func(*bot.Brand) {}, true, "file.notice.matches"},
		"changed": {func(b *bot.Brand) { b.Notices[0].Layer1["pt"] += "." }, false, "file.notice.differs"},
		"lost":    {func(b *bot.Brand) { b.Notices = nil }, false, "file.notice.lost"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sample("pt")
			tt.change(d.Brand)
			f, err := p.Receipt(d.Brand, "pt", d.Identifiers, d.Records, made)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := dossier.Open(f.Data, verifiers); err != nil {
				t.Error(err)
			}
			if text := printed(t, f.Data); !strings.Contains(text, catalog.Text("pt", tt.says, nil)) ||
				!strings.Contains(text, d.Brand.Purposes[0].Question["pt"][:20]) {
				t.Error("the words are not printed")
			}
			files, _ := unzip(t, pack(t, p, d))
			var list []struct {
				Record, Layer1 string
				Matches        bool
				Questions      []struct{ Purpose, Text string }
			}
			if err := json.Unmarshal(files["notices.json"], &list); err != nil || len(list) != 1 {
				t.Fatal(err, len(list))
			}
			n := list[0]
			if n.Matches != tt.matches || n.Record != d.Records[0].ID || n.Questions[0].Text != d.Brand.Purposes[0].Question["pt"] ||
				len(d.Brand.Notices) > 0 && n.Layer1 != d.Brand.Notices[0].Layer1["pt"] {
				t.Errorf("matches %v for the record %s", n.Matches, n.Record)
			}
		})
	}
}

// The case that a file answers is answered in it.
func TestAnsweredByThisFile(t *testing.T) {
	p, verifiers, _ := packer(t)
	i, err := dossier.Open(pack(t, p, sample("en")), verifiers)
	if err != nil {
		t.Fatal(err)
	}
	if k := i.Cases[1]; k.State != flows.CaseDelivered || !k.Done.Equal(made) {
		t.Errorf("the case is %s", k.State)
	}
}
