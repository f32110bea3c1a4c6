package dossier

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"aval/bot"
	"aval/flows"
)

// words says things in a person's language, with the brand's names in them.
type words struct {
	text   func(lang, id string, data map[string]any) string
	speaks func(lang string) bool
	brand  *bot.Brand
	lang   string
}

func (p *Packer) words(b *bot.Brand, lang string) words {
	return words{p.text, p.speaks, b, or(lang, b.Language)}
}

func (w words) say(id string) string { return w.with(id, nil) }

func (w words) with(id string, data map[string]any) string {
	all := map[string]any{
		"Brand": w.brand.Name, "Controller": w.brand.Controller.Name, "Contact": w.brand.Controller.Contact,
		"Link": w.brand.Controller.PrivacyURL,
	}
	for k, v := range data {
		all[k] = v
	}
	return w.text(w.lang, id, all)
}

func (w words) label(id string) string { return w.say("file.label." + id) }

// local is in the brand's own zone, as in the chat.
func (w words) local(t time.Time) time.Time {
	if w.brand.Location == nil {
		return t.UTC()
	}
	return t.In(w.brand.Location)
}

func (w words) time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.date(t) + " " + w.clock(t)
}

func (w words) date(t time.Time) string { return w.local(t).Format(w.say("date.format")) }

func (w words) clock(t time.Time) string { return w.local(t).Format("15:04") }

// dated says a sentence with a day in it, nothing without one.
func (w words) dated(id string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.with(id, map[string]any{"Date": w.date(t)})
}

// zone names the zone of all times, with its distance from UTC where that is
// the same all year.
func (w words) zone(made time.Time) string {
	name := w.local(made).Location().String()
	_, now := w.local(made).Zone()
	_, then := w.local(made.AddDate(0, 6, 0)).Zone()
	if now == then && now != 0 {
		name += " (UTC" + w.local(made).Format("-07:00") + ")"
	}
	return w.with("file.zone", map[string]any{"Zone": name})
}

// period is in the unit that a controller would have written.
func (w words) period(d time.Duration) string {
	const year = 365 * day
	switch {
	case d < day:
		return ""
	case d%year == 0:
		return w.with("file.years", map[string]any{"Count": int(d / year)})
	}
	return w.with("file.days", map[string]any{"Count": int(d / day)})
}

// known translates a word of a closed list and leaves any other as it is.
func (w words) known(prefix, word string) string {
	if said, ok := w.find(prefix, word); ok {
		return said
	}
	return word
}

// find translates a word of a closed list.
func (w words) find(prefix, word string) (string, bool) {
	id := prefix + keyed.Replace(strings.ToLower(word))
	if !slices.Contains(strings.Fields(knownWords), id) {
		return "", false
	}
	return w.say(id), true
}

// keyed makes a name of a few words.
var keyed = strings.NewReplacer(", ", "-", " ", "-")

// knownWords are the words of the domain that have a sentence.
const knownWords = `
file.channel.open file.channel.stopped file.channel.blocked_by_us file.channel.unreachable
file.hold.normal file.hold.restricted file.hold.legal_hold file.hold.erasing
file.basis.consent file.basis.contract file.basis.legal_obligation file.basis.vital_interests
file.basis.public_task file.basis.legitimate_interest
file.state.live file.state.objected file.state.ended
choice.state.none choice.state.asked choice.state.pending choice.state.given choice.state.stale
choice.state.renewed choice.state.deferred choice.state.refused choice.state.withdrawn choice.state.expired
choice.state.invalid choice.state.revoked
rights.type.access rights.type.portability rights.type.rectify rights.type.erase rights.type.restrict
rights.type.object rights.type.lift
case.state.RECEIVED case.state.TRIAGED case.state.VERIFYING case.state.IN_WORK case.state.EXTENDED
case.state.DELIVERED case.state.REFUSED case.state.CLOSED case.state.WITHDRAWN_BY_PERSON
file.data.phone file.data.name file.data.messages file.data.order file.data.interests file.data.address
file.data.email file.data.birth-date file.data.health file.data.location file.data.photos
file.evidence.bound-account-tap file.evidence.code file.evidence.id-document file.evidence.known-in-person
file.evidence.known-address file.evidence.called-back file.evidence.signature file.evidence.signed-in
file.evidence.authority
file.route.chat file.route.letter file.route.phone file.route.email file.route.desk
file.ground.complex file.ground.many file.ground.unfounded file.ground.excessive file.ground.identity
file.ground.legal-duty file.ground.claims file.ground.rights-of-others file.ground.not-applicable
file.role.operator
file.look.states-and-dates file.look.export
file.observed.language file.observed.last_message file.observed.identity file.observed.age
file.observed.age_country file.observed.guardian file.observed.children_answered_for
file.sent.accepted file.sent.sent file.sent.delivered file.sent.read file.sent.played file.sent.failed
file.sent.kind.notice file.sent.kind.receipt file.sent.kind.stopped file.sent.kind.service
file.sent.kind.utility file.sent.kind.marketing file.sent.kind.health file.sent.kind.rights
file.sent.kind.breach file.sent.kind.code file.sent.kind.agent
file.identity.unknown file.identity.bound file.identity.rebind file.identity.suspect file.identity.tombstone
file.age.unasked file.age.adult file.age.minor_ok file.age.guardian_ok file.age.under file.age.needs_guardian
file.age.guardian_pending
file.message.media file.message.location file.message.contacts file.message.reaction file.message.other`

