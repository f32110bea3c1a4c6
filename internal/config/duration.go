package config

import (
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// month is thirty days and year 365: retention is counted in whole days, so
// that a period is the same length whenever it begins.
const (
	month = 30 * day
	year  = 365 * day
)

// maxAmount keeps the product with a year inside a time.Duration.
const maxAmount = 100_000

// units from the longest name to the shortest, so that "mo" is not "m".
func units() []struct {
	name string
	is   time.Duration
} {
	return []struct {
		name string
		is   time.Duration
	}{{"ms", time.Millisecond}, {"mo", month}, {"y", year}, {"w", 7 * day}, {"d", day},
		{"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
}

// parseDuration reads one whole number and one unit: 500ms, 3s, 10m, 24h, 30d,
// 2w, 24mo, 6y, or 0 alone. Compounds and fractions are not accepted: a figure of law
// should be readable at a glance.
func parseDuration(s string) (time.Duration, bool) {
	if s == "0" {
		return 0, true
	}
	for _, u := range units() {
		digits, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || n > maxAmount || (u.is == year && n > 200) || (u.is == month && n > 2400) {
			return 0, false
		}
		return time.Duration(n) * u.is, true
	}
	return 0, false
}

// spell writes a duration the way it is written in aval.yaml.
func spell(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	for _, u := range []struct {
		name string
		is   time.Duration
	}{{"y", year}, {"mo", month}, {"d", day}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if d >= u.is && d%u.is == 0 && (u.is != day || d > day) {
			return strconv.FormatInt(int64(d/u.is), 10) + u.name
		}
	}
	return d.String()
}
