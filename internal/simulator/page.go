package simulator

import (
	"embed"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"
)

//go:embed web
var web embed.FS

// contentPolicy lets the page load its own files and nothing else, so that no
// message can become a script whatever it holds.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves everything: the phones page, Graph, clock, faults, the shop.
func (s *Sim) Handler() http.Handler {
	r := mux.NewRouter()
	s.graphRoutes(r.PathPrefix("/graph").Subrouter())
	r.Path("/readyz").Methods("GET").HandlerFunc(s.ready)
	r.Path("/shop/orders/{number}").Methods("GET").HandlerFunc(s.shopOrder)
	own := r.NewRoute().Subrouter()
	own.Use(sameOrigin)
	own.Path("/clock").Methods("GET").HandlerFunc(s.getClock)
	own.Path("/clock").Methods("PUT").HandlerFunc(s.putClock)
	own.Path("/faults").Methods("GET").HandlerFunc(s.getFaults)
	own.Path("/faults").Methods("PUT").HandlerFunc(s.putFaults)
	own.Path("/faults").Methods("DELETE").HandlerFunc(s.resetFaults)
	own.Path("/api/state").Methods("GET").HandlerFunc(s.getState)
	own.Path("/api/events").Methods("GET").HandlerFunc(s.events)
	own.Path("/api/act").Methods("POST").HandlerFunc(s.postAct)
	own.Path("/api/record").Methods("GET").HandlerFunc(s.getRecord)
	own.Path("/api/record").Methods("PUT").HandlerFunc(s.putRecord)
	own.Path("/api/drawing/{person}").Methods("GET").HandlerFunc(s.getDrawing)
	own.Path("/drawings/{person}.svg").Methods("GET").HandlerFunc(s.getDrawingFile)
	own.Path("/files/{id}").Methods("GET").HandlerFunc(s.getFile)
	own.Path("/pictures/{id}").Methods("GET").HandlerFunc(s.getPicture)
	own.PathPrefix("/").Methods("GET", "HEAD").Handler(pages())
	return r
}

// sameOrigin keeps other web pages in the developer's browser from driving
// the simulator. Programs without a browser's headers pass.
func sameOrigin(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}

func pages() http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		return http.NotFoundHandler() // the folder is compiled in
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-store")
		serve.ServeHTTP(w, r)
	})
}

func (s *Sim) ready(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, fields{"ready": true, "counts": s.Counts(), "pending": s.post.pending.Load()})
}

// getFile lets the person open a file of a message. It is always saved, never
// shown, and needs no token: the phone has it already.
func (s *Sim) getFile(w http.ResponseWriter, r *http.Request) {
	f, ok := s.media.onPhone(mux.Vars(r)["id"])
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment; filename="+safeName(f.name))
	w.Header().Set("Content-Security-Policy", "sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(f.item.content) // the caller went away
}

// getPicture shows a picture of a message inside its bubble. It serves
// pictures only, whatever a file is called, so that no file can be a page.
func (s *Sim) getPicture(w http.ResponseWriter, r *http.Request) {
	f, ok := s.media.onPhone(mux.Vars(r)["id"])
	if !ok || !slices.Contains([]string{"image/png", "image/jpeg", "image/webp"}, f.item.mime) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.item.mime)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(f.item.content) // the caller went away
}

// safeName keeps letters, digits, dots and dashes of a file name.
func safeName(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return -1
	}, name)
	return orText(clean, "file")
}
