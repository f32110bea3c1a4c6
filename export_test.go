package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/internal/dossier"
	"aval/internal/simulator"
)

// verbsOf runs a verb against a world's data directory as an operator would.
func (w *world) verb(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(w.t.Context(), args, []string{"AVAL_DATA=" + w.dir}, stdio{&o, &e})
	return code, o.String(), e.String()
}

// serveControl lets verbs reach the world's server through its socket.
func (w *world) serveControl(a *app) {
	l, err := listenControl(filepath.Join(w.dir, controlName))
	if err != nil {
		w.t.Fatal(err)
	}
	srv := &http.Server{Handler: a.controlRoutes(), ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }() // ends with the server
	stop := w.stop
	w.stop = func() { _ = srv.Close(); stop() }
}

// TestAccessIsComplete seeds a person with values of every kind and looks for
// each of them, once, in what they are sent; nobody else's is there (DSR-3).
func TestAccessIsComplete(t *testing.T) {
	w := newWorld(t, nil)
	p := w.sim.Add(simulator.Profile{Key: "zeph", Name: plantedName, Username: plantedUser, Phone: plantedPhone, BSUID: plantedBSUID})
	other := w.sim.Person("ben")
	w.optIn(other, "oi")
	w.say(other, "the private words of ben")
	w.say(p, "hello")
	w.tap(p, "Yes, I agree")
	w.tap(p, "I confirm")
	w.say(p, "moving")
	w.say(p, plantedName)
	w.say(p, "31/12/2027")
	w.say(p, plantedText)
	w.say(p, "my data")
	w.tap(p, "Send it")
	m := w.last(p)
	if m.File == nil {
		t.Fatalf("no file: %+v", m)
	}
	name, mime, pdf, ok := w.sim.File(m.File.MediaID)
	if !ok || name != "my-data.pdf" || mime != "application/pdf" {
		t.Fatalf("file %q %q %t", name, mime, ok)
	}
	_, key, err := w.app.store.PackageKey()
	if err != nil {
		t.Fatal(err)
	}
	in, err := dossier.OpenWithKey(pdf, key)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%q %q %q", spell(in.Fields), spellMessages(in.Messages), in.Identifiers.Phone)
	for _, want := range []string{plantedText, plantedName, "2027-12-31", "my data"} {
		if n := strings.Count(all, want); n < 1 {
			t.Errorf("%q is missing from the package", want)
		}
	}
	if string(in.Identifiers.Phone) != "+"+plantedPhone || string(in.Identifiers.BSUID) != plantedBSUID {
		t.Error("the identifiers are missing")
	}
	if strings.Contains(all, "private words") {
		t.Error("another person's words are in the package")
	}
	if len(in.Evidence.Records) != 1 {
		t.Errorf("%d proofs of consent", len(in.Evidence.Records))
	}
	if k := in.Cases[len(in.Cases)-1]; k.State != flows.CaseDelivered {
		t.Errorf("the case that the file answers is %s in it", k.State)
	}
	w.sim.Advance(time.Minute)
	w.say(p, "my consent")
	if m := w.last(p); m.File == nil || m.File.Name != "my-consent.pdf" || !strings.Contains(m.Body, "customer service") {
		t.Errorf("MY CONSENT: %+v", m)
	}
}

func spell(fields []bot.DossierField) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s=%s ", f.Name, string(f.Value))
	}
	return b.String()
}

func spellMessages(list []bot.DossierMessage) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s: %s; ", m.From, string(m.Body))
	}
	return b.String()
}

// TestPackageTravels hands a package of one installation to another: what has a
// basis there is kept, a stop travels, a consent does not (GDPR 20, CNS-7).
func TestPackageTravels(t *testing.T) {
	from := newWorld(t, nil)
	from.serveControl(from.app)
	p := from.sim.Person("ana")
	from.optIn(p, "oi")
	from.say(p, "estou de mudança")
	from.say(p, "Ana Lima")
	from.say(p, "31/12/2027")
	from.say(p, "PARAR")
	file := filepath.Join(t.TempDir(), "ana.zip")
	phone := "+" + p.Profile().Phone
	if code, _, errs := from.verb("contact", "export", phone, "--by", "letter", "--out", file, "--portability"); code != 1 ||
		!strings.Contains(errs, "--evidence is missing") {
		t.Errorf("without evidence: %d %s", code, errs)
	}
	code, out, errs := from.verb("contact", "export", phone, "--by", "letter", "--evidence", "id-document", "--out", file, "--portability")
	if code != 0 || !strings.Contains(out, "portability") {
		t.Fatalf("export: %d %s %s", code, out, errs)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v %v", info, err)
	}
	resp, err := http.Get(from.hook.URL + "/package-key")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	key, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}

	to := newWorld(t, func(h *house) { h.config.Brands[0].Purposes[0].Basis = bot.BasisContract })
	to.serveControl(to.app)
	if code, _, errs := to.verb("contact", "import", file, "--key", "aval-packages+00000000+AAAA"); code != 1 ||
		!strings.Contains(errs, "public key") {
		t.Errorf("with a wrong key: %d %s", code, errs)
	}
	code, out, errs = to.verb("contact", "import", file, "--key", string(key), "--json")
	if code != 0 {
		t.Fatalf("import: %d %s", code, errs)
	}
	var report bot.ImportReport
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if !report.New || report.Fields != 2 || report.Stops < 1 {
		t.Errorf("report %+v", report)
	}
	v, err := to.app.bot.Show(t.Context(), phone, "operator")
	if err != nil {
		t.Fatal(err)
	}
	if v.Channel != "STOPPED" || v.Consents["service"].State == "GIVEN" || v.Consents["marketing"].State == "GIVEN" {
		t.Errorf("after the import: %+v", v)
	}
}

