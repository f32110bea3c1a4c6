package dossier

import (
	"strconv"
	"strings"
	"time"

	"aval/bot"
	"aval/flows"
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

// item is one thing: a day of messages, a consent, a purpose. Its note is what
// fewer people look for: where a value comes from, the number of a proof.
type item struct {
	Title string
	Rows  []row
	Note  string
}

// row is a value with its name.
type row struct{ Label, Value string }

func (w words) view(c content) view {
	v := view{Language: w.lang, Title: w.say("file.title." + c.scope), Intro: w.say("file.intro." + c.scope), Head: w.head(c)}
	v.Sections = []section{
		w.who(c), w.fields(c), w.settings(c), w.purposes(c), w.agreed(c),
		w.listing("file.section.recipients", w.recipients()),
		{Title: w.say("file.section.keep"), Items: []item{{Rows: w.keep(c)}}}, w.rights(), w.complain(),
	}
	if c.scope == bot.CaseAccess || len(c.Cases) > 0 {
		v.Sections = append(v.Sections, w.cases(c))
	}
	if c.scope == bot.CaseAccess {
		v.Sections = append(v.Sections,
			section{Title: w.say("file.section.source"), Intro: c.About.Source},
			section{Title: w.say("file.section.automated"), Intro: c.About.Automated},
			section{Title: w.say("file.section.transfers"), Intro: c.About.Transfers},
			w.looks(c), w.messages("file.section.notes", c.Notes), w.observed(c),
		)
	}
	v.Sections = append(v.Sections, w.messages("file.section.messages", c.Messages))
	return v
}

// receipt is what a person keeps of a consent.
func (w words) receipt(c content) view {
	return view{
		Language: w.lang, Title: w.say("file.title.receipt"), Intro: w.say("file.intro.receipt"), Head: w.head(c),
		Sections: []section{w.agreed(c), w.identity(*c.Consents.Identifiers), w.rights(), w.complain()},
	}
}

// rows are labels and values by turns. A row without a value is left out.
func rows(pairs ...string) []row {
	var all []row
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, row{pairs[i], pairs[i+1]})
		}
	}
	return all
}

// commaed adds when something is since.
func commaed(what, since string) string {
	if what == "" || since == "" {
		return what
	}
	return what + ", " + since
}

// dotted joins what is there.
func dotted(parts ...string) string {
	var all []string
	for _, s := range parts {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, " · ")
}

