package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"aval/bot"
	"aval/flows"
	"aval/flows/words"
	"aval/internal/config"
	"aval/internal/dossier"
	"aval/internal/endpoint"
	"aval/internal/whatsapp"
	"aval/locales"
	"aval/store"
	"aval/store/seal"
	"aval/store/sqlite"
	"aval/templates"
	"aval/webhook"
)

// house is everything that is read before anything is opened: configuration,
// flows, sentences and words, checked together.
type house struct {
	config *config.Config
	flows  map[string]bot.FlowFile
	texts  *locales.Catalog
	words  *words.Lexicon
	// notes is where a verb says that it is still at it.
	notes io.Writer
}

// build reads and checks the house. Its faults are printed one a line, all of
// them, and nothing is opened while there is one.
func build(file string, env environment, std stdio) (*house, error) {
	return buildWith(file, env, std, nil)
}

// buildWith is build with flow files that stand in the place of the others.
func buildWith(file string, env environment, std stdio, extra map[string][]byte) (*house, error) {
	h := &house{flows: map[string]bot.FlowFile{}, notes: std.err}
	demo, err := templates.Demo()
	if err != nil {
		return nil, fmt.Errorf("demo brand: %w", err)
	}
	cfg, faults := config.Load(config.Source{
		Environ: env.list(), File: file, ReadFile: os.ReadFile, ReadDir: os.ReadDir, Demo: demo,
	})
	for _, f := range faults {
		fmt.Fprintln(std.err, f)
	}
	h.config = cfg
	clean := len(faults) == 0
	if cfg != nil && cfg.Store != config.StoreSQLite {
		clean = false
		fmt.Fprintln(std.err, "AVAL_STORE: this version stores in SQLite only; write sqlite, or leave the setting out")
	}
	if h.texts, err = locales.Load(); err != nil {
		clean = false
		fmt.Fprintln(std.err, "locales:", err)
	}
	if h.words, err = lexicon(); err != nil {
		clean = false
		fmt.Fprintln(std.err, "words:", err)
	}
	if cfg == nil || h.texts == nil || h.words == nil {
		return nil, errConfig // without a brand there is nothing to lint flows against
	}
	for _, b := range cfg.Brands {
		for _, lang := range b.Languages {
			if !h.texts.Supports(lang) {
				clean = false
				fmt.Fprintf(std.err, "aval.yaml: brand %s speaks %s, in which the house has no sentences; take it out of languages. There are: %s\n",
					b.ID, lang, strings.Join(h.texts.Languages(), ", "))
			}
		}
	}
	if !h.readFlows(std, extra) || !clean {
		return nil, errConfig
	}
	return h, nil
}

// lexicon builds the words once: they are those of the program, and building
// them takes longer than all the rest of a start.
var lexicon = sync.OnceValues(func() (*words.Lexicon, error) {
	lists, err := locales.Words()
	if err != nil {
		return nil, err
	}
	return words.New(lists)
})

// rules are what the linter must know of a brand.
func (h *house) rules(b *bot.Brand) flows.Rules {
	r := flows.Rules{
		Languages: b.Languages, IsStop: h.words.IsStop, HasKey: h.texts.Has, Fold: bot.Fold,
		Purposes: map[string]flows.PurposeRule{}, Endpoints: map[string]flows.EndpointRule{},
		Templates: map[string]flows.TemplateRule{},
	}
	for _, p := range b.Purposes {
		r.Purposes[p.ID] = flows.PurposeRule{
			Marketing: p.Kind == bot.Marketing || p.Kind == bot.Profiling, Health: p.Kind == bot.Health, Retention: p.Retention,
		}
	}
	for name, e := range b.Endpoints {
		r.Endpoints[name] = flows.EndpointRule{Purpose: e.Purpose}
	}
	for _, m := range b.Templates {
		t := r.Templates[m.Name]
		t.Languages, t.Params = append(t.Languages, m.Language), -1
		t.Marketing = t.Marketing || m.Category == "MARKETING"
		r.Templates[m.Name] = t
	}
	return r
}

// app is an open house: the store, the bot and the routes in front of it.
type app struct {
	*house
	engine *sqlite.Engine
	store  *store.Store
	bot    *bot.Bot
	hook   *webhook.Handler
	now    func() time.Time
	log    *slog.Logger
}

// open opens the store and builds what works on it. It starts nothing.
func (h *house) open(ctx context.Context, now func() time.Time, log *slog.Logger) (*app, error) {
	cfg := h.config
	engine, err := sqlite.Open(ctx, cfg.Data, store.Collections(), sqlite.Options{})
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	a := &app{house: h, engine: engine, now: now, log: log}
	if err := a.assemble(ctx); err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return a, nil
}

