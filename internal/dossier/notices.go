package dossier

import (
	"fmt"

	"aval/bot"
)

const noticesFile = "notices.json"

// notice is what the person read before they agreed: a proof holds only the
// hash of it.
type notice struct {
	Record   string `json:"record"`
	ID       string `json:"notice"`
	Version  int    `json:"version"`
	Language string `json:"language"`
	// Layer1 is the text of the version, missing if the brand has it no more.
	Layer1 string `json:"layer1,omitempty"`
	// Matches tells whether the proof has the SHA-256 of exactly this text.
	Matches bool `json:"matches"`
	// Questions are those of the record's purposes, as they are asked today.
	Questions []asked `json:"questions"`
}

type asked struct {
	Purpose string `json:"purpose"`
	Text    string `json:"text,omitempty"`
}

func noticesOf(b *bot.Brand, records []bot.ConsentRecord) []notice {
	all := []notice{}
	for _, r := range records {
		n := notice{Record: r.ID, ID: r.Notice.ID, Version: r.Notice.Version, Language: r.Notice.Language, Questions: []asked{}}
		for _, version := range b.Notices {
			if version.ID == n.ID && version.Version == n.Version {
				n.Layer1 = version.Text(n.Language, b.Language)
			}
		}
		n.Matches = n.proved(r.Notice.Layer1)
		for _, p := range r.Purposes {
			known, _ := b.Purpose(p.ID)
			n.Questions = append(n.Questions, asked{p.ID, in(known.Question, n.Language, b.Language)})
		}
		all = append(all, n)
	}
	return all
}

func (n notice) proved(hash [32]byte) bool { return n.Layer1 != "" && bot.TextHash(n.Layer1) == hash }

// in returns the text in a language, or in the fallback.
func in(texts map[string]string, lang, fallback string) string {
	if s, ok := texts[lang]; ok {
		return s
	}
	return texts[fallback]
}

// agreed checks the texts against the hashes in the proofs: whether they match
// is computed and not believed.
func (c content) agreed() error {
	if len(c.Notices) != len(c.Consents.Records) {
		return fmt.Errorf("%s: %d texts for %d records", noticesFile, len(c.Notices), len(c.Consents.Records))
	}
	for i, n := range c.Notices {
		if r := c.Consents.Records[i]; n.Record != r.ID || n.Matches != n.proved(r.Notice.Layer1) {
			return fmt.Errorf("%s: text %d does not fit its record", noticesFile, i+1)
		}
	}
	return nil
}
