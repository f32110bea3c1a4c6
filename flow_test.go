package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/internal/simulator"
	"aval/templates"
)

// flowFile writes a flow that ships, changed, for a verb to read. Replacements
// come in pairs.
func flowFile(t *testing.T, id string, replace ...string) string {
	t.Helper()
	data, err := fs.ReadFile(templates.Flows(), id+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(replace...).Replace(string(data))
	if text == string(data) && len(replace) > 0 {
		t.Fatalf("%s has nothing of %q", id, replace)
	}
	name := filepath.Join(t.TempDir(), id+".yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// anyDay: a verb that finds no server running has this machine's clock.
var anyDay = regexp.MustCompile(`since \d{4}-\d\d-\d\d`)

// says runs a verb and compares its exit code and what it prints, all of it if
// the words end with a line.
func says(t *testing.T, w *world, code int, words string, args ...string) {
	t.Helper()
	got, out, errs := w.verb(args...)
	all := anyDay.ReplaceAllString(out+errs, "since then")
	if got != code || !strings.Contains(all, words) || strings.HasSuffix(words, "\n") && all != words {
		t.Errorf("aval %s: exit code %d, want %d with %q in:\n%s", strings.Join(args, " "), got, code, words, all)
	}
}

// TestFlowCheck: a marketer is told every fault with its place, and a given
// file stands in the place of the flow of its id.
func TestFlowCheck(t *testing.T) {
	w := &world{t: t, dir: t.TempDir()}
	says(t, w, exitOK, "ok: flows 5\n", "flow", "check")
	says(t, w, exitOK, "ok: flows 6\n", "flow", "check", "testdata/flows/visit.yaml")
	says(t, w, exitOK, "ok: flows 6\n", "flow", "check", "testdata/flows/visit.yaml", flowFile(t, "offers", "version: 2", "version: 3"))
	says(t, w, exitConfig, "visit-2.yaml: the flow \"visit\" stands in ", "flow", "check",
		"testdata/flows/visit-2.yaml", another(t, "testdata/flows/visit-2.yaml"))
	says(t, w, exitFailure, "there is no file nothing.yaml", "flow", "check", "nothing.yaml")
	says(t, w, exitUsage, "usage:", "flow")
	says(t, w, exitUsage, "usage:", "flow", "dance")

	// Faults of one file, of all kinds at once, and of no other.
	bad := flowFile(t, "opening-hours", "Horários e endereços\n", "Horários e endereços das lojas\n",
		"https://casalima", "http://casalima")
	_, _, errs := w.verb("flow", "check", bad)
	lines := strings.Split(strings.TrimSpace(errs), "\n")
	for i, want := range []string{":8:7: ", ":104:12: "} {
		if len(lines) != 2 || !strings.HasPrefix(lines[i], bad+want) {
			t.Errorf("line %d is not %s%s…:\n%s", i+1, bad, want, errs)
		}
	}
	stop := flowFile(t, "opening-hours", "[horário,", "[sair,")
	says(t, w, exitConfig, stop+":19:10: ", "flow", "check", stop)
	// A keyword that another flow has already is a fault of both together.
	says(t, w, exitConfig, "visita", "flow", "check", "testdata/flows/visit.yaml", flowFile(t, "moving", "[mudança,", "[visita, mudança,"))
	says(t, w, exitConfig, "promo.yaml:12:3: ", "flow", "check", "testdata/flows/promo.yaml")
}

func another(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestFlowMigrate prints a file in the newest format, or writes it in its
// place, with the comments that its author made.
func TestFlowMigrate(t *testing.T) {
	const old = "# For the winter.\nformat: 1\nid: winter # a season\nversion: 1\npurpose: service\n" +
		"title: {pt: Inverno}\nkeywords: {pt: [inverno]}\nhuman: house\nstart: cold\nstates: {cold: {say: {pt: Frio.}, end: true}}\n"
	name := filepath.Join(t.TempDir(), "winter.yaml")
	if err := os.WriteFile(name, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: t.TempDir()}
	code, out, errs := w.verb("flow", "migrate", name)
	for _, want := range []string{"# For the winter.\n", "format: 2\n", "# a season", "entry:", "inverno"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit code %d, %q is not in:\n%s%s", code, want, out, errs)
		}
	}
	if data, _ := os.ReadFile(name); string(data) != old {
		t.Errorf("printing changed the file:\n%s", data)
	}
	says(t, w, exitOK, "", "flow", "migrate", "--write", name)
	if data, _ := os.ReadFile(name); string(data) != out {
		t.Errorf("written:\n%s\nprinted:\n%s", data, out)
	}
	says(t, w, exitOK, out, "flow", "migrate", name)
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.WriteFile(name, []byte("format: 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	says(t, w, exitConfig, name+":1:9: ", "flow", "migrate", "--write", name)
	says(t, w, exitUsage, "usage:", "flow", "migrate")
}

// TestFlowPublishing is a day of a marketer: the verbs do the same whether a
// server runs or not, and what they did is what people are offered.
func TestFlowPublishing(t *testing.T) {
	for _, running := range []bool{true, false} {
		t.Run(map[bool]string{true: "Running", false: "Alone"}[running], func(t *testing.T) { publishing(t, running) })
	}
}

// TestFlowPublishingRefused: nothing is asked of a server, or opened, for a
// command or a file that is wrong.
func TestFlowPublishingRefused(t *testing.T) {
	w := &world{t: t, dir: t.TempDir()}
	says(t, w, exitFailure, "there is no store in", "flow", "list")
	says(t, w, exitUsage, "usage:", "flow", "publish")
	says(t, w, exitConfig, "promo.yaml:12:3: ", "flow", "publish", "testdata/flows/promo.yaml")
	says(t, w, exitFailure, "a draft needs --contact", "flow", "try", "testdata/flows/visit.yaml")
}

func publishing(t *testing.T, running bool) {
	w := newWorld(t, nil)
	ana, ben := w.sim.Person("ana"), w.sim.Person("ben")
	w.optIn(ana, "oi")
	w.optIn(ben, "oi")
	with := func(do func()) {
		t.Helper()
		if running {
			w.serveControl(w.app)
		} else {
			w.stop()
		}
		do()
		if running {
			w.stop()
		}
		w.startServer()
	}
	hears := func(p *simulator.Person, words string) {
		t.Helper()
		w.sim.Advance(pause)
		w.say(p, "horários")
		if got := w.last(p).Body; got != words {
			t.Errorf("%s hears %q, want %q", p.Profile().Key, got, words)
		}
	}
	const asked, third, fourth = "Qual loja?", "Qual das lojas?", "Que loja?"
	v3 := flowFile(t, "opening-hours", "version: 2", "version: 3", "pt: "+asked, "pt: "+third)
	v4 := flowFile(t, "opening-hours", "version: 2", "version: 4", "pt: "+asked, "pt: "+fourth)
	phone := "+" + ana.Profile().Phone
	with(func() {
		says(t, w, exitOK, "opening-hours        version 2 since then\norder-status ", "flow", "list")
		says(t, w, exitFailure, "no such contact: only who has written to us can try a draft", "flow", "try", v3, "--contact", "+15550000000")
		if running { // the answers are the same, only their way here is longer
			says(t, w, exitFailure, "nobody tries a draft of flow opening-hours", "flow", "try", "opening-hours", "--end")
			says(t, w, exitFailure, "there is no flow nothing", "flow", "rollback", "nothing")
			says(t, w, exitOK, `"id": "opening-hours"`, "flow", "list", "--json")
		}
		says(t, w, exitFailure, "flow opening-hours has no version before 2", "flow", "rollback", "opening-hours")
		says(t, w, exitOK, "opening-hours        version 2 since then, draft 3 for 1 contacts\n", "flow", "try", v3, "--contact", phone)
	})
	hears(ana, third)
	hears(ben, asked)
	with(func() {
		says(t, w, exitOK, "opening-hours        version 3 since then, before it 2\n", "flow", "publish", v3)
		says(t, w, exitOK, "opening-hours        version 3 since then, before it 2, draft 4 for 1 contacts\n", "flow", "try", v4, "--contact", phone)
	})
	hears(ana, fourth)
	hears(ben, third)
	with(func() {
		says(t, w, exitOK, "opening-hours        version 3 since then, before it 2\n", "flow", "try", "--end", "opening-hours")
		says(t, w, exitOK, "opening-hours        version 2 since then\n", "flow", "rollback", "opening-hours")
	})
	hears(ana, asked)
	hears(ben, asked)
}

// TestFlowKeepsItsWords: a version means the same words for ever once somebody
// began it, and the server that is given others does not start and says why.
func TestFlowKeepsItsWords(t *testing.T) {
	w := newWorld(t, nil)
	for _, id := range []string{"visit", "note"} {
		w.stop()
		w.offering(id, true)(w.house)
		w.startServer()
	}
	reopen := func(id, old, new string) error {
		t.Helper()
		w.stop()
		was := w.house.flows[id]
		source := bytes.Replace(was.Source, []byte(old), []byte(new), 1)
		f, faults := flows.Parse(id+".yaml", source)
		if f == nil || bytes.Equal(source, was.Source) {
			t.Fatalf("%s: %v", id, faults)
		}
		w.house.flows[id] = bot.FlowFile{Flow: f, Source: source}
		defer func() { w.house.flows[id] = was }()
		a, err := w.house.open(t.Context(), w.sim.Now, discardLog())
		if err != nil {
			return err
		}
		return a.close()
	}
	if err := reopen("visit", "Quantas pessoas", "Quantos"); err != nil {
		t.Fatalf("nobody has begun it yet: %v", err)
	}
	w.startServer()
	ana := w.sim.Person("ana")
	w.optIn(ana, "oi")
	w.say(ana, "visita")
	w.say(ana, "recado")
	for _, layout := range [][2]string{{"# A visit", "# Any visit"}, {"human: house", "\nhuman: house"}} {
		if err := reopen("visit", layout[0], layout[1]); err != nil {
			t.Fatalf("the same words, written otherwise: %v", err)
		}
	}
	for id, change := range map[string][2]string{"visit": {"Quantas pessoas", "Quantos"}, "note": {"Fechamos", "Abrimos"}} {
		err := reopen(id, change[0], change[1])
		if err == nil || !strings.Contains(err.Error(), "version 1 of flow "+id+" says something else than when people began it") ||
			!strings.Contains(err.Error(), "write 'version: 2'") {
			t.Errorf("%s changed after ana began it: %v", id, err)
		}
	}
}

// TestServeRefusesChangedFlow: the same, as an operator meets it.
func TestServeRefusesChangedFlow(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.sim.Person("ana")
	w.optIn(ana, "oi")
	w.say(ana, "horários")
	w.stop()
	changed := flowFile(t, "opening-hours", "pt: Qual loja?", "pt: Qual das lojas?")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out bytes.Buffer
	code := run(ctx, []string{"serve"}, []string{"AVAL_DATA=" + w.dir, "AVAL_ADDR=127.0.0.1:0", "AVAL_ADMIN_ADDR=127.0.0.1:0",
		"AVAL_SIMULATOR=off", "AVAL_FLOW_DIR=" + filepath.Dir(changed)}, stdio{&out, &out})
	const why = "version 2 of flow opening-hours says something else than when people began it; put the old words back, or write 'version: 3'"
	if code != exitConfig || !strings.Contains(out.String(), why) {
		t.Errorf("exit code %d:\n%s", code, out.String())
	}
}

// TestSplitIsForEver: who goes which way of a split goes it again, also in a
// version that came after.
func TestSplitIsForEver(t *testing.T) {
	w := newWorld(t, func(h *house) { h.config.Brands[0].Purposes[0].Basis = bot.BasisContract })
	w.stop()
	w.offering("fair", true)(w.house)
	w.startServer()
	people := []*simulator.Person{w.sim.Person("ana"), w.sim.Person("ben"), w.sim.Person("carla"), w.sim.Person("deniz")}
	ways := func(number string) (all []string) {
		for _, p := range people {
			w.say(p, "feira")
			_, said, found := strings.Cut(w.last(p).Body, "Venha")
			if !found {
				t.Fatalf("version %s: %q", number, w.last(p).Body)
			}
			all = append(all, strings.TrimSuffix(said, number))
		}
		return all
	}
	first := ways("")
	source := []byte(strings.NewReplacer("version: 1", "version: 2", "café!", "café!2", "Venha.", "Venha.2", "share: 50, to: brief", "share: 50, to: brief",
		"  warm:\n", "  other:\n    say: {pt: Oi, en: Hi, es: Hola, de: Hallo}\n    next: warm\n  warm:\n").Replace(string(w.house.flows["fair"].Source)))
	source = bytes.Replace(source, []byte("to: warm}"), []byte("to: other}"), 1)
	f, faults := flows.Parse("fair.yaml", source)
	if f == nil {
		t.Fatal(faults)
	}
	w.house.flows["fair"] = bot.FlowFile{Flow: f, Source: source}
	w.stop()
	w.startServer()
	for i, way := range ways("2") {
		if way != first[i] {
			t.Errorf("%s went the way %q and now %q", people[i].Profile().Key, first[i], way)
		}
	}
}
