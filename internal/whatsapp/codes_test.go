package whatsapp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aval/bot"
)

// TestClassOfEveryCode writes the table of Meta's documentation down a second
// time, with the HTTP status Meta gives, so that a slip in one shows.
func TestClassOfEveryCode(t *testing.T) {
	for class, lines := range map[bot.SendClass]string{
		bot.SendNever: `100/400 130472/400 131008/400 131009/400 131020/400 131021/400 131030/400 131035/0
			131036/0 131041/400 131049/400 131051/400 131052/400 131053/400 131055/400 131059/400 131060/0
			131062/400 131063/400 131064/400 131200/400 131299/400 132000/400 132001/404 132005/400 132007/400
			132008/400 132012/400 132015/400 132016/400 132018/400 132068/400 134011/400 134100/400 134102/500
			135000/400 136024/400 138000/400 138018/400 139000/400 139004/400 139100/400 139103/400 147001/400
			147005/400 2388001/400 2388299/400 2494191/400 2593001/400 1752041/400 130501/400`,
		bot.SendLater:       `2/503 131016/500 132069/400 133004/503 134101/400`,
		bot.SendThrottled:   `4/400 80007/400 130429/400 131057/500 130429/429`,
		bot.SendPair:        `131056/400 131056/429`,
		bot.SendUnknown:     `1/400 131000/500 131000/0`,
		bot.SendWindow:      `131047/400 131047/0`,
		bot.SendStopped:     `131050/400 131050/0`,
		bot.SendUnreachable: `130403/400 130497/403 131026/400`,
		bot.SendIdentity:    `137000/0`,
		bot.SendPaused: `0/401 3/500 10/403 33/400 190/401 200/403 299/403 368/403 131005/403 131031/403 131037/400
			131042/400 131045/500 131048/400 133000/500 133005/400 133006/400 133008/400 133009/400 133010/400
			133015/400 133016/400`,
	} {
		for _, line := range strings.Fields(lines) {
			var code, status int
			if _, err := fmt.Sscanf(line, "%d/%d", &code, &status); err != nil {
				t.Fatal(err)
			}
			if got := ClassOf(code, status); got != class {
				t.Errorf("%s is %s, want %s", line, got, class)
			}
			if Reason(code) == "" {
				t.Errorf("%s has no reason", line)
			}
		}
	}
}

func TestClassOfUnknownCodes(t *testing.T) {
	for name, c := range map[string]struct {
		code, status int
		want         bot.SendClass
	}{
		"no code, 400":        {0, 400, bot.SendNever},
		"no code, 401":        {0, 401, bot.SendPaused},
		"no code, 408":        {0, 408, bot.SendUnknown},
		"no code, 429":        {0, 429, bot.SendThrottled},
		"no code, 502":        {0, 502, bot.SendUnknown},
		"new code, 400":       {131999, 400, bot.SendNever},
		"new code, 429":       {131999, 429, bot.SendThrottled},
		"new code, 500":       {131999, 500, bot.SendUnknown},
		"new code, a webhook": {131999, 0, bot.SendNever},
		"beyond the table":    {9999999, 400, bot.SendNever},
		"below the table":     {-1, 500, bot.SendUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ClassOf(c.code, c.status); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestCodeTableIsSortedAndExplained(t *testing.T) {
	last := -1
	for _, r := range codeTable {
		if r.from <= last || r.to < r.from {
			t.Errorf("row %d-%d is out of order", r.from, r.to)
		}
		if r.reason == "" || r.class == "" {
			t.Errorf("row %d-%d is incomplete", r.from, r.to)
		}
		last = r.to
	}
}

func TestParseRecordedErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/err_*.json")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d recorded errors, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var status, code int
			if _, err := fmt.Sscanf(filepath.Base(file), "err_%d_%d", &status, &code); err != nil {
				t.Fatal(err)
			}
			if code == 100 { // recorded with sub-code 33
				code = 33
			}
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := parseError(body, status)
			want := bot.SendError{Class: ClassOf(code, status), Code: code, HTTP: status, Trace: "AexampleTrace01"}
			if *got != want {
				t.Errorf("got %+v, want %+v", *got, want)
			}
		})
	}
}

func TestParseErrorIsLenient(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want bot.SendError
	}{
		"code as text": {
			`{"error":{"code":"131047","error_data":"x"}}`,
			bot.SendError{Class: bot.SendWindow, Code: 131047},
		},
		"error as text": {`{"error":"131047"}`, bot.SendError{Class: bot.SendNever}},
		"error as list": {`[{"error":{"code":131047}}]`, bot.SendError{Class: bot.SendNever}},
		"broken off":    {`{"error":{"code":131047`, bot.SendError{Class: bot.SendNever}},
		"html":          {`<html>131047</html>`, bot.SendError{Class: bot.SendNever}},
		"huge code":     {`{"error":{"code":99999999999999999999}}`, bot.SendError{Class: bot.SendNever}},
		"negative code": {`{"error":{"code":-131047}}`, bot.SendError{Class: bot.SendNever}},
		"trace is a number": {
			`{"error":{"code":100,"fbtrace_id":"15550100001"}}`,
			bot.SendError{Class: bot.SendNever, Code: 100},
		},
		"trace is a body": {
			`{"error":{"code":100,"fbtrace_id":"dear Ada"}}`,
			bot.SendError{Class: bot.SendNever, Code: 100},
		},
		"trace is an object": {
			`{"error":{"code":100,"fbtrace_id":{}}}`,
			bot.SendError{Class: bot.SendNever, Code: 100},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.HTTP = 400
			if got := parseError([]byte(c.body), 400); *got != c.want {
				t.Errorf("got %+v, want %+v", *got, c.want)
			}
		})
	}
}

func TestParseSent(t *testing.T) {
	for _, file := range []string{"resp_send_phone", "resp_send_bsuid", "resp_send_template"} {
		body, err := os.ReadFile(filepath.Join("testdata", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if got := parseSent(body); got != wamid {
			t.Errorf("%s holds the message %q", file, got)
		}
	}
	long, _ := json.Marshal(strings.Repeat("w", maxID+1))
	for name, body := range map[string]string{
		"nothing":      ``,
		"no message":   `{"messages":[]}`,
		"two messages": `{"messages":[{"id":"a"},{"id":"b"}]}`,
		"id a number":  `{"messages":[{"id":7}]}`,
		"too long":     `{"messages":[{"id":` + string(long) + `}]}`,
		"broken off":   `{"messages":[{"id":"wamid.a"}`,
	} {
		if got := parseSent([]byte(body)); got != "" {
			t.Errorf("%s: took %d bytes for an id", name, len(got))
		}
	}
}

func FuzzParseError(f *testing.F) {
	f.Add([]byte(`{"error":{"message":"(#130429)","code":130429,"error_subcode":1,"fbtrace_id":"Ab1"}}`), 400)
	f.Add([]byte(`{"error":{"code":"1","fbtrace_id":["+15550100001"]}}`), 500)
	f.Add([]byte(`{"error":[]}`), 200)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		e := parseError(body, status)
		if e.Class == "" || e.HTTP != status || e.Code < 0 {
			t.Errorf("unusable: %+v", *e)
		}
		if e.Trace != "" && !only(e.Trace, 64, "_-") {
			t.Errorf("trace %q", e.Trace)
		}
		if id := parseSent(body); len(id) > maxID {
			t.Error("unbounded id")
		}
	})
}
