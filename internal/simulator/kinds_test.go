package simulator_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
	"aval/webhook"
)

// acted is something that people do, with a recorded delivery of Meta's that
// looks the same.
type acted struct {
	recorded string
	act      func(ana *simulator.Person) error
}

// kindCases are all kinds of the menu with the acts that are not in it.
func kindCases(w *world, own, sent string) []acted {
	kind := func(recorded, name, text string) acted {
		return acted{recorded, func(ana *simulator.Person) error { _, err := ana.SendKind(name, text, ""); return err }}
	}
	to := func(recorded, name, text, message string) acted {
		return acted{recorded, func(ana *simulator.Person) error { _, err := ana.SendKind(name, text, message); return err }}
	}
	simple := func(recorded string, do func(ana *simulator.Person)) acted {
		return acted{recorded, func(ana *simulator.Person) error { do(ana); return nil }}
	}
	tap := func(recorded, label string) acted {
		return acted{recorded, func(ana *simulator.Person) error { _, err := ana.Tap(label); return err }}
	}
	return []acted{
		kind("msg_image", "image", "Look"), kind("msg_video", "video", "Clip"), kind("msg_audio", "audio", ""),
		kind("msg_audio_voice", "voice", ""), kind("msg_document", "document", "../../etc/form.pdf | Form"),
		kind("msg_sticker_animated", "sticker", ""), kind("msg_sticker_animated", "sticker_animated", ""),
		kind("msg_media_too_large", "too_large", ""), kind("msg_location", "place", "Example Park"),
		simple("msg_location_pin", func(ana *simulator.Person) { ana.Location(-33.8, 151.2) }),
		to("msg_location_request_reply", "location", "", sent), kind("msg_contacts", "contact", "Bo Example"),
		kind("msg_contacts_other_origin_vcard", "contact_vcard", "Bo Example"),
		to("msg_contacts_contact_request_reply", "own_number", "", sent),
		kind("msg_text_forwarded", "forward", "Join"), kind("msg_text_frequently_forwarded", "forward_often", ""),
		kind("group_text", "group", "hello group"), kind("msg_text_ctwa_referral", "ad", "Tell me more"),
		kind("msg_text", "link", "https://wa.me/15550001234?text=Hello%20there"),
		kind("msg_text_referred_product", "product", ""), kind("msg_order", "order", "Please gift wrap"),
		to("msg_interactive_nfm_reply_flow", "form", `{"consent_sms":true}`, sent),
		to("msg_interactive_nfm_reply_bad_json", "form", `{not json`, sent),
		to("msg_interactive_nfm_reply_non_object", "form", `["unexpected"]`, sent),
		to("msg_interactive_nfm_reply_address", "address", "1 Example St", sent),
		to("msg_button_template_quick_reply", "button", "OPTOUT_MARKETING | Stop promotions", sent),
		kind("msg_button_no_context", "button", "OPTOUT_MARKETING | Stop promotions"),
		to("msg_interactive_call_permission_accept", "call_yes", "", sent),
		to("msg_interactive_call_permission_reject", "call_no", "", sent),
		kind("msg_interactive_call_permission_automatic", "call_auto", ""),
		kind("msg_unsupported", "unsupported", "poll_creation"), kind("msg_unsupported_legacy", "unsupported_old", ""),
		kind("group_unsupported_message", "unsupported_group", ""), kind("msg_unsupported_unavailable_131060", "unavailable", ""),
		kind("msg_ephemeral", "ephemeral", ""), kind("msg_request_welcome", "welcome", ""),
		kind("msg_interactive_no_body_value_errors", "empty_answer", ""),
		kind("system_customer_identity_changed", "identity", ""), kind("msg_unknown_type", "hologram", ""),
		simple("msg_text_reply_context", func(ana *simulator.Person) { ana.Reply("Yes, that one", sent) }),
		simple("msg_reaction", func(ana *simulator.Person) { ana.React(sent, "👍") }),
		simple("msg_reaction_removed", func(ana *simulator.Person) { ana.React(sent, "") }),
		simple("msg_edit", func(ana *simulator.Person) { ana.Edit(own, "Hello (edited)") }),
		simple("msg_revoke", func(ana *simulator.Person) { ana.Revoke(own) }),
		tap("msg_interactive_button_reply", "Yes, I agree"), tap("msg_interactive_list_reply", "Appointments"),
		simple("user_preferences_stop", func(ana *simulator.Person) { ana.Preference("stop") }),
		simple("user_preferences_resume", func(ana *simulator.Person) { ana.Preference("resume") }),
		simple("user_preferences_signup", func(ana *simulator.Person) { ana.Preference("signup") }),
		simple("call_connect_user_initiated", func(ana *simulator.Person) { ana.Call() }),
		{"status_played", func(ana *simulator.Person) error { return ana.Play(w.voiceNote()) }},
		simple("system_user_changed_number", func(ana *simulator.Person) { ana.ChangeNumber("15550100055") }), // last: ana is another then
	}
}

// voiceNote sends one to ana and returns its id.
func (w *world) voiceNote() string {
	w.t.Helper()
	id := w.upload("v.ogg", "audio/ogg", "OggS")
	sent := w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001","type":"audio",`+
		`"audio":{"id":"`+id+`","voice":true}}`)).id()
	w.drain()
	return sent
}

