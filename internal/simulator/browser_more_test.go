package simulator_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aval/internal/simulator"
)

// step is one thing that a browser test does or waits for.
type step struct {
	name string
	do   chromedp.Action[chromedp.Void]
}

func run(t *testing.T, ctx context.Context, steps ...step) {
	t.Helper()
	for _, s := range steps {
		if err := chromedp.Do(ctx, s.do); err != nil {
			picture(t, ctx, "failed")
			t.Fatalf("%s: %v", s.name, err)
		}
	}
}

func opened(w *world) []step {
	return []step{
		{"size", chromedp.EmulateViewport(1640, 860)}, {"open", chromedp.Navigate(w.graph.URL)},
		{"connect", waitFor(`document.querySelector('#link').textContent === 'connected'`)},
	}
}

// arabic is a sentence with a Latin reference inside.
const arabic = "طلبك CL-1042 في الطريق إليك."

// TestRightToLeft: a phone in Arabic is turned round, a bubble follows its own
// words, and what is Latin inside stays as it is.
func TestRightToLeft(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Now = time.Now })
	ctx := browser(t, w)
	w.act(`{"person":"ana","do":"language","text":"ar"}`)
	w.Person("ana").Text("أين طلبي؟")
	w.shown(interactiveBody("button", `"footer":{"text":"اكتب توقف في أي وقت"},"header":{"type":"text","text":"متجر CL"},"action":{"buttons":[`+
		`{"type":"reply","reply":{"id":"a","title":"نعم، أوافق"}},{"type":"reply","reply":{"id":"b","title":"Language"}}]}`))
	w.shown(`"type":"text","text":{"body":"` + arabic + `\n- أول\n- second\nOrder CL-1042 is on its way."}`)
	w.shown(interactiveBody("list", `"action":{"button":"اختر","sections":[{"rows":[{"id":"r","title":"المواعيد","description":"تذكير فقط"}]}]}`))
	w.Person("ben").Text(arabic)
	is := func(selector, property, want string) step {
		return step{selector + " " + property, waitFor(`getComputedStyle(document.querySelector('` + selector + `')).` + property + ` === '` + want + `'`)}
	}
	const texts = `[...document.querySelectorAll('#phone-ana [data-type=text]:not(.mine) p')]`
	run(t, ctx, append(opened(w),
		is("#phone-ana", "direction", "rtl"), is("#phone-ben", "direction", "ltr"),
		is("#phone-ben .mine .body p", "direction", "rtl"),
		is("#phone-ana .head", "direction", "rtl"), is("#phone-ana .foot", "direction", "rtl"),
		is("#phone-ana [data-choice=a]", "direction", "rtl"), is("#phone-ana [data-choice=b]", "direction", "ltr"),
		step{"each line its own way", waitFor(texts + `.map((p) => getComputedStyle(p).direction).join() === 'rtl,ltr'`)},
		step{"list items too", waitFor(`[...document.querySelectorAll('#phone-ana .body li')].map((p) => getComputedStyle(p).direction).join() === 'rtl,ltr'`)},
		step{"buttons as wide as each other", waitFor(`(([a, b]) => a.left === b.left && a.right === b.right)(` +
			`['a', 'b'].map((c) => document.querySelector('#phone-ana [data-choice=' + c + ']').getBoundingClientRect()))`)},
		step{"theirs on the right", waitFor(`((line, chat) => chat.right - line.right < line.left - chat.left)(` +
			`document.querySelector('#phone-ana .line:not(.mine)').getBoundingClientRect(), document.querySelector('#phone-ana .chat').getBoundingClientRect())`)},
		step{"send on the left", waitFor(`document.querySelector('#phone-ana [type=submit]').getBoundingClientRect().left < ` +
			`document.querySelector('#phone-ana textarea').getBoundingClientRect().left`)},
		step{"Arabic times", waitFor(`/[صم]/.test(document.querySelector('#phone-ana .time').textContent)`)},
		step{"open the list", evaluate(`document.querySelector('#phone-ana [data-type=list] .choice').click()`)},
		is("#phone-ana .sheet [data-choice=r]", "direction", "rtl"), is("#phone-ana .sheet [data-choice=r]", "textAlign", "start"))...)
	picture(t, ctx, "right-to-left")
	run(t, ctx, step{"close", evaluate(`document.querySelector('#phone-ana .sheet').click()`)},
		step{"menu", evaluate(`document.querySelector('#phone-ana .attach').open = true`)})
	picture(t, ctx, "right-to-left-menu")
}

