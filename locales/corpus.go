package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed corpus
var corpora embed.FS

// Corpus returns the labelled messages of one half, "dev" or "test", by
// language: lines "label: text", and comments that begin with #. Words are
// made better against the first half only; the second tells whether that
// holds for what nobody looked at. It is empty for a half that is not there.
func Corpus(half string) (map[string]string, error) {
	names, err := fs.Glob(corpora, "corpus/"+half+"/*.txt")
	if err != nil {
		return nil, fmt.Errorf("names of the corpus %s: %w", half, err)
	}
	all := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(corpora, name)
		if err != nil {
			return nil, fmt.Errorf("corpus %s: %w", name, err)
		}
		all[strings.TrimSuffix(path.Base(name), ".txt")] = string(text)
	}
	return all, nil
}
