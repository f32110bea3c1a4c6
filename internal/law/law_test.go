package law_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/law"
)

// row is one line of the tables in testdata, which a privacy officer reads.
type row struct {
	line, kind, due, why string
	received             time.Time
	paused               time.Duration
	clock                bot.Clock
}

func rows(t *testing.T, l *law.Law, name string) []row {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var list []row
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "received") {
			continue
		}
		list = append(list, parse(t, l, strings.TrimSpace(line)))
	}
	return list
}

func parse(t *testing.T, l *law.Law, line string) row {
	t.Helper()
	cells := strings.Split(line, "|")
	if len(cells) != 8 {
		t.Fatalf("%q has %d columns, want 8", line, len(cells))
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	r := row{line: line, kind: cells[4], due: cells[6], why: cells[7]}
	zone, err := time.LoadLocation(cells[1])
	if err != nil {
		t.Fatal(err)
	}
	if r.received, err = time.Parse("2006-01-02 15:04", cells[0]); err != nil {
		t.Fatal(err)
	}
	if cells[5] != "" {
		if r.paused, err = time.ParseDuration(cells[5]); err != nil {
			t.Fatal(err)
		}
	}
	r.clock = l.Clock(strings.Fields(cells[3]), cells[2], zone)
	return r
}

func figures(t *testing.T) *law.Law {
	t.Helper()
	l, err := law.Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const day = "Mon 2006-01-02"

// TestDueDates is the acceptance table of DSR-2.
func TestDueDates(t *testing.T) {
	list := rows(t, figures(t), "due.txt")
	if len(list) < 40 {
		t.Fatalf("%d dates, want 40 or more", len(list))
	}
	for _, r := range list {
		due := r.clock.Due(r.kind, r.received, r.paused)
		if due.Format(day) != r.due {
			t.Errorf("due %s\n%s", due.Format(day), r.line)
		}
		if due.Minute() != 59 || due.Second() != 59 || due.Location() != r.clock.Where {
			t.Errorf("due at %s, want the end of the day\n%s", due, r.line)
		}
		if by := r.clock.ExtendBy(r.kind, r.received, r.paused); !by.Equal(due) {
			t.Errorf("an extension may be told until %s, want the due date\n%s", by, r.line)
		}
	}
}

func TestExtendedDueDates(t *testing.T) {
	for _, r := range rows(t, figures(t), "extended.txt") {
		due, can := r.clock.Extended(r.kind, r.received, r.paused)
		got := "none"
		if can {
			got = due.Format(day)
		}
		if got != r.due {
			t.Errorf("extended to %s\n%s", got, r.line)
		}
	}
}

func TestStrictestTermIsNamed(t *testing.T) {
	l := figures(t)
	for profiles, want := range map[string]string{
		"gdpr": "GDPR 12(3)", "gdpr lgpd": "LGPD 19 II", "lgpd gdpr": "LGPD 19 II",
		"gdpr hipaa": "45 CFR 164.524(b)(2)", "tcpa-floor": "as GDPR 12(3)", "": "as GDPR 12(3)",
	} {
		if got := l.Clock(strings.Fields(profiles), "DE", time.UTC).Source("access"); got != want {
			t.Errorf("%q rests on %s, want %s", profiles, got, want)
		}
	}
}

// TestClockOfNothing is a brand whose laws and place nobody set.
func TestClockOfNothing(t *testing.T) {
	received := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	want := time.Date(2026, time.February, 16, 23, 59, 59, 0, time.UTC)
	if got := (bot.Clock{}).Due("access", received, 0); !got.Equal(want) {
		t.Errorf("due %s, want %s", got, want)
	}
	never := bot.Clock{Works: func(time.Time) bool { return false }}
	if got := never.Due("access", received, 0); got.Before(want) {
		t.Errorf("due %s in a calendar without working days", got)
	}
}

func TestHolidaysAreKnown(t *testing.T) {
	l := figures(t)
	for _, c := range strings.Fields("BR DE PT ES FR IT NL BE AT CH PL SE DK NO FI IE GB US") {
		if !l.Knows(c) {
			t.Errorf("the calendar of %s is unknown", c)
		}
		christmas := time.Date(2026, time.December, 25, 12, 0, 0, 0, time.UTC)
		if l.Clock(nil, c, time.UTC).Works(christmas) {
			t.Errorf("%s works at Christmas", c)
		}
	}
	for _, c := range []string{"", "AE", "UA", "br"} {
		if l.Knows(c) {
			t.Errorf("the calendar of %q is known", c)
		}
	}
}

func TestAgesOfPeople(t *testing.T) {
	ages := figures(t).Ages()
	for _, c := range []struct {
		bsuid, phone, country string
		years                 int
		why                   string
	}{
		{"BR.150", "", "BR", 12, "Meta names the country"},
		{"BR.150", "+4915112345678", "BR", 12, "Meta's word comes before the number's"},
		{"AR.150", "+5491112345678", "AR", 16, "a country nobody knows the rule of"},
		{"150", "+4915112345678", "DE", 16, "an id without a country"},
		{"br.150", "+351912345678", "PT", 13, "no country that Meta writes"},
		{"", "+5511987654321", "BR", 12, "by the calling code"},
		{"", "+447700900123", "GB", 13, ""},
		{"", "+3584012345678", "FI", 13, "358, not 35"},
		{"", "+4212345678", "SK", 16, "421 and not 420"},
		{"", "+4202345678", "CZ", 15, ""},
		{"", "+12125550123", "CA", 14, "shared by the United States and Canada: the stricter"},
		{"", "+17875550123", "US", 13, "Puerto Rico"},
		{"", "+18095550123", "DO", 16, "the longest code wins, and nobody knows its rule"},
		{"", "+77012345678", "", 16, "shared by two whose rule nobody knows"},
		{"US.7000", "+12125550123", "US", 13, ""},
		{"", "+971501234567", "", 16, "no country: the strictest"},
		{"", "", "", 16, "nobody"},
	} {
		country, years := ages.Threshold(bot.Identifiers{BSUID: bot.BSUID(c.bsuid), Phone: bot.Phone(c.phone)})
		if country != c.country || years != c.years {
			t.Errorf("%s %s: %q from %d, want %q from %d: %s", c.bsuid, c.phone, country, years, c.country, c.years, c.why)
		}
	}
}
