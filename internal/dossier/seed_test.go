package dossier_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"aval/bot"
	"aval/flows"
	"aval/internal/dossier"
	"aval/locales"
)

// keys makes the test's signing key; seed chooses which.
func keys(t testing.TB, seed byte) (note.Signer, note.Verifiers) {
	t.Helper()
	secret, public, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), "loja.example")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, note.VerifierList(verifier)
}

func packer(t testing.TB) (*dossier.Packer, note.Verifiers, *locales.Catalog) {
	t.Helper()
	catalog, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	signer, verifiers := keys(t, 1)
	p, err := dossier.New(dossier.Config{Signer: signer, Text: catalog.Text, Speaks: catalog.Supports})
	if err != nil {
		t.Fatal(err)
	}
	return p, verifiers, catalog
}

func brand() *bot.Brand {
	return &bot.Brand{
		ID: "loja", Name: "Loja Aurora", Country: "PT", Language: "pt", Location: time.FixedZone("WET", 3600),
		Controller: bot.Controller{
			Name: "Aurora Comércio Lda", Address: "Rua das Flores 12, 4050-262 Porto", Contact: "ola@aurora.example",
			DPO: "dpo@aurora.example", Authority: "Comissão Nacional de Proteção de Dados, www.cnpd.example",
			PrivacyURL: "https://aurora.example/privacidade",
		},
		Purposes: []bot.Purpose{service(), offers()},
		Rules:    bot.Rules{Keep: 180 * 24 * time.Hour},
	}
}

func service() bot.Purpose {
	return bot.Purpose{
		ID: "atendimento", Kind: bot.Service, Basis: bot.BasisContract, Data: []string{"mensagens", "número"},
		Recipients: []string{"Transportes Norte Lda"}, Retention: 180 * 24 * time.Hour,
		Name: map[string]string{"pt": "atendimento na conversa"},
	}
}

func offers() bot.Purpose {
	return bot.Purpose{
		ID: "ofertas", Kind: bot.Marketing, Basis: bot.BasisConsent, Data: []string{"número", "nome"},
		Recipients: []string{"Correio Digital SA"}, Retention: 730 * 24 * time.Hour, Valid: 36 * time.Hour,
		Name: map[string]string{"pt": "ofertas e novidades"},
	}
}

var made = time.Date(2026, 11, 3, 14, 5, 6, 0, time.UTC)

func at(minutes int) time.Time { return made.Add(-time.Duration(minutes) * time.Minute) }

// seeded is a dossier in which every value of the person has its own mark:
// the same mark is never planted twice.
func seeded(who, scope string) (*bot.Dossier, []string) {
	var planted []string
	plant := func(name string) string {
		mark := fmt.Sprintf("%s-%s-%03d", who, name, len(planted))
		planted = append(planted, mark)
		return mark
	}
	text := func(name string) bot.Text { return bot.Text(plant(name)) }
	ids := func() bot.Identifiers {
		return bot.Identifiers{
			BSUID: bot.BSUID(plant("bsuid")), Parent: bot.BSUID(plant("parent")), Phone: bot.Phone(plant("phone")),
			KeyHash: plant("hash"),
		}
	}
	d := &bot.Dossier{
		Scope: scope, Reference: who + "7F3K-9Q2W", Brand: brand(), Language: "pt", Made: made,
		Contact: bot.ContactID(plant("contact")), Identifiers: ids(),
		Settings: bot.DossierSettings{
			Language: plant("language"), Chosen: true, Channel: plant("channel"), Hold: plant("hold"), AgeBand: plant("age"),
		},
		Fields: []bot.DossierField{
			{Name: "nome", Value: text("name"), Purpose: "atendimento", Since: at(90), Source: "person"},
			{Name: "cidade", Value: text("city"), Purpose: "atendimento", Since: at(80), Source: "observed"},
		},
		Messages: []bot.DossierMessage{
			{At: at(70), From: "person", Kind: "text", Body: text("said")},
			{At: at(69), From: "bot", Kind: "text", Body: text("answered")},
			{At: at(68), From: plant("agent"), Kind: "text", Body: text("helped")},
		},
		Cases: []bot.Case{{
			Type: scope, Reference: plant("case"), State: plant("state"), Received: at(60), Due: at(-60), Doubt: true,
			Tier: 2, Route: "chat", Evidence: plant("proof"), Paused: 90 * time.Second, Extended: at(10), Ground: plant("ground"),
			Reason: text("reason"), Field: "nome", Value: text("anew"), Done: at(5), Hash: bot.TextHash(who), Tasks: []string{plant("tell")},
		}},
		Consents: []bot.DossierConsent{
			{Purpose: service(), State: flows.Live, Since: at(75)},
			{Purpose: offers(), State: flows.Given, Since: at(50), Notice: 2, Record: who + "-record"},
		},
		Records: []bot.ConsentRecord{proof(who, plant)},
	}
	if scope == bot.CaseAccess {
		d.Created, d.Former = at(100), []bot.Identifiers{ids()}
		d.Looks = []bot.Look{{At: at(40), Role: plant("role"), What: plant("what")}}
		d.Notes = []bot.DossierMessage{{At: at(30), From: plant("author"), Kind: "text", Body: text("note")}}
		d.Inferences = []bot.DossierField{{Name: "idioma", Value: text("guess"), Source: "observed", Since: at(20)}}
	}
	return d, planted
}

