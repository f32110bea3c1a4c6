package endpoint

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/flows"
)

func TestCall(t *testing.T) {
	var path string
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/", func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		w.Write([]byte(`{"state":"shipped","days":2,"late":false,"note":null,"lines":[1]}`))
	})
	mux.HandleFunc("/none", http.NotFound)
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/orders/1", http.StatusFound) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`"` + strings.Repeat("x", answerLimit) + `"`))
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/html", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<p>")) })
	server := httptest.NewServer(mux)
	defer server.Close()

	for _, tt := range []struct{ name, path, order, want string }{
		{"OK", "/orders/{order}", "17", "ok"},
		{"StaysInItsPath", "/orders/{order}", "../../none?x=1", "ok"},
		{"DotsRefused", "/orders/{order}", "..", "failed"},
		{"EmptyRefused", "/orders/{order}", "", "failed"},
		{"FieldMissing", "/orders/{other}", "17", "failed"},
		{"NotFound", "/none", "", "not_found"},
		{"RedirectRefused", "/away", "", "failed"},
		{"TooBig", "/big", "", "failed"},
		{"TooSlow", "/slow", "", "failed"},
		{"NoJSON", "/html", "", "failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := bot.Endpoint{URL: server.URL + tt.path, Timeout: 100 * time.Millisecond}
			got := New().Call(context.Background(), e, map[string]flows.Answer{"order": flows.Answer(tt.order)})
			if got.Outcome != tt.want {
				t.Errorf("outcome %q, want %q", got.Outcome, tt.want)
			}
			if tt.name == "OK" && (got.Fields["state"] != "shipped" || got.Fields["days"] != "2" || len(got.Fields) != 3) {
				t.Errorf("fields %d, state and days expected", len(got.Fields))
			}
		})
	}
	if strings.Contains(path, "none?") || !strings.HasPrefix(path, "/orders/") {
		t.Errorf("the field left its path")
	}
}
