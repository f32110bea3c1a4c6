package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// TestMain lets the test binary be the server that TestKilledUnderLoad kills.
func TestMain(m *testing.M) {
	if os.Getenv("AVAL_TEST_SERVE") == "1" {
		os.Exit(run(context.Background(), []string{"serve"}, os.Environ(), stdio{os.Stdout, os.Stderr}))
	}
	os.Exit(m.Run())
}

// killable is the real program in a process of its own.
type killable struct {
	cmd    *exec.Cmd
	hook   string
	secret string
	errs   bytes.Buffer
}

func startKillable(t *testing.T, dir, graph string) *killable {
	t.Helper()
	k := &killable{hook: freeAddress(), secret: "secret-of-a-test"}
	admin := freeAddress()
	k.cmd = exec.Command(os.Args[0])
	k.cmd.Env = append(os.Environ(), "AVAL_TEST_SERVE=1", "AVAL_DATA="+dir, "AVAL_ADDR="+k.hook, "AVAL_ADMIN_ADDR="+admin,
		"AVAL_SIMULATOR=off", "AVAL_META_APP_SECRET="+k.secret, "AVAL_META_GRAPH_URL="+graph, "AVAL_META_ACCESS_TOKEN=token-of-a-test")
	k.cmd.Stderr = &k.errs
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(60 * time.Second); ; {
		resp, err := http.Get("http://" + admin + "/healthz")
		if err == nil {
			resp.Body.Close()
			return k
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not come up: %s", k.errs.String())
		}
		<-time.After(10 * time.Millisecond)
	}
}

// TestKilledUnderLoad kills the server with no warning while many people
// write. Everything that was answered 200 is there afterwards: decided, or
// waiting to be; and the ledger verifies.
func TestKilledUnderLoad(t *testing.T) {
	dir := t.TempDir()
	graph := simulator.New(simulator.Config{AccessToken: "token-of-a-test", Quiet: true,
		Numbers: []simulator.Number{{ID: "100000000000001", Display: "15550001234"}}})
	meta := startGraph(t, graph)
	k := startKillable(t, dir, meta)
	var mu sync.Mutex
	acked := map[string]string{} // event -> phone
	var senders sync.WaitGroup
	for s := range 8 {
		senders.Go(func() {
			for n := 0; ; n++ {
				phone, id := fmt.Sprintf("15551%06d", 100*s+n%20), fmt.Sprintf("wamid.kill-%d-%d", s, n)
				if k.post(phone, id) != http.StatusOK {
					return // dead
				}
				mu.Lock()
				acked[id] = phone
				enough := len(acked) == 300
				mu.Unlock()
				if enough {
					_ = k.cmd.Process.Kill() // SIGKILL
				}
			}
		})
	}
	senders.Wait()
	_ = k.cmd.Wait()
	if len(acked) < 300 {
		t.Fatalf("only %d acknowledged: %s", len(acked), k.errs.String())
	}
	missing := lostEvents(t, dir, acked)
	if len(missing) > 0 {
		t.Errorf("%d of %d acknowledged events are lost: %s", len(missing), len(acked), strings.Join(missing, " "))
	}
	if code, out, errs := verbRun(t, dir, "ledger", "verify"); code != exitOK {
		t.Errorf("ledger after the kill: %d %s%s", code, out, errs)
	}
}

func startGraph(t *testing.T, sim *simulator.Sim) string {
	t.Helper()
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	return server.URL + "/graph/v26.0"
}

// post delivers one message and returns the status, 0 if nobody answered.
func (k *killable) post(phone, id string) int {
	body := []byte(fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":`+
		`{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001234","phone_number_id":"100000000000001"},`+
		`"messages":[{"from":%q,"id":%q,"timestamp":"%d","type":"text","text":{"body":"oi"}}]}}]}]}`, phone, id, time.Now().Unix()))
	req, err := http.NewRequest(http.MethodPost, "http://"+k.hook+"/webhook", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set("X-Hub-Signature-256", simulator.Sign(k.secret, body))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// lostEvents opens the store as the next start would and looks for each event.
func lostEvents(t *testing.T, dir string, acked map[string]string) []string {
	t.Helper()
	var errs bytes.Buffer
	h, err := build("", environment{"AVAL_DATA=" + filepath.Clean(dir)}, stdio{&errs, &errs})
	if err != nil {
		t.Fatal(errs.String())
	}
	ctx := context.Background()
	a, err := h.openAlone(ctx, stdio{&errs, &errs})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.finish(ctx); err != nil {
			t.Error(err)
		}
	}()
	backlog, err := a.store.Backlog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	waiting := map[string]bool{}
	for _, it := range backlog {
		waiting[it.Event.ID] = true
	}
	var missing []string
	for id, phone := range acked {
		if !waiting[id] && !a.decided(t, id, phone) {
			missing = append(missing, id)
		}
	}
	return missing
}

// decided reports whether the person's document remembers the event.
func (a *app) decided(t *testing.T, id, phone string) bool {
	t.Helper()
	ctx := context.Background()
	f, err := a.store.Find(ctx, a.config.Brands[0].ID, bot.Identifiers{Phone: bot.Phone("+" + phone)})
	if err != nil || f.ByPhone == "" {
		return false
	}
	c, err := a.store.Load(ctx, f.ByPhone)
	if err != nil {
		t.Errorf("loading a contact: %v", err)
		return false
	}
	sum := a.store.Hash("100000000000001/" + id)
	for _, s := range c.Head.Seen {
		if bytes.Equal(s.Hash[:], sum[:len(s.Hash)]) {
			return true
		}
	}
	return false
}
