package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"aval/bot"
	"aval/flows"
	"aval/internal/simulator"
)

// What marketers do with their flows, and the ways into one beside its words.

// fixture is the text of a flow as a marketer wrote it: visit is the first
// version of the flow visit, visit-2 the second.
func (w *world) fixture(name string) (id string, source []byte) {
	w.t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "flows", name+".yaml"))
	if err != nil {
		w.t.Fatal(err)
	}
	return regexp.MustCompile(`-\d+$`).ReplaceAllString(name, ""), source
}

// offering adds a flow of testdata/flows to what the first brand has, and with
// menu to what it offers.
func (w *world) offering(name string, menu bool) func(*house) {
	w.t.Helper()
	id, source := w.fixture(name)
	f, faults := flows.Parse(name+".yaml", source)
	if f == nil {
		w.t.Fatal(faults)
	}
	return func(h *house) {
		h.flows[id] = bot.FlowFile{Flow: f, Source: source}
		if b := h.config.Brands[0]; menu && !slices.Contains(b.Flows, id) {
			b.Flows = append(slices.Clone(b.Flows), id)
		}
	}
}

func staged(form string, change func(*rehearsal, []string)) act {
	return act{form: regexp.MustCompile("^" + form + "$"), stage: change}
}

// flowStages change what the brand has before it opens.
func flowStages() []act {
	return []act{
		staged(`the brand offers the flow ([\w-]+)`, func(r *rehearsal, m []string) {
			r.before = append(r.before, r.world.offering(m[0], true))
		}),
		staged(`the brand has the part ([\w-]+)`, func(r *rehearsal, m []string) {
			r.before = append(r.before, r.world.offering(m[0], false))
		}),
		staged(`the shop's system takes bookings and answers (\{.*\})`, func(r *rehearsal, m []string) {
			r.before = append(r.before, r.bookings(m[0]))
		}),
	}
}

const bookingSecret = "a secret of the shop's own system"

// bookings is a system of the shop to which flows post.
func (r *rehearsal) bookings(answer string) func(*house) {
	r.shop = make(chan string, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body) // what is missing is missing in the comparison
		said := req.Method + " " + string(body)
		if req.Header.Get("webhook-signature") != "" {
			said += ", signed"
		}
		r.shop <- said
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	r.world.t.Cleanup(srv.Close)
	return func(h *house) {
		h.config.Brands[0].Endpoints["bookings"] = bot.Endpoint{
			Name: "bookings", URL: srv.URL, Post: true, Secret: bookingSecret, Purpose: "service",
		}
	}
}

// flowActs are the marketer's, and the ways into a flow.
func flowActs() []act {
	return []act{
		when(`the marketer publishes ([\w-]+)`, func(r *rehearsal, m []string) { r.marketer("publish", m[0]) }),
		when(`the marketer tries ([\w-]+) with (.+)`, func(r *rehearsal, m []string) {
			r.marketer("try", m[0], strings.Split(m[1], " and ")...)
		}),
		when(`the marketer rolls back ([\w-]+)`, func(r *rehearsal, m []string) { r.marketer("rollback", m[0]) }),
		when(`the marketer ends the trial of ([\w-]+)`, func(r *rehearsal, m []string) { r.marketer("end", m[0]) }),
		when(`the shop was sent (.*)`, func(r *rehearsal, m []string) {
			select {
			case got := <-r.shop:
				if got != m[0] {
					r.world.t.Errorf("the shop was sent %s, not %s", got, m[0])
				}
			default:
				r.world.t.Errorf("the shop was sent nothing, not %s", m[0])
			}
		}),
		when(`(\w+) comes from the ad (\d+): (.*)`, func(r *rehearsal, m []string) {
			r.send(m[0], map[string]any{"type": "text", "text": map[string]any{"body": m[2]}, "referral": map[string]any{
				"source_id": m[1], "source_type": "ad", "source_url": "https://fb.example/ad", "headline": "Visit us",
			}})
		}),
		when(`(\w+) opens the link (#\w+): (.*)`, func(r *rehearsal, m []string) {
			link := "https://wa.me/15550001234?text=" + url.QueryEscape(m[2]+" "+m[1])
			if _, err := r.person(m[0]).SendKind("link", link, ""); err != nil {
				r.world.t.Fatal(err)
			}
		}),
		when(`(\w+) taps the template's button (\w+)`, func(r *rehearsal, m []string) {
			if _, err := r.person(m[0]).SendKind("button", m[1]+" | Reservar", ""); err != nil {
				r.world.t.Fatal(err)
			}
		}),
		when(`(\w+) sends the card (.+), \+(\d+)`, func(r *rehearsal, m []string) {
			r.send(m[0], card(m[1], m[2]))
		}),
	}
}

// marketer does what 'aval flow' does with a running server.
func (r *rehearsal) marketer(act, name string, people ...string) {
	form := url.Values{"act": {act}, "id": {name}}
	if act == "publish" || act == "try" {
		id, source := r.world.fixture(name)
		form.Set("id", id)
		form.Set("source", string(source))
	}
	for _, who := range people {
		form.Add("contact", r.name(who))
	}
	_, err := r.world.app.flowAsked(r.world.t.Context(), form)
	if err != nil {
		r.told = append(r.told, "refused: "+simulator.Unchanging(strings.ReplaceAll(err.Error(), "\n", " / ")))
	}
}
