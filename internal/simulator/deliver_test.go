package simulator_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"aval/internal/simulator"
)

func TestSignaturesOfBothForms(t *testing.T) {
	var sums struct {
		Secret string
		Sums   map[string]struct{ File, Wire string }
	}
	raw, err := os.ReadFile("testdata/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &sums); err != nil {
		t.Fatal(err)
	}
	for name, want := range sums.Sums {
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("testdata", "webhook", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if got := simulator.Sign(sums.Secret, body); got != "sha256="+want.File {
				t.Errorf("file form: %s", got)
			}
			if got := simulator.Sign(sums.Secret, simulator.ASCIIForm(compactOf(t, body))); got != "sha256="+want.Wire {
				t.Errorf("escaped form: %s", got)
			}
		})
	}
}

func compactOf(t *testing.T, body []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := json.Compact(&buf, body); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// FuzzASCIIForm: the escaped form is ASCII and means the same.
func FuzzASCIIForm(f *testing.F) {
	f.Add("päivää 😀 </script> \u2028 \x7f \x00")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		plain, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		escaped := simulator.ASCIIForm(plain)
		var back string
		if err := json.Unmarshal(escaped, &back); err != nil || back != s {
			t.Fatalf("%q became %q, %v", s, back, err)
		}
		if i := slices.IndexFunc(escaped, func(b byte) bool { return b >= 0x80 }); i >= 0 {
			t.Fatalf("not ASCII at %d", i)
		}
	})
}

func TestFormsAlternate(t *testing.T) {
	w := newWorld(t, nil)
	for range 4 {
		w.Person("ana").Text("grüß/dich")
	}
	w.drain()
	escaped := 0
	for _, body := range w.biz.received() {
		if bytes.Contains(body, []byte(`gr\u00fc\u00df\/dich`)) {
			escaped++
		} else if !bytes.Contains(body, []byte("grüß/dich")) {
			t.Errorf("neither form: %s", body)
		}
	}
	if escaped != 2 {
		t.Errorf("%d of 4 escaped", escaped)
	}
}

func TestRetriesRepeatTheBytesInOrder(t *testing.T) {
	w := newWorld(t, nil)
	w.biz.refuse = 3
	ana := w.Person("ana")
	first, second := ana.Text("one"), ana.Text("two")
	w.drain()
	got := w.biz.received()
	if len(got) != 5 {
		t.Fatalf("%d attempts, want 5", len(got))
	}
	for _, body := range got[:4] {
		if !bytes.Equal(body, got[0]) || !bytes.Contains(body, []byte(first)) {
			t.Errorf("retry differs: %s", body)
		}
	}
	if !bytes.Contains(got[4], []byte(second)) {
		t.Errorf("last is not the second message: %s", got[4])
	}
	if c := w.Counts(); c.Delivered != 2 || c.Failed != 3 || c.Lost != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestGivesUpAfterItsSevenDays(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.RetryFor = time.Nanosecond })
	w.biz.refuse = 1
	id := w.Person("ana").Text("lost")
	w.drain()
	if c := w.Counts(); c.Lost != 1 || c.Delivered != 0 {
		t.Errorf("counts %+v", c)
	}
	if m := w.Person("ana").Transcript()[0]; m.ID != id || m.Status != "queued" {
		t.Errorf("a lost message must not get ticks: %+v", m)
	}
}

