package whatsapp

import (
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"aval/bot"
)

// graphHost is Meta's host. A token for it is of no use anywhere else, so it
// goes nowhere else in production.
const graphHost = "graph.facebook.com"

const (
	// defaultTimeout is ten times the second in which Meta answers nearly
	// everything, and below the time after which a person writes again.
	defaultTimeout = 10 * time.Second
	// defaultConns keeps 1,000 messages a second going at 250 ms each.
	defaultConns = 256
	// idleConn is below the time after which servers close idle connections; a
	// request that meets the closing is one whose outcome is unknown.
	idleConn = 30 * time.Second
)

// Config is what a Client needs. The zero values of Timeout, Conns, ListLabel
// and Roots have defaults.
type Config struct {
	// GraphURL is the address with the version, https://graph.facebook.com/v26.0.
	GraphURL string
	// Token is used for every number that has none in Tokens.
	Token  bot.Secret
	Tokens map[string]bot.Secret // by phone number id
	// Development allows another host than Meta's, and plain HTTP if that host
	// is loopback.
	Development bool
	// Timeout bounds one call from the dial to the last byte: 10 s.
	Timeout time.Duration
	// Conns bounds the connections at one time: 256. Further calls wait.
	Conns int
	// ListLabel labels the button of a list whose content brings no label of
	// 20 characters or fewer: "Menu".
	ListLabel bot.Text
	// Roots are the authorities to trust; nil means those of the system.
	Roots *x509.CertPool
}

// check returns the parsed address and every fault of the configuration at
// once. It repeats no value: an address may hold a password.
func (c Config) check() (*url.URL, error) {
	u, err := url.Parse(c.GraphURL)
	if err != nil {
		return nil, errors.New("graph url: not an address")
	}
	faults := []error{c.checkURL(u)}
	if c.Token == "" && len(c.Tokens) == 0 {
		faults = append(faults, errors.New("access token: missing"))
	}
	if c.Token != "" && !headerSafe(string(c.Token)) {
		faults = append(faults, errors.New("access token: holds spaces or control characters"))
	}
	for number, token := range c.Tokens {
		if !onlyDigits(number, 32) || !headerSafe(string(token)) {
			faults = append(faults, errors.New("access token of a number: not usable"))
		}
	}
	if c.Timeout < 0 || c.Conns < 0 {
		faults = append(faults, errors.New("timeout and connections: negative"))
	}
	if !fits(string(c.ListLabel), maxButtonLabel) {
		faults = append(faults, errors.New("list label: longer than 20 characters"))
	}
	return u, errors.Join(faults...)
}

func (c Config) checkURL(u *url.URL) error {
	if u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("graph url: host and path only, please")
	}
	if u.Scheme == "https" && (c.Development || strings.EqualFold(u.Host, graphHost)) {
		return nil
	}
	if u.Scheme == "http" && c.Development && loopback(u.Hostname()) {
		return nil
	}
	return errors.New("graph url: https and Meta's host, or in development http on loopback")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// headerSafe reports whether a token can stand in a header line.
func headerSafe(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
