package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"aval/internal/simulator"
)

// lastMessage is the newest inbound message element the business got.
func (w *world) lastMessage() map[string]any {
	w.t.Helper()
	w.drain()
	var last map[string]any
	for _, u := range w.biz.updates(w.t) {
		for _, m := range u.Entry[0].Changes[0].Value.Messages {
			last = m
		}
	}
	return last
}

// dig walks into nested objects.
func dig(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func TestTaps(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Templates = exampleTemplates() })
	ana := w.Person("ana")
	ana.Text("hello")
	send := func(name string) string {
		t.Helper()
		a := w.graphCall("POST", number+"/messages", fixture(t, name))
		if a.status != 200 {
			t.Fatalf("%s", a.raw)
		}
		return a.id()
	}
	t.Run("button by label", func(t *testing.T) {
		question := send("req_buttons")
		if _, err := ana.Tap("Yes, I agree"); err != nil {
			t.Fatal(err)
		}
		m := w.lastMessage()
		if dig(m, "interactive", "button_reply", "id") != "consent:v3:yes:9f2c" || dig(m, "context", "id") != question {
			t.Errorf("%v", m)
		}
	})
	t.Run("row by id", func(t *testing.T) {
		send("req_list")
		if _, err := ana.Tap("topic:appointments"); err != nil {
			t.Fatal(err)
		}
		if m := w.lastMessage(); dig(m, "interactive", "list_reply", "description") != "Reminders only" {
			t.Errorf("%v", m)
		}
	})
	t.Run("quick reply of a template", func(t *testing.T) {
		send("req_template_positional")
		if _, err := ana.Tap("Yes"); err != nil {
			t.Fatal(err)
		}
		if m := w.lastMessage(); m["type"] != "button" || dig(m, "button", "payload") != "OPTIN:9f2c" {
			t.Errorf("%v", m)
		}
	})
	t.Run("old button of an old message", func(t *testing.T) {
		old := ana.Inbox()[0].ID
		if _, err := ana.TapOn(old, "consent:v3:no:9f2c"); err != nil {
			t.Fatal(err)
		}
		if m := w.lastMessage(); dig(m, "context", "id") != old {
			t.Errorf("%v", m)
		}
	})
	t.Run("own number when asked", func(t *testing.T) {
		send("req_contact_request")
		if _, err := ana.Tap("Share phone number"); err != nil {
			t.Fatal(err)
		}
		card := w.lastMessage()["contacts"].([]any)[0]
		if dig(card, "origin") != "contact_request" {
			t.Errorf("%v", card)
		}
	})
	t.Run("nothing like it", func(t *testing.T) {
		if _, err := ana.Tap("Buy now"); !errors.Is(err, simulator.ErrNoChoice) {
			t.Errorf("%v", err)
		}
	})
}

func TestWhatPeopleSend(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.Person("ana")
	own := ana.Text("first")
	sent := w.sendText("+15550100001", "hi").id()
	cases := []struct {
		name string
		act  func()
		path []string
		want any
	}{
		{"forwarded", func() { ana.Forward("join") }, []string{"context", "forwarded"}, true},
		{"reaction", func() { ana.React(sent, "👍") }, []string{"reaction", "emoji"}, "👍"},
		{"reaction taken away", func() { ana.React(sent, "") }, []string{"reaction", "emoji"}, nil},
		{"edit", func() { ana.Edit(own, "second") }, []string{"edit", "message", "text", "body"}, "second"},
		{"revoke", func() { ana.Revoke(own) }, []string{"revoke", "original_message_id"}, own},
		{"group", func() { ana.Group("all") }, []string{"group_id"}, "Y2FwaV9ncm91cDpzaW11bGF0b3I6MDAwMQ=="},
		{"voice", func() { ana.Voice() }, []string{"audio", "voice"}, true},
		{"image", func() { ana.Image("stop") }, []string{"image", "caption"}, "stop"},
		{"document", func() { ana.Document("../x") }, []string{"document", "filename"}, "../x"},
		{"location", func() { ana.Location(1.5, 2) }, []string{"location", "latitude"}, 1.5},
		{"reply", func() { ana.Reply("yes", sent) }, []string{"context", "id"}, sent},
		{"on another number", func() { ana.On("777").Text("x") }, []string{"from"}, "15550100001"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.act()
			if m := w.lastMessage(); dig(m, c.path...) != c.want {
				t.Errorf("%v", m)
			}
		})
	}
	t.Run("raw element", func(t *testing.T) {
		if _, err := ana.Send(`{"type":"order","order":{"catalog_id":"7"}}`); err != nil {
			t.Fatal(err)
		}
		if m := w.lastMessage(); dig(m, "order", "catalog_id") != "7" || m["from"] != "15550100001" {
			t.Errorf("%v", m)
		}
		if _, err := ana.Send(`{`); err == nil {
			t.Error("broken JSON was sent")
		}
	})
}

