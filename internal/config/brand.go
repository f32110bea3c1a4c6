package config

import (
	"regexp"
	"strings"
	"time"

	"aval/bot"

	"golang.org/x/text/language"
)

// defaultPerSecond is Meta's throughput of a number nobody has raised.
const defaultPerSecond = 80

// maxPerSecond is the most Meta grants a number.
const maxPerSecond = 1000

// idForm is what an id may look like: it stands in file names, index fields
// and ledger lines.
const idForm = `^[a-z][a-z0-9-]{0,39}$`

const idRule = "an id is at most 40 small letters, digits and hyphens, and begins with a letter"

func isID(s string) bool {
	return regexp.MustCompile(idForm).MatchString(s)
}

// brands reads every brand and what must hold between them.
func (l *loader) brands(c *Config, root *object) {
	list := root.objects("brands")
	l.profileNames(c, root)
	if len(list) == 0 && root != nil {
		root.refuse("brands", "at least one brand is needed", "describe the business under brands:")
	}
	seen := map[string]bool{}
	for _, o := range list {
		b := l.brand(c, o)
		c.Brands = append(c.Brands, b)
		o.unique(seen, "id", "brand "+b.ID, b.ID)
		for _, n := range b.Numbers {
			o.unique(seen, "numbers", "number "+n.ID, n.ID)
		}
	}
}

// unique refuses a name that was seen before; "" is somebody else's fault.
func (o *object) unique(seen map[string]bool, key, name, id string) {
	if id != "" && seen[name] {
		o.refuse(key, name+" is there twice", "give each its own")
	}
	seen[name] = true
}

func (l *loader) brand(c *Config, o *object) *bot.Brand {
	b := &bot.Brand{
		ID:      o.id("id"),
		Name:    o.need("name", "people must know who writes to them", ""),
		Country: o.country("country"),
	}
	from := &origin{brand: o, languages: o.languages(b)}
	l.origins = append(l.origins, from)
	b.Languages = from.languages
	b.Location = o.zone("timezone")
	b.Controller = o.object("controller").controller(o)
	b.Numbers = o.numbers(l.given["meta.phone_number_id"].text != "")
	l.purposes(b, from)
	b.Flows = o.flows()
	b.Templates = o.templates()
	b.HumanHours = o.covered("human_hours", from.languages)
	b.Endpoints = l.endpoints(o, b, c)
	from.rules = o.object("rules")
	b.Rules = from.rules.rules()
	b.Retention = from.rules.proofs(c.Profiles)
	from.rules.done()
	b.Notices = l.notices(b, from)
	o.done()
	return b
}

func (o *object) id(key string) string {
	s := o.need(key, "it names this in records", "write a short word")
	if s != "" && !isID(s) {
		o.refuse(key, idRule, "")
	}
	return s
}

func (o *object) country(key string) string {
	s := o.need(key, "its law and calendar apply", "write two capital letters, such as BR")
	region, err := language.ParseRegion(s)
	if s != "" && (err != nil || !region.IsCountry() || region.String() != s || len(s) != 2) {
		o.refuse(key, "not a country", "write two capital letters, such as BR")
	}
	return s
}

// languages are those in which everything must be said; the brand's own comes
// first.
func (o *object) languages(b *bot.Brand) []string {
	b.Language = o.need("language", "it is used until a person's own is known", "write for example pt")
	list := o.words("languages")
	if len(list) == 0 && b.Language != "" {
		list = []string{b.Language}
	}
	for _, tag := range list {
		if t, err := language.Parse(tag); err != nil || t.String() != tag {
			o.refuse("languages", tag+" is not a language", "write for example pt, en or pt-BR")
		}
	}
	if b.Language != "" && !contains(list, b.Language) {
		o.refuse("languages", "the brand's own language is not among them", "add "+b.Language)
	}
	return list
}

func (o *object) zone(key string) *time.Location {
	s := o.need(key, "hours and dates are told in it", "write for example America/Sao_Paulo")
	zone, err := time.LoadLocation(s)
	if s != "" && (err != nil || s == "Local") {
		o.refuse(key, "not a time zone", "write for example America/Sao_Paulo")
	}
	if err != nil {
		return time.UTC
	}
	return zone
}

// controller reads who answers for the data. Every field is shown to people
// and proved later, so none may be missing in any mode.
func (o *object) controller(brand *object) bot.Controller {
	if o == nil {
		brand.refuse("controller", "missing: GDPR 13(1)(a) and LGPD 9 want to know who answers for the data",
			"write name, address, contact, dpo, authority and privacy_url below it")
		return bot.Controller{}
	}
	c := bot.Controller{
		Name:       o.need("name", "GDPR 13(1)(a) wants the controller's legal name", ""),
		Address:    o.need("address", "the proof of consent names the controller's address", ""),
		Contact:    o.need("contact", "people must be able to reach the controller", "write an address people can write to"),
		DPO:        o.need("dpo", "GDPR 13(1)(b) wants a data protection officer", "write who answers privacy questions"),
		Authority:  o.need("authority", "GDPR 13(2)(d) wants the authority for complaints", "write its name and address"),
		PrivacyURL: o.need("privacy_url", "the short notice must lead to the full one", "write its https address"),
	}
	if c.PrivacyURL != "" && !isWeb(c.PrivacyURL) {
		o.refuse("privacy_url", "not an https address that people can open", "write https:// and the page")
	}
	o.done()
	return c
}

// numbers reads the WhatsApp numbers; there may be none when the id of the
// only one is a setting.
func (o *object) numbers(given bool) []bot.Number {
	var numbers []bot.Number
	for _, n := range o.objects("numbers") {
		number := bot.Number{
			ID:        n.need("id", "Meta names the number by it", "copy the phone number id from the app dashboard"),
			Display:   n.need("display", "people see it", "write it with its country code"),
			PerSecond: n.number("per_second", defaultPerSecond, 1, maxPerSecond),
		}
		if number.ID != "" && !isMetaID(number.ID) {
			n.refuse("id", "Meta's ids are 5 to 20 digits", "copy it from the app dashboard; it is not the phone number")
		}
		n.done()
		numbers = append(numbers, number)
	}
	if len(numbers) == 0 && !given {
		o.refuse("numbers", "a brand needs a WhatsApp number", "write its id and display below numbers:")
	}
	return numbers
}

func (o *object) flows() []string {
	flows := o.words("flows")
	seen := map[string]bool{}
	for _, id := range flows {
		if !isID(id) {
			o.refuse("flows", id+" is not a flow: "+idRule, "")
		}
		o.unique(seen, "flows", "flow "+id, id)
	}
	if len(flows) == 0 {
		o.refuse("flows", "a brand needs at least one flow", "write for example [opening-hours]")
	}
	return flows
}

// covered is a text in every language of the brand and in no other.
func (o *object) covered(key string, languages []string) map[string]string {
	texts := o.texts(key)
	if texts == nil {
		if !o.present(key) {
			o.refuse(key, "missing in every language", "write it in "+strings.Join(languages, ", "))
		}
		return nil
	}
	o.object(key).cover(texts, languages)
	return texts
}

func (o *object) present(key string) bool { return o.get(key) != nil }

// cover compares the languages of a text with those of the brand.
func (o *object) cover(texts map[string]string, languages []string) {
	for _, lang := range languages {
		if texts[lang] == "" {
			o.refuse(lang, "the text is missing in "+lang, "write it in "+strings.Join(languages, ", "))
		}
	}
	for _, e := range o.node.entries {
		if !contains(languages, e.key) {
			o.refuse(e.key, "the brand does not speak "+e.key, didYouMean(e.key, languages))
		}
	}
}
