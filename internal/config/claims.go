package config

import (
	"fmt"
	"strings"
	"unicode"

	"aval/bot"

	"golang.org/x/text/unicode/norm"
)

// claim is a sentence a notice may not say, because it is not true of this
// way of writing to a business.
type claim struct {
	why     string
	phrases []string // as plain makes them: small letters, no accents
}

// claims: with WhatsApp's Cloud API the encrypted session ends at Meta, which
// passes the text on as a processor; and a keyed number is a pseudonym.
func claims() []claim {
	return []claim{
		{"not true: Meta opens every message on its way to the business", []string{
			"only you can read", "only you and we", "only we can read", "nobody else can read", "no one else can read",
			"not even whatsapp", "not even meta", "end-to-end", "end to end encrypt",
			"so voce pode ler", "so voce e nos", "somente voce", "apenas voce", "so nos podemos ler", "ninguem mais",
			"mais ninguem", "nem o whatsapp", "nem a meta", "nem mesmo a meta", "nem mesmo o whatsapp", "ponta a ponta",
			"ponta-a-ponta",
			"solo tu puedes", "solo usted puede", "solo tu y nosotros", "unicamente tu", "nadie mas", "ni siquiera meta",
			"ni siquiera whatsapp", "ni whatsapp", "extremo a extremo", "de extremo-a-extremo"}},
		{"not true: nothing is completely secure", []string{
			"100% sec", "100 % sec", "100% safe", "100 % safe", "completely secure", "completely safe", "totally secure",
			"absolutely secure", "perfectly safe", "cannot be hacked", "can't be hacked", "unbreakable", "hacker-proof",
			"100% segur", "100 % segur", "totalmente segur", "completamente segur", "absolutamente segur",
			"impossivel de invadir", "inviolave", "inviolable", "imposible de hackear", "a prova de hackers"}},
		{"not true: a keyed number is a pseudonym, and the person can be found again", []string{
			"anonymous", "anonymis", "anonymiz", "anonimo", "anonima", "anonimamente", "anonimiza"}},
		{"not true: the messages are stored for a while", []string{
			"we store nothing", "we never store", "we do not store anything", "we keep nothing", "no data is stored",
			"nao guardamos nada", "nao armazenamos nada", "nenhum dado e guardado", "nunca guardamos",
			"no guardamos nada", "no almacenamos nada", "ningun dato se guarda", "nunca guardamos nada"}},
		{"not true: Meta receives the data", []string{
			"we never share", "we do not share your data with anyone", "never shared with anyone", "shared with no one",
			"nao compartilhamos com ninguem", "nunca compartilhamos", "nao partilhamos com ninguem",
			"no compartimos con nadie", "nunca compartimos", "no compartimos tus datos con nadie"}},
		{"no consent is free that is a condition (GDPR 7(4))", []string{
			"by continuing you agree", "by continuing you accept", "by using this chat you agree", "by writing to us you agree",
			"ao continuar voce concorda", "ao continuar, voce concorda", "ao continuar voce aceita", "ao continuar, voce aceita",
			"ao usar este chat voce",
			"al continuar aceptas", "al continuar, aceptas", "si continuas aceptas", "si continuas, aceptas"}},
	}
}

// maxSentence is how many words a person can follow on a small screen. Public
// guides to plain language ask for 20 to 25; a name and an address may need
// some more.
const maxSentence = 30

// lint reads one item for what is false, unreadable or not where it belongs.
func (o *object) lint(b *bot.Brand, tags []string, text string) {
	if len(tags) == 0 {
		o.refuse("item", "missing: an item says what it tells", "write one of "+strings.Join(items(), ", "))
	}
	for _, tag := range tags {
		if !contains(items(), tag) {
			o.refuse("item", tag+" is not an item", didYouMean(tag, items()))
		}
	}
	said := plain(text)
	for _, c := range claims() {
		for _, phrase := range c.phrases {
			if strings.Contains(said, phrase) {
				o.refuse("text", c.why, "drop \""+phrase+"\"")
				break
			}
		}
	}
	if words := longestSentence(text); words > maxSentence {
		o.refuse("text", fmt.Sprintf("a sentence of %d words; people can follow %d", words, maxSentence), "cut it in two")
	}
	o.placed(b, tags, text)
}

// placed checks the two items that must hold a name we know.
func (o *object) placed(b *bot.Brand, tags []string, text string) {
	if contains(tags, "who") && text != "" && b.Name != "" && b.Controller.Name != "" &&
		!strings.Contains(text, b.Name) && !strings.Contains(text, b.Controller.Name) {
		o.refuse("text", "who does not name the controller", "write "+b.Name+" or "+b.Controller.Name)
	}
	if contains(tags, "link") && text != "" && !strings.Contains(text, b.Controller.PrivacyURL) {
		o.refuse("text", "link does not hold the address of the full notice", "write "+b.Controller.PrivacyURL)
	}
}

// plain makes words comparable: small letters, no accents, single spaces, and
// no marks that WhatsApp shows as bold or italic.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("*_~`", r) {
			continue
		}
		if unicode.Is(unicode.Pd, r) {
			r = '-'
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "’", "'")), " ")
}

// longestSentence counts words up to a full stop, a line or a list mark.
func longestSentence(text string) int {
	longest := 0
	ends := func(r rune) bool { return strings.ContainsRune(".!?;:\n", r) }
	for _, sentence := range strings.FieldsFunc(text, ends) {
		longest = max(longest, len(strings.Fields(sentence)))
	}
	return longest
}