func TestStatuses(t *testing.T) {
	t.Run("in order with the callback and the price", func(t *testing.T) {
		w := newWorld(t, nil)
		w.Person("ana").Text("hello")
		id := w.sendText("+15550100001", "hi").id()
		w.drain()
		if got := w.biz.statuses(t, id); !slices.Equal(got, []string{"sent", "delivered", "read"}) {
			t.Fatalf("%v", got)
		}
		sent := w.biz.statusObjects(t, id)[0]
		price, _ := sent["pricing"].(map[string]any)
		if sent["biz_opaque_callback_data"] != "attempt:1" || price["category"] != "service" || price["billable"] != false {
			t.Errorf("sent: %v", sent)
		}
		if w.biz.statusObjects(t, id)[2]["pricing"] != nil {
			t.Error("read has a price")
		}
		if m := w.Person("ana").Inbox()[0]; m.Status != "read" {
			t.Errorf("ticks: %s", m.Status)
		}
	})
	t.Run("person without a number", func(t *testing.T) {
		w := newWorld(t, nil)
		w.Person("ben").Text("hello")
		id := w.graphCall("POST", number+"/messages", []byte(
			`{"messaging_product":"whatsapp","recipient":"US.70000000000000000002","text":{"body":"x"}}`)).id()
		w.drain()
		st := w.biz.statusObjects(t, id)
		if len(st) != 3 || st[0]["recipient_id"] != nil || st[0]["recipient_user_id"] != "US.70000000000000000002" {
			t.Errorf("%v", st)
		}
	})
	t.Run("delivered left out", func(t *testing.T) {
		w := newWorld(t, func(c *simulator.Config) { c.Faults.DropDelivered = true })
		w.Person("ana").Text("hello")
		id := w.sendText("+15550100001", "hi").id()
		w.drain()
		if got := w.biz.statuses(t, id); !slices.Equal(got, []string{"sent", "read"}) {
			t.Errorf("%v", got)
		}
	})
	t.Run("blocked", func(t *testing.T) {
		w := newWorld(t, nil)
		w.Person("ana").Text("hello")
		w.Person("ana").Block(true)
		id := w.sendText("+15550100001", "hi").id()
		w.drain()
		if got := w.biz.statuses(t, id); !slices.Equal(got, []string{"sent"}) {
			t.Errorf("%v", got)
		}
	})
	t.Run("before the answer", func(t *testing.T) {
		w := newWorld(t, func(c *simulator.Config) { c.Faults.StatusFirst = true })
		w.Person("ana").Text("hello")
		w.drain()
		id := w.sendText("+15550100001", "hi").id()
		if got := w.biz.statuses(t, id); len(got) == 0 || got[0] != "sent" {
			t.Errorf("when Graph had answered there was only %v", got)
		}
		w.drain()
	})
}

func TestFailuresComeLater(t *testing.T) {
	failed := func(w *world, a answer) int {
		t.Helper()
		if a.status != 200 {
			t.Fatalf("not accepted: %s", a.raw)
		}
		w.drain()
		st := w.biz.statusObjects(t, a.id())
		if len(st) != 1 || st[0]["status"] != "failed" {
			t.Fatalf("%v", st)
		}
		first, _ := st[0]["errors"].([]any)[0].(map[string]any)
		code, _ := first["code"].(float64)
		return int(code)
	}
	t.Run("window never opened", func(t *testing.T) {
		w := newWorld(t, nil)
		if code := failed(w, w.sendText("+15550100001", "hi")); code != 131047 {
			t.Errorf("code %d", code)
		}
	})
	t.Run("window closed by the clock", func(t *testing.T) {
		w := newWorld(t, nil)
		w.Person("ana").Text("hello")
		w.Advance(24*time.Hour - time.Second)
		if a := w.sendText("+15550100001", "hi"); a.status != 200 {
			t.Fatalf("%s", a.raw)
		}
		w.Advance(time.Second)
		if code := failed(w, w.sendText("+15550100001", "hi")); code != 131047 {
			t.Errorf("code %d", code)
		}
	})
	t.Run("marketing after stop", func(t *testing.T) {
		w := newWorld(t, func(c *simulator.Config) { c.Templates = exampleTemplates() })
		w.Person("ana").Preference("stop")
		a := w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001",`+
			`"type":"template","template":{"name":"spring","language":{"code":"en_US"}}}`))
		if code := failed(w, a); code != 131050 {
			t.Errorf("code %d", code)
		}
	})
	t.Run("another identity key", func(t *testing.T) {
		w := newWorld(t, nil)
		w.Person("ana").SetKeyHash("new")
		w.Person("ana").Text("hello")
		if code := failed(w, w.graphCall("POST", number+"/messages", fixture(t, "req_text_identity_check"))); code != 137000 {
			t.Errorf("code %d", code)
		}
	})
	t.Run("by knob, the next one only", func(t *testing.T) {
		w := newWorld(t, nil)
		w.Person("ana").Text("hello")
		w.SetFaults(simulator.Faults{Failure: simulator.CodeFault{Code: 131026, Aim: simulator.Aim{Next: 1}}})
		if code := failed(w, w.sendText("+15550100001", "hi")); code != 131026 {
			t.Errorf("code %d", code)
		}
		second := w.sendText("+15550100001", "hi").id()
		w.drain()
		if got := w.biz.statuses(t, second); len(got) != 3 {
			t.Errorf("%v", got)
		}
	})
}