func recordedWebhook(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "webhook", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestKindsLookAsMetaSendsThem does everything that people can do and holds
// each delivery against a recorded one: the same keys, and the server's own
// parser reads the same out of both.
func TestKindsLookAsMetaSendsThem(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.BaseURL = "https://lookaside.fbsbx.com" })
	ana := w.Person("ana")
	own := ana.Text("first")
	sent := w.graphCall("POST", number+"/messages", fixture(t, "req_buttons")).id()
	w.graphCall("POST", number+"/messages", fixture(t, "req_list"))
	for _, c := range kindCases(w, own, sent) {
		t.Run(c.recorded, func(t *testing.T) {
			if err := c.act(ana); err != nil {
				t.Fatal(err)
			}
			w.drain()
			bodies := w.biz.received()
			got, want := bodies[len(bodies)-1], recordedWebhook(t, c.recorded)
			if a, b := shape(essence(t, want)), shape(essence(t, got)); a != b {
				t.Errorf("shape differs\nMeta %s\nours %s", a, b)
			}
			if a, b := understood(t, want), understood(t, got); a != b {
				t.Errorf("the parser reads\nMeta %s\nours %s", a, b)
			}
		})
	}
}

// essence is the value of a delivery without what depends on how the person is
// known: their identifiers and their names.
func essence(t *testing.T, body []byte) any {
	t.Helper()
	var d struct {
		Entry []struct {
			Changes []struct {
				Field string
				Value map[string]any
			}
		}
	}
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	c := d.Entry[0].Changes[0]
	delete(c.Value, "contacts")
	for _, list := range []string{"messages", "statuses", "calls", "user_preferences"} {
		elements, _ := c.Value[list].([]any)
		for _, e := range elements {
			for _, key := range []string{"from", "from_user_id", "recipient_id", "recipient_user_id", "wa_id", "user_id", "to", "to_user_id"} {
				delete(e.(map[string]any), key)
			}
		}
	}
	c.Value["field"] = c.Field
	return c.Value
}

// understood is what the server makes of a delivery, in words.
func understood(t *testing.T, body []byte) string {
	t.Helper()
	d := webhook.Parse(body, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	if len(d.Unreadable) > 0 {
		t.Errorf("not understood: %s", d.Unreadable[0].Reason)
	}
	var out []string
	for _, e := range d.Events {
		words := []string{string(e.Kind), e.Note}
		if e.Message != nil {
			words = append(words, string(e.Message.Kind), e.Message.Type)
		}
		for _, trait := range []bot.Trait{bot.TraitGroup, bot.TraitForwarded, bot.TraitEdited, bot.TraitReaction, bot.TraitCaption} {
			if e.Traits.Has(trait) {
				words = append(words, "trait")
			}
		}
		out = append(out, strings.Join(words, " "))
	}
	return strings.Join(out, "; ")
}

// TestEveryKindIsHeldAgainstMeta fails when a kind is added to the menu
// without a recorded delivery to look like.
func TestEveryKindIsHeldAgainstMeta(t *testing.T) {
	w := newWorld(t, nil)
	_, _, raw := w.page("GET", "/api/state", "", nil)
	var state struct {
		Kinds []struct{ Name, Group, Label, Icon string }
	}
	if err := json.Unmarshal([]byte(raw), &state); err != nil || len(state.Kinds) < 30 {
		t.Fatalf("%d kinds, %v", len(state.Kinds), err)
	}
	source, err := os.ReadFile("kinds_test.go")
	if err != nil {
		t.Fatal(err)
	}
	icons, err := os.ReadFile("web/dom.js")
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, k := range state.Kinds {
		if slices.Contains(seen, k.Name) || k.Group == "" || k.Label == "" {
			t.Errorf("%+v is there twice, or has no name to show", k)
		}
		seen = append(seen, k.Name)
		if !strings.Contains(string(source), `", "`+k.Name+`", `) {
			t.Errorf("%s is not compared with a delivery of Meta's", k.Name)
		}
		if !strings.Contains(string(icons), "\n  "+k.Icon+": '") {
			t.Errorf("%s has no picture", k.Name)
		}
	}
}

func TestKindsThatAreRefused(t *testing.T) {
	ana := newWorld(t, nil).Person("ana")
	if _, err := ana.SendKind("telegram", "", ""); !errors.Is(err, simulator.ErrUnknownKind) {
		t.Errorf("%v", err)
	}
	for _, link := range []string{"https://example.org/?text=hi", "https://wa.me/15550001234", "%"} {
		if _, err := ana.SendKind("link", link, ""); err == nil {
			t.Errorf("%s was followed", link)
		}
	}
	if err := ana.Play("wamid.none"); !errors.Is(err, simulator.ErrNoChoice) {
		t.Errorf("%v", err)
	}
}

// TestAnswersFindTheirQuestion: what is asked for is quoted without anybody
// saying which message asked.
func TestAnswersFindTheirQuestion(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.Person("ana")
	ana.Text("hello")
	for request, choice := range map[string]string{
		"req_flow": "Open", "req_location_request": "Send location", "req_contact_request": "Share phone number",
		"req_call_permission": "Allow calls",
	} {
		t.Run(request, func(t *testing.T) {
			sent := w.graphCall("POST", number+"/messages", fixture(t, request)).id()
			if _, err := ana.Tap(choice); err != nil {
				t.Fatal(err)
			}
			m := w.lastMessage()
			if dig(m, "context", "id") != sent {
				t.Errorf("%v", m)
			}
			if response, ok := dig(m, "interactive", "nfm_reply", "response_json").(string); ok &&
				!strings.Contains(response, `"flow_token":"ft_9f2c"`) {
				t.Errorf("the form came without its token: %s", response)
			}
		})
	}
}
