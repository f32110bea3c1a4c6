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
	o.done()
	return rules
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
