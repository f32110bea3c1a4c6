package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"syscall"

	"github.com/gorilla/mux"

	"aval/bot"
)

// diskLow is the free space under which /readyz says disk_low: room for the
// write-ahead log and a checkpoint of it, with a margin.
const diskLow = 256 << 20

// readiness is the body of /readyz.
type readiness struct {
	Ready  bool            `json:"ready"`
	Store  string          `json:"store"`
	Keys   string          `json:"keys"`
	Ledger ledgerReadiness `json:"ledger"`
	Queue  int             `json:"undecided"`
	// Cases that an officer must answer: within two days, and too late.
	Cases bot.CasesDue `json:"cases"`
	Modes []string     `json:"modes"`
}

type ledgerReadiness struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

// adminRoutes is the listener for health and metrics.
func (a *app) adminRoutes() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/healthz", healthz).Methods(http.MethodGet)
	r.HandleFunc("/readyz", a.readyz).Methods(http.MethodGet)
	r.HandleFunc("/metrics", a.metrics).Methods(http.MethodGet)
	return r
}

func healthz(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

func (a *app) readyz(w http.ResponseWriter, _ *http.Request) {
	r := readiness{Ready: true, Store: "ok", Keys: "ok", Queue: a.bot.Pending(), Modes: []string{}}
	r.Ledger.Size, r.Ledger.Root = a.store.Ledger()
	if a.bot.SendPaused(a.now()) {
		r.Modes = append(r.Modes, "send_paused")
	}
	if a.bot.SweepLate() {
		r.Modes = append(r.Modes, "sweep_late")
	}
	r.Cases = a.bot.CasesDue()
	if free, err := freeBytes(a.config.Data); err != nil || free < diskLow || a.bot.StoreFull() {
		r.Modes = append(r.Modes, "disk_low")
		r.Ready = false
	}
	w.Header().Set("Content-Type", "application/json")
	if !r.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(r) // the caller hung up
}

// freeBytes is the space left for ordinary users on the directory's disk.
func freeBytes(dir string) (uint64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return fs.Bavail * uint64(fs.Bsize), nil
}

// metrics writes the counters in the text form that Prometheus reads. They are
// totals, but for what is waiting now; none of them is about one person.
func (a *app) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	b, hook := a.bot.Stats(), a.hook.Stats()
	size, _ := a.store.Ledger()
	for _, m := range []struct {
		name string
		n    int64
	}{
		{"webhooks_accepted", int64(hook.Accepted)}, {"webhooks_refused", int64(hook.SignatureRefused)},
		{"webhooks_too_large", int64(hook.TooLarge)}, {"webhooks_too_slow", int64(hook.TooSlow)},
		{"webhooks_cut_off", int64(hook.CutOff)}, {"webhooks_not_stored", int64(hook.StoreFailed)},
		{"parser_panics", int64(hook.Panicked)},
		{"events_recorded", b.Recorded.Load()}, {"events_lost", b.Lost.Load()}, {"events_nobody", b.Nobody.Load()},
		{"parts_quarantined", b.Unreadable.Load()}, {"messages_sent", b.Sent.Load()},
		{"sends_failed", b.Failed.Load()}, {"messages_withheld", b.Withheld.Load()},
		{"cases_due_soon", int64(a.bot.CasesDue().Soon)}, {"cases_overdue", int64(a.bot.CasesDue().Overdue)},
		{"decisions_retried", b.Stuck.Load()}, {"ledger_lines", size}, {"events_undecided", int64(a.bot.Pending())},
	} {
		fmt.Fprintf(w, "aval_%s %d\n", m.name, m.n)
	}
}
