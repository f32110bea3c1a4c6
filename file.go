package main

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"aval/bot"
)

// filePage stands between a link and its file: what looks at links by itself,
// WhatsApp's preview or a scanner, must not use up what opens once.
var filePage = template.Must(template.New("file").Parse(`<!doctype html>
<html lang="{{.Language}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{{.Title}}</title>
<style>body{font:1.2rem/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1.2rem;color:#1b1b1b;background:#fff}
button{font:inherit;padding:.8rem 1.4rem;border:0;border-radius:.6rem;background:#0b5d3b;color:#fff;width:100%}</style>
<h1>{{.Title}}</h1><p>{{.Body}}</p>{{if .Button}}<form method="post"><button>{{.Button}}</button></form>{{end}}</html>
`))

type filePageData struct{ Language, Title, Body, Button string }

// offerFile shows the button that opens a link. It says the same whether the
// link is good or not: only the tap asks.
func (a *app) offerFile(w http.ResponseWriter, r *http.Request) {
	a.page(w, r, http.StatusOK, "page.file.offer", "page.file.button")
}

// handFile hands a package over, once (DSR-12).
func (a *app) handFile(w http.ResponseWriter, r *http.Request) {
	f, err := a.bot.Fetch(r.Context(), mux.Vars(r)["token"])
	switch {
	case errors.Is(err, bot.ErrUsed):
		a.page(w, r, http.StatusGone, "page.file.used", "")
	case errors.Is(err, bot.ErrNotFound):
		a.page(w, r, http.StatusNotFound, "page.file.unknown", "")
	case err != nil:
		a.log.Error("handing a file over", "err", err)
		a.page(w, r, http.StatusServiceUnavailable, "page.file.failed", "page.file.button")
	default:
		h := w.Header()
		private(h)
		h.Set("Content-Type", f.Type)
		h.Set("Content-Disposition", "attachment; filename="+strconv.Quote(f.Name))
		h.Set("Content-Length", strconv.Itoa(len(f.Data)))
		_, _ = w.Write(f.Data) // the person closed the page: they ask again
	}
}

func private(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
}

func (a *app) page(w http.ResponseWriter, r *http.Request, code int, body, button string) {
	lang := a.texts.Match(r.Header.Get("Accept-Language"))
	say := func(id string) string {
		if id == "" {
			return ""
		}
		return a.texts.Text(lang, id, nil)
	}
	private(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_ = filePage.Execute(w, filePageData{Language: lang, Title: say("page.file.title"), Body: say(body), Button: say(button)})
}

// packageKey is the public key with which anybody can verify a package.
func (a *app) packageKey(w http.ResponseWriter, _ *http.Request) {
	_, public, err := a.store.PackageKey()
	if err != nil {
		http.Error(w, "the key cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(public + "\n")) // the caller went away
}
