package words

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// class is what a word does in a sentence about messages, data or the house.
// A word may do several things at once.
type class uint64

// The classes, in the order of classNames. docs/words.md explains each to the
// people who fill them.
const (
	halt class = 1 << iota
	out
	leave
	cancel
	not
	write
	send
	want
	get
	mail
	list
	me
	mine
	it
	again
	enough
	withdraw
	consent
	upset
	much
	keep
	ask
	erase
	data
	account
	show
	have
	fix
	wrong
	name
	talk
	human
	bot
	use
	privacy
	begin
	back
	agree
	refuse
	later
	nod
	greet
	filler
	joint
	tie
	unless
	other
	single  // not a list of its own: a stop word, which says nothing beside others
	several // not a list of its own: a person named by several words
)

var classNames = [...]string{"halt", "out", "leave", "cancel", "not", "write", "send", "want", "get", "mail", "list", "me",
	"mine", "it", "again", "enough", "withdraw", "consent", "upset", "much", "keep", "ask", "erase", "data", "account", "show",
	"have", "fix", "wrong", "name", "talk", "human", "bot", "use", "privacy", "begin", "back", "agree", "refuse", "later", "nod",
	"greet", "filler", "joint", "tie", "unless", "other"}

// heads are the classes of which a sentence needs at least one to mean
// anything here. A text without them is not read at all.
const heads = halt | out | leave | cancel | not | enough | withdraw | upset | much | erase | fix | wrong | show | have |
	talk | bot | use | privacy | begin | back | agree | refuse | later | again | single

// Signs of the notation.
const (
	speech  = "speech." // begins the name of a list that holds a class
	stemEnd = "*"       // the word may go on
	gapSign = ".."      // a few other words may stand here
	affixOf = "+"       // at the end: written together with the next word
)

// maxTongues is how many languages one mask holds.
const maxTongues = 64

// tongue is what is known of how one language speaks.
type tongue struct {
	lang  string
	bit   int                // its place in masks of languages
	words map[string]*lexeme // by the whole word
	stems map[string]*lexeme // by its beginning
	lens  lengths            // of the stems
	all   *speaking
	// letters are those of its words. folded holds words that are ready to
	// compare, while lists are learnt: the same come again and again.
	letters map[rune]bool
	folded  map[string][]string
	// prefixes and suffixes are written together with another word.
	prefixes, suffixes []affix
	// longest is the length in runes of the longest word that is written
	// without spaces around it; 0 in a language that has spaces.
	longest int
	// typos is made when it is first needed: few of the languages are spoken
	// anywhere.
	typos func() *typos
}

// lexeme is a word, and the sequences of words that begin with it, the longest
// first.
type lexeme struct {
	class  class
	shared bool // the language has it from others
	chains []chain
	// near are the chains by the word that must follow, far the others. With
	// few chains all are far.
	near map[string][]chain
	far  []chain
}

// chain is a sequence of words that counts as one.
type chain struct {
	rest  []part // after the first word
	class class
}

type part struct {
	text string
	stem bool
	gap  bool // other words may stand before it
}

type affix struct {
	text  string
	class class
}

// known says in which languages a word occurs, and in which of them it may be
// the head of a sentence.
type known struct {
	langs, heads uint64
	own          uint64 // the languages that have it by themselves
	at           int32  // where the lexemes of its languages begin
}

// speaking is everything known about sentences, in all languages.
type speaking struct {
	tongues  []*tongue
	byLang   map[string]*tongue // those, and what all languages share
	index    map[string]known   // whole words
	lexemes  []*lexeme          // of each of them, by language; nil if it only occurs in sequences
	stems    map[string]known
	lens     lengths // of the stems
	prefixes map[string]uint64
	suffixes map[string]uint64
	ties     map[string]bool // words before which a comma parts nothing
	cut      uint64          // the languages without spaces
	desks    sync.Pool       // of *desk: reading one message needs a lot of room
}

// prepare makes the tongues of all languages of the lists.
func (s *speaking) prepare(lists map[string]map[string][]string) error {
	langs := map[string]bool{"en": true} // the words locked by law are English
	for _, byLang := range lists {
		for lang := range byLang {
			langs[lang] = true
		}
	}
	delete(langs, anyLanguage)
	if len(langs) > maxTongues {
		return fmt.Errorf("words of %d languages, at most %d", len(langs), maxTongues)
	}
	newTongue := func(lang string) *tongue {
		return &tongue{lang: lang, bit: len(s.tongues), words: map[string]*lexeme{}, stems: map[string]*lexeme{}, all: s,
			letters: map[rune]bool{}, folded: map[string][]string{}}
	}
	s.byLang = map[string]*tongue{anyLanguage: newTongue(anyLanguage)}
	s.byLang[anyLanguage].bit = maxTongues // in no mask
	for _, lang := range slices.Sorted(maps.Keys(langs)) {
		g := newTongue(lang)
		s.byLang[lang] = g
		s.tongues = append(s.tongues, g)
	}
	return nil
}

// tongue is that of a language of the lists, or what all languages share.
func (s *speaking) tongue(lang string) *tongue {
	if g := s.byLang[lang]; g != nil {
		return g
	}
	return s.byLang[anyLanguage]
}

// masks are the bits of languages, of all when none is named.
func (s *speaking) masks(langs []string) uint64 {
	if len(langs) == 0 {
		return ^uint64(0)
	}
	var all uint64
	for _, lang := range langs {
		if g := s.byLang[lang]; g != nil {
			all |= g.mask()
		}
	}
	return all
}

// mask is the bit of the language, 0 for what all share.
func (g *tongue) mask() uint64 { return 1 << g.bit }

