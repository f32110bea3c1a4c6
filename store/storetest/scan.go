package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"aval/store"
)

func scanByID(t *testing.T, s *suite) {
	for _, id := range []string{"d", "b", "a", "c", "ab"} {
		s.must(t, insert(Plain, id, "body of "+id))
	}
	cases := []struct {
		name string
		r    store.Range
		want []string
	}{
		{"all", store.Range{}, []string{"a", "ab", "b", "c", "d"}},
		{"from is included, to is not", store.Range{From: "ab", To: "d"}, []string{"ab", "b", "c"}},
		{"after", store.Range{AfterID: "a"}, []string{"ab", "b", "c", "d"}},
		{"after an absent id", store.Range{AfterID: "aa"}, []string{"ab", "b", "c", "d"}},
		{"after before from", store.Range{From: "c", AfterID: "a"}, []string{"c", "d"}},
		{"limit", store.Range{From: "ab", Limit: 2}, []string{"ab", "b"}},
		{"empty range", store.Range{From: "c", To: "c"}, nil},
		{"behind the end", store.Range{AfterID: "d"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := s.scan(t, Plain, c.r); !slices.Equal(got, c.want) {
				t.Errorf("got %v, not %v", got, c.want)
			}
		})
	}
}

func scanByIndex(t *testing.T, s *suite) {
	s.must(t,
		insert(Indexed, "e", "", "20", "sales"), insert(Indexed, "d", "", "10", "sales"),
		insert(Indexed, "c", "", "20", ""), insert(Indexed, "b", "", "", "support"),
		insert(Indexed, "a", "", "30", "support"), insert(Indexed, "f", "", "20", "support"))
	cases := []struct {
		name string
		r    store.Range
		want []string
	}{
		{"value, then id; no value, no entry", store.Range{Index: "due"}, []string{"d", "c", "e", "f", "a"}},
		{"from is included, to is not", store.Range{Index: "due", From: "20", To: "30"}, []string{"c", "e", "f"}},
		{"to alone", store.Range{Index: "due", To: "20"}, []string{"d"}},
		{"after within equal values", store.Range{Index: "due", AfterValue: "20", AfterID: "c"}, []string{"e", "f", "a"}},
		{"after and to", store.Range{Index: "due", AfterValue: "20", AfterID: "c", To: "30"}, []string{"e", "f"}},
		{"after before from", store.Range{Index: "due", From: "30", AfterValue: "20", AfterID: "c"}, []string{"a"}},
		{"after an absent document", store.Range{Index: "due", AfterValue: "20", AfterID: "d"}, []string{"e", "f", "a"}},
		{"limit", store.Range{Index: "due", Limit: 2}, []string{"d", "c"}},
		{"second index", store.Range{Index: "queue", From: "sales", To: "sales\x00"}, []string{"d", "e"}},
		{"nothing there", store.Range{Index: "queue", From: "z"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := s.scan(t, Indexed, c.r); !slices.Equal(got, c.want) {
				t.Errorf("got %v, not %v", got, c.want)
			}
		})
	}
}

// scanPages reads random documents in pages of every size and compares with a
// sort in memory.
func scanPages(t *testing.T, s *suite) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []store.Doc
	var ops []store.Write
	for i := range 200 {
		op := insert(Indexed, fmt.Sprintf("%08x", rnd.Uint32()), fmt.Sprint("body", i), fmt.Sprint(rnd.IntN(9)))
		all, ops = append(all, op.Doc), append(ops, op)
	}
	s.must(t, ops...)
	slices.SortFunc(all, func(a, b store.Doc) int {
		return cmp.Or(cmp.Compare(a.Index[0], b.Index[0]), cmp.Compare(a.ID, b.ID))
	})
	for _, size := range []int{1, 7, 64, 199, 200, 201} {
		var got []store.Doc
		r := store.Range{Index: "due", Limit: size}
		for {
			page, err := s.e.Scan(t.Context(), Indexed, r)
			if err != nil || len(page) > size {
				t.Fatalf("page of %d, limit %d: %v", len(page), size, err)
			}
			got = append(got, page...)
			if len(page) < size {
				break
			}
			last := page[len(page)-1]
			r.AfterValue, r.AfterID = last.Index[0], last.ID
		}
		same := slices.EqualFunc(got, all, func(a, b store.Doc) bool {
			return a.ID == b.ID && string(a.Body) == string(b.Body) && a.Version == 1
		})
		if !same {
			t.Fatalf("pages of %d: %d documents differ from the %d stored", size, len(got), len(all))
		}
	}
}

// scanBare reads everything but the bodies.
func scanBare(t *testing.T, s *suite) {
	s.must(t, insert(Indexed, "a", "body", "1"), insert(Indexed, "b", "body", "2"))
	for _, r := range []store.Range{{Bare: true}, {Index: "due", To: "9", Bare: true}} {
		docs, err := s.e.Scan(t.Context(), Indexed, r)
		if err != nil || len(docs) != 2 {
			t.Fatalf("%d documents, %v", len(docs), err)
		}
		for _, d := range docs {
			if d.Body != nil || d.Version != 1 || d.ID == "" || d.Index[0] == "" {
				t.Errorf("document %+v, want everything but the body", d)
			}
		}
	}
}

func scanFollows(t *testing.T, s *suite) {
	s.must(t, insert(Indexed, "a", "", "1"), insert(Indexed, "b", "", "2"), insert(Indexed, "c", "", "3"))
	s.must(t, replace(Indexed, "a", 1, "", "9"), replace(Indexed, "b", 1, "", ""), remove(Indexed, "c", 1))
	if got := s.scan(t, Indexed, store.Range{Index: "due"}); !slices.Equal(got, []string{"a"}) {
		t.Fatalf("got %v", got)
	}
	s.must(t, replace(Indexed, "b", 2, "", "5"))
	if got := s.scan(t, Indexed, store.Range{Index: "due"}); !slices.Equal(got, []string{"b", "a"}) {
		t.Fatalf("got %v", got)
	}
}

// scanByteOrder: upper before lower case, ASCII before the rest, shorter first.
func scanByteOrder(t *testing.T, s *suite) {
	ids := []string{"a", "B", "é", "aa", "a\x01", "\xff", "1", "10", "9", "Z", "z", "€"}
	for _, id := range ids {
		s.must(t, insert(Indexed, id, "", id))
	}
	slices.Sort(ids)
	if got := s.scan(t, Indexed, store.Range{}); !slices.Equal(got, ids) {
		t.Errorf("by id %q", got)
	}
	if got := s.scan(t, Indexed, store.Range{Index: "due"}); !slices.Equal(got, ids) {
		t.Errorf("by index %q", got)
	}
}

func scanLimits(t *testing.T, s *suite) {
	ops := make([]store.Write, 1100)
	for i := range ops {
		ops[i] = insert(Indexed, fmt.Sprintf("%04d", i), "", "1")
	}
	s.must(t, ops...)
	for limit, want := range map[int]int{1: 1, 999: 999, 1000: 1000, 5000: 1000, 0: 1000} {
		for _, index := range []string{"", "due"} {
			if got := len(s.scan(t, Indexed, store.Range{Index: index, Limit: limit})); got != want {
				t.Errorf("index %q, limit %d: %d documents, not %d", index, limit, got, want)
			}
		}
	}
}