// TestMenuInABrowser sends every kind by its button in the menu.
func TestMenuInABrowser(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Now, c.BaseURL = time.Now, "http://127.0.0.1:1" })
	ctx := browser(t, w)
	w.Person("ben").Text("hi")
	const buttons = `[...document.querySelectorAll('#phone-ana [data-kind]')]`
	run(t, ctx, append(opened(w),
		step{"by keyboard", chromedp.Focus(chromedp.CSS(`#phone-ana .attach summary`))},
		step{"open", evaluate(`document.querySelector('#phone-ana .attach summary').click()`)},
		step{"arrows", evaluate(`for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) ` +
			`document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))`)},
		step{"moved", waitFor(`document.activeElement === ` + buttons + `[5]`)})...)
	picture(t, ctx, "menu")
	kinds, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](buttons+`.map((b) => b.dataset.kind)`))
	if err != nil || len(kinds) < 30 {
		t.Fatalf("%v %v", kinds, err)
	}
	for i, kind := range kinds {
		click := []step{{kind, evaluate(`document.querySelector('#phone-ana [data-kind=` + kind + `]').click()`)}}
		if kind == "unsupported" {
			click = append(click, step{"pick", evaluate(`[...document.querySelectorAll('.sheet button')].find((b) => b.textContent === 'pin').click()`)})
		}
		run(t, ctx, append(click, step{kind + " is there", waitFor(fmt.Sprintf(`document.querySelectorAll('#phone-ana .line').length === %d`, i+1))})...)
	}
	w.drain()
	run(t, ctx, step{"the photo shows", waitFor(`document.querySelector('#phone-ana img.picture').naturalWidth === 240`)},
		step{"scroll", evaluate(`document.querySelector('#phone-ana .chat').scrollTop = 0`)})
	picture(t, ctx, "kinds")
	if got := len(w.Person("ana").Transcript()); got != len(kinds) {
		t.Errorf("%d messages for %d kinds", got, len(kinds))
	}
}

