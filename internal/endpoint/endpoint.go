// Package endpoint calls the business's own systems for the flows: a bounded
// GET with the fields a flow declared, and a small JSON object back.
package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aval/bot"
	"aval/flows"
)

// answerLimit bounds what a business system may answer: a status and some
// words, never a page.
const answerLimit = 64 << 10

// Client asks endpoints. It follows no redirects: an endpoint is allowed by
// its address, and a redirect would be another one.
type Client struct {
	http *http.Client
}

// New makes a Client. Every call is bounded by its endpoint's timeout.
func New() *Client {
	return &Client{http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: true,
		},
	}}
}

// Call implements bot.Caller. 404 is not_found, any other status but 200, a
// timeout or an unreadable answer is failed. The values never reach an error
// or a log: there is none.
func (c *Client) Call(ctx context.Context, e bot.Endpoint, params map[string]flows.Answer) bot.CallResult {
	failed := bot.CallResult{Outcome: "failed"}
	address, err := fill(e.URL, params)
	if err != nil {
		return failed
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return failed
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return failed
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return bot.CallResult{Outcome: "not_found"}
	}
	if resp.StatusCode != http.StatusOK {
		return failed
	}
	fields, err := read(resp.Body)
	if err != nil {
		return failed
	}
	return bot.CallResult{Outcome: "ok", Fields: fields}
}

// fill puts the fields into the address, each escaped for its place, so that
// an answer cannot leave the path it was meant for.
func fill(address string, params map[string]flows.Answer) (string, error) {
	path, query, _ := strings.Cut(address, "?")
	for name, v := range params {
		mark := "{" + name + "}"
		if s := string(v); strings.Contains(path, mark) && (s == "" || s == "." || s == "..") {
			return "", fmt.Errorf("field %s does not fit a path", name)
		}
		path = strings.ReplaceAll(path, mark, url.PathEscape(string(v)))
		query = strings.ReplaceAll(query, mark, url.QueryEscape(string(v)))
	}
	if strings.ContainsAny(path+query, "{}") {
		return "", fmt.Errorf("a field of the address was not given")
	}
	if query == "" {
		return path, nil
	}
	return path + "?" + query, nil
}

// read takes the top-level strings, numbers and truths of a JSON object.
func read(body io.Reader) (map[string]flows.Answer, error) {
	data, err := io.ReadAll(io.LimitReader(body, answerLimit+1))
	if err != nil || len(data) > answerLimit {
		return nil, fmt.Errorf("answer too large or cut off")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, fmt.Errorf("answer is no JSON object")
	}
	fields := make(map[string]flows.Answer, len(object))
	for name, raw := range object {
		if string(raw) == "null" {
			continue
		}
		var s string
		if json.Unmarshal(raw, &s) == nil {
			fields[name] = flows.Answer(s)
			continue
		}
		if text := string(raw); !strings.ContainsAny(text[:1], "[{") {
			fields[name] = flows.Answer(text)
		}
	}
	return fields, nil
}
