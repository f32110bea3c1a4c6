package webhook

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"aval/bot"
)

// FuzzParse looks for a body that panics the parser, vanishes in part, or
// grows beyond the bounds that the store relies on.
func FuzzParse(f *testing.F) {
	for _, name := range payloadNames(f) {
		f.Add(payload(f, name))
	}
	f.Add(wireForm(f, payload(f, "batch_many")))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := Parse(body, testNow())
		parts := len(d.Events) + len(d.Unreadable)
		if parts > maxParts || parts > len(body)+1 {
			t.Errorf("%d parts of %d bytes", parts, len(body))
		}
		if want := elements(body); parts < want && (len(d.Unreadable) != 1 || d.Unreadable[0].Reason != reasonMany) {
			t.Errorf("%d parts of %d elements", parts, want)
		}
		for _, e := range d.Events {
			checkBounds(t, e)
		}
	})
}

// elements counts, by other means than the parser, the messages and statuses
// of a well-formed body.
func elements(body []byte) int {
	var v struct {
		Object string
		Entry  []struct {
			Changes []struct {
				Field string
				Value struct{ Messages, Statuses []any }
			}
		}
	}
	if json.Unmarshal(body, &v) != nil || v.Object != businessAccount {
		return 0
	}
	n := 0
	for _, e := range v.Entry {
		for _, c := range e.Changes {
			if c.Field == "messages" {
				n += len(c.Value.Messages) + len(c.Value.Statuses)
			}
		}
	}
	return n
}

func checkBounds(t *testing.T, e bot.Event) {
	t.Helper()
	ids := []string{e.Number, e.Target, string(e.From.BSUID), string(e.From.Phone), string(e.From.Parent), e.From.KeyHash}
	if m := e.Message; m != nil {
		ids = append(ids, m.Choice, m.Context, m.Type)
		if len(m.Body) > maxText || !utf8.ValidString(string(m.Body)) || strings.ContainsRune(string(m.Body), 0) {
			t.Error("unclean text")
		}
	}
	for _, id := range ids {
		if len(id) > maxID || !utf8.ValidString(id) {
			t.Error("unclean id")
		}
	}
	if e.At.After(testNow().Add(maxAhead)) {
		t.Error("an event of the future")
	}
}

// FuzzSignatureHeader: only one spelling is read, and it reads back the same.
func FuzzSignatureHeader(f *testing.F) {
	f.Add(sign(testSecret, []byte("x")))
	f.Add("sha256=")
	f.Add("sha1=" + strings.Repeat("0", 40))
	h := testHandler(f, &recorder{}, nil)
	f.Fuzz(func(t *testing.T, value string) {
		mac, ok := claimed(http.Header{signatureHeader: {value}})
		if !ok {
			return
		}
		if len(value) != 71 || len(mac) != 32 || strings.ToLower(value) != value {
			t.Errorf("accepted %q", value)
		}
		if h.signed([]byte("never signed in this test"), mac) {
			t.Error("a forged signature holds")
		}
	})
}