func TestIdentities(t *testing.T) {
	w := newWorld(t, nil)
	t.Run("no number", func(t *testing.T) {
		w.Person("ben").Text("hi")
		if m := w.lastMessage(); m["from"] != nil || m["from_user_id"] != "US.70000000000000000002" {
			t.Errorf("%v", m)
		}
	})
	t.Run("no user id", func(t *testing.T) {
		w.Person("carla").Text("hi")
		if m := w.lastMessage(); m["from"] != "15550100003" || m["from_user_id"] != nil {
			t.Errorf("%v", m)
		}
	})
	t.Run("hidden later", func(t *testing.T) {
		w.Person("deniz").Hide(true)
		w.Person("deniz").Text("hi")
		if m := w.lastMessage(); m["from"] != nil {
			t.Errorf("%v", m)
		}
	})
	t.Run("new number", func(t *testing.T) {
		ana := w.Person("ana")
		old := ana.Profile()
		ana.ChangeNumber("+15550100055")
		m := w.lastMessage()
		if m["from"] != old.Phone || dig(m, "system", "wa_id") != "15550100055" ||
			dig(m, "system", "previous_user_id") != old.BSUID || dig(m, "system", "user_id") != ana.Profile().BSUID {
			t.Errorf("%v", m)
		}
		ana.Text("it is me")
		w.sendText("+15550100055", "welcome back")
		w.sendText("+"+old.Phone, "who are you")
		if inbox := ana.Inbox(); len(inbox) != 1 || inbox[0].Body != "welcome back" {
			t.Errorf("%+v", inbox)
		}
	})
	t.Run("preference and call", func(t *testing.T) {
		w.Person("carla").Preference("stop")
		w.Person("carla").Call()
		w.drain()
		var stop, call bool
		for _, u := range w.biz.updates(t) {
			c := u.Entry[0].Changes[0]
			stop = stop || c.Field == "user_preferences" && c.Value.Prefs[0]["value"] == "stop"
			call = call || c.Field == "calls" && c.Value.Calls[0]["event"] == "connect"
		}
		if !stop || !call {
			t.Errorf("stop %v, call %v", stop, call)
		}
	})
}

func TestMarkReadTurnsTicksBlue(t *testing.T) {
	w := newWorld(t, nil)
	id := w.Person("ana").Text("hello")
	w.drain()
	if m := w.Person("ana").Transcript()[0]; m.Status != "sent" {
		t.Errorf("after the 200: %s", m.Status)
	}
	body, err := json.Marshal(map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": id})
	if err != nil {
		t.Fatal(err)
	}
	if a := w.graphCall("POST", number+"/messages", body); a.status != 200 {
		t.Fatalf("%s", a.raw)
	}
	if m := w.Person("ana").Transcript()[0]; m.Status != "read" {
		t.Errorf("after mark read: %s", m.Status)
	}
	if a := w.graphCall("POST", number+"/messages", []byte(`{"status":"read","message_id":"7"}`)); a.code() != 131009 {
		t.Errorf("strange id: %d", a.code())
	}
}

func TestFreeTierEnds(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Faults.PairOff, c.Faults.NoStatuses, c.Quiet = true, true, true })
	w.Person("ana").Text("hello")
	handler := w.Handler()
	for range 1000 { // without a network between, for speed
		req := httptest.NewRequest("POST", "/graph/v26.0/"+number+"/messages", bytes.NewReader(textTo("+15550100001", "x")))
		req.Header.Set("Authorization", "Bearer "+token)
		handler.ServeHTTP(httptest.NewRecorder(), req)
	}
	w.SetFaults(simulator.Faults{PairOff: true})
	for month, want := range []bool{true, false} {
		id := w.sendText("+15550100001", "x").id()
		w.drain()
		if billable := dig(w.biz.statusObjects(t, id)[0], "pricing", "billable"); billable != want {
			t.Errorf("month %d: billable %v", month, billable)
		}
		w.Advance(30 * 24 * time.Hour)
		w.Person("ana").Text("still here")
	}
}

// A conversation in a test: somebody writes, the business answers through
// Graph, they tap what it offers.
func Example() {
	sim := simulator.New(simulator.Config{AppSecret: "s", AccessToken: "t"})
	graph := httptest.NewServer(sim.Handler())
	defer graph.Close()
	// Point the server under test at graph.URL+"/graph/v26.0", and the simulator
	// at the server with Connect. Then:
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	ana := sim.Person("ana")
	ana.Text("hello")
	_, err := ana.Tap("Yes, I agree")
	fmt.Println(err)
	fmt.Println(sim.Drain(ctx) != nil) // nobody runs it, so nothing is delivered
	// Output:
	// nothing like that can be tapped
	// true
}
