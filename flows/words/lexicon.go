package words

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Intent is what a person wants by a word. The values are the names of the
// lists that New takes.
type Intent string

// The intents, in the order in which they win over one another: what takes
// power from us comes before what gives it.
const (
	Stop        Intent = "stop"
	Unsure      Intent = "unsure" // a no that may mean all messages or only some
	Erase       Intent = "erase"
	Object      Intent = "object"
	Restrict    Intent = "restrict"
	Access      Intent = "access"
	Portability Intent = "portability"
	Rectify     Intent = "rectify"
	Status      Intent = "status"  // what became of a request about one's data
	Lift        Intent = "lift"    // undo a restriction
	Receipt     Intent = "receipt" // a copy of one's own consent
	Privacy     Intent = "privacy" // the notice
	Human       Intent = "human"
	Resume      Intent = "resume" // undo a stop
	No          Intent = "no"
	Later       Intent = "later"
	Yes         Intent = "yes"
	Language    Intent = "language" // Match.Language is the one asked for
	Menu        Intent = "menu"
	Greeting    Intent = "greeting"
)

var order = [...]Intent{Stop, Unsure, Erase, Object, Restrict, Access, Portability, Rectify, Status, Lift, Receipt,
	Privacy, Human, Resume, No, Later, Yes, Language, Menu, Greeting}

// Lists that are not intents.
const (
	stopErase    = "stop_erase"    // words for both: stop, and offer to erase
	falseFriends = "false_friends" // texts that must never stop anything
	hints        = "hints"         // words that help to guess a language
	age          = "age"           // sentences about one's own age, # for the number
)

// anyLanguage is the list of signs that need no language.
const anyLanguage = "und"

// locked are the words that 47 CFR 64.1200(a)(10) takes as a revocation by
// themselves. They stop whatever the lists say.
var locked = [...]string{"stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"}

// Match is what a text means. The zero Match means nothing.
type Match struct {
	Intent Intent
	// Language is the one language in which the text means this, and empty
	// when it does in several.
	Language string
	// Also is a second wish in the same word, Erase or empty: who writes
	// "delete" wants to be left alone and may want more.
	Also Intent
}

// Lexicon knows the words. It never changes after New and is safe for
// concurrent use.
type Lexicon struct {
	whole map[string][]Match // by Plain, best first
	loose map[string][]Match // by Loose
	tight map[string][]Match // stop words of several words, without spaces
	// assents are the listed yeses, by Plain and Loose, with their languages.
	assents map[string]uint64
	// phrases by their first word, longest first. A false friend is a phrase
	// without an intent and hides what it contains.
	phrases map[string][]phrase
	guess   guesser
	ages    []agePattern // the most particular first
	speech  speaking
}

type phrase struct {
	text  string
	match Match
}

// New builds a lexicon from lists: intent, then language, then words. It
// refuses an unknown intent, a word of which nothing remains, and lists that
// would let a false friend stop. The words locked by law need not be listed
// and cannot be left out.
func New(lists map[string]map[string][]string) (*Lexicon, error) {
	l := &Lexicon{
		whole:   map[string][]Match{},
		loose:   map[string][]Match{},
		tight:   map[string][]Match{},
		assents: map[string]uint64{},
		phrases: map[string][]phrase{},
		guess:   guesser{words: map[string]uint64{}, letters: map[rune]uint64{}},
	}
	for _, word := range locked {
		l.add(normalise(word), Match{Intent: Stop, Language: "en"})
	}
	if err := l.speech.learnAll(lists); err != nil {
		return nil, err
	}
	// In a fixed order, so that equal lists make equal lexicons.
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		if strings.HasPrefix(name, speech) {
			continue
		}
		for _, lang := range slices.Sorted(maps.Keys(lists[name])) {
			for _, word := range lists[name][lang] {
				if err := l.learn(name, lang, word); err != nil {
					return nil, err
				}
			}
		}
	}
	l.sort()
	l.guess.settle(l.speech.tongues)
	return l, l.check(lists[falseFriends])
}

