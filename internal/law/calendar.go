package law

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cy"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/ee"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fi"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/hu"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/is"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/ke"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lu"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mt"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/mx"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/pt"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/rs"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/th"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// Knows reports whether the public holidays of a country are known. Where they
// are not, every day from Monday to Friday is a working day, so that a due
// date is never later than the law allows.
func (l *Law) Knows(country string) bool { return holidays(country) != nil }

// works tells working days of a country. The calendar is never changed after
// it was made, so that many may ask it at once.
func works(country string) func(time.Time) bool {
	c := cal.NewBusinessCalendar()
	for _, h := range holidays(country) {
		// Eves on which many rest are no public holidays (Regulation 1182/71,
		// Art. 2(1)), and a day too many would be an answer too late.
		if h.Type != cal.ObservanceOther {
			c.AddHoliday(h)
		}
	}
	return c.IsWorkday
}

// holidays are the days that a whole country rests, nil where nobody knows.
// Ukraine is missing because nobody rests on them there in times of war.
func holidays(country string) []*cal.Holiday {
	if list := corrected(country); list != nil {
		return list
	}
	return map[string][]*cal.Holiday{
		"AR": ar.Holidays, "AT": at.Holidays, "BE": be.Holidays, "BG": bg.Holidays,
		"CY": cy.Holidays, "CZ": cz.Holidays, "DE": de.Holidays, "EE": ee.Holidays,
		"ES": es.Holidays, "FI": fi.Holidays, "FR": fr.Holidays, "GB": gb.Holidays,
		"GR": gr.Holidays, "HR": hr.Holidays, "HU": hu.Holidays, "IE": ie.Holidays,
		"IS": is.Holidays, "IT": it.Holidays, "JP": jp.Holidays, "KE": ke.Holidays,
		"LT": lt.Holidays, "LU": lu.Holidays, "LV": lv.Holidays, "MT": mt.Holidays,
		"MW": mw.Holidays, "MX": mx.Holidays, "NC": nc.Holidays, "NL": nl.Holidays,
		"NO": no.Holidays, "NZ": nz.Holidays, "PL": pl.Holidays, "PT": pt.Holidays,
		"RO": ro.Holidays, "RS": rs.Holidays, "RU": ru.Holidays, "SE": se.Holidays,
		"SI": si.Holidays, "SK": sk.Holidays, "TH": th.Holidays, "US": us.Holidays,
		"ZA": za.Holidays,
	}[country]
}

// corrected are the countries whose list holds days on which only a part of
// the country rests, or which the law does not name.
func corrected(country string) []*cal.Holiday {
	switch country {
	case "AU": // every state has a list of its own; these are in all
		return []*cal.Holiday{au.NewYear, au.AustraliaDay, au.GoodFriday, au.EasterMonday, au.ChristmasDay, au.BoxingDay}
	case "BR": // Carnival and Corpus Christi are days off by custom; 20 November came with Lei 14.759/2023
		return append(without(br.Holidays, br.Carnaval, br.CorpusChristi, br.ConscienciaNegra),
			br.ConscienciaNegra.Clone(&cal.Holiday{StartYear: 2024}))
	case "CA": // the provinces' own
		return without(ca.Holidays, ca.EasterMonday, ca.CivicDay)
	case "CH": // the cantons agree on four
		return []*cal.Holiday{ch.Neujahr, ch.Auffahrt, ch.Bundesfeiertag, ch.Weihnachtstag}
	case "DK": // Constitution Day closes shops, but is no holiday by law
		return without(dk.Holidays, dk.Grundlovsdag)
	}
	return nil
}

func without(list []*cal.Holiday, not ...*cal.Holiday) []*cal.Holiday {
	return slices.DeleteFunc(slices.Clone(list), func(h *cal.Holiday) bool { return slices.Contains(not, h) })
}