func TestWebhookKnobs(t *testing.T) {
	t.Run("duplicates", func(t *testing.T) {
		w := newWorld(t, func(c *simulator.Config) { c.Faults.Duplicates = 1 })
		w.Person("ana").Text("one")
		w.drain()
		got := w.biz.received()
		if len(got) != 2 || !bytes.Equal(got[0], got[1]) {
			t.Errorf("%d deliveries", len(got))
		}
	})
	t.Run("batches hold everything once", func(t *testing.T) {
		w := newWorld(t, func(c *simulator.Config) { c.Faults.Batch, c.Faults.BatchMS = 5, 20 })
		var want []string
		for i := range 12 {
			want = append(want, w.Person([]string{"ana", "ben", "carla"}[i%3]).Text(strconv.Itoa(i)))
		}
		w.drain()
		var got []string
		for _, u := range w.biz.updates(t) {
			for _, c := range u.Entry[0].Changes {
				got = append(got, c.Value.Messages[0]["id"].(string))
			}
		}
		if !slices.Equal(got, want) || len(w.biz.received()) != 3 {
			t.Errorf("%d POSTs, messages %v", len(w.biz.received()), got)
		}
	})
	t.Run("reorder", func(t *testing.T) {
		w := newWorld(t, nil)
		w.SetFaults(simulator.Faults{Reorder: 1, ReorderMS: 60})
		first := w.Person("ana").Text("held back")
		w.SetFaults(simulator.Faults{})
		second := w.Person("ana").Text("overtakes")
		w.drain()
		if got := w.biz.received(); !bytes.Contains(got[0], []byte(second)) || !bytes.Contains(got[1], []byte(first)) {
			t.Error("nothing was overtaken")
		}
	})
}

func TestPeopleAreServedAtOnceAndInOrder(t *testing.T) {
	w := newWorld(t, nil)
	const each = 20
	for i := range each {
		for _, who := range []string{"ana", "ben", "carla", "deniz", "new"} {
			w.Person(who).Text(strconv.Itoa(i))
		}
	}
	w.drain()
	next := map[any]int{}
	for _, u := range w.biz.updates(t) {
		m := u.Entry[0].Changes[0].Value.Messages[0]
		who := m["from_user_id"]
		if who == nil {
			who = m["from"]
		}
		body := m["text"].(map[string]any)["body"]
		if body != strconv.Itoa(next[who]) {
			t.Fatalf("%v got %v, want %d", who, body, next[who])
		}
		next[who]++
	}
	if len(next) != 5 {
		t.Errorf("%d people", len(next))
	}
}

func TestDeliverAndPost(t *testing.T) {
	w := newWorld(t, nil)
	raw, err := os.ReadFile("testdata/webhook/msg_text_unicode.json")
	if err != nil {
		t.Fatal(err)
	}
	w.Deliver(raw)
	w.drain()
	if got := w.biz.received(); len(got) != 1 || !bytes.Equal(got[0], raw) {
		t.Fatal("bytes were changed")
	}
	if a := w.sendText("+15550100001", "answer"); a.status != 200 {
		t.Fatalf("%s", a.raw)
	}
	w.drain()
	if m := w.Person("ana").Inbox()[0]; m.Status != "read" {
		t.Errorf("the delivered body did not open the window: %+v", m)
	}
	for name, sum := range map[string]string{
		"no signature": "", "wrong secret": simulator.Sign("other", raw),
		"right length": "sha256=" + hex.EncodeToString(make([]byte, 32)),
	} {
		if status, err := w.Post(t.Context(), raw, sum); err != nil || status != 401 {
			t.Errorf("%s: %d, %v", name, status, err)
		}
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	other := newWorld(t, func(c *simulator.Config) { c.VerifyToken = "wrong-token" })
	if err := other.Verify(t.Context()); err == nil || strings.Contains(err.Error(), "wrong-token") {
		t.Errorf("wrong token: %v", err)
	}
}
