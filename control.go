package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"aval/bot"
	"aval/store"
	"aval/store/ledger"
)

// controlName is the socket in the data directory through which verbs reach a
// running server. Its mode is the only permission there is: whoever may read
// the data directory may ask.
const controlName = "aval.sock"

// listenControl binds the socket. The data directory is locked by now, so a
// socket found there belongs to a server that died.
func listenControl(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o600)
}

// controlRoutes answers the verbs.
func (a *app) controlRoutes() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/contact", func(w http.ResponseWriter, req *http.Request) {
		v, err := a.bot.Show(req.Context(), req.FormValue("name"), "operator")
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/case", func(w http.ResponseWriter, req *http.Request) {
		v, err := a.caseAct(req.Context(), caseOptions{
			act: req.FormValue("act"), reference: req.FormValue("reference"), closed: req.FormValue("closed") != "",
			answer: bot.Decision{Ground: req.FormValue("ground"), Reason: bot.Text(req.FormValue("reason")), Told: req.FormValue("told")},
		})
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/request", func(w http.ResponseWriter, req *http.Request) {
		v, err := a.requestAct(req.Context(), req.FormValue("name"), bot.Ask{Type: req.FormValue("type"),
			Route: req.FormValue("route"), Evidence: req.FormValue("evidence"), Told: req.FormValue("told"), Paper: req.FormValue("paper") != ""})
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/stop", func(w http.ResponseWriter, req *http.Request) {
		n, err := a.bot.StopFor(req.Context(), req.FormValue("name"), req.FormValue("route"))
		reply(w, n, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/erased", func(w http.ResponseWriter, req *http.Request) {
		done, err := a.bot.Erased(req.Context(), bot.ContactID(req.FormValue("contact")))
		reply(w, done, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/import", func(w http.ResponseWriter, req *http.Request) {
		data, err := io.ReadAll(http.MaxBytesReader(w, req.Body, importMost))
		var v bot.ImportReport
		if err == nil {
			v, err = a.importAct(req.Context(), data, req.Header.Get(keyHeader))
		}
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/flow", func(w http.ResponseWriter, req *http.Request) {
		var v []flowView
		err := req.ParseForm()
		if err == nil {
			v, err = a.flowAsked(req.Context(), req.Form)
		}
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/recordings", func(w http.ResponseWriter, req *http.Request) {
		v, err := a.bot.Recordings(req.Context(), req.FormValue("id"))
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/retention", func(w http.ResponseWriter, req *http.Request) {
		v, err := a.retentionAct(req.Context(), req.FormValue("dry") != "", req.FormValue("at"))
		reply(w, v, err)
	}).Methods(http.MethodPost)
	r.HandleFunc("/ledger/verify", func(w http.ResponseWriter, req *http.Request) {
		report, err := store.VerifyLedger(req.Context(), a.engine, func(int64) {})
		reply(w, report, err)
	}).Methods(http.MethodPost)
	return r
}

// controlError is an error on its way to a verb.
type controlError struct {
	NotFound  bool          `json:"not_found,omitempty"`
	Integrity bool          `json:"integrity,omitempty"`
	Fault     *ledger.Fault `json:"fault,omitempty"`
	Text      string        `json:"text"`
}

func reply(w http.ResponseWriter, v any, err error) {
	if err == nil {
		_ = json.NewEncoder(w).Encode(v) // the verb was interrupted
		return
	}
	e := controlError{NotFound: errors.Is(err, bot.ErrNotFound), Integrity: errors.Is(err, bot.ErrIntegrity), Text: err.Error()}
	errors.As(err, &e.Fault)
	w.WriteHeader(http.StatusInternalServerError)
	_ = json.NewEncoder(w).Encode(e)
}

// ask sends a form to the running server. It reports false when none runs.
func (h *house) ask(ctx context.Context, path string, form url.Values, into any) (running bool, err error) {
	// The name travels in the body: a URL ends up in logs.
	head := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return h.send(ctx, path, head, strings.NewReader(form.Encode()), into)
}

// patienceEvery is how long a verb waits before it says that it still does.
const patienceEvery = 3 * time.Second

// patience says every few seconds that a verb is still at it, until stop is
// called.
func patience(w io.Writer) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	begun := time.Now()
	go func() {
		defer close(ended)
		tick := time.NewTicker(patienceEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				fmt.Fprintf(w, "still at it, after %d s\n", int(time.Since(begun).Seconds()))
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// send posts a body to the running server. Only where nobody listens does none
// run: a call that broke off may have been carried out, and must not be carried
// out again by somebody else.
func (h *house) send(ctx context.Context, path string, head http.Header, body io.Reader, into any) (running bool, err error) {
	socket := filepath.Join(h.config.Data, controlName)
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://aval"+path, body)
	if err != nil {
		return false, err
	}
	req.Header = head
	stop := patience(h.notes)
	resp, err := client.Do(req)
	stop()
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("the server did not answer: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return true, json.NewDecoder(resp.Body).Decode(into)
	}
	var e controlError
	if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
		return true, fmt.Errorf("answer of the server: %w", err)
	}
	switch {
	case e.Fault != nil:
		return true, e.Fault
	case e.NotFound:
		return true, bot.ErrNotFound
	case e.Integrity:
		return true, bot.ErrIntegrity
	}
	return true, errors.New(e.Text)
}
