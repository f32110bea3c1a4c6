package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aval/internal/simulator"
)

// browser opens a headless Chromium.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("SKIPPED: no chromium on this machine, so the conversation was NOT tested in a browser")
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WindowSize(1640, 900), chromedp.UserDataDir(t.TempDir()),
	}
	for _, flag := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars",
	} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// clicking clicks what bears a label in the newest message that has it.
func clicking(label string) string {
	return `(() => { const all = [...document.querySelectorAll('#phone-ana button')].filter(b => b.textContent.includes('` +
		label + `')); if (!all.length) return false; all[all.length-1].click(); return true; })()`
}

// showing is true once a bubble of ana's phone holds the words.
func showing(words string) string {
	return `[...document.querySelectorAll('#phone-ana .line:not(.mine) .body')].some(b => b.textContent.includes('` + words + `'))`
}

// TestConversationInABrowser is what the README promises: open the phones
// page, write "oi", agree twice, get the answer, ask for an order, stop, and be
// left alone. Set AVAL_TEST_PICTURE to a file to keep a picture of it.
func TestConversationInABrowser(t *testing.T) {
	w := newTunedWorld(t, nil, func(c *simulator.Config) { c.Now = time.Now })
	ctx := browser(t)
	write := func(words string) {
		w.inPage(t, ctx, chromedp.SendKeys(chromedp.CSS(`#phone-ana textarea`), words+"\r"))
	}
	must := func(what, script string) {
		t.Helper()
		if err := waitTrue(ctx, script); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	w.inPage(t, ctx, chromedp.Navigate(w.meta.URL+"/"))
	write("oi")
	must("notice and question", showing("Podemos usar seu número"))
	must("first act", clicking("Sim, aceito"))
	must("second question", showing("Pergunto duas vezes"))
	must("second act", clicking("Confirmo"))
	must("receipt and answer in one message", showing("está registrado")+"&&"+showing("Como Casa Lima pode ajudar"))
	write("pedido")
	must("order number asked", showing("número do pedido"))
	write("CL-1042")
	must("order found", showing("O pedido CL-1042 está a caminho"))
	w.picture(t, ctx)
	write("PARAR")
	must("stop confirmed", showing("não vai mais receber"))
	w.settle()
	if v := w.show(w.sim.Person("ana")); v.Channel != "STOPPED" || v.Outbox != 0 {
		t.Errorf("channel %s, %d messages to send", v.Channel, v.Outbox)
	}
}

func (w *world) inPage(t *testing.T, ctx context.Context, do chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, do); err != nil {
		t.Fatal(err)
	}
}

// waitTrue polls a script in the page until it is true.
func waitTrue(ctx context.Context, script string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		if err != nil {
			return err
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// picture keeps what the page looks like for the README.
func (w *world) picture(t *testing.T, ctx context.Context) {
	file := os.Getenv("AVAL_TEST_PICTURE")
	if file == "" {
		return
	}
	if err := waitTrue(ctx, `(document.querySelector('#phone-ben .attach').open = true)`); err != nil {
		t.Fatal(err)
	}
	data, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Clean(file), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
