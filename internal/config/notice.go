package config

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"aval/bot"
)

// Notice and question go out in one message with two buttons, whose text may
// have 1,024 characters. Sixty are left for the line that offers the other
// languages. Meta does not say how it counts, so both ways must fit.
const (
	maxBody      = 1024
	languageLine = 60
	maxTogether  = maxBody - languageLine
)

// items are what a first layer must say (TRN-1, GDPR 13): who asks, what for,
// which data, that consent can be taken back, whether a machine decides, where
// data goes, where the full text is, how to stop, and that it is a machine.
func items() []string {
	return []string{"who", "what", "data", "withdraw", "automated", "transfers", "link", "stop", "bot"}
}

// noticeFile is what a version's file is called.
const noticeFile = `^v([1-9][0-9]{0,3})\.yaml$`

// NoticeHash is the SHA-256 of everything in a notice version that a person
// could have seen or been bound by. A version that was shown must keep its
// hash for ever; a change of words is a new version.
func NoticeHash(n bot.Notice) [32]byte {
	h := sha256.New()
	write := func(s string) {
		var size [8]byte // a length before each part keeps parts from running together
		binary.BigEndian.PutUint64(size[:], uint64(len(s)))
		h.Write(size[:])
		h.Write([]byte(s))
	}
	write("aval notice 1")
	write(n.Ref())
	write(strconv.FormatBool(n.Material))
	write(strings.Join(n.Touches, ","))
	write(n.Since.UTC().Format(time.DateOnly))
	for _, texts := range []map[string]string{n.Layer1, n.Difference} {
		write(strconv.Itoa(len(texts)))
		for _, lang := range sorted(texts) {
			write(lang)
			write(texts[lang])
		}
	}
	return [32]byte(h.Sum(nil))
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// notices reads the versions in the brand's notice directory, in order.
func (l *loader) notices(b *bot.Brand, from *origin) []bot.Notice {
	dir := from.brand.need("notice", "people are told before they are asked (GDPR 13)",
		"name the directory that holds v1.yaml")
	if dir == "" {
		return nil
	}
	found, err := l.listBeside(dir)
	if err != nil {
		from.brand.refuse("notice", "the directory cannot be read", "check its path and who may read it")
		return nil
	}
	var versions []int
	for _, f := range found {
		match := regexp.MustCompile(noticeFile).FindStringSubmatch(f.Name())
		if match != nil {
			version, _ := strconv.Atoi(match[1]) // the pattern allows digits only
			versions = append(versions, version)
			continue
		}
		if strings.HasSuffix(f.Name(), ".yaml") || strings.HasSuffix(f.Name(), ".yml") {
			from.brand.refuse("notice", f.Name()+" is not a notice version", "call it v1.yaml, v2.yaml and so on")
		}
	}
	slices.Sort(versions)
	return l.versions(b, from, dir, versions)
}

func (l *loader) versions(b *bot.Brand, from *origin, dir string, versions []int) []bot.Notice {
	if len(versions) == 0 {
		from.brand.refuse("notice", "the directory holds no notice", "write v1.yaml in it")
	}
	var notices []bot.Notice
	for i, version := range versions {
		if version != i+1 {
			from.brand.refuse("notice", fmt.Sprintf("version %d is missing, and versions leave no gap", i+1),
				fmt.Sprintf("bring back v%d.yaml: consents point to it", i+1))
			return notices
		}
		n, ok := l.notice(b, from, fmt.Sprintf("%s/v%d.yaml", strings.TrimSuffix(dir, "/"), version), version)
		if !ok {
			continue
		}
		if len(notices) > 0 {
			l.follows(from, notices[len(notices)-1], n)
		}
		notices = append(notices, n)
	}
	return notices
}

func (l *loader) follows(from *origin, before, n bot.Notice) {
	if n.ID != before.ID {
		from.brand.refuse("notice", n.Ref()+" does not follow "+before.Ref(), "give both the same id")
	}
	if n.Since.Before(before.Since) {
		from.brand.refuse("notice", n.Ref()+" begins before "+before.Ref(), "correct its since")
	}
}

// notice reads one version; false if the file was no use at all.
func (l *loader) notice(b *bot.Brand, from *origin, name string, version int) (bot.Notice, bool) {
	data, err := l.readBeside(name)
	if err != nil {
		from.brand.refuse("notice", name+" cannot be read", "check who may read it")
		return bot.Notice{}, false
	}
	r := reader{file: l.shownName(name), faults: l.faults}
	o := r.open(data)
	if o == nil {
		return bot.Notice{}, false
	}
	n := bot.Notice{
		ID:       o.id("id"),
		Version:  o.number("version", 0, 1, 9999),
		Material: o.mustChoose("change", []string{"material", "cosmetic"}) == "material",
		Touches:  o.words("touches"),
		Since:    o.date("since"),
		Items:    items(),
	}
	if n.Version != version {
		o.refuse("version", "the file is called v"+strconv.Itoa(version)+".yaml", "write "+strconv.Itoa(version))
	}
	o.change(b, &n, version, from.languages)
	n.Layer1 = o.layer1(b, from.languages)
	o.done()
	o.fits(b, n)
	return n, true
}

func (l *loader) shownName(name string) string {
	if l.demo {
		return "demo/" + name
	}
	return l.beside(name)
}

func (o *object) date(key string) time.Time {
	s := o.need(key, "a notice says since when it holds", "write for example 2026-11-01")
	t, err := time.Parse(time.DateOnly, s)
	if s != "" && err != nil {
		o.refuse(key, "not a date", "write for example 2026-11-01")
	}
	return t
}

// change checks what a version says about the one before it. The first has
// nothing before it, so it is material and touches everything.
func (o *object) change(b *bot.Brand, n *bot.Notice, version int, languages []string) {
	for _, id := range n.Touches {
		if _, known := b.Purpose(id); !known {
			o.refuse("touches", "the brand has no purpose "+id, didYouMean(id, purposeIDs(b)))
		}
	}
	if version > 1 {
		n.Difference = o.covered("difference", languages)
		return
	}
	if o.present("difference") {
		o.refuse("difference", "the first version differs from nothing", "drop it")
	}
	if !n.Material && o.present("change") {
		o.refuse("change", "the first version is material", "write material")
	}
	if len(n.Touches) > 0 {
		o.refuse("touches", "the first version touches everything", "drop it")
	}
}

// layer1 reads the texts, which are written item by item so that what is
// missing can be told without understanding the words.
func (o *object) layer1(b *bot.Brand, languages []string) map[string]string {
	outer := o.object("layer1")
	if outer == nil {
		o.refuse("layer1", "missing: the text people see", "write its items in every language")
		return nil
	}
	texts := map[string]string{}
	for _, e := range outer.node.entries {
		texts[e.key] = outer.language(b, e.key)
	}
	for _, lang := range languages {
		if _, there := texts[lang]; !there {
			outer.refuse(lang, "the notice is missing in "+lang, "write it in "+strings.Join(languages, ", "))
		}
	}
	for _, lang := range sorted(texts) {
		if !contains(languages, lang) {
			outer.refuse(lang, "the brand does not speak "+lang, didYouMean(lang, languages))
		}
	}
	return texts
}

func (o *object) language(b *bot.Brand, lang string) string {
	var lines, said []string
	for _, item := range o.objects(lang) {
		tags := item.words("item")
		text := item.need("text", "an item says something", "")
		item.lint(b, tags, text)
		for _, tag := range tags {
			if contains(said, tag) {
				item.refuse("item", tag+" is there twice", "say it once")
			}
			said = append(said, tag)
		}
		item.done()
		lines = append(lines, text)
	}
	for _, tag := range items() {
		if !contains(said, tag) {
			o.refuse(lang, "the notice does not say: "+tag+" ("+meaning(tag)+")", "add an item for it")
		}
	}
	text := strings.Join(lines, "\n")
	if text != "" && !strings.Contains(text, "Meta") {
		o.refuse(lang, "Meta handles every message as a processor, and the notice does not say so",
			"name Meta in the transfers item")
	}
	return text
}

// meaning says what a tag stands for, with the clause that wants it.
func meaning(tag string) string {
	switch tag {
	case "who":
		return "who the controller is, GDPR 13(1)(a)"
	case "what":
		return "what the data is used for, GDPR 13(1)(c)"
	case "data":
		return "which data, EDPB 05/2020"
	case "withdraw":
		return "that consent can be taken back, GDPR 13(2)(c)"
	case "automated":
		return "whether a machine decides, GDPR 13(2)(f)"
	case "transfers":
		return "who receives the data and where, GDPR 13(1)(e) and (f)"
	case "link":
		return "where the full text is"
	case "stop":
		return "how to stop, GDPR 7(3)"
	}
	return "that a machine answers"
}

// fits checks the longest message a notice can become part of.
func (o *object) fits(b *bot.Brand, n bot.Notice) {
	layer1 := o.object("layer1")
	for _, lang := range sorted(n.Layer1) {
		for _, p := range b.Purposes {
			together := n.Layer1[lang] + "\n\n" + p.Question[lang]
			if d := n.Difference[lang]; d != "" {
				together = d + "\n\n" + together
			}
			if size := length(together); size > maxTogether {
				layer1.refuse(lang, fmt.Sprintf("with the question for %s this is %d characters long, and %d fit one "+
					"message", p.ID, size, maxTogether), "shorten the notice or the question")
				break
			}
		}
	}
}

func length(s string) int {
	return max(utf8.RuneCountInString(s), len(utf16.Encode([]rune(s))))
}
