package simulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"aval/internal/simulator"
)

// drawn is a business whose drawing shows a box that is lit.
func drawn(svg string) func(*simulator.Config) {
	return func(c *simulator.Config) {
		c.Drawing = func(_ context.Context, p simulator.Profile) (string, string) {
			if p.Key != "ana" {
				return "", "nothing yet"
			}
			return svg, "Order status of +" + p.Phone
		}
	}
}

const tinySVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20">` +
	`<style>.lit{fill:#0b6b57}</style><rect class="lit" width="40" height="20"/></svg>`

func TestDrawing(t *testing.T) {
	w := newWorld(t, drawn(tinySVG))
	status, _, body := w.page("GET", "/api/drawing/ana", "", nil)
	var state struct{ Title, Version string }
	if err := json.Unmarshal([]byte(body), &state); err != nil || status != 200 || state.Title != "Order status of +15550100001" || state.Version == "" {
		t.Errorf("%d %s %v", status, body, err)
	}
	status, header, body := w.page("GET", "/drawings/ana.svg", "", nil)
	if status != 200 || body != tinySVG || header.Get("Content-Type") != "image/svg+xml" ||
		!strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v %s", status, header, body)
	}
	for _, nobody := range []string{"ben", "somebody"} {
		if _, _, body := w.page("GET", "/api/drawing/"+nobody, "", nil); !strings.Contains(body, `"version":""`) {
			t.Errorf("%s: %s", nobody, body)
		}
		if status, _, _ := w.page("GET", "/drawings/"+nobody+".svg", "", nil); status != http.StatusNotFound {
			t.Errorf("%s: %d", nobody, status)
		}
	}
}

// TestHostileDrawing: a drawing that could run or fetch something is never
// served.
func TestHostileDrawing(t *testing.T) {
	for _, inner := range []string{
		`<script>alert(1)</script>`, `<SCRIPT/>`, `<rect onload="alert(1)"/>`, `<a href="javascript:alert(1)"/>`,
		`<image href="https://example.org/x.png"/>`, `<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://x/y#z"/>`,
		`<foreignObject/>`, `<rect>`, `</svg><svg>`,
	} {
		w := newWorld(t, drawn(`<svg xmlns="http://www.w3.org/2000/svg">`+inner+`</svg>`))
		if status, _, body := w.page("GET", "/api/drawing/ana", "", nil); status != 400 {
			t.Errorf("%s: %d %s", inner, status, body)
		}
		if status, _, _ := w.page("GET", "/drawings/ana.svg", "", nil); status != 404 {
			t.Errorf("%s is served: %d", inner, status)
		}
	}
	for _, whole := range []string{`<html/>`, `no XML`, `<!DOCTYPE svg [<!ENTITY a "b">]><svg/>`} {
		w := newWorld(t, drawn(whole))
		if status, _, _ := w.page("GET", "/drawings/ana.svg", "", nil); status != 404 {
			t.Errorf("%s is served: %d", whole, status)
		}
	}
}
