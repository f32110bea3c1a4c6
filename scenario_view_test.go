package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aval/bot"
	"aval/internal/simulator"
	"aval/store"
	"aval/store/ledger"
	"aval/store/sqlite"
)

// regions is what an operator sees of a person, as words by name.
type regions map[string]string

// order in which a state line names the regions; purposes come between.
var (
	regionsFirst = []string{"contact", "language", "channel", "hold", "identity", "age"}
	regionsLast  = []string{"turn", "window", "question", "flow", "case", "waiting", "outbox"}
)

// unknownPerson is the state of somebody nobody has heard of.
func unknownPerson() regions {
	return regions{
		"contact": "unknown", "language": "pt", "channel": "OPEN", "hold": "NORMAL", "identity": "UNKNOWN", "age": "UNASKED", "turn": "BOT",
		"window": "CLOSED", "question": "none", "flow": "none", "case": "none", "waiting": "0", "outbox": "0",
	}
}

// seen asks the server for a person under every identifier they have.
func (r *rehearsal) seen(who string) regions {
	p := r.person(who).Profile()
	for _, name := range []string{p.BSUID, p.Phone} {
		if name == "" || r.newcomers[who] && name == p.Phone {
			continue
		}
		if name == p.Phone {
			name = "+" + name
		}
		v, err := r.world.app.bot.Show(context.Background(), name, onlooker)
		if err == nil {
			return regionsOf(v)
		}
		if !errors.Is(err, bot.ErrNotFound) {
			r.world.t.Fatalf("show: %v", err)
		}
	}
	return unknownPerson()
}

func regionsOf(v bot.View) regions {
	s := unknownPerson()
	known := slices.Clone(v.Identifiers)
	for i, id := range known {
		if !strings.HasPrefix(id, "+") {
			known[i] = "user id" // the simulator counts them, over all people
		}
	}
	maps.Copy(s, regions{
		"contact": "known by " + strings.Join(known, " and "), "language": v.Language, "channel": v.Channel,
		"hold": v.Hold, "identity": v.Identity, "age": v.Age, "turn": v.Owner,
		"waiting": fmt.Sprint(v.Waiting), "outbox": fmt.Sprint(v.Outbox),
	})
	for purpose, k := range v.Consents {
		if k.State != "NONE" {
			s[purpose] = k.State
		}
	}
	if v.Window != nil {
		s["window"] = "OPEN"
	}
	if v.Question != nil {
		s["question"] = string(v.Question.Kind) + " " + v.Question.Purpose
	}
	if v.Flow != nil {
		s["flow"] = v.Flow.ID + "/" + v.Flow.State
	}
	var cases []string
	for _, c := range v.Cases {
		cases = append(cases, c.Type+" "+c.State+" due "+c.Due.UTC().Format(time.DateOnly))
	}
	if cases != nil {
		s["case"] = strings.Join(cases, " and ")
	}
	return s
}

// changed lists what is not as it was; nothing if all of it is.
func (s regions) changed(was regions) string {
	var out []string
	for _, name := range s.names(was) {
		now := s[name]
		if now == "" {
			now = "NONE"
		}
		before := was[name]
		if before == "" {
			before = "NONE"
		}
		if now != before {
			out = append(out, name+" "+now)
		}
	}
	return strings.Join(out, ", ")
}

// names are the regions in the order in which they are read.
func (s regions) names(was regions) []string {
	purposes := map[string]bool{}
	for _, m := range []regions{s, was} {
		for name := range m {
			if !slices.Contains(regionsFirst, name) && !slices.Contains(regionsLast, name) {
				purposes[name] = true
			}
		}
	}
	middle := slices.Sorted(maps.Keys(purposes))
	slices.Reverse(middle) // service before marketing
	return slices.Concat(regionsFirst, middle, regionsLast)
}

// onlooker is the actor of the lines that the rehearsal itself causes.
const onlooker = "rehearsal"

// ledgerLines reads the whole ledger of a world whose server has stopped.
func ledgerLines(w *world) []bot.Line {
	w.t.Helper()
	ctx := context.Background()
	engine, err := sqlite.Open(ctx, w.dir, store.Collections(), sqlite.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer engine.Close()
	var out []bot.Line
	after := ""
	for {
		docs, err := engine.Scan(ctx, store.Collection{Name: "ledger"}, store.Range{AfterID: after, Limit: 100})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(docs) == 0 {
			return out
		}
		for _, d := range docs {
			after = d.ID
			out = append(out, batchLines(w, d.Body)...)
		}
	}
}

func batchLines(w *world, body []byte) []bot.Line {
	w.t.Helper()
	batch, err := ledger.Decode(body)
	if err != nil {
		w.t.Fatal(err)
	}
	out := make([]bot.Line, len(batch.Lines))
	for i, raw := range batch.Lines {
		if err := json.Unmarshal(raw, &out[i]); err != nil {
			w.t.Fatalf("ledger line: %v", err)
		}
	}
	return out
}

// recorded writes a ledger line as a scenario shows it: the type and what a
// reader wants to know of it.
func recorded(l bot.Line) string {
	s := string(l.Type)
	add := func(words ...string) {
		for _, w := range words {
			if w != "" {
				s += " " + simulator.Unchanging(w)
			}
		}
	}
	switch l.Type {
	case bot.LineConsent, bot.LineCall, bot.LineWithheld, bot.LineFailed:
		add(l.Purpose, l.Outcome)
	case bot.LineNotice:
		add(l.Purpose, l.Object)
	case bot.LineSpoof:
		add(l.Purpose)
		add("(" + l.Reason + ")")
	case bot.LineReceived, bot.LineMetaStop, bot.LineIdentity, bot.LineStop, bot.LineCase, bot.LineHuman:
		add(l.Outcome, l.Reason)
	default:
		add(l.Outcome)
	}
	return s
}
