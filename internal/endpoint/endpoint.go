// Package endpoint calls the business's own systems for the flows: the fields
// that a flow declared go out, and the values that it asked for come back.
//
// A call is bounded in time, tries again after a failure that may pass, and
// does not wait for a system that keeps failing. What is posted can be signed,
// in the form of the Standard Webhooks specification, so that a system can
// know a request of ours by tools that others wrote.
package endpoint

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"aval/bot"
	"aval/flows"
)

// A system that failed this many times in a row is left alone for a while, in
// which whoever asks is told at once that it is down, instead of waiting for
// the same failure.
const (
	failuresInARow = 5
	leftAlone      = 30 * time.Second
)

// The wait before another try: short, because a person waits too.
const (
	firstWait = 100 * time.Millisecond
	lastWait  = time.Second
)

// The headers of a signed request.
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// Client asks endpoints. It follows no redirects: an endpoint is allowed by
// its address, and a redirect would be another one. It is safe for concurrent
// use.
type Client struct {
	http *http.Client
	now  func() time.Time

	mu       sync.Mutex
	breakers map[string]circuitbreaker.CircuitBreaker[bot.CallResult] // by address
}

// New makes a Client. Every call is bounded by its endpoint's timeout.
func New(now func() time.Time) *Client {
	return &Client{
		now:      now,
		breakers: map[string]circuitbreaker.CircuitBreaker[bot.CallResult]{},
		http: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: true,
			},
		},
	}
}

// errFinal is a failure that another try would not mend.
var errFinal = errors.New("final")

// Call implements bot.Caller. 404 is not_found, any other status but 200, a
// timeout or an unreadable answer is failed. The values never reach an error
// or a log: there is none.
func (c *Client) Call(ctx context.Context, e bot.Endpoint, call bot.Call) bot.CallResult {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	again := retrypolicy.NewBuilder[bot.CallResult]().
		WithMaxRetries(e.Retries).WithBackoff(firstWait, lastWait).WithJitterFactor(0.2).
		AbortOnErrors(errFinal, circuitbreaker.ErrOpen).Build()
	result, err := failsafe.With[bot.CallResult](again, c.breaker(e)).WithContext(ctx).Get(func() (bot.CallResult, error) {
		return c.try(ctx, e, call)
	})
	if err != nil {
		return bot.CallResult{Outcome: "failed"}
	}
	return result
}

// breaker is the one of an address: brands that ask the same system share what
// is known of its health.
func (c *Client) breaker(e bot.Endpoint) circuitbreaker.CircuitBreaker[bot.CallResult] {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.breakers[e.URL]
	if b == nil {
		b = circuitbreaker.NewBuilder[bot.CallResult]().
			HandleIf(func(_ bot.CallResult, err error) bool { return err != nil && !errors.Is(err, errFinal) }).
			WithFailureThreshold(failuresInARow).WithSuccessThreshold(1).WithDelay(leftAlone).Build()
		c.breakers[e.URL] = b
	}
	return b
}

func (c *Client) try(ctx context.Context, e bot.Endpoint, call bot.Call) (bot.CallResult, error) {
	req, err := c.request(ctx, e, call)
	if err != nil {
		return bot.CallResult{}, errFinal
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return bot.CallResult{}, errors.New("no answer")
	}
	defer resp.Body.Close()
	switch s := resp.StatusCode; {
	case s == http.StatusNotFound:
		return bot.CallResult{Outcome: "not_found"}, nil
	case s >= 500 || s == http.StatusTooManyRequests:
		return bot.CallResult{}, errors.New("a failure that may pass")
	case s != http.StatusOK:
		return bot.CallResult{}, errFinal
	}
	fields, err := read(resp.Body, call.Wants)
	if err != nil {
		return bot.CallResult{}, errFinal
	}
	return bot.CallResult{Outcome: "ok", Fields: fields}, nil
}

// request puts the fields into the address, and those that stand in none of its
// places into the body.
func (c *Client) request(ctx context.Context, e bot.Endpoint, call bot.Call) (*http.Request, error) {
	address, rest, err := fill(e.URL, call.Params)
	if err != nil {
		return nil, err
	}
	if !e.Post {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Accept", "application/json")
		return req, nil
	}
	body, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(headerID, call.ID)
	if e.Secret != "" {
		at := strconv.FormatInt(c.now().Unix(), 10)
		req.Header.Set(headerTimestamp, at)
		req.Header.Set(headerSignature, sign([]byte(e.Secret), call.ID, at, body))
	}
	return req, nil
}

// sign covers the id and the time besides the body, so that a request that was
// overheard cannot be used again under another id or later.
func sign(secret []byte, id, at string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.", id, at)
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// fill puts the fields into the address, each escaped for its place, so that
// an answer cannot leave the path it was meant for. It returns those that have
// no place there.
func fill(address string, params map[string]flows.Answer) (filled string, rest map[string]string, err error) {
	path, query, _ := strings.Cut(address, "?")
	rest = map[string]string{}
	for name, v := range params {
		mark := "{" + name + "}"
		if !strings.Contains(address, mark) {
			rest[name] = string(v)
			continue
		}
		if s := string(v); strings.Contains(path, mark) && (s == "" || s == "." || s == "..") {
			return "", nil, fmt.Errorf("field %s does not fit a path", name)
		}
		path = strings.ReplaceAll(path, mark, url.PathEscape(string(v)))
		query = strings.ReplaceAll(query, mark, url.QueryEscape(string(v)))
	}
	if strings.ContainsAny(path+query, "{}") {
		return "", nil, fmt.Errorf("a field of the address was not given")
	}
	if query == "" {
		return path, rest, nil
	}
	return path + "?" + query, rest, nil
}
