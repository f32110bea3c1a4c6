package words

import "strings"

// Agrees reports whether a text is a yes, and nothing else, in one of the given
// languages. A yes opens doors, so it does not travel: what is one in Malay, or
// is in Hindi a hum, must not agree to a question that was asked in Portuguese.
func (l *Lexicon) Agrees(text string, among ...string) bool {
	langs := l.speech.masks(among)
	f := normalise(text)
	if f.Plain == "" {
		return false
	}
	if l.findListed(f) == nil {
		return l.understood(f.Plain, langs)[rank(Match{Intent: Yes})]&langs != 0
	}
	if (l.assents[f.Plain]|l.assents[f.Loose])&langs != 0 {
		return true
	}
	agreed := false
	for clause := range strings.SplitSeq(f.Plain, clauseMark) {
		clause = trimCourtesy(clause)
		if l.assents[clause]&langs == 0 && !l.greets(clause) {
			return false
		}
		agreed = agreed || l.assents[clause]&langs != 0
	}
	return agreed
}

func (l *Lexicon) greets(clause string) bool {
	all := l.whole[clause]
	return len(all) > 0 && all[0].Intent == Greeting
}

// assenting are the languages of a listed yes: a sign is one in all of them.
func (l *Lexicon) assenting(lang string) uint64 {
	if lang == "" {
		return ^uint64(0)
	}
	return l.speech.tongue(lang).mask()
}
