package config

import (
	"net/url"
	"strings"
	"time"

	"aval/bot"
	"aval/internal/law"
)

// Legal profiles only tighten: each adds refusals to those that always hold.
const (
	gdpr  = "gdpr"
	lgpd  = "lgpd"
	hipaa = "hipaa"
	tcpa  = "tcpa-floor"
)

func (l *loader) profileNames(c *Config, root *object) {
	known := []string{gdpr, hipaa, lgpd, tcpa}
	seen := map[string]bool{}
	for _, name := range root.words("profiles") {
		if !contains(known, name) {
			mend := didYouMean(name, known)
			if mend == "" {
				mend = "write " + strings.Join(known, ", ")
			}
			root.refuse("profiles", name+" is not a legal profile", mend)
		}
		root.unique(seen, "profiles", "profile "+name, name)
		c.Profiles = append(c.Profiles, name)
	}
}

// profiles applies the profiles to what was read.
func (l *loader) profiles(c *Config) {
	for i, b := range c.Brands {
		from := l.origins[i]
		if contains(c.Profiles, gdpr) {
			from.gdpr(b)
		}
		if contains(c.Profiles, lgpd) {
			from.lgpd(b)
		}
		if contains(c.Profiles, tcpa) {
			from.tcpa(b)
		}
	}
	if contains(c.Profiles, hipaa) {
		l.hipaa(c)
	}
}

// sixYears is how long HIPAA wants documentation (45 CFR 164.316(b)(2)(i)).
const sixYears = 6 * year

func (o *object) atLeast(key string, d, least time.Duration, profile string) {
	if d < least {
		o.refuse(key, "profile "+profile+": at least "+spell(least), "write "+spell(least)+" or more")
	}
}

// laws gives every brand the clock and the ages of its laws. The figures are
// built in; a faulty file of theirs is a fault of the program, not of aval.yaml.
func (l *loader) laws(c *Config) {
	figures, err := law.Load()
	if err != nil {
		l.add(Fault{Where: "law", Rule: err.Error()})
		return
	}
	for _, b := range c.Brands {
		b.Clock, b.Ages = figures.Clock(c.Profiles, b.Country, b.Location), figures.Ages()
	}
}

// gdpr: legitimate interest stands only with a written balancing test (EDPB
// 1/2024), and nobody but the contact's own purposes justifies long keeping.
func (from *origin) gdpr(b *bot.Brand) {
	for _, p := range b.Purposes {
		if p.Basis == bot.BasisLegitimate && !from.assessed[p.ID] {
			from.purposes[p.ID].refuse("basis", "profile gdpr: legitimate interest needs a written balancing test",
				"name it: assessment: LIA-2026-03")
		}
		from.purposes[p.ID].atMost("valid", p.Valid, defaultValid, gdpr)
	}
	from.rules.atMost("keep", b.Rules.Keep, year, gdpr)
}

// lgpd: the notice must be in Portuguese when the brand is in Brazil (LGPD 9
// wants it clear and accessible), and consent is never bundled with service.
func (from *origin) lgpd(b *bot.Brand) {
	if b.Country != "BR" {
		return
	}
	for _, lang := range from.languages {
		if lang == "pt" || lang == "pt-BR" {
			return
		}
	}
	from.brand.refuse("languages", "profile lgpd: a brand in Brazil speaks Portuguese (LGPD 9)", "add pt")
}

// tcpa floor: 18 months is the longest relationship the American rules know
// (47 CFR 64.1200(f)(5)); a refused question comes back after a month.
func (from *origin) tcpa(b *bot.Brand) {
	for _, p := range b.Purposes {
		if p.Kind == bot.Marketing {
			from.purposes[p.ID].atMost("valid", p.Valid, 18*month, tcpa)
		}
	}
	if b.Rules.CoolDown < month {
		from.rules.refuse("cool_down", "profile "+tcpa+": a refusal stands 30d at least", "write 30d or more")
	}
}

// atMost points at the key, or at the mapping where a default is too long.
func (o *object) atMost(key string, d, most time.Duration, profile string) {
	if d > most {
		o.refuse(key, "profile "+profile+": at most "+spell(most), "write "+spell(most)+" or less")
	}
}

// hipaa wants transport security (45 CFR 164.312(e)) and keys apart from the
// data (164.312(a)(2)(iv)) in every mode.
func (l *loader) hipaa(c *Config) {
	for i, b := range c.Brands {
		for _, class := range []bot.Class{bot.ClassProofs, bot.ClassCases} {
			l.origins[i].rules.atLeast(string(class), b.Retention[class], sixYears, hipaa)
		}
	}
	l.kept.atLeast(string(bot.ClassShells), c.Retention[bot.ClassShells], sixYears, hipaa)
	if c.Keys == "" {
		l.add(l.given["keys"].fault("profile hipaa: development keys are not enough",
			"write file:/// and a path on another mount"))
	}
	if !storeIsSecure(string(c.Store)) {
		l.add(l.given["store"].fault("profile hipaa: the way to MongoDB must be encrypted", "add tls=true"))
	}
}

// storeIsSecure reports whether nobody between us and the store can read.
func storeIsSecure(store string) bool {
	u, err := url.Parse(store)
	if err != nil || u.Scheme != "mongodb" {
		return true // embedded, mongodb+srv (TLS by default), or refused already
	}
	q := u.Query()
	return q.Get("tls") == "true" || q.Get("ssl") == "true" || isLoopback(u.Hostname())
}
