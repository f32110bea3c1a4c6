package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aval/internal/simulator"
)

// planted are strings that must be found nowhere outside the memory of the
// process: what a person is called, writes and is reached by, and our secrets.
const (
	plantedName   = "Zephyrina Quillfeather"
	plantedUser   = "quill.feather.77"
	plantedText   = "the heron sleeps under the blue staircase"
	plantedPhone  = "15550177331"
	plantedBSUID  = "US.77331977331977331977"
	plantedAd     = "clid-planted-8842"
	plantedOrder  = "ORD-HERON-99"
	plantedGroupB = "heron group words"
)

// TestPlantedStrings runs a person through a mixed conversation with faults on
// every side and then searches the data directory, the logs and everything the
// server says about itself.
func TestPlantedStrings(t *testing.T) {
	w := newWorld(t, nil)
	p := w.sim.Add(simulator.Profile{Key: "zeph", Name: plantedName, Username: plantedUser, Phone: plantedPhone, BSUID: plantedBSUID})
	ctx := context.Background()
	w.say(p, plantedText)
	w.tap(p, "Yes, I agree")
	w.tap(p, "I confirm")
	w.say(p, plantedText+" again")
	w.say(p, "pedido")
	w.say(p, plantedOrder)
	_, _ = p.Send(`{"type":"text","text":{"body":"` + plantedText + `"},"referral":{"ctwa_clid":"` + plantedAd + `","body":"` + plantedText + `"},"extra_1":"` + plantedText + `"}`)
	_, _ = p.Send(`{"type":"text","text":"` + plantedText + `"}`)
	p.Group(plantedGroupB)
	w.settle()
	for _, kind := range []string{simulator.AnswerHTML, simulator.AnswerHuge, simulator.AnswerError, simulator.AnswerDrop} {
		w.sim.SetFaults(simulator.Faults{GraphAnswer: simulator.AnswerFault{Kind: kind, Aim: simulator.Aim{Next: 1}}})
		w.say(p, "menu")
		w.sim.Advance(time.Minute)
	}
	w.sim.SetFaults(simulator.Faults{GraphError: simulator.CodeFault{Code: 131026, Aim: simulator.Aim{Next: 2}}})
	w.say(p, "menu")
	_, _ = w.sim.Post(ctx, []byte(`{"planted":"`+plantedText+`"}`), "sha256="+strings.Repeat("a", 64))
	w.sim.Deliver([]byte(`{"object":"whatsapp_business_account","entry":"` + plantedText + `"}`))
	w.settle()
	w.say(p, "PARAR")
	w.ledgerAtRest()

	said := w.everythingSaid(t, p)
	w.stop()
	needles := forms(plantedName, plantedUser, plantedText, plantedPhone, plantedBSUID, plantedAd, plantedOrder, plantedGroupB)
	m := w.house.config.Meta
	needles = append(needles, forms(string(m.AppSecrets[0]), string(m.AccessToken), string(m.VerifyToken))...)
	search(t, "what the server says", said, needles)
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".sock") {
			return err
		}
		data, err := os.ReadFile(path)
		search(t, filepath.Base(path), append([]byte(path), data...), needles)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// everythingSaid collects logs, metrics, health and what verbs print.
func (w *world) everythingSaid(t *testing.T, p *simulator.Person) []byte {
	t.Helper()
	var said bytes.Buffer
	said.WriteString(w.log.String())
	for _, path := range []string{"/metrics", "/readyz", "/healthz"} {
		rec := httptest.NewRecorder()
		w.app.adminRoutes().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		said.Write(rec.Body.Bytes())
	}
	printView(stdio{&said, &said}, w.show(p))
	if !strings.Contains(said.String(), "STOPPED") {
		t.Fatal("the view is not among what is searched")
	}
	return said.Bytes()
}

// forms are the ways a string could be kept and still be read: as it is, in
// base64 at any offset, in hexadecimal, reversed, or hashed without a key.
func forms(words ...string) [][]byte {
	var out [][]byte
	for _, word := range words {
		b := []byte(word)
		sum := sha256.Sum256(b)
		reversed := slices.Clone(b)
		slices.Reverse(reversed)
		out = append(out, b, reversed, []byte(hex.EncodeToString(b)), sum[:], []byte(hex.EncodeToString(sum[:])))
		for skip := range 3 {
			// The first and last characters depend on the neighbours.
			coded := base64.StdEncoding.EncodeToString(append(make([]byte, skip), b...))
			out = append(out, []byte(strings.TrimRight(coded[4:len(coded)-4], "=")))
		}
	}
	return out
}

func search(t *testing.T, where string, hay []byte, needles [][]byte) {
	t.Helper()
	for i, n := range needles {
		if len(n) >= 6 && bytes.Contains(hay, n) {
			t.Errorf("%s holds planted string %d in form %d", where, i/8, i%8)
		}
	}
}
