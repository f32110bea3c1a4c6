package config

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"aval/bot"
)

// A person waits in the chat while a flow asks a business system, so it may
// not take longer than they would hold on.
const (
	defaultTimeout = 3 * time.Second
	maxTimeout     = 10 * time.Second
	// More tries than these do not fit into the time that a person waits.
	defaultRetries = 1
	maxRetries     = 3
)

// simulatorScheme begins the address of a system that the simulator plays; it
// exists in development only, wherever the simulator listens.
const simulatorScheme = "simulator:/"

func (l *loader) endpoints(o *object, b *bot.Brand, c *Config) map[string]bot.Endpoint {
	endpoints := map[string]bot.Endpoint{}
	seen := map[string]bool{}
	for _, e := range o.objects("endpoints") {
		endpoint := bot.Endpoint{
			Name:    e.id("name"),
			URL:     e.need("url", "it is what a flow calls", "write its https address"),
			Timeout: e.within("timeout", defaultTimeout, 100*time.Millisecond, maxTimeout, "people wait for the answer"),
			Retries: e.number("retries", defaultRetries, 0, maxRetries),
			Purpose: e.need("purpose", "handing data over needs one (COR-3)", "name one of the brand's purposes"),
		}
		l.method(e, &endpoint)
		if path, ok := strings.CutPrefix(endpoint.URL, simulatorScheme); ok && c.Mode == Development {
			endpoint.URL = "http://" + c.SimulatorAddr + "/" + path
		}
		if rule := refusedURL(endpoint.URL, c.Mode); endpoint.URL != "" && rule != "" {
			e.hidden = true // a refused address may hold a password
			e.refuse("url", rule, "write https:// and the address, with {field} in path or query only")
			e.hidden = false
		}
		if _, known := b.Purpose(endpoint.Purpose); !known && endpoint.Purpose != "" {
			e.refuse("purpose", "the brand has no such purpose", didYouMean(endpoint.Purpose, purposeIDs(b)))
		}
		e.unique(seen, "name", "endpoint "+endpoint.Name, endpoint.Name)
		e.done()
		endpoints[endpoint.Name] = endpoint
	}
	return endpoints
}

// method reads how an endpoint is asked, and the secret that signs what is
// sent. Only a body is signed, so a secret goes with post.
func (l *loader) method(e *object, endpoint *bot.Endpoint) {
	switch method := e.text("method"); method {
	case "", "get":
	case "post":
		endpoint.Post = true
	default:
		e.refuse("method", "not a way to ask", "write get, with the fields in the url, or post, with the fields in the body")
	}
	path := e.text("secret_file")
	if path == "" {
		return
	}
	if !endpoint.Post {
		e.refuse("secret_file", "the signature covers the body, and get has none", "write method: post")
		return
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(l.file), path)
	}
	secret := l.secretFile(path, value{where: e.place("secret_file"), key: "secret_file", secret: true})
	if secret != "" && guessable(secret) {
		e.refuse("secret_file", "too easy to guess: an example or shorter than 16 characters", "make a random one")
	}
	endpoint.Secret = bot.Secret(secret)
}

func purposeIDs(b *bot.Brand) []string {
	var ids []string
	for _, p := range b.Purposes {
		ids = append(ids, p.ID)
	}
	return ids
}

// placeholder is a field of a flow inside an address.
const placeholder = `\{[a-z][a-z0-9_]*\}`

// refusedURL says why a flow may not call an address, or "". A field in the
// host would let a person choose where data goes.
func refusedURL(text string, mode Mode) string {
	filled := regexp.MustCompile(placeholder).ReplaceAllString(text, "field")
	u, err := url.Parse(filled)
	if err != nil || u.Host == "" || strings.ContainsAny(filled, "{}") {
		return "not an address"
	}
	authority, _, _ := strings.Cut(strings.TrimPrefix(text, u.Scheme+"://"), "/")
	authority, _, _ = strings.Cut(authority, "?")
	if strings.Contains(authority, "{") {
		return "a field may not choose the host"
	}
	if u.User != nil || u.Fragment != "" {
		return "an address holds no password and no fragment"
	}
	if u.Scheme == "https" {
		return ""
	}
	if u.Scheme == "http" && mode == Development && isLoopback(u.Hostname()) {
		return ""
	}
	return "only https leaves this machine, and http only reaches loopback in development"
}

// isWeb reports whether people can open an address.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && strings.Contains(u.Hostname(), ".") && u.User == nil
}
