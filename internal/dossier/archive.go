package dossier

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"aval/bot"
)

// The files of a package that are named in code more than once.
const (
	manifestFile = "manifest.json"
	sigFile      = "manifest.sig"
	consentsFile = "consents.jsonld"
)

// signedLine is the first line of what is signed. With it a signature of this
// key for anything else is worth nothing here.
const signedLine = "aval-package/1"

// part is one file of the archive.
type part struct {
	name string
	data []byte
}

// archive signs and zips the content.
func (p *Packer) archive(c content, w words, v view) (bot.File, error) {
	parts, err := c.parts()
	if err != nil {
		return bot.File{}, err
	}
	if c.scope != scopeReceipt {
		page, err := v.html()
		if err != nil {
			return bot.File{}, fmt.Errorf("page: %w", err)
		}
		parts = append(parts, part{w.say("file.name.readme"), page})
	}
	signed, err := p.sign(c, parts)
	if err != nil {
		return bot.File{}, err
	}
	var all bytes.Buffer
	z := zip.NewWriter(&all)
	for _, part := range append(signed, parts...) {
		h := &zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: c.made}
		out, err := z.CreateHeader(h)
		if err == nil {
			_, err = out.Write(part.data)
		}
		if err != nil {
			return bot.File{}, fmt.Errorf("archive: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return bot.File{}, fmt.Errorf("archive: %w", err)
	}
	return bot.File{Name: w.say("file.name.zip"), Type: "application/zip", Data: all.Bytes()}, nil
}

// sign makes the manifest of the parts and its signature.
func (p *Packer) sign(c content, parts []part) ([]part, error) {
	m := manifest{
		Schema: schemaName, Version: schemaVersion, Reference: c.reference, Scope: c.scope, Made: c.made,
		Language: c.language, Controller: c.controller, Subject: c.subject,
	}
	for _, part := range parts {
		m.Files = append(m.Files, listed{part.name, int64(len(part.data)), sha256.Sum256(part.data)})
	}
	data, err := pretty(m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	sig, err := note.Sign(&note.Note{Text: signedText(c.reference, data)}, p.signer)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	return []part{{manifestFile, data}, {sigFile, sig}}, nil
}

// signedText is the text of the signed note: the manifest names the hash of
// every other file, so its own hash covers them all.
func signedText(reference string, manifest []byte) string {
	sum := sha256.Sum256(manifest)
	return signedLine + "\n" + reference + "\n" + hex.EncodeToString(sum[:]) + "\n"
}

// parts are the data files of the content, in their fixed order.
func (c content) parts() ([]part, error) {
	var all []part
	var failed error
	add := func(name string, data []byte, err error) {
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, part{name, data})
	}
	object := func(name string, v any) {
		data, err := pretty(v)
		add(name, data, err)
	}
	if c.scope == scopeReceipt {
		object(consentsFile, c.Consents)
		object(noticesFile, c.Notices)
		return all, failed
	}
	object("profile.json", c.Profile)
	data, err := lines(c.Messages)
	add("messages.jsonl", data, err)
	object(consentsFile, c.Consents)
	object(noticesFile, c.Notices)
	object("preferences.json", c.Preferences)
	object("cases.json", c.Cases)
	if c.scope == bot.CaseAccess {
		object("about.json", c.About)
		object("looks.json", c.Looks)
		data, err := lines(c.Notes)
		add("notes.jsonl", data, err)
		object("inferences.json", c.Inferences)
	}
	for _, t := range c.tables() {
		data, err := t.csv()
		add(t.name, data, err)
	}
	return all, failed
}
