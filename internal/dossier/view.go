package dossier

import (
	"strconv"
	"strings"
	"time"

	"aval/bot"
)

// view is the readable version of a package. The page and the PDF are both
// made of it, so they say the same.
type view struct {
	Language, Title, Intro string

	Head     []row
	Sections []section
}

// section is one heading with what stands under it.
type section struct {
	Title, Intro string
	Items        []item
}

// item is one thing: a message, a consent, a purpose.
type item struct {
	Title string
	Rows  []row
}

// row is a value with its name. Rows without a value are left out.
type row struct{ Label, Value string }

func (w words) view(c content) view {
	v := view{Language: w.lang, Title: w.say("file.title." + c.scope), Intro: w.say("file.intro." + c.scope), Head: w.head(c)}
	v.Sections = []section{
		w.who(c), w.fields("file.section.fields", c.Profile.Fields), w.settings(c), w.consents(c), w.proofs(c),
		w.why(), w.listing("file.section.recipients", w.recipients()),
		{Title: w.say("file.section.keep"), Intro: w.keep()}, w.rights(), w.complain(), w.cases(c),
	}
	if c.scope == bot.CaseAccess {
		v.Sections = append(v.Sections,
			section{Title: w.say("file.section.source"), Intro: c.About.Source},
			section{Title: w.say("file.section.automated"), Intro: c.About.Automated},
			section{Title: w.say("file.section.transfers"), Intro: c.About.Transfers},
			w.looks(c), w.messages("file.section.notes", c.Notes),
			w.fields("file.section.inferences", c.Inferences),
		)
	}
	v.Sections = append(v.Sections, w.messages("file.section.messages", c.Messages))
	return v
}

// receipt is what a person keeps of a consent.
func (w words) receipt(c content) view {
	agreed := w.proofs(c)
	agreed.Title = w.say("file.section.consents")
	return view{
		Language: w.lang, Title: w.say("file.title.receipt"), Intro: w.say("file.intro.receipt"), Head: w.head(c),
		Sections: []section{agreed, w.identity(*c.Consents.Identifiers), w.rights(), w.complain()},
	}
}

func rows(pairs ...string) []row {
	var all []row
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, row{pairs[i], pairs[i+1]})
		}
	}
	return all
}

func (w words) head(c content) []row {
	k := c.controller
	return rows(
		w.label("controller"), k.Name, w.label("brand"), k.Brand, w.label("address"), k.Address,
		w.label("contact"), k.Contact, w.label("dpo"), k.DPO, w.label("notice"), k.Privacy,
		w.label("reference"), c.reference, w.label("made"), w.time(c.made),
	)
}

// section shows "nothing" for an empty list: that we hold nothing is an answer.
func (w words) section(key string, items []item) section {
	s := section{Title: w.say(key), Items: items}
	if len(items) == 0 {
		s.Intro = w.say("file.nothing")
	}
	return s
}

func (w words) who(c content) section {
	s := w.identity(c.Profile.Identifiers)
	for _, i := range c.Profile.Former {
		s.Items = append(s.Items, item{w.label("former"), w.ids(i)})
	}
	s.Items = append(s.Items, item{Rows: rows(w.label("created"), w.time(c.Profile.Created), w.label("subject"), c.subject)})
	return s
}

func (w words) identity(i identifiers) section {
	return w.section("file.section.who", []item{{Rows: w.ids(i)}})
}

func (w words) ids(i identifiers) []row {
	return rows(w.label("phone"), i.Phone, w.label("account"), i.Account, w.label("parent"), i.Parent,
		w.label("hash"), i.Identity)
}

func (w words) fields(key string, list []field) section {
	var items []item
	for _, f := range list {
		items = append(items, item{f.Name, rows(w.label("value"), f.Value, w.label("purpose"), w.purpose(f.Purpose),
			w.label("source"), w.source(f.Source), w.label("since"), w.time(f.Since))})
	}
	return w.section(key, items)
}