func (w words) head(c content) []row {
	k := c.controller
	return rows(
		w.label("controller"), k.Name, w.label("brand"), k.Brand, w.label("address"), k.Address,
		w.label("contact"), k.Contact, w.label("dpo"), k.DPO, w.label("notice"), k.Privacy,
		w.label("reference"), c.reference, w.label("made"), w.time(c.made), w.label("times"), w.zone(c.made),
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
	s.Items[0].Rows = append(s.Items[0].Rows,
		rows(w.label("created"), w.time(c.Profile.Created), w.label("subject"), c.subject)...)
	for _, i := range c.Profile.Former {
		s.Items = append(s.Items, item{Title: w.label("former"), Rows: w.ids(i)})
	}
	return s
}

func (w words) identity(i identifiers) section {
	return w.section("file.section.who", []item{{Rows: w.ids(i)}})
}

func (w words) ids(i identifiers) []row {
	return rows(w.label("phone"), i.Phone, w.label("account"), i.Account, w.label("parent"), i.Parent,
		w.label("hash"), i.Identity)
}

func (w words) fields(c content) section {
	var items []item
	for _, f := range c.Profile.Fields {
		note := dotted(upper(w.purpose(f.Purpose)), w.label("source")+": "+w.source(f.Source), w.dated("file.since", f.Since),
			w.dated("file.kept.until", f.Until))
		items = append(items, item{Rows: []row{{or(f.Label, f.Name), flows.Shown(flows.Answer(f.Value), w.lang)}}, Note: note})
	}
	return w.section("file.section.fields", items)
}

func (w words) settings(c content) section {
	language := w.language(c.Profile.Language.Tag)
	if language != "" && c.Profile.Language.Chosen {
		language += " – " + w.say("file.chosen")
	}
	return w.section("file.section.settings", []item{{Rows: rows(
		w.label("language"), language, w.label("age"), w.band(c.Profile.AgeBand),
		w.label("channel"), w.known("file.channel.", c.Preferences.Channel),
		w.label("hold"), w.known("file.hold.", c.Preferences.Hold),
	)}})
}

// purposes are what data is used for, and where each of them stands (GDPR
// 15(1)(a)).
func (w words) purposes(c content) section {
	list := c.Consents.Standing
	if len(list) == 0 {
		for _, p := range w.brand.Purposes {
			list = append(list, standing{purpose: purposeOf(p, w.lang, w.brand.Language)})
		}
	}
	var items []item
	for _, s := range list {
		version := ""
		if s.Notice > 0 {
			version = w.label("version") + ": " + strconv.Itoa(s.Notice)
		}
		items = append(items, item{Title: upper(or(s.Name, s.ID)), Rows: rows(
			w.label("state"), commaed(w.state(s.State), w.dated("file.since", s.Since)),
			w.label("basis"), w.known("file.basis.", s.Basis), w.label("data"), w.data(s.Data),
			w.label("recipients"), strings.Join(s.Recipients, ", "), w.label("keep"), w.period(time.Duration(s.Retention)),
		), Note: version})
	}
	return w.section("file.section.purposes", items)
}

// agreed are the proofs, and then the words that were read before.
func (w words) agreed(c content) section {
	var items []item
	for i, r := range c.Consents.Records {
		for n, p := range r.Processing {
			note := dotted(w.label("record")+": "+r.ID, w.label("version")+": "+noticeName(r.Notice.ID, r.Notice.Version))
			items = append(items, item{Title: upper(w.purpose(p.Purpose)), Rows: rows(
				w.label("state"), w.state(r.Event.State)+", "+w.time(r.Event.At),
				w.label("question"), c.Notices[i].Questions[n].Text,
				w.label("basis"), w.known("file.basis.", p.Basis), w.label("data"), w.data(p.Data),
				w.label("recipients"), strings.Join(p.Recipients, ", "), w.label("keep"), w.period(time.Duration(p.Retention)),
				w.label("valid"), w.period(time.Duration(r.Event.Valid)), w.label("withdraw"), w.say("file.withdraw"),
			), Note: note})
		}
	}
	return w.section("file.section.consents", append(items, w.notices(c)...))
}

func noticeName(id string, version int) string { return id + "/" + strconv.Itoa(version) }

// notices are the texts, each once however many proofs rest on it.
func (w words) notices(c content) []item {
	type same struct {
		name, lang string
		matches    bool
	}
	seen := map[same]bool{}
	var items []item
	for _, n := range c.Notices {
		it := same{noticeName(n.ID, n.Version), n.Language, n.Matches}
		if seen[it] {
			continue
		}
		seen[it] = true
		text, verdict := n.Layer1, w.say("file.notice.differs")
		switch {
		case n.Matches:
			verdict = w.say("file.notice.matches")
		case text == "":
			text, verdict = w.say("file.notice.lost"), ""
		}
		items = append(items, item{Title: w.with("file.notice.title", map[string]any{"Notice": it.name}),
			Rows: []row{{"", text}}, Note: verdict})
	}
	return items
}

func (w words) listing(key string, list []string) section {
	var all item
	for _, s := range list {
		all.Rows = append(all.Rows, row{"", bullet + s})
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
		state, due := w.caseState(k.State), w.time(k.Due)
		if !k.Answered.IsZero() {
			due = ""
		}
		if k.Reference == c.reference {
			state = w.say("file.case.answered")
		}
		items = append(items, item{Title: upper(w.known("rights.type.", k.Type)), Rows: rows(
			w.label("reference"), k.Reference, w.label("state"), state,
			w.label("received"), dotted(w.time(k.Received), w.known("file.route.", k.Route)), w.label("due"), due,
			w.label("extended"), w.time(k.Extended), w.label("answered"), w.time(k.Answered),
			w.label("proof"), w.known("file.evidence.", k.Proof),
			w.label("reason"), or(k.Reason, w.known("file.ground.", k.Ground)),
			c.called(k.Field), flows.Shown(flows.Answer(k.Value), w.lang), w.label("tell"), strings.Join(k.Tell, ", "),
		)})
	}
	return w.section("file.section.cases", items)
}

// called is what people call a field of the person's.
func (c content) called(name string) string {
	for _, f := range c.Profile.Fields {
		if f.Name == name {
			return or(f.Label, name)
		}
	}
	return name
}

func (w words) looks(c content) section {
	var all []row
	for _, l := range c.Looks {
		all = append(all, row{w.time(l.At), dotted(w.known("file.role.", l.Role), w.known("file.look.", l.What))})
	}
	if len(all) == 0 {
		return section{Title: w.say("file.section.looks"), Intro: w.say("file.nobody")}
	}
	return w.section("file.section.looks", []item{{Rows: all}})
}

// observed are the conclusions, and what became of each message of ours.
func (w words) observed(c content) section {
	var concluded, sent item
	for _, f := range c.Inferences {
		state, _ := strings.CutPrefix(f.Name, "message_")
		if said, ok := w.find("file.sent.", state); ok && state != f.Name {
			sent.Rows = append(sent.Rows, row{w.time(f.Since), w.known("file.sent.kind.", f.Value) + ": " + said})
			continue
		}
		concluded.Rows = append(concluded.Rows, row{w.known("file.observed.", f.Name), w.concluded(f)})
	}
	var items []item
	if len(concluded.Rows) > 0 {
		items = append(items, concluded)
	}
	if len(sent.Rows) > 0 {
		sent.Title = w.say("file.observed.messages")
		items = append(items, sent)
	}
	return w.section("file.section.inferences", items)
}

// messages are shown by days.
func (w words) messages(key string, list []message) section {
	var items []item
	for _, m := range list {
		if day := w.date(m.At); len(items) == 0 || items[len(items)-1].Title != day {
			items = append(items, item{Title: day})
		}
		today := &items[len(items)-1]
		today.Rows = append(today.Rows, row{w.clock(m.At) + " · " + w.from(m.From), w.message(m)})
	}
	return w.section(key, items)
}

// message is what was said, without the word for its kind where that says
// nothing to people.
func (w words) message(m message) string {
	switch kind := bot.MessageKind(m.Type); kind {
	case bot.MessageMedia, bot.MessageLocation, bot.MessageContacts, bot.MessageReaction, bot.MessageOther:
		return strings.TrimSpace(w.known("file.message.", m.Type) + " " + m.Text)
	}
	return m.Text
}
