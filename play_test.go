package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// talk plays a flow as a pipe would and returns what the terminal showed.
func talk(t *testing.T, o playOptions, lines ...string) string {
	t.Helper()
	var out, notes bytes.Buffer
	if o.today == "" {
		o.today = scenarioDay
	}
	err := playFlow(t.Context(), o, strings.NewReader(strings.Join(lines, "\n")+"\n"), stdio{&out, &notes})
	if err != nil {
		t.Fatalf("%v\n%s", err, notes.String())
	}
	return out.String() + notes.String()
}

func shows(t *testing.T, got string, want ...string) {
	t.Helper()
	rest := got
	for _, w := range want {
		at := strings.Index(rest, w)
		if at < 0 {
			t.Fatalf("%q does not come, or not in its turn:\n%s", w, got)
		}
		rest = rest[at+len(w):]
	}
}

func TestPlayAnOrder(t *testing.T) {
	got := talk(t, playOptions{file: "templates/flows/order-status.yaml", lang: "en"},
		"what?", "CL-1042", "hello", "/call ok state=shipped color=red", `/call ok state="shipped" day=2026-11-25`, "hello",
		"/back", "/call not_found", "/where", "Another number", "CL-7", "/call failed", "2", "/quit", "never read")
	shows(t, got,
		"bot: What is the order number?",
		"> what?", "bot: That does not look right", "→ CL-1042",
		"asks the system orders number=CL-1042; /call ok day=… state=…, /call not_found or /call failed",
		"waits for something else",
		"does not want color",
		"bot: Order CL-1042 is on its way. It should arrive on 25 Nov 2026.", "(the end)",
		"it is over",
		"one step back", "asks the system",
		"bot: I did not find order “CL-1042”", "[1] Another number", "[2] Talk to someone",
		"in order-status/unknown; waits for an answer", "order_number = CL-1042",
		"What is the order number?",
		"cannot look orders up", "[2] Talk to someone",
		"I am calling someone from the team", "a person takes over: order_help")
	if strings.Contains(got, "never read") {
		t.Error("the talk went on after /quit")
	}
}

func TestPlayEverything(t *testing.T) {
	got := talk(t, playOptions{file: "flows/testdata/everything.yaml", lang: "en"},
		"Ana", "30", "31.12.2026", "tiny", "no", "/photo audio", "/photo", "CL-1234", "ana@example.com", "/contact", "/place",
		"Rua Um 1", "/call ok customer.grades.0=gold", "/wait", "/wait", "1", "/consent maybe", "/consent yes", "Tea", "3", "/back", "stop")
	shows(t, got,
		"goes on by itself after 20h", "how old are you",
		"Which size?", "[1] Small · Up to 1 m", "Send a photo", "What is the order number?",
		"Whom else", "Where are you?", "bot: Which street, Ana?", "Thank you.", "One moment…",
		"goes on by itself after 2d", "[template visit_reminder] Ana …", "(for utility)",
		"the flow waits for no time to pass", "asks for consent to marketing", "write /consent yes", "What do you like?", "(for marketing)",
		"bot: [document guide.pdf] The guide", "[Open -> https://casalima.example/]", "[3] A person",
		"a person takes over: sample", "one step back", "[3] A person", "takes this for a stop")
}

