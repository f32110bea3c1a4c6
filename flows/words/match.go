package words

import (
	"slices"
	"strings"
)

// maxTokens is the longest message in which a phrase is looked for. In a longer
// one the phrase is more often spoken about than meant.
const maxTokens = 8

// reach is how many words before a phrase a negation still turns it around:
// "I do not want to delete my data".
const reach = 3

// negations turn a phrase around. In their comparable form.
var negations = [...]string{"nao", "not", "dont", "no", "never", "nunca", "jamais", "sem", "sin", "ne", "pas", "nicht", "non"}

// Match returns the most important thing that the text means, see Intent for
// the order. A text longer than Limit means nothing here.
func (l *Lexicon) Match(text string) Match {
	found := l.find(text, ^uint64(0))
	if len(found) == 0 {
		return Match{}
	}
	return found[0]
}

// All returns everything that the text may mean, the most important first. A
// word can be a yes in one language and a greeting in another; a sentence can
// ask for two things.
//
// Misspellings are forgiven in the languages that are named, in all when none is:
// a slip of one language is a word of another, and "no teto", on the roof, would
// be a misspelt French text.
func (l *Lexicon) All(text string, own ...string) []Match {
	return slices.Clone(l.find(text, l.speech.masks(own)))
}

// IsStop reports whether the text would stop everything. No label of a button
// or a row may do that.
func (l *Lexicon) IsStop(text string) bool { return l.Match(text).Intent == Stop }

// find may return a slice of the lexicon itself: callers do not change it.
func (l *Lexicon) find(text string, mend uint64) []Match {
	f := normalise(text)
	if f.Plain == "" {
		return nil
	}
	if found := l.findListed(f); found != nil {
		return found
	}
	found := l.findPhrases(f.Plain)
	for _, m := range l.understand(f.Plain, mend) {
		found = merge(found, m)
	}
	slices.SortStableFunc(found, byRank)
	return found
}

// findListed understands what is in the lists as a whole.
func (l *Lexicon) findListed(f Forms) []Match {
	if found := l.whole[f.Plain]; found != nil {
		return found
	}
	if f.Loose != "" {
		if found := l.loose[f.Loose]; found != nil {
			return found
		}
	}
	if found := l.findSigns(f.Plain); found != nil {
		return found
	}
	if found := l.findDisguised(f.Plain); found != nil {
		return found
	}
	return l.findClauses(f.Plain)
}

// findSigns understands several signs that mean the same, such as 🛑🚫.
func (l *Lexicon) findSigns(plain string) []Match {
	var found []Match
	for _, r := range plain {
		all := l.whole[string(r)]
		if kindOf(r) != kindSpace || r == ' ' || all == nil {
			return nil
		}
		if found != nil && found[0].Intent != all[0].Intent {
			return nil
		}
		found = all
	}
	return found
}

// findClauses understands a text whose every clause is a word by itself:
// "Oi, parar." Greetings do not count; the rest must agree, or hold a stop.
func (l *Lexicon) findClauses(plain string) []Match {
	if !strings.Contains(plain, clauseMark) {
		return nil
	}
	var found, greeting []Match
	agreed := true
	for clause := range strings.SplitSeq(plain, clauseMark) {
		all := l.whole[trimCourtesy(clause)]
		if all == nil {
			return nil
		}
		best := all[0].Intent
		switch {
		case best == Greeting:
			greeting = all
		case found == nil, best == Stop:
			found = all
		case best != found[0].Intent:
			agreed = false
		}
	}
	switch {
	case found == nil:
		return greeting
	case agreed, found[0].Intent == Stop:
		return found
	}
	return nil
}

// findPhrases looks for phrases inside a short text. The longest one at a
// place counts, and a false friend that is longer hides it. Who got no answer
// to a request asks for it all the more, so no negation turns Status around.
func (l *Lexicon) findPhrases(plain string) []Match {
	if tooMany(plain) {
		return nil
	}
	var found []Match
	var before [reach]string
	for rest := plain; rest != ""; {
		if hit, ok := l.phraseAt(rest); ok {
			if hit.match.Intent != "" && (hit.match.Intent == Status || !negated(before)) {
				found = merge(found, hit.match)
			}
			rest = strings.TrimPrefix(rest[len(hit.text):], " ")
			before = [reach]string{}
			continue
		}
		token, after, _ := strings.Cut(rest, " ")
		before = [reach]string{before[1], before[2], token}
		if token == "," {
			before = [reach]string{}
		}
		rest = after
	}
	slices.SortFunc(found, byRank)
	return found
}

func tooMany(plain string) bool {
	commas := strings.Count(plain, clauseMark)
	return strings.Count(plain, " ")-commas >= maxTokens
}

func (l *Lexicon) phraseAt(rest string) (phrase, bool) {
	first, _, _ := strings.Cut(rest, " ")
	for _, p := range l.phrases[first] {
		after, ok := strings.CutPrefix(rest, p.text)
		if ok && (after == "" || after[0] == ' ') {
			return p, true
		}
	}
	return phrase{}, false
}

func negated(before [reach]string) bool {
	for _, token := range before {
		if slices.Contains(negations[:], token) {
			return true
		}
	}
	return false
}
