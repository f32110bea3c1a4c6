package dossier_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aval/bot"
	"aval/internal/dossier"
)

func scopes(t *testing.T, run func(t *testing.T, scope string)) {
	for _, scope := range []string{bot.CaseAccess, bot.CasePortability} {
		t.Run(scope, func(t *testing.T) { run(t, scope) })
	}
}

func pack(t testing.TB, p *dossier.Packer, d *bot.Dossier) []byte {
	t.Helper()
	f, err := p.Package(d)
	if err != nil {
		t.Fatal(err)
	}
	return f.Data
}

// DSR-3: every planted value once, and nobody else's.
func TestEveryValueOnce(t *testing.T) {
	scopes(t, func(t *testing.T, scope string) {
		p, _, catalog := packer(t)
		mine, planted := seeded("ANA", scope)
		other, _ := seeded("BIA", scope)
		pack(t, p, other)
		files, names := unzip(t, pack(t, p, mine))
		var set []byte
		for _, name := range names {
			if bytes.Contains(files[name], []byte("BIA")) {
				t.Errorf("%s has something of another person", name)
			}
			if data(name) {
				set = append(set, files[name]...)
			}
		}
		for _, mark := range planted {
			if n := bytes.Count(set, []byte(mark)); n != 1 {
				t.Errorf("%s is there %d times", mark, n)
			}
		}
		if n := catalog.Misses(); n != 0 {
			t.Errorf("%d sentences were missing", n)
		}
	})
}

// DSR-7: portability holds what was given and observed, whatever it is handed.
func TestPortabilityLeavesOut(t *testing.T) {
	p, _, _ := packer(t)
	d, _ := seeded("ANA", bot.CaseAccess)
	d.Scope = bot.CasePortability
	d.Fields = append(d.Fields, bot.DossierField{Name: "score", Value: "ANA-scored", Source: "crm"})
	files, names := unzip(t, pack(t, p, d))
	for _, name := range names {
		for _, mark := range []string{"ANA-role", "ANA-what", "ANA-author", "ANA-note", "ANA-guess", "ANA-scored"} {
			if bytes.Contains(files[name], []byte(mark)) {
				t.Errorf("%s has %s", name, mark)
			}
		}
	}
	for _, name := range []string{"about.json", "looks.json", "notes.jsonl", "inferences.json"} {
		if slices.Contains(names, name) {
			t.Errorf("%s is there", name)
		}
	}
}

func TestSameBytes(t *testing.T) {
	d, _ := seeded("ANA", bot.CaseAccess)
	d.Messages[0].Body = "Olá, Ωμέγα, Жук 🎉"
	var before [2][]byte
	for range 5 {
		p, _, _ := packer(t)
		pdf, err := p.Document(d)
		if err != nil {
			t.Fatal(err)
		}
		now := [2][]byte{pack(t, p, d), pdf.Data}
		if before[0] != nil && (!bytes.Equal(before[0], now[0]) || !bytes.Equal(before[1], now[1])) {
			t.Fatal("the same dossier gave other bytes")
		}
		before = now
	}
}

func TestRoundTrip(t *testing.T) {
	scopes(t, func(t *testing.T, scope string) {
		p, verifiers, _ := packer(t)
		d, _ := seeded("ANA", scope)
		pdf, err := p.Document(d)
		if err != nil {
			t.Fatal(err)
		}
		for name, file := range map[string][]byte{"zip": pack(t, p, d), "pdf": pdf.Data} {
			i, err := dossier.Open(file, verifiers)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := &dossier.Imported{
				Scope: d.Scope, Reference: d.Reference, Language: d.Language, Made: d.Made,
				Controller: d.Brand.Controller.Name, Signer: "loja.example", Subject: string(d.Contact),
				Identifiers: d.Identifiers, Former: d.Former, Created: d.Created, Fields: d.Fields, Messages: d.Messages,
				Settings: d.Settings, Cases: d.Cases, Looks: d.Looks, Notes: d.Notes, Inferences: d.Inferences,
				Evidence: dossier.Evidence{Consents: d.Consents, Records: d.Records},
			}
			differ(t, name, reflect.ValueOf(*i), reflect.ValueOf(*want))
		}
	})
}