func (w words) settings(c content) section {
	tag := c.Profile.Language.Tag
	if tag != "" && c.Profile.Language.Chosen {
		tag += " – " + w.say("file.chosen")
	}
	return w.section("file.section.settings", []item{{Rows: rows(
		w.label("language"), tag, w.label("age"), c.Profile.AgeBand,
		w.label("channel"), w.known("file.channel.", c.Preferences.Channel),
		w.label("hold"), w.known("file.hold.", c.Preferences.Hold),
	)}})
}

func (w words) consents(c content) section {
	var items []item
	for _, s := range c.Consents.Standing {
		version := ""
		if s.Notice > 0 {
			version = strconv.Itoa(s.Notice)
		}
		items = append(items, item{or(s.Name, s.ID), rows(w.label("state"), w.state(s.State), w.label("since"), w.time(s.Since),
			w.label("version"), version, w.label("record"), s.Record)})
	}
	return w.section("file.section.consents", items)
}

func (w words) proofs(c content) section {
	var items []item
	for _, r := range c.Consents.Records {
		for _, p := range r.Processing {
			items = append(items, item{w.purpose(p.Purpose), rows(
				w.label("state"), w.state(r.Event.State), w.label("since"), w.time(r.Event.At),
				w.label("basis"), w.known("file.basis.", p.Basis), w.label("data"), strings.Join(p.Data, ", "),
				w.label("recipients"), strings.Join(p.Recipients, ", "), w.label("keep"), w.period(time.Duration(p.Retention)),
				w.label("valid"), w.period(time.Duration(r.Event.Valid)),
				w.label("version"), r.Notice.ID+"/"+strconv.Itoa(r.Notice.Version), w.label("record"), r.ID,
				w.label("withdraw"), w.say("file.withdraw"),
			)})
		}
	}
	return w.section("file.section.proofs", items)
}

// why are the purposes of the brand (GDPR 15(1)(a)).
func (w words) why() section {
	var items []item
	for _, p := range w.brand.Purposes {
		items = append(items, item{w.purpose(p.ID), rows(
			w.label("basis"), w.known("file.basis.", string(p.Basis)), w.label("data"), strings.Join(p.Data, ", "),
			w.label("recipients"), strings.Join(p.Recipients, ", "), w.label("keep"), w.period(p.Retention),
		)})
	}
	return w.section("file.section.purposes", items)
}

func (w words) listing(key string, list []string) section {
	var all item
	for _, s := range list {
		all.Rows = append(all.Rows, row{"", "• " + s})
	}
	return w.section(key, []item{all})
}

func (w words) rights() section {
	s := w.listing("file.section.rights", w.rightsList())
	s.Intro = w.say("file.rights")
	return s
}

func (w words) complain() section {
	return section{Title: w.say("file.section.complain"), Intro: w.say("file.complain"),
		Items: []item{{Rows: rows(w.label("authority"), w.brand.Controller.Authority)}}}
}

func (w words) cases(c content) section {
	var items []item
	for _, k := range c.Cases {
		items = append(items, item{w.known("rights.type.", k.Type), rows(
			w.label("reference"), k.Reference, w.label("state"), w.caseState(k.State),
			w.label("received"), w.time(k.Received), w.label("due"), w.time(k.Due), w.label("extended"), w.time(k.Extended),
			w.label("answered"), w.time(k.Answered), w.label("reason"), or(k.Reason, k.Ground), k.Field, k.Value,
			w.label("tell"), strings.Join(k.Tell, ", "), w.label("proof"), k.Proof,
		)})
	}
	return w.section("file.section.cases", items)
}

func (w words) looks(c content) section {
	var items []item
	for _, l := range c.Looks {
		items = append(items, item{w.time(l.At), rows(w.label("role"), l.Role, w.label("what"), l.What)})
	}
	return w.section("file.section.looks", items)
}

func (w words) messages(key string, list []message) section {
	var items []item
	for _, m := range list {
		text := m.Text
		if m.Type != string(bot.MessageText) && m.Type != "" {
			text = strings.TrimSpace("[" + m.Type + "] " + text)
		}
		items = append(items, item{w.time(m.At) + " · " + w.from(m.From), []row{{"", text}}})
	}
	return w.section(key, items)
}
