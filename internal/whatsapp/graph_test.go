package whatsapp

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aval/bot"
)

// The strings that must never come out anywhere but in the request itself.
const (
	number = "100000000000001"
	token  = "EAAGplantedTokenNotReal"
	words  = "planted words of a person"
)

func letter() bot.Envelope {
	return bot.Envelope{Number: number, To: phone, Callback: "out:42", Content: bot.Outgoing{Body: words}}
}

// graph is a Graph server over TLS that does what the handler says, and a
// client that trusts it.
func graph(t *testing.T, handler http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return client(t, Config{GraphURL: server.URL + "/v26.0", Roots: roots}), server
}

// client completes a configuration for tests.
func client(t *testing.T, c Config) *Client {
	t.Helper()
	c.Development = true
	if c.Token == "" {
		c.Token = token
	}
	made, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Close)
	return made
}

// wire is a server below HTTP: it gets the whole request and the connection.
func wire(t *testing.T, answer func(conn net.Conn)) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a broken body is the test's own doing
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		answer(conn)
	}))
	t.Cleanup(server.Close)
	return client(t, Config{GraphURL: server.URL, Timeout: 10 * time.Second})
}

// reply answers with a status and a body.
func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have gone
	}
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// quiet fails the test if an error shows anything of the request.
func quiet(t *testing.T, err error) {
	t.Helper()
	for _, form := range []string{"%v", "%+v", "%#v", "%q"} {
		text := fmt.Sprintf(form, err)
		for _, planted := range []string{
			number, token, words, wamid, "15550100001", "7000000", "out:42", "Bearer", "v26.0", "127.0.0.1",
		} {
			if strings.Contains(text, planted) {
				t.Errorf("%s of the error shows %q: %s", form, planted, text)
			}
		}
	}
}

func background() context.Context { return context.Background() }