func proof(who string, plant func(string) string) bot.ConsentRecord {
	hash := func(s string) [32]byte { return bot.TextHash(who + s) }
	acts := make([]bot.Act, 2)
	for i := range acts {
		acts[i] = bot.Act{
			Message: plant("act"), Question: plant("question"), Nonce: hash("n"), Text: hash("t"), At: at(52 - i),
			Received: at(51 - i), Method: "button", Language: "pt", Notice: hash("l"), Delivery: plant("delivery"),
		}
	}
	return bot.ConsentRecord{
		Schema: "aval-consent/1 (ISO/IEC TS 27560:2023)", ID: who + "-record", Receipt: who + "-record",
		Subject: who + "-pseudonym", Replaces: plant("replaces"),
		Notice: bot.RecordNotice{
			ID: "privacidade", Version: 2, Language: "pt", Layer1: hash("1"), Question: hash("q"),
			QuestionMessage: plant("asked"), Delivery: plant("arrived"), Layer2: hash("2"),
		},
		Purposes: []bot.RecordPurpose{{
			ID: "ofertas", Kind: bot.Marketing, Basis: bot.BasisConsent, Data: []string{"número"}, Optional: true,
			Controllers: []string{"Aurora Comércio Lda"}, Recipients: []string{"Correio Digital SA"},
			Storage: "operator's server, encrypted", Retention: 730 * 24 * time.Hour, Jurisdiction: "PT",
			Withdrawal: "write STOP in the chat, at any time", Rights: []string{"access"}, Authority: "CNPD",
		}},
		Parties: []bot.RecordParty{
			{ID: "loja", Name: "Aurora Comércio Lda", Address: "Porto", Contact: "ola@aurora.example", Type: "organisation", Role: "controller"},
			{ID: who + "-pseudonym", Type: "person", Role: "data subject"},
		},
		Event: bot.RecordEvent{
			At: at(51), Received: at(50), Valid: 36 * time.Hour, By: "person", Type: "expressed", State: flows.Given,
			Acts: acts, Flow: "consent/1", KeyHash: plant("key"), Signature: "valid",
		},
		Integrity: bot.RecordIntegrity{Line: 17},
	}
}

// unzip returns the files of an archive, by name and in order.
func unzip(t testing.TB, data []byte) (map[string][]byte, []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files, names := map[string][]byte{}, []string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = content
		names = append(names, f.Name)
	}
	return files, names
}

// rezip packs files in the given order.
func rezip(t testing.TB, files map[string][]byte, names []string) []byte {
	t.Helper()
	var all bytes.Buffer
	z := zip.NewWriter(&all)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// data are the JSON files: all but the twins.
func data(name string) bool { return strings.Contains(name, ".json") }
