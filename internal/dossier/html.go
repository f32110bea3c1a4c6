package dossier

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed readme.html
var readme string

// html is the readable page of a package: one file, no script, nothing from
// elsewhere.
func (v view) html() ([]byte, error) {
	t, err := template.New("readme").Parse(readme)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = t.Execute(&page, v)
	return page.Bytes(), err
}
