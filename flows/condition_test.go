package flows

import (
	"strings"
	"testing"
)

// conditioned is a flow of one question with one condition.
func conditioned(t *testing.T, line string) (*Flow, *condition) {
	t.Helper()
	f, faults := Parse("if.yaml", []byte(`format: 2
id: if
version: 1
title: {en: If}
fields:
  city: {purpose: service}
  amount: {purpose: service, type: number}
  day: {purpose: service, type: date}
  size: {purpose: service, type: choice}
start: ask
states:
  ask:
    purpose: service
    say: {en: Go on}
    next:
      - if: `+line+`
        to: bye
      - otherwise: bye
  bye: {end: true}
`))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return f, f.states["ask"].routes[0].when
}

func TestConditions(t *testing.T) {
	full := Vars{"city": "Lisboa", "amount": "120.5", "day": "2026-12-24", "size": "s"}
	cases := []struct {
		line string
		vars Vars
		want bool
	}{
		{`amount > 100 and city == "Lisboa"`, full, true},
		{`amount > 100 and city == "lisboa"`, full, false},
		{`amount > 100 and lower(city) == "lisboa"`, full, true},
		{`amount == 120.5`, full, true},
		{`amount == 120`, Vars{"amount": "120"}, true},
		{`amount in [120, 121]`, Vars{"amount": "120"}, true},
		{`amount in [120, 121]`, Vars{"amount": "122"}, false},
		{`amount not in [120, 121]`, Vars{"amount": "122"}, true},
		{`amount * 2 - 1 >= 240`, full, true},
		{`amount / 0 > 5`, full, true},
		{`-amount < 0`, full, true},
		{`100 < amount < 200`, full, true},
		{`city in ["Porto", "Lisboa"]`, full, true},
		{`city contains "isb" and city startsWith "L" and city endsWith "a"`, full, true},
		{`city matches "^L.*a$"`, full, true},
		{`len(city) == 6`, full, true},
		{`len(city) == 6`, Vars{"city": "Évoraã"}, true},
		{`day > "2026-12-01" and day < "2026-12-31"`, full, true},
		{`day > today`, full, true},
		{`today == "2026-11-24"`, nil, true},
		{`language == "pt"`, nil, true},
		{`size == "s" or amount > 1000`, full, true},
		{`not (size == "s")`, full, false},
		// Without an answer no comparison holds, and nothing breaks.
		{`city == "Lisboa"`, nil, false},
		{`city != "Lisboa"`, nil, false},
		{`city != "Lisboa"`, full, false},
		{`city != "Porto"`, full, true},
		{`not (city == "Lisboa")`, nil, true},
		{`city not in ["Lisboa"]`, nil, false},
		{`not (city in ["Lisboa"])`, nil, true},
		{`amount < 100`, nil, false},
		{`amount + 1 < 100`, nil, false},
		{`amount >= 0`, Vars{"amount": "none"}, false},
		{`len(city) == 0`, nil, false},
		{`lower(city) matches "^$"`, nil, false},
		{`amount > 100 or city == "Lisboa"`, Vars{"city": "Lisboa"}, true},
		{`known(city)`, nil, false},
		{`known(city) and not known(amount)`, Vars{"city": "x"}, true},
		{`not known(city) or city == "Porto"`, nil, true},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			f, when := conditioned(t, c.line)
			turn := &turn{flow: f, in: Input{Today: "2026-11-24", Lang: "pt-BR"}, pos: Position{Vars: c.vars}}
			if got := turn.holds(when); got != c.want {
				t.Errorf("%t with %d answers", got, len(c.vars))
			}
		})
	}
}

func TestConditionReads(t *testing.T) {
	_, when := conditioned(t, `amount > 100 and known(city) and lower(size) == "s"`)
	var reads []string
	for _, r := range when.reads {
		reads = append(reads, r.name)
	}
	if got := strings.Join(reads, " "); got != "amount city size" {
		t.Errorf("reads %q, which the law for purposes relies on", got)
	}
	if when.reads[1].at != (spot{16, 36}) {
		t.Errorf("city stands at %v", when.reads[1].at)
	}
}

// FuzzCondition holds any line to three promises: it is refused or it runs, it
// says yes or no on any answer, and it takes no more memory than it may.
func FuzzCondition(f *testing.F) {
	for _, line := range []string{
		`amount > 100 and city == "Lisboa"`, `not known(day)`, `city matches "a{999}"`, `all([1], {# > 0})`,
		`amount in 1..9999999`, `repeat(city, 100000) == ""`, `let x = 1; x == amount`, `((((amount))))==1`,
		`city == "\u0000\x"`, `amount ** amount ** amount > 1`, `{"a": 1}.a == amount`, `city[0:5] == "a"`, `city?.x == 1`, `$env == 1`,
	} {
		f.Add(line, "Lisboa")
	}
	flow := &Flow{Fields: map[string]Field{
		"city": {Type: typeText}, "amount": {Type: typeNumber}, "day": {Type: typeDate}, "size": {Type: typeChoice},
	}}
	f.Fuzz(func(t *testing.T, line, answer string) {
		p := &parser{flow: flow}
		c := &condition{source: line, inside: func(int) spot { return spot{1, 1} }}
		p.compileCondition(&state{}, c)
		if (c.program == nil) != (len(p.faults) > 0) {
			t.Fatalf("program %t and %d faults", c.program != nil, len(p.faults))
		}
		if c.program == nil {
			return
		}
		flow.asked = names(flow.Fields)
		for _, vars := range []Vars{nil, {"city": Answer(answer), "amount": "1", "day": Answer(answer), "size": "s"}} {
			turn := &turn{flow: flow, pos: Position{Vars: vars}}
			turn.holds(c)
		}
	})
}