// TestTextInABrowser: WhatsApp's marks become what they mean, and nothing
// becomes HTML.
func TestTextInABrowser(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) { c.Now, c.Templates = time.Now, richTemplates() })
	ctx := browser(t, w)
	w.Person("ana").Text("hello")
	w.shown(`"type":"text","text":{"preview_url":true,"body":"*bold _both_* ~gone~ ` + "`x` ```\\na *b*\\n```" +
		`2*3*4 snake_case_name\n> said\n1. one\n2. two\n* dot\nhttps://example.org/<b> <img src=x onerror=alert(1)>"}`)
	w.shown(`"type":"location","location":{"latitude":1,"longitude":2,"name":"Example Clinic","address":"1 Example Street"}`)
	w.shown(`"type":"contacts","contacts":[{"name":{"formatted_name":"Bo Example"},"phones":[{"phone":"+1 555"}]}]`)
	voice := w.upload("v.ogg", "audio/ogg", "ogg")
	w.shown(`"type":"audio","audio":{"id":"` + voice + `","voice":true}`)
	w.shown(interactiveBody("flow", `"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1","flow_token":"ft","flow_cta":"Fill in"}}`))
	has := func(selector, text string) step {
		return step{selector, waitFor(`[...document.querySelectorAll('#phone-ana .line:not(.mine) ` + selector + `')].some((e) => e.textContent === '` + text + `')`)}
	}
	run(t, ctx, append(opened(w),
		has("strong", "bold both"), has("strong em", "both"), has("s", "gone"), has("code", "x"), has("pre.code", "a *b*"),
		has("p", "2*3*4 snake_case_name"), has("blockquote", "said"), has("ol li:last-child", "two"), has("ul li", "dot"),
		has("p a", "https://example.org/"), has(".preview strong", "example.org"), has(".place strong", "Example Clinic"),
		has(".contact strong", "Bo Example"),
		step{"no HTML", waitFor(`!document.querySelector('.body img')`)},
		step{"play", evaluate(`document.querySelector('#phone-ana .voice button').click()`)},
		step{"form", click(`#phone-ana .choice`, "Fill in")},
		step{"answers", evaluate(`document.querySelector('#phone-ana .sheet textarea').value = '{"a":1}'`)},
		step{"send", click(`#phone-ana .sheet .choice`, "Send the form")},
		step{"sent", waitFor(`[...document.querySelectorAll('#phone-ana .mine .body')].some((b) => b.textContent === 'Sent')`)})...)
	picture(t, ctx, "text")
	if response := dig(w.lastMessage(), "interactive", "nfm_reply", "response_json"); response != `{"a":1,"flow_token":"ft"}` {
		t.Errorf("%v", response)
	}
	played := false
	for _, u := range w.biz.updates(t) {
		for _, s := range u.Entry[0].Changes[0].Value.Statuses {
			played = played || s["status"] == "played"
		}
	}
	if !played {
		t.Error("nobody was told that the voice note was played")
	}
}

// TestDrawingInABrowser: the picture stands beside the phone that is used and
// changes with it.
func TestDrawingInABrowser(t *testing.T) {
	w := newWorld(t, func(c *simulator.Config) {
		c.Now = time.Now
		c.Drawing = func(_ context.Context, p simulator.Profile) (string, string) {
			if p.Key == "ben" {
				return "", ""
			}
			width := map[bool]int{false: 40, true: 80}[p.Hidden] // the state, as seen in the test
			return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20"><rect width="%d" height="20" fill="#0b6b57"/></svg>`,
				width, width), "Flow of " + p.Name
		}
	})
	ctx := browser(t, w)
	wide := func(n int) chromedp.Action[chromedp.Void] {
		return waitFor(fmt.Sprintf(`document.querySelector('#drawing-image').naturalWidth === %d`, n))
	}
	beside := func(key string) chromedp.Action[chromedp.Void] {
		return waitFor(`!document.querySelector('#drawing').hidden && document.querySelector('#drawing').previousElementSibling.id === 'phone-` + key + `'`)
	}
	run(t, ctx, append(opened(w),
		step{"ana's", beside("ana")}, step{"drawn", wide(40)},
		step{"title", waitFor(`document.querySelector('#drawing-title').textContent === 'Flow of Ana Lima'`)},
		step{"a change", evaluate(`fetch('api/act', {method: 'POST', body: JSON.stringify({person: 'ana', do: 'hide', on: true})})`)},
		step{"drawn anew", wide(80)},
		step{"carla's", chromedp.Click(chromedp.CSS(`#phone-carla textarea`))}, step{"moves", beside("carla")}, step{"carla's state", wide(40)},
		step{"ben has none", chromedp.Click(chromedp.CSS(`#phone-ben textarea`))},
		step{"hidden", waitFor(`document.querySelector('#drawing').hidden`)},
		step{"back", chromedp.Click(chromedp.CSS(`#phone-carla textarea`))}, step{"there again", beside("carla")},
		step{"switch off", chromedp.Click(chromedp.CSS(`#drawings`))},
		step{"off", waitFor(`document.querySelector('#drawing').hidden`)})...)
	picture(t, ctx, "drawing")
}
