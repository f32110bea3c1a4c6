package dossier_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aval/bot"
	"aval/internal/dossier"
)

// hostile are things that people write, and what the CSV cell must begin with.
func hostile() map[string]string {
	return map[string]string{
		`<script>alert(1)</script>`:              "<",
		`"><img src=x onerror=alert(1)>`:         `"`,
		`</bdi></dd></dl><style>*{display:none}`: "<",
		`{{.Reference}} {{template "x"}}`:        "{",
		`=cmd|'/c calc'!A1`:                      "'=",
		`+351912345678`:                          "'+",
		`-2+3`:                                   "'-",
		`@SUM(A1)`:                               "'@",
		"\t=1":                                   "'\t",
		"\r=1":                                   "'",
		"\n=1":                                   "'",
		" =1":                                    "' ",
		"\u202e=1":                               "'",
		"＝1":                                     "'",
		"abc\u202egpj.exe\u2066 txt":             "abc",
		"nul\x00end":                             "nul\ufffdend",
		`a,"b";c`:                                `a,"b"`,
		"Ana 👩🏽‍🚀 🎉":                             "Ana",
		"محمد بن سلمان":                          "محمد",
		"山田太郎":                                   "山田",
		"e\u0301te\u0301":                        "e\u0301",
		"à à à à à à à à à à à à à à à à à à à à à": "à",
		"":       "",
		"\ue000": "\ue000",
		"% (not a comment) \\) endstream endobj << /Type /EmbeddedFile /Length 9 /Filter /FlateDecode >>\nstream\n": "%",
		strings.Repeat("W", 5000): "WWW",
	}
}

// hostileDossier has each text as a name, a value, a message and a note.
func hostileDossier() *bot.Dossier {
	d, _ := seeded("ANA", bot.CaseAccess)
	for text := range hostile() {
		d.Fields = append(d.Fields, bot.DossierField{Name: text, Value: bot.Text(text), Source: text, Purpose: text})
		m := bot.DossierMessage{At: made, From: text, Kind: "text", Body: bot.Text(text)}
		d.Messages, d.Notes = append(d.Messages, m), append(d.Notes, m)
	}
	return d
}

func TestHostileText(t *testing.T) {
	p, verifiers, _ := packer(t)
	d := hostileDossier()
	whole := pack(t, p, d)
	files, _ := unzip(t, whole)
	t.Run("data", func(t *testing.T) {
		i, err := dossier.Open(whole, verifiers)
		if err != nil {
			t.Fatal(err)
		}
		for n, m := range i.Messages {
			if m != d.Messages[n] {
				t.Errorf("message %d is another", n)
			}
		}
	})
	t.Run("csv", func(t *testing.T) {
		rows, err := csv.NewReader(bytes.NewReader(files["messages.csv"])).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range rows[1:] {
			wrote := string(d.Messages[n].Body)
			if want, ok := hostile()[wrote]; ok && !strings.HasPrefix(row[4], want) {
				t.Errorf("%q became the cell %q", wrote, row[4])
			}
		}
	})
	t.Run("html", func(t *testing.T) { checkPage(t, string(files["LEIA-ME.html"])) })
	t.Run("pdf", func(t *testing.T) {
		f, err := p.Document(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dossier.Open(f.Data, verifiers); err != nil {
			t.Error(err)
		}
	})
}

// checkPage allows the tags of the template and nothing else.
func checkPage(t *testing.T, page string) {
	t.Helper()
	tags := regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1)
	allowed := regexp.MustCompile(`^</?(!DOCTYPE html|html( lang="pt")?|head|title|style|body|h1|h2|h3|p|dl|dt|dd|section|article|bdi( dir="auto")?|meta [^<>]*)>$`)
	for _, tag := range tags {
		if !allowed.MatchString(tag) {
			t.Errorf("tag %s", tag)
		}
	}
	if n := strings.Count(page, "<style>"); n != 1 {
		t.Errorf("%d styles", n)
	}
	if opened, closed := strings.Count(page, "<bdi"), strings.Count(page, "</bdi>"); opened != closed {
		t.Errorf("%d of %d isolated texts are closed", closed, opened)
	}
	for _, bad := range []string{"\x00", "src=x onerror", "url(", "@import", "href", "<script"} {
		at := strings.Index(page, bad)
		if at >= 0 && !strings.Contains(page[max(0, at-9):at], "&lt;img ") {
			t.Errorf("the page has %q", bad)
		}
	}
}

// printed returns the text of a PDF as another program reads it, in one line.
func printed(t *testing.T, pdf []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(layout(t, pdf)), " ")
}

// layout returns the text of a PDF as it stands on the pages.
func layout(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("NOT TESTED: pdftotext is not on this machine; it comes with poppler-utils")
	}
	name := filepath.Join(t.TempDir(), "test.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	var broken bytes.Buffer
	read := exec.CommandContext(t.Context(), tool, "-layout", name, "-")
	read.Stderr = &broken
	text, err := read.Output()
	if err != nil || broken.Len() > 0 {
		t.Fatalf("pdftotext: %v: %s", err, broken.String())
	}
	return string(text)
}

func TestPrintedText(t *testing.T) {
	p, _, _ := packer(t)
	d, planted := seeded("ANA", bot.CaseAccess)
	d.Messages = append(d.Messages,
		bot.DossierMessage{At: made, From: "person", Kind: "text", Body: "Vou à Justiça, à loja, Ωμέγα, Жук"},
		bot.DossierMessage{At: made, From: "person", Kind: "media", Body: "e\u0301te\u0301 👨‍👩‍👧 fim"})
	f, err := p.Document(d)
	if err != nil {
		t.Fatal(err)
	}
	text := printed(t, f.Data)
	for _, want := range []string{
		"Vou à Justiça, à loja, Ωμέγα, Жук", "(foto, áudio ou documento) été □ fim", "Aurora Comércio Lda", "ANA7F3K-9Q2W", "Página 1 de",
		"também ir à Justiça", "Comissão Nacional de Proteção de Dados", "O arquivo dentro deste PDF tem o texto exato",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not printed", want)
		}
	}
	for _, mark := range planted {
		// Hashes of the proofs are for programs; the page shows what people read.
		kind := strings.Split(mark, "-")[1]
		if strings.Contains("act question delivery replaces asked arrived key ground", kind) {
			continue
		}
		if !strings.Contains(text, mark) {
			t.Errorf("%s is not printed", mark)
		}
	}
	if _, err := json.Marshal(text); err != nil || strings.Contains(text, "file.") {
		t.Error("a sentence is missing")
	}
}

func TestPrintedHostileText(t *testing.T) {
	p, _, _ := packer(t)
	f, err := p.Document(hostileDossier())
	if err != nil {
		t.Fatal(err)
	}
	text := printed(t, f.Data)
	for _, want := range []string{"<script>alert(1)</script>", "=cmd|'/c calc'!A1", "Ana □ □", "nul□end"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not printed", want)
		}
	}
}
