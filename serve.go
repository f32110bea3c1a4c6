package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"aval/bot"
	"aval/internal/config"
	"aval/internal/simulator"
)

// serve runs the server, and in development the simulator beside it.
func serve(ctx context.Context, args []string, env environment, io stdio) error {
	file, err := configFlag("serve", args, io)
	if err != nil {
		return err
	}
	h, err := build(file, env, io)
	if err != nil {
		return err
	}
	if err := h.developmentSecrets(); err != nil {
		return err
	}
	debug.FreeOSMemory() // building the words left more behind than they are
	s := &server{house: h, io: io, log: slog.New(slog.NewJSONHandler(io.err, nil))}
	return s.serve(ctx)
}

func configFlag(name string, args []string, io stdio) (string, error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.err)
	file := set.String("config", "", "path of aval.yaml")
	if err := set.Parse(args); err != nil || set.NArg() > 0 {
		return "", errUsage
	}
	return *file, nil
}

// developmentSecrets makes up, for this run, what nobody configured. In
// production the configuration has refused by now.
func (h *house) developmentSecrets() error {
	m := &h.config.Meta
	if len(m.AppSecrets) == 0 {
		m.AppSecrets = []bot.Secret{randomSecret()}
	}
	if m.VerifyToken == "" {
		m.VerifyToken = randomSecret()
	}
	if m.AccessToken == "" {
		m.AccessToken = randomSecret()
	}
	return nil
}

func randomSecret() bot.Secret {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return bot.Secret(hex.EncodeToString(b[:]))
}

// server is a running aval: listeners first, then what works behind them, and
// the reverse to stop.
type server struct {
	*house
	io    stdio
	log   *slog.Logger
	clock clock
	app   *app
	sim   *simulator.Sim

	public, admin, control, phones net.Listener
}

// shutdownTimeout lets requests and calls to Meta under way finish: a call is
// bounded by 20 seconds.
const shutdownTimeout = 25 * time.Second

func (s *server) serve(ctx context.Context) error {
	app, err := s.open(ctx, s.clock.now, s.log)
	if err != nil {
		return err
	}
	s.app = app
	defer func() { s.closing("store", app.close()) }()
	if err := app.keepNotices(ctx); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return errors.Join(err, s.hangUp())
	}
	if err := app.store.Act(ctx, bot.Line{Type: bot.LineStarted, Actor: "operator", Object: buildVersion()}); err != nil {
		return errors.Join(err, s.hangUp())
	}
	return s.work(ctx)
}

func (s *server) closing(what string, err error) {
	if err != nil {
		s.log.Error("closing", "what", what, "err", err)
	}
}

// listen binds every address before anything works, so that a taken port is
// the first thing an operator hears of.
func (s *server) listen() (err error) {
	cfg := s.config
	if s.public, err = net.Listen("tcp", cfg.Addr); err != nil {
		return fmt.Errorf("public listener: %w", err)
	}
	if s.admin, err = net.Listen("tcp", cfg.AdminAddr); err != nil {
		return fmt.Errorf("admin listener: %w", err)
	}
	if s.control, err = listenControl(filepath.Join(cfg.Data, controlName)); err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	if !cfg.Simulator {
		return nil
	}
	if s.phones, err = net.Listen("tcp", cfg.SimulatorAddr); err != nil {
		return fmt.Errorf("simulator listener: %w", err)
	}
	return nil
}

func (s *server) hangUp() error {
	var errs []error
	for _, l := range []net.Listener{s.public, s.admin, s.control, s.phones} {
		if l != nil {
			errs = append(errs, l.Close())
		}
	}
	return errors.Join(errs...)
}

// work runs everything until ctx ends or a part fails, then stops in reverse:
// no new requests, then the bot, then the ledger.
func (s *server) work(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	start := func(name string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil {
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	start("public", serveHTTP(s.public, s.app.routes()))
	start("admin", serveHTTP(s.admin, s.app.adminRoutes()))
	start("control", serveHTTP(s.control, s.app.controlRoutes()))
	if s.phones != nil {
		s.startSimulator(start)
	}
	start("bot", s.app.run)
	s.greet()
	parts.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// startSimulator plays Meta's side over real HTTP.
func (s *server) startSimulator(start func(string, func(context.Context) error)) {
	cfg := s.config
	base := "http://" + s.phones.Addr().String()
	s.sim = simulator.New(simulator.Config{
		WebhookURL: "http://" + s.public.Addr().String() + "/webhook", BaseURL: base,
		AppSecret: string(cfg.Meta.AppSecrets[0]), VerifyToken: string(cfg.Meta.VerifyToken),
		AccessToken: string(cfg.Meta.AccessToken), Numbers: simulatedNumbers(cfg), Account: cfg.Meta.WABA, Log: s.log,
		// Ticks that come at once look like a fault to people.
		Faults:  simulator.Faults{StatusMS: 300},
		Idle:    s.app.bot.Idle,
		Drawing: newDrawings(s.app).of,
	})
	start("simulator", serveHTTP(s.phones, s.sim.Handler()))
	start("simulator deliveries", s.sim.Run)
	start("clock", func(ctx context.Context) error {
		s.clock.follow(ctx, base+"/clock")
		return nil
	})
}

func simulatedNumbers(cfg *config.Config) []simulator.Number {
	var out []simulator.Number
	for _, b := range cfg.Brands {
		for _, n := range b.Numbers {
			out = append(out, simulator.Number{ID: n.ID, Display: digitsOf(n.Display), Name: b.Name})
		}
	}
	return out
}

func digitsOf(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// serveHTTP returns a part that serves a listener until its context ends.
// Header and idle times are bounded against callers who hold connections open;
// the webhook bounds its own bodies.
func serveHTTP(l net.Listener, handler http.Handler) func(context.Context) error {
	return func(ctx context.Context) error {
		srv := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
			MaxHeaderBytes: 16 << 10}
		done := make(chan error, 1)
		go func() {
			<-ctx.Done()
			grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
			defer cancel()
			err := srv.Shutdown(grace)
			if errors.Is(err, context.DeadlineExceeded) {
				err = srv.Close() // an event stream of the phones page never ends by itself
			}
			done <- err
		}()
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return <-done
	}
}

// greet says what to open.
func (s *server) greet() {
	out := s.io.out
	if s.config.Mode != config.Development {
		fmt.Fprintf(out, "aval %s listens on %s, health and metrics on %s\n", buildVersion(), s.public.Addr(), s.admin.Addr())
		return
	}
	fmt.Fprintln(out, "Aval, development mode: demo keys, data in", s.config.Data+". Not for production.")
	if s.phones != nil {
		fmt.Fprintf(out, "Open the phones:  http://%s/\n", s.phones.Addr())
	}
	fmt.Fprintf(out, "Health:           http://%s/readyz\n", s.admin.Addr())
	fmt.Fprintln(out, "Stop with Ctrl-C.")
}

func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
