package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aval/internal/simulator"
)

// TestRecordedConversation records a conversation in a real browser and plays
// the file as any other scenario.
func TestRecordedConversation(t *testing.T) {
	var w *world
	w = newTunedWorld(t, nil, func(c *simulator.Config) {
		c.Now = time.Now
		c.Idle = func(ctx context.Context) bool { return w.app.bot.Idle(ctx) }
	})
	ctx := browser(t)
	must := func(what, script string) {
		t.Helper()
		if err := waitTrue(ctx, script); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	taped := func(words string) {
		t.Helper()
		must("on the tape: "+words, `document.querySelector('#tape').value.includes('`+words+`')`)
	}
	write := func(words string) {
		w.inPage(t, ctx, chromedp.SendKeys(chromedp.CSS(`#phone-ana textarea`), words+"\r"))
		taped(`\nana: ` + words + `\nbot`)
	}
	w.inPage(t, ctx, chromedp.Navigate(w.meta.URL+"/"))
	must("connected", `document.querySelector('#link').textContent === 'connected'`)
	w.inPage(t, ctx, chromedp.Click(chromedp.CSS(`#record`)))
	must("recording", `document.querySelector('#record').textContent === 'Stop'`)
	write("oi")
	for _, label := range []string{"Sim, aceito", "Confirmo"} {
		must(label, clicking(label))
		taped(`\nana taps ` + label + `\nbot`)
	}
	w.inPage(t, ctx, chromedp.SendKeys(chromedp.CSS(`#phone-ana textarea`), "menu"))
	must("a caption", `Boolean(document.querySelector('#phone-ana [data-kind=image]').click() || true)`)
	taped(`\nana under a picture: menu\nbot`)
	w.inPage(t, ctx, chromedp.Click(chromedp.CSS(`[data-advance="24h"]`)))
	taped(`\npass 24h\nbot`)
	write("pedido")
	write("CL-1042")
	must("order found", showing("O pedido CL-1042 está a caminho"))
	must("an order", `Boolean(document.querySelector('#phone-ana [data-kind=order]').click() || true)`)
	taped(`\nana sends order\nbot`)
	write("PARAR")
	w.inPage(t, ctx, chromedp.Click(chromedp.CSS(`#record`)))
	must("stopped", `document.querySelector('#record').textContent === 'Record'`)
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('#tape').value`))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(text)
	if strings.Count(text, "\nbot -> ana: ") < 6 || strings.Contains(text, "Not at rest") {
		t.Errorf("recorded:\n%s", text)
	}
	file := filepath.Join(t.TempDir(), "recorded.txt")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	play(t, file)
}
