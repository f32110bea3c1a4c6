package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"aval/bot"
)

const (
	testSecret = "example_app_secret_not_real"
	testToken  = "verify-me-please"
)

// testNow is a little after the times in the payloads.
func testNow() time.Time { return time.Unix(1793400030, 0).UTC() }

// payloadNames lists the recorded deliveries, without their extension.
func payloadNames(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/payloads/*.json")
	if err != nil || len(files) != 181 {
		t.Fatalf("recorded payloads: %d found, 181 wanted (%v)", len(files), err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}

func payload(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata/payloads", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// wireForm writes a payload as it travels: compact, everything beyond ASCII
// escaped, and so is the slash.
func wireForm(t testing.TB, body []byte) []byte {
	t.Helper()
	var compact, out bytes.Buffer
	if err := json.Compact(&compact, body); err != nil {
		t.Fatal(err)
	}
	for _, r := range compact.String() {
		switch {
		case r == '/':
			out.WriteString(`\/`)
		case r < 0x80:
			out.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		}
	}
	return out.Bytes()
}

func sign(secret string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	return "sha256=" + hex.EncodeToString(m.Sum(nil))
}

// recorder is an Intake that remembers, and fails when told to.
type recorder struct {
	mu   sync.Mutex
	got  []bot.Delivery
	fail error
}

func (r *recorder) Accept(_ context.Context, d bot.Delivery) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.got = append(r.got, d)
	return nil
}

func (r *recorder) deliveries() []bot.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got
}

func testHandler(t testing.TB, in Intake, change func(*Config)) *Handler {
	t.Helper()
	c := Config{
		Secrets: []bot.Secret{testSecret}, VerifyToken: testToken, Now: testNow, Intake: in,
	}
	if change != nil {
		change(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
