package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"aval/store"
	"aval/store/ledger"
	"aval/store/sqlite"
)

// errTampered ends a verification that found a bad line (exit code 65).
var errTampered = errors.New("the ledger does not verify")

// ledgerVerb has one verb of its own for now: verify.
func ledgerVerb(ctx context.Context, args []string, env environment, io stdio) error {
	if len(args) != 1 || args[0] != "verify" {
		return errUsage
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	report, err := h.verify(ctx, io)
	var fault *ledger.Fault
	if errors.As(err, &fault) {
		fmt.Fprintf(io.out, "bad: line %d: %s\n", fault.Index, fault.Kind)
		return errTampered
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "ok: %d lines, root %s\n", report.Lines, hex.EncodeToString(report.Root[:]))
	return nil
}

// verify needs no key: the ledger holds nothing that is sealed.
func (h *house) verify(ctx context.Context, io stdio) (ledger.Report, error) {
	var report ledger.Report
	running, err := h.ask(ctx, "/ledger/verify", url.Values{}, &report)
	if running {
		return report, err
	}
	if err := h.needStore(); err != nil {
		return report, err
	}
	engine, err := sqlite.Open(ctx, h.config.Data, store.Collections(), sqlite.Options{})
	if err != nil {
		return report, err
	}
	report, err = store.VerifyLedger(ctx, engine, counting(io, "batches verified"))
	return report, errors.Join(err, engine.Close())
}

// counting shows progress on anything that takes longer than two seconds.
func counting(io stdio, what string) func(int64) {
	begun := time.Now()
	shown := begun.Add(time.Second)
	return func(n int64) {
		if now := time.Now(); now.Sub(begun) > 2*time.Second && now.Sub(shown) > time.Second {
			shown = now
			fmt.Fprintf(io.err, "%d %s\n", n, what)
		}
	}
}

// needStore refuses to answer from a store that is not there: a verb that made
// one would say "no such contact" of everybody.
func (h *house) needStore() error {
	if sqlite.Exists(h.config.Data) {
		return nil
	}
	return fmt.Errorf("there is no store in %s; set AVAL_DATA to the directory of the server", h.config.Data)
}

// openAlone opens the store for a verb when no server runs.
func (h *house) openAlone(ctx context.Context, io stdio) (*app, error) {
	if err := h.needStore(); err != nil {
		return nil, err
	}
	if err := h.developmentSecrets(); err != nil {
		return nil, err
	}
	return h.open(ctx, time.Now, slog.New(slog.NewTextHandler(io.err, nil)))
}

// finish takes what the verb wrote into the ledger and closes the store.
func (a *app) finish(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel() // run once and end
	return errors.Join(a.store.Run(ctx), a.close())
}
