package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"aval/bot"
)

var _ bot.Packer = (*Packer)(nil)

// Config is what a Packer needs from outside.
type Config struct {
	// Signer signs every package. With Ed25519 its bytes are repeatable.
	Signer note.Signer
	// Text returns a sentence of the catalogue, and Speaks reports whether it
	// has those of a language.
	Text   func(lang, id string, data map[string]any) string
	Speaks func(lang string) bool
}

// Packer makes the files. It is safe for concurrent use.
type Packer struct {
	signer note.Signer
	text   func(lang, id string, data map[string]any) string
	speaks func(lang string) bool
	fonts  fonts
}

// New builds a Packer.
func New(c Config) (*Packer, error) {
	if c.Signer == nil || c.Text == nil || c.Speaks == nil {
		return nil, errors.New("dossier: a signer and a catalogue are needed")
	}
	fonts, err := loadFonts()
	if err != nil {
		return nil, fmt.Errorf("dossier: %w", err)
	}
	return &Packer{speaks: c.Speaks, signer: c.Signer, text: c.Text, fonts: fonts}, nil
}

// Package makes the signed archive (GDPR Art. 20 and 15(3)).
func (p *Packer) Package(d *bot.Dossier) (bot.File, error) {
	r, err := p.prepare(d)
	if err != nil {
		return bot.File{}, err
	}
	return p.archive(r.content, r.words, r.view)
}

// Document makes the PDF that a person reads on the phone, with the archive
// attached: WhatsApp takes PDF and office files and no ZIP.
func (p *Packer) Document(d *bot.Dossier) (bot.File, error) {
	r, err := p.prepare(d)
	if err != nil {
		return bot.File{}, err
	}
	return p.document(r, "file.name.pdf")
}

// ready is what a file is made of.
type ready struct {
	content content
	words   words
	view    view
	// say says the content anew, in other words.
	say func(words, content) view
}

// prepare checks a dossier and says it in the person's language.
func (p *Packer) prepare(d *bot.Dossier) (ready, error) {
	if err := check(d); err != nil {
		return ready{}, err
	}
	c, w := gather(d), p.words(d.Brand, d.Language)
	c.About = w.about(c)
	return ready{c, w, w.view(c), words.view}, nil
}

// languageSelf is the key of a language's own name, which tells the languages
// whose letters the font has.
const languageSelf = "language.self"

// inPrint is the language of what is printed for those whose letters it has not.
const inPrint = "en"

// document prints what is ready and attaches the archive of it.
func (p *Packer) document(r ready, name string) (bot.File, error) {
	zip, err := p.archive(r.content, r.words, r.view)
	if err != nil {
		return bot.File{}, err
	}
	file := r.words.say(name)
	if _, lacking := p.fonts.print(r.words.say(languageSelf)); lacking {
		// The page inside the package is in the person's language all the same.
		r.words = p.words(r.words.brand, inPrint)
		r.view = r.say(r.words, r.content)
	}
	return p.pdf(r, file, zip)
}

// Receipt makes the person's copy of their proofs of consent (ISO/IEC TS
// 27560, requirements CNS-8). It carries the identifiers, which the proofs
// themselves never hold.
func (p *Packer) Receipt(brand *bot.Brand, lang string, ids bot.Identifiers, records []bot.ConsentRecord,
	made time.Time,
) (bot.File, error) {
	if brand == nil || len(records) == 0 {
		return bot.File{}, errors.New("a receipt needs a brand and a record")
	}
	last := records[len(records)-1]
	c := content{
		scope: scopeReceipt, reference: last.Receipt, made: stamp(made), subject: last.Subject,
		language:   or(lang, brand.Language),
		controller: controllerOf(brand), Consents: consents{
			Context: json.RawMessage(vocabulary), Type: consentsType, Identifiers: new(identifiersOf(ids)),
			Standing: []standing{}, Records: recordsOf(records),
		},
		Notices: noticesOf(brand, records),
	}
	if err := checkReference(c.reference); err != nil {
		return bot.File{}, err
	}
	w := p.words(brand, lang)
	return p.document(ready{c, w, w.receipt(c), words.receipt}, "file.name.receipt")
}

func check(d *bot.Dossier) error {
	switch {
	case d == nil || d.Brand == nil:
		return errors.New("a brand is needed")
	case d.Scope != bot.CaseAccess && d.Scope != bot.CasePortability:
		return fmt.Errorf("no package for a case of type %q", d.Scope)
	}
	return checkReference(d.Reference)
}

// checkReference keeps the signed text at one line a value.
func checkReference(s string) error {
	if s == "" || len(s) > 100 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("a reference is 1 to 100 letters, digits and signs")
	}
	return nil
}
