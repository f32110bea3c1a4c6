package whatsapp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"aval/bot"
)

var _ bot.Sender = (*Client)(nil)

// Client calls the Graph API. It is safe for concurrent use and starts no
// goroutine of its own; Close drops the idle connections.
type Client struct {
	base    string // address with version, without a slash at the end
	token   bot.Secret
	tokens  map[string]bot.Secret
	timeout time.Duration
	word    string
	http    *http.Transport
}

// New builds a client and calls nobody. The error lists all faults of the
// configuration and none of its values.
func New(c Config) (*Client, error) {
	u, err := c.check()
	if err != nil {
		return nil, fmt.Errorf("whatsapp configuration: %w", err)
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Conns == 0 {
		c.Conns = defaultConns
	}
	if c.ListLabel == "" {
		c.ListLabel = "Menu"
	}
	return &Client{
		base:    strings.TrimRight(u.String(), "/"),
		token:   c.Token,
		tokens:  c.Tokens,
		timeout: c.Timeout,
		word:    string(c.ListLabel),
		// The bare transport follows no redirect and keeps no cookie: the token
		// stays with the host it was meant for.
		http: transport(c, u.Scheme == "http"),
	}, nil
}

// Close drops the idle connections. Calls under way end by themselves.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Send hands one message to Meta. Besides the *bot.SendError, which errors.As
// finds, the error names the step that failed. It is SendNever, without a
// call, for content that no shape of message can hold.
func (c *Client) Send(ctx context.Context, e bot.Envelope) (string, error) {
	body, err := render(e, c.word)
	if err != nil {
		return "", never(err)
	}
	a, err := c.post(ctx, e.Number, body, &door{begin: e.Begin})
	if err != nil {
		return "", err
	}
	wamid := parseSent(a.body)
	if wamid == "" {
		return "", a.unreadable()
	}
	return wamid, nil
}

// MarkRead shows the blue ticks and, with typing, the typing indicator. Meta
// marks the earlier messages too.
func (c *Client) MarkRead(ctx context.Context, number, wamid string, typing bool) error {
	body, err := renderRead(wamid, typing)
	if err != nil {
		return never(err)
	}
	a, err := c.post(ctx, number, body, &door{})
	if err != nil {
		return err
	}
	if !parseSuccess(a.body) {
		return a.unreadable()
	}
	return nil
}

func never(err error) error {
	return fmt.Errorf("render: %w: %w", err, &bot.SendError{Class: bot.SendNever})
}

// transport speaks HTTP/1.1 over kept connections: under load one connection
// per call in flight shares no window and no fate with the others. No proxy is
// taken from the environment, since it would see which host is called and when.
func transport(c Config, plainHTTP bool) *http.Transport {
	dialer := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	if plainHTTP {
		dialer.Control = loopbackOnly
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
		TLSHandshakeTimeout:    5 * time.Second,
		Protocols:              protocols,
		MaxIdleConns:           c.Conns,
		MaxIdleConnsPerHost:    c.Conns,
		MaxConnsPerHost:        c.Conns,
		IdleConnTimeout:        idleConn,
		DisableCompression:     true, // a bounded body stays bounded
		MaxResponseHeaderBytes: maxResponse,
	}
}

// loopbackOnly looks at the address after the name was resolved, when a name
// cannot promise anything any more.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !loopback(host) {
		return errors.New("plain http leaves this machine")
	}
	return nil
}
