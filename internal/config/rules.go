package config

import (
	"time"

	"aval/bot"
)

// rules reads a brand's figures, each with a default. A nil object is a brand
// that leaves all of them alone.
func (o *object) rules() bot.Rules {
	rules := bot.Rules{
		// A first message without a basis may wait a day for one (MIN-3).
		Hold: o.within("hold", day, time.Minute, day, "a message without consent is kept a day at most"),
		// A confirmation after the service window could not be answered.
		Pending: o.within("pending", day, time.Minute, day, "a confirmation is open a day at most"),
		// A refusal is respected for long, a "later" for a month.
		CoolDown: o.within("cool_down", 90*day, 7*day, 5*year, "a refusal stands a week at least"),
		Defer:    o.within("defer", 30*day, day, year, "a later means a day at least and a year at most"),
		// Six hours keep a repeated question from being pressure (MIN-3).
		Repeat: o.within("repeat", 6*time.Hour, 6*time.Hour, 7*day, "the same question waits six hours at least"),
		// Half a year without an answer to a changed notice is an answer.
		StaleEnds: o.within("stale_ends", 180*day, day, year, "a consent to an old notice ends within a year"),
		// With 0 nothing of a conversation is kept once it is answered (MIN-2).
		Keep: o.within("keep", 90*day, 0, 2*year, "what was said stays two years at most"),
	}
	return rules
}

// proofs reads how long what proves something stays. Three years are how long a
// claim for damages can be made in most of the EU and in Brazil's consumer law.
func (o *object) proofs(profiles []string) bot.Retention {
	usual := proofYears(profiles)
	return bot.Retention{
		bot.ClassProofs: o.within("proofs", usual, 30*day, maxRetention, "a proof stays a month at least after its consent ended"),
		bot.ClassCases:  o.within("cases", usual, 30*day, maxRetention, "a case stays a month at least after its answer"),
	}
}

// proofYears is how long documentation stays where no rule says otherwise.
func proofYears(profiles []string) time.Duration {
	if contains(profiles, hipaa) {
		return sixYears
	}
	return 3 * year
}

// retention reads the rules for what belongs to no contact.
func (l *loader) retention(c *Config, root *object) {
	l.kept = root.object("retention")
	o := l.kept
	c.Retention = bot.Retention{
		// A month is what Meta takes to answer for a format it changed.
		bot.ClassQuarantine: o.within("quarantine", 30*day, day, year, "what nobody could read stays a year at most"),
		bot.ClassShells:     o.within("shells", proofYears(c.Profiles), 30*day, maxRetention, "the trace of a case stays a month at least"),
		// Longer than any backup lives: until then a restore could bring somebody back.
		bot.ClassTombstones: o.within("tombstones", 400*day, 30*day, maxRetention, "a tombstone outlives the oldest backup"),
	}
	o.done()
}

// within is a duration between two bounds, or the fallback when missing.
func (o *object) within(key string, fallback, least, most time.Duration, why string) time.Duration {
	d, ok := o.duration(key)
	if !ok {
		return fallback
	}
	if d < least || d > most {
		o.refuse(key, why, "write "+spell(least)+" to "+spell(most))
		return fallback
	}
	return d
}
