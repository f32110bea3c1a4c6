package dossier_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"aval/bot"
	"aval/internal/dossier"
)

func TestTamperingIsRefused(t *testing.T) {
	p, verifiers, _ := packer(t)
	d, _ := seeded("ANA", bot.CaseAccess)
	whole := pack(t, p, d)
	_, names := unzip(t, whole)
	type change func(files map[string][]byte, names []string) []string
	cases := map[string]change{}
	for _, name := range names {
		cases["byte of "+name] = func(files map[string][]byte, names []string) []string {
			files[name][len(files[name])/2] ^= 1
			return names
		}
		cases["without "+name] = func(_ map[string][]byte, names []string) []string {
			return slices.DeleteFunc(names, func(n string) bool { return n == name })
		}
		cases["twice "+name] = func(_ map[string][]byte, names []string) []string { return append(names, name) }
		cases["longer "+name] = func(files map[string][]byte, names []string) []string {
			files[name] = append(files[name], '\n')
			return names
		}
	}
	for _, name := range []string{"more.json", "more.csv", "media/x", "../x", `a\b`} {
		cases["with "+name] = func(files map[string][]byte, names []string) []string {
			files[name] = []byte("{}")
			return append(names, name)
		}
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			files, names := unzip(t, whole)
			names = change(files, names)
			_, err := dossier.Open(rezip(t, files, names), verifiers)
			if err == nil {
				t.Fatal("opened")
			}
			if strings.Contains(err.Error(), "ANA") {
				t.Errorf("the error says something personal: %v", err)
			}
		})
	}
}

