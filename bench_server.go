package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"aval/internal/simulator"
	"aval/templates"
)

// benchRun is a server under measurement and Meta's side for it.
type benchRun struct {
	options benchOptions
	io      stdio
	dir     string
	secret  string
	hook    string // address of the public listener
	admin   string
	child   *exec.Cmd
	exited  chan error
	sim     *simulator.Sim
	cancel  context.CancelFunc
	people  []*simulator.Person
	waits   *waiters
	results results
	// graph and token are what the server was started with.
	graph, token string
	// started is how long the last start took.
	started time.Duration
}

// benchNumbers is how many numbers the brand has: Meta lets each send at most
// 1,000 messages a second, and this is to measure the server, not the limit.
const benchNumbers = 8

// startBench starts Meta's side in this process and the server in another.
func startBench(ctx context.Context, o benchOptions, io stdio) (*benchRun, error) {
	b := &benchRun{options: o, io: io, secret: string(randomSecret()), waits: newWaiters(), exited: make(chan error, 1)}
	dir, err := os.MkdirTemp("", "aval-bench-")
	if err != nil {
		return nil, err
	}
	b.dir = dir
	if err := writeDemo(dir); err != nil {
		return nil, err
	}
	token := string(randomSecret())
	graph, err := b.startMeta(ctx, token)
	if err != nil {
		return nil, err
	}
	err = b.startServer(ctx, graph, token)
	b.results.startEmpty = b.started
	return b, err
}

// writeDemo copies the demo brand and gives it the numbers of the benchmark.
func writeDemo(dir string) error {
	demo, err := templates.Demo()
	if err != nil {
		return err
	}
	return fs.WalkDir(demo, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(demo, name)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		one := []byte("      - id: \"100000000000001\"\n        display: +1 555 000 1234\n")
		return os.WriteFile(target, bytes.Replace(data, one, numbersYAML(), 1), 0o600)
	})
}

func benchNumber(i int) string { return "10000000000000" + strconv.Itoa(i) }

func numbersYAML() []byte {
	var b bytes.Buffer
	for i := range benchNumbers {
		fmt.Fprintf(&b, "      - id: %q\n        display: +1 555 000 123%d\n        per_second: 1000\n", benchNumber(i), i)
	}
	return b.Bytes()
}

// startMeta runs the simulator and returns the Graph URL.
func (b *benchRun) startMeta(ctx context.Context, token string) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	ctx, b.cancel = context.WithCancel(ctx)
	cfg := simulator.Config{
		AppSecret: b.secret, AccessToken: token, Quiet: true, Connections: b.options.conns,
		Faults: simulator.Faults{PairOff: true, NoStatuses: true}, OnMessage: b.waits.arrived,
	}
	for i := range benchNumbers {
		cfg.Numbers = append(cfg.Numbers, simulator.Number{ID: benchNumber(i), Display: "1555000123" + strconv.Itoa(i)})
	}
	b.sim = simulator.New(cfg)
	go func() { _ = serveHTTP(l, b.sim.Handler())(ctx) }()
	go func() { _ = b.sim.Run(ctx) }()
	return "http://" + l.Addr().String() + "/graph/v26.0", nil
}

// startServer starts the real program and waits until it answers.
func (b *benchRun) startServer(ctx context.Context, graph, token string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.hook, b.admin = freeAddress(), freeAddress()
	b.child = exec.CommandContext(ctx, self, "serve")
	b.child.Env = append(os.Environ(), "AVAL_CONFIG="+filepath.Join(b.dir, "aval.yaml"),
		"AVAL_DATA="+filepath.Join(b.dir, "data"), "AVAL_ADDR="+b.hook, "AVAL_ADMIN_ADDR="+b.admin, "AVAL_SIMULATOR=off",
		"AVAL_META_APP_SECRET="+b.secret, "AVAL_META_ACCESS_TOKEN="+token, "AVAL_META_GRAPH_URL="+graph)
	b.child.Stderr = b.io.err
	b.graph, b.token = graph, token
	begun := time.Now()
	if err := b.child.Start(); err != nil {
		return err
	}
	go func() { b.exited <- b.child.Wait() }()
	b.sim.Connect("http://" + b.hook + "/webhook")
	for {
		resp, err := local().Get("http://" + b.admin + "/readyz")
		if err == nil {
			resp.Body.Close()
			b.started = time.Since(begun)
			return nil
		}
		select {
		case err := <-b.exited:
			return fmt.Errorf("%w: %v", errBenchServer, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func freeAddress() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:0"
	}
	defer l.Close()
	return l.Addr().String()
}

// stopServer ends the server as an operator would.
func (b *benchRun) stopServer() error {
	_ = b.child.Process.Signal(syscall.SIGTERM)
	return <-b.exited
}

// stop ends everything and reads the size of the store.
func (b *benchRun) stop() error {
	err := b.stopServer()
	b.cancel()
	var size int64
	for _, name := range []string{"aval.db", "aval.db-wal"} {
		if info, err := os.Stat(filepath.Join(b.dir, "data", name)); err == nil {
			size += info.Size()
		}
	}
	if b.results.contactsAfter > 0 {
		b.results.bytesPerContact = size / int64(b.results.contactsAfter)
	}
	if rm := os.RemoveAll(b.dir); err == nil {
		err = rm
	}
	return err
}

// usage reads the server's CPU time and peak memory.
func (b *benchRun) usage() (cpu time.Duration, peak int64) {
	proc := "/proc/" + strconv.Itoa(b.child.Process.Pid)
	stat, _ := os.ReadFile(proc + "/stat")
	if _, rest, ok := strings.Cut(string(stat), ") "); ok {
		f := strings.Fields(rest)
		if len(f) > 12 {
			user, _ := strconv.ParseInt(f[11], 10, 64)
			kernel, _ := strconv.ParseInt(f[12], 10, 64)
			cpu = time.Duration(user+kernel) * 10 * time.Millisecond // clock ticks of 1/100 s
		}
	}
	status, _ := os.ReadFile(proc + "/status")
	for _, row := range strings.Split(string(status), "\n") {
		if v, ok := strings.CutPrefix(row, "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 10, 64)
			peak = kb << 10
		}
	}
	return cpu, peak
}

// undecided asks the server how many recorded events wait for a decision.
func (b *benchRun) undecided() (n int, lines int64, err error) {
	resp, err := local().Get("http://" + b.admin + "/readyz")
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	var r readiness
	err = json.NewDecoder(resp.Body).Decode(&r)
	return r.Queue, r.Ledger.Size, err
}
