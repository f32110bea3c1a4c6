package locales

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Words returns the words of every language as plain data: intent, then
// language, then the words, with the choices of the notation spelled out. The
// language is the name of the file; for the intent "language" it is the
// language that is asked for. "und" holds signs that need no language.
// Three lists are not intents: "false_friends", which must never stop anything,
// "hints", which only help to guess a language, and "age", sentences in which a
// person says their own age, with # for the number. Names that begin with
// "speech." are classes of words, of which sentences are made; docs/words.md
// explains them.
func Words() (map[string]map[string][]string, error) { return readWords(files) }

func readWords(fsys fs.FS) (map[string]map[string][]string, error) {
	names, err := fs.Glob(fsys, "words/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("names of the word files: %w", err)
	}
	lists, errs := make([]map[string][]string, len(names)), make([]error, len(names))
	var reading sync.WaitGroup
	for i, name := range names {
		reading.Go(func() { lists[i], errs[i] = readList(fsys, name) })
	}
	reading.Wait()
	all := map[string]map[string][]string{}
	for i, name := range names {
		if errs[i] != nil {
			return nil, fmt.Errorf("word file %s: %w", name, errs[i])
		}
		lang := strings.TrimSuffix(path.Base(name), ".yaml")
		for intent, words := range lists[i] {
			if all[intent] == nil {
				all[intent] = map[string][]string{}
			}
			all[intent][lang] = words
		}
	}
	return all, nil
}

func readList(fsys fs.FS, name string) (map[string][]string, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	var file map[string]wordList
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return nil, err
	}
	lists := map[string][]string{}
	for intent, list := range file {
		if (intent == speech) != (list.classes != nil) {
			return nil, fmt.Errorf("%s: only under %s do lists have names", intent, speech)
		}
		for class, words := range list.classes {
			lists[speech+"."+class] = words
		}
		if intent != speech {
			lists[intent] = list.words
		}
	}
	for intent, patterns := range lists {
		var words []string
		for _, pattern := range patterns {
			expanded, err := expand(pattern)
			if err != nil {
				return nil, fmt.Errorf("%s, %q: %w", intent, pattern, err)
			}
			if len(expanded) > maxSpelled {
				return nil, fmt.Errorf("%s, %q: spells out to %d entries, at most %d; write two patterns", intent, pattern, len(expanded), maxSpelled)
			}
			words = append(words, expanded...)
		}
		lists[intent] = words
	}
	return lists, nil
}

// speech is the one name in a file under which lists have names again.
const speech = "speech"

// wordList is a list of words, or several with a name each.
type wordList struct {
	words   []string
	classes map[string][]string
}

// UnmarshalYAML takes either form.
func (w *wordList) UnmarshalYAML(unmarshal func(any) error) error {
	err := unmarshal(&w.words)
	if err != nil && unmarshal(&w.classes) == nil {
		return nil
	}
	return err
}

// maxSpelled is how many entries one pattern may spell out to. Some sixty
// patterns of thousands made the words of the program five times as many, and
// its start three seconds long.
const maxSpelled = 300

// expand spells a pattern out: (a|b) is a choice, [a|b] a choice that may be
// left out. Brackets do not nest; three in a row are the most a reader can
// still check by eye.
func expand(pattern string) ([]string, error) {
	open := strings.IndexAny(pattern, "([")
	if open < 0 {
		if strings.ContainsAny(pattern, ")]|") {
			return nil, fmt.Errorf("bracket without its beginning")
		}
		return []string{strings.Join(strings.Fields(pattern), " ")}, nil
	}
	closing := ")"
	if pattern[open] == '[' {
		closing = "]"
	}
	inside, after, ok := strings.Cut(pattern[open+1:], closing)
	if !ok || strings.ContainsAny(inside, "([") {
		return nil, fmt.Errorf("bracket without its end")
	}
	choices := strings.Split(inside, "|")
	if closing == "]" {
		choices = append(choices, "")
	}
	var out []string
	for _, choice := range choices {
		rest, err := expand(pattern[:open] + choice + after)
		if err != nil {
			return nil, err
		}
		out = append(out, rest...)
	}
	return out, nil
}