// differ names the first fields that are not equal; %v would print placeholders.
func differ(t *testing.T, path string, got, want reflect.Value) {
	t.Helper()
	if got.Kind() == reflect.Struct {
		for n := range got.NumField() {
			if f := got.Type().Field(n); f.IsExported() && !reflect.DeepEqual(got.Field(n).Interface(), want.Field(n).Interface()) {
				t.Errorf("%s.%s is not what was packed", path, f.Name)
			}
		}
	}
}

func TestReceipt(t *testing.T) {
	p, verifiers, catalog := packer(t)
	d, _ := seeded("ANA", bot.CaseAccess)
	f, err := p.Receipt(d.Brand, "en", d.Identifiers, d.Records, made)
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "my-consent.pdf" || f.Type != "application/pdf" {
		t.Errorf("file %s of type %s", f.Name, f.Type)
	}
	i, err := dossier.Open(f.Data, verifiers)
	if err != nil {
		t.Fatal(err)
	}
	if i.Scope != "receipt" || i.Reference != "ANA-record" || i.Subject != "ANA-pseudonym" || i.Identifiers != d.Identifiers {
		t.Error("the receipt is not of this person and record")
	}
	if !reflect.DeepEqual(i.Evidence.Records, d.Records) || len(i.Evidence.Consents) != 0 {
		t.Error("other records came back")
	}
	if _, err := p.Receipt(d.Brand, "en", d.Identifiers, nil, made); err == nil {
		t.Error("a receipt of nothing was made")
	}
	if n := catalog.Misses(); n != 0 {
		t.Errorf("%d sentences were missing", n)
	}
}

func TestRefusesToPack(t *testing.T) {
	p, _, _ := packer(t)
	for name, change := range map[string]func(*bot.Dossier){
		"no brand":           func(d *bot.Dossier) { d.Brand = nil },
		"other case":         func(d *bot.Dossier) { d.Scope = bot.CaseErase },
		"no reference":       func(d *bot.Dossier) { d.Reference = "" },
		"two lines":          func(d *bot.Dossier) { d.Reference = "A\nB" },
		"very long":          func(d *bot.Dossier) { d.Reference = strings.Repeat("A", 101) },
		"letters not simple": func(d *bot.Dossier) { d.Reference = "Ä" },
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := seeded("ANA", bot.CaseAccess)
			change(d)
			if _, err := p.Package(d); err == nil || strings.Contains(err.Error(), "dossier:") {
				t.Errorf("packed, or an error that says twice where it is from: %v", err)
			}
			if _, err := p.Document(d); err == nil {
				t.Error("printed")
			}
		})
	}
	if _, err := p.Package(nil); err == nil {
		t.Error("nothing was packed")
	}
	if _, err := dossier.New(dossier.Config{}); err == nil {
		t.Error("a packer without a key was made")
	}
}

// The names travel through mail, chats and old file systems.
func TestNamesAreSimple(t *testing.T) {
	p, _, catalog := packer(t)
	for _, lang := range catalog.Languages() {
		d, _ := seeded("ANA", bot.CaseAccess)
		d.Language = lang
		zip, err := p.Package(d)
		if err != nil {
			t.Fatal(err)
		}
		pdf, err := p.Document(d)
		if err != nil {
			t.Fatal(err)
		}
		files, names := unzip(t, zip.Data)
		for _, name := range append(names, zip.Name, pdf.Name) {
			if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/\:*?"<>|`, r) }) {
				t.Errorf("%s: %q is no simple name", lang, name)
			}
		}
		if want := catalog.Text(lang, "file.name.readme", nil); files[want] == nil {
			t.Errorf("%s: no %s among %v", lang, want, names)
		}
		if !strings.HasSuffix(zip.Name, ".zip") || !strings.HasSuffix(pdf.Name, ".pdf") {
			t.Errorf("%s: names %s and %s", lang, zip.Name, pdf.Name)
		}
	}
}

// Files print as placeholders like all that is personal.
func TestFilesDoNotPrint(t *testing.T) {
	p, _, _ := packer(t)
	d, _ := seeded("ANA", bot.CaseAccess)
	f, err := p.Package(d)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%v %+v %#v %s", f, f, f, asJSON); strings.Contains(s, "ANA") || len(s) > 100 {
		t.Error("a file printed its bytes")
	}
}
