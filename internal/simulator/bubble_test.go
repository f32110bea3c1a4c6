package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"aval/internal/simulator"
)

// shown sends a body and returns how the phone shows it, as JSON.
func (w *world) shown(body string) string {
	w.t.Helper()
	got := w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001",`+body+`}`))
	if got.status != 200 {
		w.t.Fatalf("code %d: %s", got.code(), got.raw)
	}
	inbox := w.Person("ana").Inbox()
	m := inbox[len(inbox)-1]
	m.Raw = nil
	raw, err := json.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

func interactiveBody(kind, rest string) string {
	return `"type":"interactive","interactive":{"type":"` + kind + `","body":{"text":"x"},` + rest + `}`
}

// TestWhatThePhoneShows: everything Graph accepts has something of its own to
// show.
func TestWhatThePhoneShows(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Templates = richTemplates() })
	w.Person("ana").Text("hello")
	picture := w.upload("a.png", "image/png", "png")
	voice := w.upload("v.ogg", "audio/ogg", "ogg")
	cases := []struct{ name, body, holds string }{
		{"preview on", `"type":"text","text":{"preview_url":true,"body":"see https://example.org/a now"}`, `"preview":"https://example.org/a"`},
		{"voice", `"type":"audio","audio":{"id":"` + voice + `","voice":true}`, `"kind":"voice"`},
		{"sound", `"type":"audio","audio":{"id":"` + voice + `"}`, `"kind":"audio"`},
		{"place", `"type":"location","location":{"latitude":"52.37","longitude":4.9,"name":"Park","address":"1 St"}`,
			`"place":{"latitude":52.37,"longitude":4.9,"name":"Park","address":"1 St"}`},
		{"cards", `"type":"contacts","contacts":[{"name":{"formatted_name":"Bo","first_name":"Bo"},"org":{"company":"C"},` +
			`"phones":[{"phone":"+1"}],"emails":[{"email":"b@example.org"}]}]`,
			`"cards":[{"name":"Bo","company":"C","phones":["+1"],"emails":["b@example.org"]}]`},
		{"flow", interactiveBody("flow", `"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1",`+
			`"flow_token":"ft","flow_cta":"Open"}}`), `"choices":[{"id":"ft","label":"Open","kind":"form"}]`},
		{"call", interactiveBody("call_permission_request", `"action":{"name":"call_permission_request"}`), `"kind":"call_no"`},
		{"product", `"type":"interactive","interactive":{"type":"product","action":{"catalog_id":"3","product_retailer_id":"sku-7"}}`,
			`{"id":"sku-7","label":"Order it","kind":"order"}`},
		{"products", interactiveBody("product_list", `"header":{"type":"text","text":"h"},"action":{"catalog_id":"3","sections":[`+
			`{"title":"s","product_items":[{"product_retailer_id":"a"},{"product_retailer_id":"b"}]}]}`), `{"id":"b","label":"b","kind":"order"}`},
		{"catalog", interactiveBody("catalog_message", `"action":{"name":"catalog_message"}`), `"label":"View catalog and order"`},
		{"address", interactiveBody("address_message", `"action":{"name":"address_message","parameters":{"country":"IN"}}`), `"kind":"address"`},
		{"picture above buttons", interactiveBody("button", `"header":{"type":"image","image":{"id":"`+picture+`"}},"action":{"buttons":[`+
			`{"type":"reply","reply":{"id":"1","title":"A"}}]}`), `"file":{"kind":"image"`},
		{"template with everything", `"type":"template","template":{"name":"rich","language":{"code":"en"},"components":[` +
			`{"type":"header","parameters":[{"type":"image","image":{"id":"` + picture + `"}}]},` +
			`{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"42"}]},` +
			`{"type":"button","sub_type":"copy_code","index":"3","parameters":[{"type":"coupon_code","coupon_code":"SAVE"}]},` +
			`{"type":"button","sub_type":"flow","index":"4","parameters":[{"type":"action","action":{"flow_token":"ft"}}]}]}`,
			`"choices":[{"id":"Later","label":"Later","kind":"quick_reply"},{"id":"ft","label":"Fill in","kind":"form"}],` +
				`"link":{"label":"See","url":"https://example.org/42"},"links":[{"label":"Call us","url":"tel:+15550001234"},` +
				`{"label":"Code","url":"copy:SAVE"}],"file":{"kind":"image","type":"image/png","size":3`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := w.shown(c.body); !strings.Contains(got, c.holds) {
				t.Errorf("want %s\nin   %s", c.holds, got)
			}
		})
	}
	t.Run("preview off", func(t *testing.T) {
		if got := w.shown(`"type":"text","text":{"body":"see https://example.org/a"}`); strings.Contains(got, "preview") {
			t.Errorf("%s", got)
		}
	})
}

func richTemplates() []simulator.Template {
	return []simulator.Template{{Name: "rich", Language: "en", Category: "UTILITY", Components: []simulator.Component{
		{Type: "HEADER", Format: "IMAGE"}, {Type: "BODY", Text: "Your order."}, {Type: "FOOTER", Text: "Bye"},
		{Type: "BUTTONS", Buttons: []simulator.TemplateButton{
			{Type: "QUICK_REPLY", Text: "Later"}, {Type: "URL", Text: "See", URL: "https://example.org/{{1}}"},
			{Type: "PHONE_NUMBER", Text: "Call us", Phone: "+15550001234"}, {Type: "COPY_CODE", Text: "Code"},
			{Type: "FLOW", Text: "Fill in"},
		}},
	}}}
}

// TestShopAndPlaceRefusals: what Graph does not take is refused with its error.
func TestShopAndPlaceRefusals(t *testing.T) {
	w := newWorld(t, nil)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"no product":           {interactiveBody("product", `"action":{"catalog_id":"3"}`), 131008},
		"products, no header":  {interactiveBody("product_list", `"action":{"catalog_id":"3","sections":[{"title":"s"}]}`), 131008},
		"products, none":       {interactiveBody("product_list", `"header":{"type":"text","text":"h"},"action":{"catalog_id":"3","sections":[{"title":"s"}]}`), 131009},
		"products, no section": {interactiveBody("product_list", `"header":{"type":"text","text":"h"},"action":{"catalog_id":"3"}`), 131009},
		"address, country":     {interactiveBody("address_message", `"action":{"name":"address_message","parameters":{"country":"BR"}}`), 131009},
		"catalog, name":        {interactiveBody("catalog_message", `"action":{"name":"x"}`), 131009},
		"order details":        {interactiveBody("order_details", `"action":{"name":"review_and_pay"}`), 131009},
		"not on this planet":   {`"type":"location","location":{"latitude":91,"longitude":0}`, 131009},
		"not a number":         {`"type":"location","location":{"latitude":"north","longitude":0}`, 131009},
		"nameless card":        {`"type":"contacts","contacts":[{"phones":[{"phone":"+1"}]}]`, 131008},
		"unknown kind":         {`"type":"hologram","hologram":{}`, 131051},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","to":"+15550100001",`+c.body+`}`))
			if got.code() != c.code {
				t.Errorf("code %d, want %d: %s", got.code(), c.code, got.raw)
			}
		})
	}
}