// TestPlayRecords holds the recorded scenarios to what a talk records; that a
// server plays them, TestScenarios sees to.
func TestPlayRecords(t *testing.T) {
	for name, c := range map[string]struct {
		options playOptions
		lines   []string
	}{
		"play-order-status": {
			playOptions{file: "templates/flows/order-status.yaml", lang: "pt"},
			[]string{"não sei", "999", "/call not_found", "Outro número", "CL-1042", "/back", "CL-1043", "/call ok state=delivered", "2"},
		},
		"play-order-down": {
			playOptions{file: "templates/flows/order-status.yaml", lang: "en"},
			[]string{"CL-1042", "/call failed", "I will come back"},
		},
		"play-offers": {
			playOptions{file: "templates/flows/offers.yaml", lang: "de"},
			[]string{"ja", "/consent yes"},
		},
		"play-offers-refused": {
			playOptions{file: "templates/flows/offers.yaml", lang: "pt"},
			[]string{"1", "/consent no"},
		},
		"play-opening-hours": {
			playOptions{file: "templates/flows/opening-hours.yaml", lang: "en"},
			[]string{"nowhere", "3"},
		},
		"play-moving": {
			playOptions{file: "templates/flows/moving.yaml", lang: "pt"},
			[]string{"Ana Souza", "31/12/2026"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.record = filepath.Join(t.TempDir(), "scenario.txt")
			talk(t, c.options, c.lines...)
			got, err := os.ReadFile(c.options.record)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata/scenarios", name+".txt")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is not what the talk records (%v):\n%s", file, err, got)
			}
		})
	}
}

func TestPlayRecordsNoGuesses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "scenario.txt")
	got := talk(t, playOptions{file: "flows/testdata/everything.yaml", lang: "pt", record: file}, "/wait", "/wait")
	shows(t, got, "from here on nothing is recorded: a wait of 2d closes WhatsApp's window")
	recorded, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	shows(t, string(recorded), "ana: de tudo\n", "pass 20h\n", "# From here on nothing is recorded: a wait of 2d")
	for _, o := range []playOptions{
		{file: "templates/flows/offers.yaml", lang: "es", record: file},
		{file: "flows/testdata/address.yaml", lang: "pt", record: file},
		{file: "templates/flows/offers.yaml", lang: "fr"},
		{file: "flows/testdata/broken/circle.yaml.none"},
	} {
		if err := playFlow(t.Context(), o, strings.NewReader(""), stdio{new(bytes.Buffer), new(bytes.Buffer)}); err == nil {
			t.Errorf("%+v is played", o)
		}
	}
}

func TestCallFields(t *testing.T) {
	for s, want := range map[string]string{`a=b c.0="d \"e\" f"`: ` a=b c.0=d "e" f`, "": "", "a=": " a="} {
		got, err := callFields(s)
		if err != nil || answers(got) != want {
			t.Errorf("%s: %q, %v", s, answers(got), err)
		}
	}
	for _, s := range []string{"a", "=b", "a b=c", `a="b`} {
		if got, err := callFields(s); err == nil {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestFlowDraw(t *testing.T) {
	var out, errs bytes.Buffer
	file := filepath.Join(t.TempDir(), "hours.svg")
	env := []string{"AVAL_DATA=" + t.TempDir()}
	code := run(t.Context(), []string{"flow", "draw", "templates/flows/opening-hours.yaml", "--lang", "de-AT", "--out", file}, env, stdio{&out, &errs})
	svg, err := os.ReadFile(file)
	if code != exitOK || err != nil || out.String() != "drawn: "+file+"\n" || !bytes.Contains(svg, []byte("Welches Geschäft?")) {
		t.Errorf("code %d, %v, %q %q", code, err, out.String(), errs.String())
	}
	out.Reset()
	run(t.Context(), []string{"flow", "draw", "--out", "-", "templates/flows/opening-hours.yaml"}, env, stdio{&out, &errs})
	if !strings.HasPrefix(out.String(), "<svg ") || !strings.Contains(out.String(), "Which shop?") {
		t.Errorf("%.200s", out.String())
	}
	for want, args := range map[int][]string{
		exitUsage:   {"flow", "draw"},
		exitFailure: {"flow", "draw", "templates/flows/offers.yaml", "--lang", "fr"},
		exitConfig:  {"flow", "draw", "flows/testdata/broken/dead-end.yaml", "--out", "-"},
	} {
		out.Reset()
		if code := run(t.Context(), args, env, stdio{&out, &errs}); code != want {
			t.Errorf("%v: %d, not %d: %s", args, code, want, out.String())
		}
	}
}