// TestOfficerVerbs plays an officer's day through the running server's socket,
// and the same without a server.
func TestOfficerVerbs(t *testing.T) {
	w := newWorld(t, nil)
	w.serveControl(w.app)
	p := w.sim.Person("ana")
	w.optIn(p, "oi")
	w.say(p, "corrigir meus dados")
	phone := "+" + p.Profile().Phone
	ref := w.show(p).Cases[0].Reference
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"case list", 0, ref},
		{"case list --json", 0, `"reference": "` + ref + `"`},
		{"case show " + strings.ToLower(ref), 0, "LGPD"},
		{"case show 0000-0000", 1, "no case 0000-0000"},
		{"case extend " + ref, 1, "--ground is missing"},
		{"case extend " + ref + " --ground complex", 1, "--reason is missing"},
		{"case extend " + ref + " --ground complex --reason demora", 1, "no extension is possible"},
		{"case refuse " + ref + " --ground whim --reason nada", 1, "write one of unfounded"},
		{"case code " + ref, 1, "is "},
		{"case close " + ref + " --reason pronto", 0, "CLOSED"},
		{"case close " + ref + " --reason pronto", 1, "is "},
		{"case list", 0, "no cases"},
		{"case list --closed", 0, ref},
		{"case dance " + ref, 2, "usage"},
		{"contact stop " + phone, 1, "--by is missing"},
		{"contact stop " + phone + " --by letter", 0, "stopped for 2 identifiers"},
		{"contact show " + phone, 0, "STOPPED"},
		{"contact restrict " + phone + " --by phone --evidence passport-123", 1, "--evidence is missing or not known"},
		{"contact restrict " + phone + " --by phone --evidence called-back", 0, "restrict"},
		{"contact restrict " + phone + " --by phone --evidence called-back --lift", 0, "lift"},
		{"contact erase " + phone + " --by letter --evidence signature", 1, "--yes"},
		{"contact erase +15550000000 --by letter --evidence signature --yes", 1, "no such contact"},
		{"retention --dry-run --at 2027-12-31", 0, "messages"},
		{"retention --dry-run --at tomorrow", 1, "not a day"},
		{"retention --at 2027-12-31", 1, "--at is for --dry-run"},
		{"retention", 0, "nothing is beyond its time"},
		{"contact erase " + phone + " --by letter --evidence signature --yes --json", 0, `"type": "erase"`},
		{"contact show " + phone, 1, "no such contact"},
		{"case list --closed", 0, "erase"},
	} {
		code, out, errs := w.verb(strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("aval %s: exit %d, want %d and %q:\n%s%s", c.args, code, c.code, c.says, out, errs)
		}
	}
	w.settle()
	w.stop()
	if code, out, errs := w.verb("case", "list", "--closed"); code != 0 || !strings.Contains(out, "erase") {
		t.Errorf("without a server: %d %s %s", code, out, errs)
	}
	if code, out, errs := w.verb("ledger", "verify"); code != 0 {
		t.Errorf("ledger: %d %s %s", code, out, errs)
	}
}

// TestRecipientsStayListed restricts a contact whose data others received: the
// answered case stays on the officer's list until it is filed (GDPR 19).
func TestRecipientsStayListed(t *testing.T) {
	w := newWorld(t, nil)
	w.serveControl(w.app)
	p := w.sim.Person("ana")
	w.optIn(p, "oi")
	phone := "+" + p.Profile().Phone
	if code, out, errs := w.verb("contact", "restrict", phone, "--by", "phone", "--evidence", "called-back"); code != 0 {
		t.Fatalf("restrict: %d %s %s", code, out, errs)
	}
	ref := w.show(p).Cases[0].Reference
	if code, out, errs := w.verb("case", "list"); code != 0 || !strings.Contains(out, ref) || !strings.Contains(out, "recipients to tell: 1") {
		t.Errorf("case list: %d %s %s", code, out, errs)
	}
	if code, out, errs := w.verb("case", "close", ref); code != 0 {
		t.Errorf("case close: %d %s %s", code, out, errs)
	}
	if code, out, errs := w.verb("case", "list"); code != 0 || !strings.Contains(out, "no cases") {
		t.Errorf("case list, filed: %d %s %s", code, out, errs)
	}
}

// TestEraseWithoutServer erases somebody while no server runs: the verb opens
// the store, finishes, and says so.
func TestEraseWithoutServer(t *testing.T) {
	w := newWorld(t, nil)
	p := w.sim.Person("ana")
	w.optIn(p, "oi")
	id := w.show(p).Contact
	before := w.tracesOf(id)
	w.stop()
	code, out, errs := w.verb("contact", "erase", "+"+p.Profile().Phone, "--by", "desk", "--evidence", "known-in-person", "--told", "desk", "--yes")
	if code != 0 || !strings.Contains(out, "DELIVERED") {
		t.Fatalf("erase: %d %s %s", code, out, errs)
	}
	if places := w.found(before); places != nil {
		t.Errorf("after the verb: %v", places)
	}
	if code, _, _ := w.verb("contact", "show", "+"+p.Profile().Phone); code != 1 {
		t.Errorf("show: %d", code)
	}
}
