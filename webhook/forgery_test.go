package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aval/bot"
)

// TestForgeries is AUT-1: nothing but the exact bytes under the exact header
// gets in, and a refusal says nothing about why.
func TestForgeries(t *testing.T) {
	body := wireForm(t, payload(t, "msg_text"))
	good := sign(testSecret, body)
	for name, headers := range forgedHeaders(t, body, good) {
		t.Run(name, func(t *testing.T) { refused(t, headers, body) })
	}
	for name, forged := range forgedBodies(t, body) {
		t.Run(name, func(t *testing.T) { refused(t, []string{good}, forged) })
	}
}

// refused sends a forgery and checks that it got nowhere.
func refused(t *testing.T, headers []string, body []byte) {
	t.Helper()
	in := &recorder{}
	h := testHandler(t, in, nil)
	r := httptest.NewRequest(http.MethodPost, "/webhook", bytes.NewReader(body))
	for _, v := range headers {
		r.Header.Add("X-Hub-Signature-256", v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || w.Body.String() != `{"error":"signature"}` {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
	if len(in.deliveries()) != 0 {
		t.Error("a forgery was taken in")
	}
	if got := (Stats{SignatureRefused: 1}); h.Stats() != got {
		t.Errorf("counted %+v", h.Stats())
	}
}

// forgedHeaders go with the true body.
func forgedHeaders(t *testing.T, body []byte, good string) map[string][]string {
	t.Helper()
	digits := strings.TrimPrefix(good, "sha256=")
	return map[string][]string{
		"no header":              {},
		"empty header":           {""},
		"prefix alone":           {"sha256="},
		"no prefix":              {digits},
		"other prefix":           {"sha512=" + digits},
		"upper-case prefix":      {"SHA256=" + digits},
		"prefix twice":           {"sha256=" + good},
		"one digit short":        {good[:len(good)-1]},
		"one digit more":         {good + "0"},
		"half":                   {good[:len("sha256=")+32]},
		"upper-case digits":      {"sha256=" + strings.ToUpper(digits)},
		"not hexadecimal":        {"sha256=" + strings.Repeat("z", 64)},
		"zeroes":                 {"sha256=" + strings.Repeat("0", 64)},
		"last digit changed":     {good[:len(good)-1] + changedDigit(good[len(good)-1])},
		"first digit changed":    {"sha256=" + changedDigit(digits[0]) + digits[1:]},
		"base64":                 {"sha256=" + base64.StdEncoding.EncodeToString(unhex(t, digits))},
		"space before":           {"sha256= " + digits},
		"space inside":           {"sha256=" + digits[:63] + " "},
		"comma list":             {good + "," + good},
		"two headers, both good": {good, good},
		"two headers, one good":  {good, "sha256=" + strings.Repeat("0", 64)},
		"other secret":           {sign("another_secret", body)},
		"empty secret":           {sign("", body)},
		"verify token as secret": {sign(testToken, body)},
		"secret with space":      {sign(testSecret+" ", body)},
		"plain hash":             {"sha256=" + plainHash(body)},
		"signature of no bytes":  {sign(testSecret, nil)},
		"digits signed":          {sign(testSecret, []byte(digits))},
	}
}

// forgedBodies go with the true header.
func forgedBodies(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"one byte changed":      bytes.Replace(body, []byte("sign up"), []byte("sign us"), 1),
		"one byte more":         append(bytes.Clone(body), '\n'),
		"space before the body": append([]byte(" "), body...),
		"truncated":             body[:len(body)-1],
		"empty body":            nil,
		"written anew":          reserialised(t, body),
		"pretty-printed":        payload(t, "msg_text"),
		"byte order mark":       append([]byte("\xef\xbb\xbf"), body...),
		"other payload":         wireForm(t, payload(t, "msg_text_stop")),
		"twice the body":        append(bytes.Clone(body), body...),
	}
}

// TestOldSignature shows that the SHA-1 header of old opens nothing.
func TestOldSignature(t *testing.T) {
	body := payload(t, "msg_text")
	m := hmac.New(sha1.New, []byte(testSecret))
	m.Write(body)
	r := httptest.NewRequest(http.MethodPost, "/webhook", bytes.NewReader(body))
	r.Header.Set("X-Hub-Signature", "sha1="+hex.EncodeToString(m.Sum(nil)))
	w := httptest.NewRecorder()
	in := &recorder{}
	testHandler(t, in, nil).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || len(in.deliveries()) != 0 {
		t.Errorf("answered %d", w.Code)
	}
}

// TestUnsignedBodyUnread: a caller without a well-formed header must not make
// the server read, let alone keep, what it sends.
func TestUnsignedBodyUnread(t *testing.T) {
	body := &countingReader{}
	r := httptest.NewRequest(http.MethodPost, "/webhook", body)
	r.Header.Set("X-Hub-Signature-256", "sha256=short")
	w := httptest.NewRecorder()
	testHandler(t, &recorder{}, nil).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || body.reads != 0 {
		t.Errorf("answered %d after %d reads", w.Code, body.reads)
	}
}

type countingReader struct{ reads int }

func (c *countingReader) Read([]byte) (int, error) {
	c.reads++
	return 0, io.EOF
}

// TestRotation: while a secret is replaced, both sign; afterwards the old one
// does not.
func TestRotation(t *testing.T) {
	body := payload(t, "msg_text")
	for _, tc := range []struct {
		secrets []bot.Secret
		signer  string
		want    int
	}{
		{[]bot.Secret{"old", "new"}, "old", 200},
		{[]bot.Secret{"old", "new"}, "new", 200},
		{[]bot.Secret{"new"}, "old", 403},
		{[]bot.Secret{"new"}, "new", 200},
	} {
		t.Run(fmt.Sprintf("%d secrets, signed by %s", len(tc.secrets), tc.signer), func(t *testing.T) {
			h := testHandler(t, &recorder{}, func(c *Config) { c.Secrets = tc.secrets })
			if got := post(h, body, sign(tc.signer, body)).Code; got != tc.want {
				t.Errorf("answered %d, want %d", got, tc.want)
			}
		})
	}
}

// TestPublishedVectors are signatures computed elsewhere.
func TestPublishedVectors(t *testing.T) {
	const compact = `{"object":"whatsapp_business_account","entry":[]}`
	const spaced = `{"object": "whatsapp_business_account", "entry": []}`
	for _, v := range []struct{ secret, body, digits string }{
		{"test_app_secret", compact, "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"},
		{"test_app_secret", spaced, "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a"},
		{"otro_secreto", compact, "769b03d8c2ae6498f2d1e1f7299c0ba55448c69d741e7b0bb243d852d8a8d8c7"},
	} {
		h := testHandler(t, &recorder{}, func(c *Config) { c.Secrets = []bot.Secret{bot.Secret(v.secret)} })
		if got := post(h, []byte(v.body), "sha256="+v.digits).Code; got != http.StatusOK {
			t.Errorf("%s: answered %d", v.digits[:8], got)
		}
	}
}

func post(h http.Handler, body []byte, signature string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/webhook", bytes.NewReader(body))
	r.Header.Set("X-Hub-Signature-256", signature)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func changedDigit(c byte) string {
	if c == 'a' {
		return "b"
	}
	return "a"
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func plainHash(body []byte) string {
	sum := tokenSum(string(body))
	return hex.EncodeToString(sum[:])
}

func reserialised(t *testing.T, body []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
