package whatsapp

import (
	"strings"
	"testing"

	"aval/bot"
)

func TestNewAccepts(t *testing.T) {
	for name, c := range map[string]Config{
		"production":           {GraphURL: "https://graph.facebook.com/v26.0", Token: "t"},
		"slash at the end":     {GraphURL: "https://graph.facebook.com/v26.0/", Token: "t"},
		"token of one number":  {GraphURL: "https://graph.facebook.com/v26.0", Tokens: map[string]bot.Secret{"1": "t"}},
		"simulator":            {GraphURL: "http://127.0.0.1:8090/graph/v26.0", Token: "t", Development: true},
		"simulator by name":    {GraphURL: "http://localhost:8090/graph", Token: "t", Development: true},
		"simulator over IPv6":  {GraphURL: "http://[::1]:8090/graph", Token: "t", Development: true},
		"other host, tested":   {GraphURL: "https://graph.example.org/v26.0", Token: "t", Development: true},
		"other case of a host": {GraphURL: "https://Graph.Facebook.com/v26.0", Token: "t"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			client.Close()
			if strings.HasSuffix(client.base, "/") {
				t.Errorf("base is %s", client.base)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	const graph = "https://graph.facebook.com/v26.0"
	for name, c := range map[string]Config{
		"nothing":                  {},
		"no token":                 {GraphURL: graph},
		"plain http":               {GraphURL: "http://graph.facebook.com/v26.0", Token: "s3cret"},
		"plain http, development":  {GraphURL: "http://graph.facebook.com/v26.0", Token: "s3cret", Development: true},
		"loopback in production":   {GraphURL: "http://127.0.0.1:8090/", Token: "s3cret"},
		"other host in production": {GraphURL: "https://graph.example.org/", Token: "s3cret"},
		"host that looks alike":    {GraphURL: "https://graph.facebook.com.example.org/", Token: "s3cret"},
		"another port":             {GraphURL: "https://graph.facebook.com:8443/", Token: "s3cret"},
		"password in the address":  {GraphURL: "https://u:s3cret@graph.facebook.com/", Token: "t"},
		"query in the address":     {GraphURL: graph + "?access_token=s3cret", Token: "t"},
		"other scheme":             {GraphURL: "ftp://127.0.0.1/", Token: "s3cret", Development: true},
		"no address":               {GraphURL: "https://s3cret\x7f", Token: "t"},
		"token with a line break":  {GraphURL: graph, Token: "s3cret\r\nX-Other: 1"},
		"token with a space":       {GraphURL: graph, Token: "s3cret "},
		"token of a path":          {GraphURL: graph, Tokens: map[string]bot.Secret{"../1": "s3cret"}},
		"empty token of a number":  {GraphURL: graph, Tokens: map[string]bot.Secret{"1": ""}},
		"negative timeout":         {GraphURL: graph, Token: "s3cret", Timeout: -1},
		"long list label":          {GraphURL: graph, Token: "t", ListLabel: "s3cret s3cret s3cret s3cret"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(c)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "example.org") {
				t.Errorf("the error repeats the configuration: %v", err)
			}
		})
	}
}

func TestNewNamesAllFaultsAtOnce(t *testing.T) {
	_, err := New(Config{GraphURL: "http://example.org", Timeout: -1})
	for _, want := range []string{"graph url", "access token", "timeout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word of the %s in %v", want, err)
		}
	}
}