// classOf reads the name of a class, or of several with plus signs between.
func classOf(key string) (class, error) {
	var c class
	for one := range strings.SplitSeq(key, "+") {
		i := slices.Index(classNames[:], one)
		if i < 0 {
			return 0, fmt.Errorf("speech %q: no such class", one)
		}
		c |= 1 << i
	}
	return c, nil
}

func (g *tongue) learn(c class, text string) error {
	if after, ok := strings.CutSuffix(text, affixOf); ok {
		return addAffix(&g.prefixes, after, c)
	}
	if before, ok := strings.CutPrefix(text, affixOf); ok {
		return addAffix(&g.suffixes, before, c)
	}
	parts, err := g.partsOf(text)
	if err != nil {
		return err
	}
	g.add(parts, c)
	return nil
}

func addAffix(all *[]affix, text string, c class) error {
	plain := bare(text)
	if plain == "" || strings.Contains(plain, " ") {
		return fmt.Errorf("an affix is a piece of one word")
	}
	*all = append(*all, affix{plain, c})
	slices.SortStableFunc(*all, func(a, b affix) int { return longerFirst(a.text, b.text) })
	return nil
}

// partsOf cuts an entry into its words, each ready to compare.
func (g *tongue) partsOf(text string) ([]part, error) {
	parts := make([]part, 0, 4)
	gap := false
	for field := range strings.FieldsSeq(text) {
		if field == gapSign {
			gap = len(parts) > 0
			continue
		}
		whole, stem := strings.CutSuffix(field, stemEnd)
		for _, piece := range g.fold(whole) {
			parts = append(parts, part{text: piece, gap: gap})
			gap = false
		}
		if len(parts) > 0 && stem {
			parts[len(parts)-1].stem = true
		}
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("nothing to compare remains")
	}
	if len(parts) > maxChain {
		return nil, fmt.Errorf("more than %d words", maxChain)
	}
	for _, p := range parts {
		if p.stem && (utf8.RuneCountInString(p.text) < 2 || len(p.text) > maxStem) {
			return nil, fmt.Errorf("a stem of one letter, or of more than %d bytes", maxStem)
		}
	}
	return parts, nil
}

// fold makes a word ready to compare; a hyphen makes several of it.
func (g *tongue) fold(word string) []string {
	if known, ok := g.folded[word]; ok {
		return known
	}
	folded := strings.Fields(strings.ReplaceAll(bare(word), clauseMark, " "))
	g.folded[word] = folded
	return folded
}

// maxChain is the longest sequence that counts as one word.
const maxChain = 10

// add keeps the sequence under its first word.
func (g *tongue) add(parts []part, c class) {
	first := parts[0]
	for _, p := range parts {
		if n := runsUnspaced(p.text); n > 0 {
			g.longest = max(g.longest, n)
			if g.words[p.text] == nil {
				g.words[p.text] = &lexeme{} // a place to cut
			}
		}
	}
	in := g.words
	if first.stem {
		in = g.stems
		g.lens.add(first.text)
	}
	lex := in[first.text]
	if lex == nil {
		lex = &lexeme{}
		in[first.text] = lex
	}
	if len(parts) == 1 {
		lex.class |= c
		return
	}
	lex.chains = append(lex.chains, chain{parts[1:], c})
}

// finish sorts the chains, joins equal ones, and makes the index. No chain is
// added later.
func (lex *lexeme) finish() {
	slices.SortStableFunc(lex.chains, chain.compare)
	kept := lex.chains[:0]
	for _, c := range lex.chains {
		if n := len(kept); n > 0 && slices.Equal(kept[n-1].rest, c.rest) {
			kept[n-1].class |= c.class
			continue
		}
		kept = append(kept, c)
	}
	lex.chains, lex.far = kept, kept
	if len(kept) <= fewChains {
		return
	}
	lex.near, lex.far = map[string][]chain{}, nil
	for _, c := range kept {
		if next := c.rest[0]; !next.stem && !next.gap {
			lex.near[next.text] = append(lex.near[next.text], c)
		} else {
			lex.far = append(lex.far, c)
		}
	}
}

// fewChains are looked at one by one faster than by an index.
const fewChains = 6

// compare puts long chains before short ones, those without gaps before those
// with, and equal ones together.
func (c chain) compare(other chain) int {
	return cmp.Or(c.order(other), slices.CompareFunc(c.rest, other.rest, func(a, b part) int {
		return cmp.Or(strings.Compare(a.text, b.text), a.bits()-b.bits())
	}))
}

// order is which of two chains is tried first, 0 if it does not matter.
func (c chain) order(other chain) int {
	return cmp.Or(len(other.rest)-len(c.rest), c.gaps()-other.gaps())
}

func (p part) bits() int {
	n := 0
	if p.stem {
		n++
	}
	if p.gap {
		n += 2
	}
	return n
}

// gaps counts where other words may stand.
func (c chain) gaps() int {
	n := 0
	for _, p := range c.rest {
		if p.gap {
			n++
		}
	}
	return n
}

// runsUnspaced is the length in runes of a word of a script without spaces,
// and 0 of any other.
func runsUnspaced(word string) int {
	n := 0
	for _, r := range word {
		if !joined(r) {
			return 0
		}
		n++
	}
	return n
}

// joined reports letters of scripts that put no space between words. Korean
// has spaces.
func joined(r rune) bool {
	return r == 'ー' || r >= 0x0E00 && unspaced(r) && !(r >= 0xAC00 && r <= 0xD7AF || r >= 0x1100 && r <= 0x11FF)
}
