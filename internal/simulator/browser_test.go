package simulator_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aval/internal/simulator"
)

// browser opens the phones page in a headless Chromium. Set AVAL_TEST_SCREENSHOTS to
// a directory to keep pictures of what it saw.
func browser(t *testing.T, w *world) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		path, err = exec.LookPath("google-chrome")
	}
	if err != nil {
		t.Skip("SKIPPED: no chromium on this machine, so the phones page was NOT tested in a browser")
	}
	var opts []chromedp.ExecAllocatorOption
	opts = append(opts, chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.WindowSize(1640, 860), chromedp.UserDataDir(t.TempDir()))
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

// answering makes the business greet, ask and thank.
func answering(w *world) func(*business, wireUpdate) {
	return func(_ *business, u wireUpdate) {
		for _, e := range u.Entry {
			for _, c := range e.Changes {
				for _, m := range c.Value.Messages {
					w.respond(m)
				}
			}
		}
	}
}

func (w *world) respond(m map[string]any) {
	to := `"to":"+` + text(m["from"]) + `"`
	if m["from"] == nil {
		to = `"recipient":"` + text(m["from_user_id"]) + `"`
	}
	content := `"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"Example Clinic"},` +
		`"body":{"text":"Hello! May we send you *appointment reminders* here? <b>You</b> can stop at any time."},` +
		`"footer":{"text":"Reply STOP at any time"},"action":{"buttons":[` +
		`{"type":"reply","reply":{"id":"yes","title":"Yes, I agree"}},` +
		`{"type":"reply","reply":{"id":"no","title":"No thanks"}},` +
		`{"type":"reply","reply":{"id":"human","title":"Talk to a person"}}]}}`
	switch {
	case m["type"] == "interactive" && dig(m, "interactive", "button_reply", "id") == "yes":
		content = `"type":"interactive","interactive":{"type":"list","body":{"text":"Thank you, noted. What about?"},` +
			`"action":{"button":"Choose","sections":[{"rows":[{"id":"t1","title":"Appointments","description":"Reminders only"},` +
			`{"id":"t2","title":"Results","description":"When they are ready"},{"id":"t3","title":"Nothing else"}]}]}}`
	case dig(m, "text", "body") == "my data":
		content = `"type":"document","document":{"id":"` + w.upload("a.pdf", "application/pdf", "%PDF-1.7 simulated") +
			`","filename":"your-data.pdf","caption":"Here it is."}`
	case dig(m, "text", "body") == "privacy":
		content = `"type":"interactive","interactive":{"type":"cta_url","body":{"text":"How we use your data:"},` +
			`"action":{"name":"cta_url","parameters":{"display_text":"Privacy notice","url":"https://example.org/privacy"}}}`
	}
	w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp","status":"read","message_id":"`+text(m["id"])+`"}`))
	w.graphCall("POST", number+"/messages", []byte(`{"messaging_product":"whatsapp",`+to+`,`+content+`}`))
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func TestPhonesPageInABrowser(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Now = time.Now })
	w.biz.mu.Lock()
	w.biz.onPost = answering(w)
	w.biz.mu.Unlock()
	ctx := browser(t, w)
	w.Person("ben").Text("hi")
	w.Person("carla").Text("my data")
	w.Person("deniz").Text("privacy")
	steps := []struct {
		name string
		do   chromedp.Action[chromedp.Void]
	}{
		{"size", chromedp.EmulateViewport(1640, 800)},
		{"open", chromedp.Navigate(w.graph.URL)},
		{"connect", waitFor(`document.querySelector('#link').textContent === 'connected'`)},
		{"write", chromedp.SendKeys(chromedp.CSS(`#phone-ana textarea`), "hello\r")},
		{"see the answer", chromedp.WaitVisible(chromedp.CSS(`#phone-ana [data-choice=yes]`))},
		{"own bubble", waitFor(`document.querySelector('#phone-ana .mine .body').textContent === 'hello'`)},
		{"text stays text", waitFor(`document.querySelector('#phone-ana .line:not(.mine) .body').textContent.includes('<b>You</b>')`)},
		{"ready for the next", waitFor(`document.querySelector('#phone-ana textarea').value === ''`)},
		{"blue ticks", waitFor(`document.querySelector('#phone-ana .mine').dataset.status === 'read'`)},
		{"tap", chromedp.Click(chromedp.CSS(`#phone-ana [data-choice=yes]`))},
		{"open the list", click(`#phone-ana .line:last-of-type .choice`, `☰ Choose`)},
		{"pick a row", chromedp.Click(chromedp.CSS(`#phone-ana .sheet [data-choice=t1]`))},
		{"the row arrives", waitFor(`[...document.querySelectorAll('#phone-ana .mine .body')].some((b) => b.textContent === 'Appointments')`)},
		{"a file to save", waitFor(`document.querySelector('#phone-carla a.file').innerText.includes('your-data.pdf')`)},
		{"its size", waitFor(`document.querySelector('#phone-carla a.file small').textContent === 'PDF · 18 B'`)},
		{"its caption", waitFor(`document.querySelector('#phone-carla .line:not(.mine) .body').textContent === 'Here it is.'`)},
		{"its link", waitFor(`document.querySelector('#phone-carla a.file').pathname.startsWith('/files/')`)},
		{"raw JSON", evaluate(`document.querySelector('#phone-ana .line:not(.mine) .tools button').click()`)},
		{"raw JSON shows", waitFor(`document.querySelector('#phone-ana .raw').textContent.includes('"messaging_product": "whatsapp"')`)},
		{"move the clock", chromedp.Click(chromedp.CSS(`[data-advance="24h"]`))},
		{"clock moved", waitFor(`document.querySelector('#offset').textContent === '+24h'`)},
	}
	for _, step := range steps {
		if err := chromedp.Do(ctx, step.do); err != nil {
			picture(t, ctx, "failed")
			t.Fatalf("%s: %v", step.name, err)
		}
	}
	if ahead := time.Until(w.Now()); ahead < 23*time.Hour {
		t.Errorf("clock is %v ahead", ahead)
	}
	picture(t, ctx, "raw")
	if err := chromedp.Do(ctx, evaluate(`document.querySelector('#phone-ana .raw').remove(); `+
		`for (const c of document.querySelectorAll('.chat')) c.scrollTop = c.scrollHeight`)); err != nil {
		t.Error(err)
	}
	picture(t, ctx, "phones")
	t.Run("knobs", func(t *testing.T) { knobsInBrowser(t, ctx, w) })
	t.Run("small screen", func(t *testing.T) { smallScreen(t, ctx) })
}