func (w words) state(s string) string {
	if said, ok := w.find("choice.state.", s); ok {
		return said
	}
	return w.known("file.state.", s)
}

func (w words) caseState(s string) string {
	id := "case.state." + s
	if !slices.Contains(strings.Fields(knownWords), id) {
		return s
	}
	return w.say(id)
}

// data are the categories of data.
func (w words) data(list []string) string {
	var all []string
	for _, s := range list {
		all = append(all, w.known("file.data.", strings.ReplaceAll(s, "_", "-")))
	}
	return strings.Join(all, ", ")
}

// language is a language's own name.
func (w words) language(tag string) string {
	if !w.speaks(tag) {
		return tag
	}
	return w.text(tag, languageSelf, nil)
}

// band is the age that a person answered.
func (w words) band(s string) string {
	if from, more := strings.CutSuffix(s, "+"); more {
		return w.with("file.age.from", map[string]any{"Age": from})
	}
	return w.known("file.age.", s)
}

// concluded is the value of something observed.
func (w words) concluded(f field) string {
	switch f.Name {
	case "language":
		return w.language(f.Value)
	case "identity":
		return w.known("file.identity.", f.Value)
	case "age":
		return w.known("file.age.", f.Value)
	case "last_message":
		if at, err := time.Parse(time.RFC3339, f.Value); err == nil {
			return w.time(at)
		}
	}
	return flows.Shown(flows.Answer(f.Value), w.lang)
}

// upper begins with a capital letter, as a heading does.
func upper(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

func (w words) purpose(id string) string {
	p, ok := w.brand.Purpose(id)
	if !ok {
		return id
	}
	return or(purposeOf(p, w.lang, w.brand.Language).Name, id)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (w words) source(s string) string {
	switch s {
	case "person":
		return w.say("file.source.person")
	case "observed":
		return w.say("file.source.observed")
	case "business":
		return w.say("file.source.business")
	}
	return w.with("file.source.system", map[string]any{"Name": s})
}

func (w words) from(s string) string {
	switch s {
	case "person":
		return w.say("file.from.person")
	case "bot":
		return w.say("file.from.bot")
	}
	return s
}

// keep is how long each class of data stays.
func (w words) keep(c content) []row {
	fields := ""
	for _, f := range c.Profile.Fields {
		if !f.Until.IsZero() {
			fields = w.say("file.keep.fields")
		}
	}
	return rows(
		w.label("keep.messages"), w.period(w.brand.Rules.Keep), w.label("keep.fields"), fields,
		w.label("keep.proofs"), w.ruled("file.keep.proofs", bot.ClassProofs),
		w.label("keep.cases"), w.ruled("file.keep.cases", bot.ClassCases),
		w.label("keep.erased"), w.say("file.keep.erased"),
	)
}

// ruled is how long a class stays; without a rule it stays.
func (w words) ruled(id string, class bot.Class) string {
	d, ruled := w.brand.Retention[class]
	if !ruled {
		return w.say("file.keep.open")
	}
	return w.with(id, map[string]any{"Period": or(w.period(d), w.with("file.days", map[string]any{"Count": 0}))})
}

// rightsList are the rights that a person has (GDPR 15(1)(e) and (f)).
func (w words) rightsList() []string {
	var all []string
	for _, r := range []string{"access", "rectify", "erase", "restrict", "object", "portability", "withdraw", "human"} {
		all = append(all, w.say("file.right."+r))
	}
	return all
}

// recipients are all who receive data, each once (GDPR 15(1)(c)).
func (w words) recipients() []string {
	all := []string{w.say("file.meta")}
	seen := map[string]bool{}
	for _, p := range w.brand.Purposes {
		for _, r := range p.Recipients {
			name := strings.ToLower(strings.TrimSpace(r))
			if seen[name] || name == "meta" || name == "whatsapp" || strings.HasPrefix(name, "meta platforms") {
				continue
			}
			seen[name] = true
			all = append(all, r)
		}
	}
	return all
}

// about answers GDPR Art. 15(1).
func (w words) about(c content) about {
	if c.scope != bot.CaseAccess {
		return about{}
	}
	var keep []string
	for _, r := range w.keep(c) {
		keep = append(keep, r.Label+": "+r.Value)
	}
	a := about{
		Purposes: []purpose{}, Categories: []string{}, Recipients: w.recipients(), Retention: strings.Join(keep, "; "),
		Rights: w.rightsList(), Source: w.say("file.sources"), Automated: w.say("file.automated"),
		Transfers: w.say("file.transfers"), Authority: w.brand.Controller.Authority,
	}
	for _, p := range w.brand.Purposes {
		a.Purposes = append(a.Purposes, purposeOf(p, w.lang, w.brand.Language))
		for _, s := range p.Data {
			if !slices.Contains(a.Categories, s) {
				a.Categories = append(a.Categories, s)
			}
		}
	}
	return a
}