func TestOtherKeysAreRefused(t *testing.T) {
	p, _, _ := packer(t)
	d, _ := seeded("ANA", bot.CaseAccess)
	_, others := keys(t, 2)
	for name, verifiers := range map[string]note.Verifiers{"other key, same name": others, "none": note.VerifierList()} {
		if _, err := dossier.Open(pack(t, p, d), verifiers); err == nil || !strings.Contains(err.Error(), "not trusted") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A signature that the key made for another package or for anything else.
func TestOtherSignaturesAreRefused(t *testing.T) {
	p, verifiers, _ := packer(t)
	ana, _ := seeded("ANA", bot.CaseAccess)
	bia, _ := seeded("BIA", bot.CaseAccess)
	files, names := unzip(t, pack(t, p, ana))
	theirs, _ := unzip(t, pack(t, p, bia))
	sum := sha256.Sum256(files["manifest.json"])
	texts := map[string]string{
		"first line": "other/1\nANA7F3K-9Q2W\n" + hex.EncodeToString(sum[:]) + "\n",
		"reference":  "aval-package/1\nANA\n" + hex.EncodeToString(sum[:]) + "\n",
	}
	signer, _ := keys(t, 1)
	sigs := map[string][]byte{"of another person": theirs["manifest.sig"], "empty": nil, "huge": bytes.Repeat([]byte("a\n"), 1<<20)}
	for name, text := range texts {
		sig, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			t.Fatal(err)
		}
		sigs[name] = sig
	}
	for name, sig := range sigs {
		files["manifest.sig"] = sig
		if _, err := dossier.Open(rezip(t, files, names), verifiers); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

// resign signs changed files anew: what is left to refuse is their content.
func resign(t *testing.T, files map[string][]byte, names []string, old, changed string) []byte {
	t.Helper()
	manifest := string(files["manifest.json"])
	for _, name := range names {
		if !strings.HasPrefix(name, "manifest.") && strings.Contains(string(files[name]), old) {
			before := sha256.Sum256(files[name])
			size := len(files[name])
			files[name] = []byte(strings.Replace(string(files[name]), old, changed, 1))
			after := sha256.Sum256(files[name])
			was := fmt.Sprintf("\"size\": %d,\n      \"sha256\": \"%x\"", size, before)
			if !strings.Contains(manifest, was) {
				t.Fatalf("the manifest does not list %s", name)
			}
			manifest = strings.Replace(manifest, was, fmt.Sprintf("\"size\": %d,\n      \"sha256\": \"%x\"", len(files[name]), after), 1)
			break
		}
	}
	manifest = strings.Replace(manifest, old, changed, 1)
	files["manifest.json"] = []byte(manifest)
	sum := sha256.Sum256(files["manifest.json"])
	signer, _ := keys(t, 1)
	sig, err := note.Sign(&note.Note{Text: "aval-package/1\nANA7F3K-9Q2W\n" + hex.EncodeToString(sum[:]) + "\n"}, signer)
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.sig"] = sig
	return rezip(t, files, names)
}

func TestStrictJSON(t *testing.T) {
	p, verifiers, _ := packer(t)
	d, _ := seeded("ANA", bot.CaseAccess)
	whole := pack(t, p, d)
	for name, tt := range map[string]struct{ old, changed, says string }{
		"nothing":         {`"channel": "`, `"channel": "`, ""},
		"unknown field":   {`"channel": "`, `"extra": 1, "channel": "`, "preferences.json: json: unknown field \"extra\""},
		"twice":           {`"channel": "`, `"channel": "x", "channel": "`, `"channel" is there twice`},
		"twice, capitals": {`"channel": "`, `"Channel": "x", "channel": "`, `"channel" is there twice`},
		"wrong kind":      {`"chosen": true`, `"chosen": "yes"`, `profile.json: "language.chosen" holds a string`},
		"syntax":          {`"chosen": true`, `"chosen" true`, "profile.json: is no JSON from byte"},
		"line":            {`{"at":"2026-11-03T12:56:06Z"`, `{"at":7`, "messages.jsonl: line 2"},
		"no time":         {`2026-11-03T12:56:06Z`, `yesterday`, "messages.jsonl: line 2: holds something else where a time belongs"},
		"not UTF-8":       {`"channel": "`, "\"channel\": \"\xff", "is not UTF-8"},
		"direction":       {`"direction":"in"`, `"direction":"out"`, "messages.jsonl: line 1: direction"},
		"status":          {`"status": "dpv:ConsentGiven"`, `"status": "dpv:ConsentRefused"`, "consents.jsonld: standing 2"},
		"duration":        {`"retention": "P180D"`, `"retention": "P-1D"`, "where a duration such as P30D belongs"},
		"hash":            {`"layer1_sha256": "`, `"layer1_sha256": "0`, "where a SHA-256 belongs"},
		"matches":         {`"matches": false`, `"matches": true`, "notices.json: text 1 does not fit its record"},
		"scope":           {`"scope": "access"`, `"scope": "erase"`, `scope "erase" is not known`},
		"smaller scope":   {`"scope": "access"`, `"scope": "portability"`, "is no file of a package for portability"},
		"version":         {`"version": 1`, `"version": 2`, "version 2 is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			files, names := unzip(t, whole)
			if name == "nothing" {
				tt.old = "planted nowhere"
			}
			_, err := dossier.Open(resign(t, files, names, tt.old, tt.changed), verifiers)
			if tt.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

// zeros is an archive of count files, each of size zeros.
func zeros(t *testing.T, count int, size int64) []byte {
	t.Helper()
	var all bytes.Buffer
	z := zip.NewWriter(&all)
	for n := range count {
		w, err := z.Create(fmt.Sprintf("f%d", n))
		if err == nil {
			_, err = io.CopyN(w, endless{}, size)
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

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func asPDF(t *testing.T, inner []byte, copies int) []byte {
	t.Helper()
	var z, all bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write(inner); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all.WriteString("%PDF-1.7\n")
	for range copies {
		fmt.Fprintf(&all, "<< /Type /EmbeddedFile /Length %d /Filter /FlateDecode /Params << /Size 1 >> >>\nstream\n%s\nendstream\n",
			z.Len(), z.Bytes())
	}
	return all.Bytes()
}

func TestBounds(t *testing.T) {
	_, verifiers, _ := packer(t)
	bomb := zeros(t, 3, 70<<20)
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":         {nil, "is no ZIP archive"},
		"text":            {[]byte("hello"), "is no ZIP archive"},
		"empty PDF":       {[]byte("%PDF-1.7\n"), "0 attachments"},
		"two attachments": {asPDF(t, zeros(t, 1, 1), 2), "2 attachments"},
		"cut PDF":         {asPDF(t, zeros(t, 9, 9), 1)[:150], "cut off"},
		"other zip":       {zeros(t, 1, 1), `"manifest.json" is missing`},
		"other PDF":       {asPDF(t, zeros(t, 1, 1), 1), `"manifest.json" is missing`},
		"many files":      {zeros(t, 1001, 0), "more than 1000 files"},
		"bomb":            {bomb, "more than 200 MB"},
		"bomb in PDF":     {asPDF(t, make([]byte, 201<<20), 1), "larger than 200 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dossier.Open(tt.data, verifiers); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	p, verifiers, _ := packer(f)
	d, _ := seeded("ANA", bot.CasePortability)
	whole := pack(f, p, d)
	pdf, err := p.Receipt(d.Brand, "pt", d.Identifiers, d.Records, made)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(pdf.Data)
	f.Add([]byte("%PDF-1.7"))
	f.Fuzz(func(t *testing.T, data []byte) {
		i, err := dossier.Open(data, verifiers)
		if (i == nil) == (err == nil) {
			t.Error("neither a package nor an error")
		}
		// Bytes outside the files may change, such as a time in the archive; what
		// is read is what was signed.
		if err == nil && i.Reference != d.Reference && i.Reference != "ANA-record" {
			t.Error("a package that nobody signed was opened")
		}
	})
}