func (a *app) assemble(ctx context.Context) error {
	cfg := a.config
	root, err := openRoot(cfg)
	if err != nil {
		return err
	}
	if a.store, err = store.Open(ctx, a.engine, root, a.now, a.log); err != nil {
		return err
	}
	sender, err := whatsapp.New(whatsapp.Config{
		GraphURL: cfg.Meta.GraphURL, Token: cfg.Meta.AccessToken, Development: cfg.Mode == config.Development,
	})
	if err != nil {
		return fmt.Errorf("meta: %w", err)
	}
	signer, _, err := a.store.PackageKey()
	if err != nil {
		return err
	}
	packer, err := dossier.New(dossier.Config{Signer: signer, Text: a.texts.Text, Speaks: a.texts.Supports})
	if err != nil {
		return fmt.Errorf("packages: %w", err)
	}
	a.bot, err = bot.New(bot.Config{
		Brands: cfg.Brands, Store: a.store, Vault: a.store, Archive: a.store, Shelf: a.store, Packer: packer, Sender: sender, Caller: endpoint.New(a.now),
		PublicURL: cfg.PublicURL, FileMost: fileMost, Retention: cfg.Retention,
		Throttle: whatsapp.NewLimiter(speeds(cfg.Brands)), Now: a.now, Log: a.log,
		Env: &bot.Env{
			Texts: a.texts, Words: a.words, Keys: a.store, ClassOf: whatsapp.ClassOf,
			Random: func(b []byte) { _, _ = rand.Read(b) }, // never fails: it ends the process instead
		},
	})
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	if err := a.bot.KeepFlows(ctx, a.files()); err != nil {
		return fmt.Errorf("flows: %w", err)
	}
	a.hook, err = webhook.New(webhook.Config{
		Secrets: cfg.Meta.AppSecrets, VerifyToken: cfg.Meta.VerifyToken, Now: a.now, Intake: a.bot, Log: a.log,
	})
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	return nil
}

// keepNotices refuses to start with a notice whose words are not those that
// people were shown under its version.
func (a *app) keepNotices(ctx context.Context) error {
	for _, b := range a.config.Brands {
		for _, n := range b.Notices {
			err := a.store.KeepNotice(ctx, b.ID, n.Ref(), config.NoticeHash(n))
			if errors.Is(err, store.ErrNoticeChanged) {
				return fmt.Errorf("brand %s, notice %s: %w; put the old words back and write the new ones "+
					"to the next version's file", b.ID, n.Ref(), err)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// errKeys: the root key cannot be used (exit code 78).
var errKeys = errors.New("keys")

// openRoot opens the key-encryption key. Development keeps one below the data
// directory and makes it when it is missing; production never makes one.
func openRoot(cfg *config.Config) (seal.Root, error) {
	path := filepath.Join(cfg.Data, "development.key")
	if cfg.Keys != "" {
		u, err := url.Parse(cfg.Keys)
		if err != nil || u.Scheme != "file" {
			return nil, errors.New("AVAL_KEYS: this version reads a key from a file only, as file:///path")
		}
		path = u.Path
	} else if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := seal.CreateFileRoot(path); err != nil {
			return nil, fmt.Errorf("development key: %w", err)
		}
	}
	root, err := seal.FileRoot(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: AVAL_KEYS: there is no file %s; make one of 32 random bytes that only the server may read, "+
			"and keep a copy where the data is not: head -c 32 /dev/urandom > FILE; chmod 400 FILE", errKeys, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: AVAL_KEYS: %w", errKeys, err)
	}
	return root, nil
}

func speeds(brands []*bot.Brand) map[string]int {
	out := map[string]int{}
	for _, b := range brands {
		for _, n := range b.Numbers {
			out[n.ID] = n.PerSecond
		}
	}
	return out
}

// routes is the public listener.
func (a *app) routes() http.Handler {
	r := mux.NewRouter()
	a.hook.Register(r)
	r.HandleFunc("/healthz", healthz).Methods(http.MethodGet)
	r.HandleFunc("/readyz", a.readyz).Methods(http.MethodGet)
	r.HandleFunc("/file/{token}", a.offerFile).Methods(http.MethodGet)
	r.HandleFunc("/file/{token}", a.handFile).Methods(http.MethodPost)
	r.HandleFunc("/package-key", a.packageKey).Methods(http.MethodGet)
	return r
}

// fileMost is up to which size, in bytes, a file is sent in the chat: WhatsApp
// takes documents of 100 MB, but people pay for what their phones fetch by
// themselves.
const fileMost = 16 << 20

// run works until ctx ends: the ledger outlives the bot, so that what the bot
// wrote last is taken in.
func (a *app) run(ctx context.Context) error {
	ledgerCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- a.store.Run(ledgerCtx) }()
	err := a.bot.Run(ctx)
	stop()
	return errors.Join(err, <-done)
}

func (a *app) close() error { return a.engine.Close() }