func (l *Lexicon) learn(name, lang, word string) error {
	if name != string(Language) { // the names of a language are in all the others
		l.speech.tongue(lang).spell(word)
	}
	if name == age {
		return l.addAge(lang, word)
	}
	f := Normalise(word)
	if f.Plain == "" {
		return fmt.Errorf("word %q of %s in %s: nothing to compare remains", word, name, lang)
	}
	if lang == anyLanguage {
		lang = ""
	}
	m := Match{Intent: Intent(name), Language: lang}
	switch name {
	case hints:
		l.guess.hint(f, l.speech.tongue(lang).mask())
		return nil
	case falseFriends:
		l.addPhrase(f.Plain, Match{})
		return nil
	case stopErase:
		m.Intent, m.Also = Stop, Erase
	}
	if !slices.Contains(order[:], m.Intent) {
		return fmt.Errorf("list %q: no such intent", name)
	}
	l.add(f, m)
	if m.Intent == Stop {
		for _, text := range []string{f.Plain, bare(word)} { // with its courtesies too
			l.tight[squeezed(text)] = merge(l.tight[squeezed(text)], m)
		}
	}
	return nil
}

func (l *Lexicon) add(f Forms, m Match) {
	l.whole[f.Plain] = merge(l.whole[f.Plain], m)
	if short := loose(f.Plain, true); len(short) > 1 { // "yyyy" is no yes
		l.loose[short] = merge(l.loose[short], m)
		if m.Intent == Yes {
			l.assents[short] |= l.assenting(m.Language)
		}
	}
	if m.Intent == Yes {
		l.assents[f.Plain] |= l.assenting(m.Language)
	}
	switch m.Intent {
	case Erase, Object, Restrict, Access, Portability, Rectify, Status, Lift, Receipt, Privacy, Human:
		l.addPhrase(f.Plain, m)
	}
}

// merge keeps one Match for each intent. A second language makes the first one
// uncertain.
func merge(all []Match, m Match) []Match {
	for i, old := range all {
		if old.Intent != m.Intent {
			continue
		}
		if old.Language != m.Language {
			all[i].Language = ""
		}
		if m.Also != "" {
			all[i].Also = m.Also
		}
		return all
	}
	return append(all, m)
}

// addPhrase keeps texts of two words or more; one word in the middle of a
// sentence says too little ("my travel agent").
func (l *Lexicon) addPhrase(plain string, m Match) {
	first, rest, ok := strings.Cut(plain, " ")
	if !ok || strings.HasPrefix(rest, ",") {
		return
	}
	for _, old := range l.phrases[first] {
		if old.text == plain && (m.Intent == "" || rank(old.match) <= rank(m)) {
			return
		}
	}
	l.phrases[first] = append(l.phrases[first], phrase{text: plain, match: m})
}

func (l *Lexicon) sort() {
	for _, index := range []map[string][]Match{l.whole, l.loose} {
		for _, all := range index {
			slices.SortFunc(all, byRank)
		}
	}
	l.sortAges()
	for _, all := range l.phrases {
		slices.SortStableFunc(all, func(a, b phrase) int { return longerFirst(a.text, b.text) })
	}
}

func byRank(a, b Match) int { return rank(a) - rank(b) }

func rank(m Match) int { return slices.Index(order[:], m.Intent) }

// check proves that no list turned a false friend into a stop. Inside a clause
// one is hidden from the sentences, so only one of several clauses is read.
func (l *Lexicon) check(friends map[string][]string) error {
	for lang, texts := range friends {
		for _, text := range texts {
			f := normalise(text)
			found := l.findListed(f)
			if found == nil && strings.Contains(f.Plain, clauseMark) {
				found = l.find(text, ^uint64(0))
			}
			if len(found) > 0 && found[0].Intent == Stop {
				return fmt.Errorf("false friend %q in %s: a list makes it a stop word", text, lang)
			}
		}
	}
	return nil
}
