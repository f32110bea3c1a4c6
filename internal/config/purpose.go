package config

import (
	"strings"
	"time"

	"aval/bot"
)

// Bounds of a purpose's figures. Twenty-four months is when a consent is worn
// out unless a controller decides for less; ten years is the longest common
// duty to keep (trade and tax law), so anything above is a slip.
const (
	defaultValid = 24 * month
	maxValid     = 24 * month
	minRetention = day
	maxRetention = 10 * year
)

func kinds() []string {
	return []string{string(bot.Service), string(bot.Utility), string(bot.Marketing), string(bot.Health),
		string(bot.Profiling), string(bot.Transfer)}
}

func bases() []string {
	return []string{string(bot.BasisConsent), string(bot.BasisContract), string(bot.BasisLegitimate),
		string(bot.BasisDuty), string(bot.BasisVital), string(bot.BasisPublic)}
}

// purposes reads why a brand uses data. Exactly one purpose answers people.
func (l *loader) purposes(b *bot.Brand, from *origin) {
	from.purposes, from.assessed = map[string]*object{}, map[string]bool{}
	seen := map[string]bool{}
	serving := 0
	for _, o := range from.brand.objects("purposes") {
		p := o.purpose(from)
		from.brand.unique(seen, "purposes", "purpose "+p.ID, p.ID)
		from.purposes[p.ID] = o
		from.assessed[p.ID] = o.text("assessment") != ""
		if p.Kind == bot.Service {
			serving++
		}
		o.done()
		b.Purposes = append(b.Purposes, p)
	}
	if serving != 1 {
		from.brand.refuse("purposes", "exactly one purpose has the kind service: people are answered under it", "")
	}
	from.separate(b.Purposes)
}

func (o *object) purpose(from *origin) bot.Purpose {
	p := bot.Purpose{
		ID:          o.id("id"),
		Kind:        bot.PurposeKind(o.mustChoose("kind", kinds())),
		Basis:       bot.Basis(o.mustChoose("basis", bases())),
		DoubleOptIn: o.yes("double_opt_in"),
		AskAge:      o.yes("ask_age"),
		Data:        o.words("data"),
		Recipients:  o.words("recipients"),
		Retention:   o.retention(),
		Valid:       o.within("valid", defaultValid, day, maxValid, "a consent is asked again after two years at most"),
		Name:        o.covered("name", from.languages),
	}
	if len(p.Data) == 0 {
		o.refuse("data", "missing: a purpose names the data it uses", "write for example [phone, messages]")
	}
	if len(p.Recipients) == 0 {
		o.refuse("recipients", "missing: GDPR 13(1)(e) wants to know who receives the data", "name at least Meta")
	}
	if p.NeedsConsent() {
		p.Question = o.covered("question", from.languages)
	}
	if !p.NeedsConsent() && o.present("question") {
		o.refuse("question", "nothing is asked where the basis is not consent", "drop it, or write basis: consent")
	}
	o.lawful(p)
	return p
}

func (o *object) mustChoose(key string, allowed []string) string {
	if !o.present(key) {
		o.refuse(key, "missing: an act without it does not happen", "write "+strings.Join(allowed, ", "))
		return ""
	}
	return o.choice(key, allowed, "")
}

func (o *object) retention() time.Duration {
	if !o.present("retention") {
		o.refuse("retention", "missing: GDPR 13(2)(a) wants to know how long data stays", "write for example 12mo")
		return 0
	}
	return o.within("retention", 0, minRetention, maxRetention, "data stays a day at least and ten years at most")
}

// lawful holds the rules between kind and basis that no profile may loosen.
func (o *object) lawful(p bot.Purpose) {
	switch p.Kind {
	case bot.Marketing, bot.Profiling, bot.Transfer:
		o.consented(p)
	case bot.Health:
		o.refuse("kind", "health data is off; it would need a risk analysis, a business associate agreement or a "+
			"written decision, a health notice, step-up login and a content policy, and this version can check none "+
			"of the five", "drop this purpose")
	}
}

// consented: the ePrivacy directive and Meta both want an opt-in to
// advertising that can be proved; one tap on a button cannot prove it.
func (o *object) consented(p bot.Purpose) {
	if p.Basis != "" && p.Basis != bot.BasisConsent {
		o.refuse("basis", string(p.Kind)+" rests on consent alone (ePrivacy 13, GDPR 7)", "write consent")
	}
	if !p.DoubleOptIn && p.Kind != bot.Transfer {
		o.refuse("double_opt_in", string(p.Kind)+" needs a second act before consent counts", "write true")
	}
}

// separate refuses one question for two purposes: GDPR 7(2) and recital 43
// want each asked on its own.
func (from *origin) separate(purposes []bot.Purpose) {
	asked := map[string]string{}
	for _, p := range purposes {
		for _, lang := range from.languages {
			text := p.Question[lang]
			if other := asked[lang+text]; text != "" && other != "" {
				from.purposes[p.ID].object("question").refuse(lang,
					"the same question as for "+other+", and consent is asked for one purpose at a time",
					"name this purpose alone")
			}
			asked[lang+text] = p.ID
		}
	}
}
