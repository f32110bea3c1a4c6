package flows

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestMigrate rewrites the files of testdata/migrate: each archive holds an old
// file and what it becomes. -update writes the new ones.
func TestMigrate(t *testing.T) {
	for _, path := range []string{"testdata/migrate/format1.txtar", "testdata/migrate/styles.txtar"} {
		t.Run(path, func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil || len(archive.Files) != 2 {
				t.Fatalf("%d files, %v", len(archive.Files), err)
			}
			got, faults := Migrate("old.yaml", archive.Files[0].Data)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if string(got) != string(archive.Files[1].Data) && !*update {
				t.Errorf("got\n%s", got)
			}
			if *update {
				archive.Files[1].Data = got
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			again, faults := Migrate("new.yaml", got)
			if len(faults) > 0 || string(again) != string(got) {
				t.Errorf("a second time changes it: %v", faults)
			}
			sameFlow(t, archive.Files[0].Data, got)
		})
	}
}

// sameFlow holds two files to the same flow, places aside.
func sameFlow(t *testing.T, old, now []byte) {
	t.Helper()
	a, _ := Parse("", old)
	b, _ := Parse("", now)
	if a == nil || b == nil || !reflect.DeepEqual(a.Entry, b.Entry) || len(a.order) != len(b.order) {
		t.Fatal("not the same flow")
	}
	for i, s := range a.order {
		other := b.order[i]
		if s.name != other.name || len(s.edges()) != len(other.edges()) {
			t.Errorf("step %s", s.name)
		}
		for j, r := range s.routes {
			if r.when != nil && r.when.source != other.routes[j].when.source {
				t.Errorf("step %s: %q became %q", s.name, r.when.source, other.routes[j].when.source)
			}
		}
	}
}

func TestMigrateRefuses(t *testing.T) {
	data, faults := Migrate("old.yaml", []byte("format: 1\nid: x\n"))
	if data != nil || len(faults) == 0 || faults[0].Line != 1 {
		t.Errorf("%d bytes, %v", len(data), faults)
	}
	if data, faults := Migrate("old.yaml", []byte("format: [\n")); data != nil || len(faults) != 1 {
		t.Errorf("%d bytes, %v", len(data), faults)
	}
}

// TestMigratedConditions compares what old conditions meant with what the new
// lines say.
func TestMigratedConditions(t *testing.T) {
	const file = `format: 1
id: if
version: 1
title: {en: If}
fields:
  city: {purpose: service}
  amount: {purpose: service, type: number}
  day: {purpose: service, type: date}
start: ask
states:
  ask:
    purpose: service
    say: {en: Go on}
    next:
      - if: CONDITION
        to: bye
      - otherwise: bye
  bye: {end: true}
`
	lisbon, none := Vars{"city": " LISBOA ", "amount": "120", "day": "2026-12-24"}, Vars{}
	for old, want := range map[string]struct{ full, empty bool }{
		"{field: city, is: Lisboa}":                                    {true, false},
		"{field: city, is_not: Lisboa}":                                {false, true},
		"{field: city, one_of: [Porto, lisboa]}":                       {true, false},
		"{field: amount, over: 100}":                                   {true, false},
		"{field: amount, under: 100.5}":                                {false, false},
		"{field: amount, one_of: [1, 120]}":                            {true, false},
		"{field: day, over: 2026-12-01}":                               {true, false},
		"{field: day, is: 2026-12-24}":                                 {true, false},
		"{field: day, known: true}":                                    {true, false},
		"{field: day, known: false}":                                   {false, true},
		`[{field: city, is: "Li\"s"}]`:                                 {false, false},
		"[{field: city, is: Lisboa}, {field: amount, is_not: 5}]":      {true, false},
		"[{field: city, known: false}, {field: amount, known: false}]": {false, true},
	} {
		t.Run(old, func(t *testing.T) {
			f := written(t, strings.Replace(file, "CONDITION", old, 1))
			when := f.states["ask"].routes[0].when
			for _, vars := range []Vars{lisbon, none} {
				turn := &turn{flow: f, pos: Position{Vars: vars}}
				if got := turn.holds(when); got != want.full && len(vars) > 0 || got != want.empty && len(vars) == 0 {
					t.Errorf("%s: %t with %d answers", when.source, got, len(vars))
				}
			}
		})
	}
}