func knobsInBrowser(t *testing.T, ctx context.Context, w *world) {
	set := `const f = document.querySelector('[name="graph_error.code"]'); f.value = 131026; ` +
		`f.dispatchEvent(new Event('change', {bubbles: true}))`
	err := chromedp.Do(ctx, evaluate(set), waitFor(`document.querySelector('[name="graph_error.code"]').classList.contains('set')`))
	if err != nil || w.Faults().GraphError.Code != 131026 {
		t.Errorf("%v, %+v", err, w.Faults().GraphError)
	}
	err = chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`#reset`)),
		waitFor(`!document.querySelector('[name="graph_error.code"]').classList.contains('set')`))
	if err != nil || w.Faults().GraphError.Code != 0 {
		t.Errorf("%v, %+v", err, w.Faults().GraphError)
	}
}

func smallScreen(t *testing.T, ctx context.Context) {
	err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 800),
		waitFor(`document.documentElement.scrollWidth <= 390`),
		waitFor(`getComputedStyle(document.querySelector('#tabs')).display === 'flex'`),
		evaluate(`document.querySelector('#phone-ana .attach').open = true`),
		waitFor(`((box) => box.left >= 0 && box.right <= 390 && box.top > 0)(document.querySelector('#phone-ana .attach > div').getBoundingClientRect())`))
	if err != nil {
		t.Error(err)
	}
	picture(t, ctx, "small")
}

// waitFor polls the page until the expression is true.
func waitFor(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(time.Minute)))
		return err
	})
}

// click waits for an element with this text and clicks it.
func click(selector, label string) chromedp.Action[chromedp.Void] {
	find := `[...document.querySelectorAll('` + selector + `')].find((b) => b.textContent === '` + label + `')`
	return chromedp.Steps(waitFor(`Boolean(`+find+`)`), evaluate(find+`.click()`))
}

func evaluate(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => { `+script+`; return true })()`))
		return err
	})
}

func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("AVAL_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Logf("screenshot: %v", err)
		return
	}
	if err := os.WriteFile(dir+"/"+strings.ReplaceAll(name, "/", "-")+".png", png, 0o600); err != nil {
		t.Logf("screenshot: %v", err)
	}
}
