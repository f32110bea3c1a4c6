package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the server's time. In development it follows the simulator's, so
// that a day can pass in a test or on the phones page; in production its
// offset stays zero.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// clockPoll is how often the simulator is asked: moving its clock by hand is
// seen at once.
const clockPoll = 100 * time.Millisecond

// local asks what runs on this machine: an answer that takes seconds is none.
// The connections are the default transport's and outlive the client.
func local() *http.Client { return &http.Client{Timeout: 5 * time.Second} }

// follow asks the simulator for its offset until ctx ends.
func (c *clock) follow(ctx context.Context, url string) {
	ticker := time.NewTicker(clockPoll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.ask(ctx, url)
		}
	}
}

func (c *clock) ask(ctx context.Context, url string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	resp, err := local().Do(req)
	if err != nil {
		return // the simulator is stopping, or not there yet
	}
	defer resp.Body.Close()
	var answer struct {
		Offset string `json:"offset"`
	}
	if json.NewDecoder(resp.Body).Decode(&answer) != nil {
		return
	}
	if offset, err := time.ParseDuration(answer.Offset); err == nil {
		c.offset.Store(int64(offset))
	}
}
