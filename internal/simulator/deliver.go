package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The scheduling below runs on real time, not on the movable clock: retries
// must go on while a test holds Meta's clock still.

// maxBackoff keeps a server that comes back after a long stop from waiting for
// its updates; Meta's own schedule is not published.
const maxBackoff = time.Minute

// batcher collects updates of everybody into one POST.
type batcher struct {
	mu   sync.Mutex
	open *parcel // still takes changes
	lane lane
}

// emit queues one change in a person's lane, or in the batch that is open.
func (s *Sim) emit(l *lane, c change, done func()) { s.emitAfter(l, 0, c, done) }

func (s *Sim) emitAfter(l *lane, delay time.Duration, c change, done func()) {
	f := s.knobs.get()
	if f.Batch > 1 {
		s.join(f, c, done)
		return
	}
	now := time.Now()
	p := &parcel{changes: []change{c}, born: now, due: now.Add(delay + ms(f.WebhookMS))}
	if done != nil {
		p.done = append(p.done, done)
	}
	if s.knobs.roll(f.Reorder) {
		p.held = true
		p.due = p.due.Add(ms(orElse(f.ReorderMS, 300)))
	}
	s.post.push(l, p)
}

func (s *Sim) join(f Faults, c change, done func()) {
	b := &s.batch
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.open == nil {
		b.open = &parcel{born: now, due: now.Add(ms(orElse(f.BatchMS, 200)))}
		s.post.push(&b.lane, b.open)
	}
	p := b.open
	p.changes = append(p.changes, c)
	if done != nil {
		p.done = append(p.done, done)
	}
	if len(p.changes) < f.Batch {
		return
	}
	b.open = nil
	b.lane.mu.Lock()
	p.due = now
	b.lane.mu.Unlock()
	s.post.call(&b.lane, now)
}

// seal turns a parcel into bytes at its first attempt. Nothing is added to it
// afterwards.
func (s *Sim) seal(p *parcel) error {
	s.batch.mu.Lock()
	if s.batch.open == p {
		s.batch.open = nil
	}
	s.batch.mu.Unlock()
	if p.body == nil {
		body, err := delivery(s.cfg.Account, p.changes)
		if err != nil {
			return fmt.Errorf("webhook body: %w", err)
		}
		if s.knobs.escape() {
			body = asciiForm(body)
		}
		p.body, p.changes = body, nil
	}
	p.sum = Sign(s.cfg.AppSecret, p.body)
	return nil
}

// serve makes one attempt at the lane's next parcel.
func (s *Sim) serve(ctx context.Context, l *lane) {
	p := l.take(time.Now())
	if p == nil {
		return
	}
	finished := s.attempt(ctx, p)
	if finished {
		s.finish(l, p)
	}
	if at := l.release(p, finished, time.Now()); !at.IsZero() {
		s.post.call(l, at)
	}
	if finished {
		s.post.settle()
	}
}

// attempt posts a parcel and reports whether it is done with: answered 200 or
// given up.
func (s *Sim) attempt(ctx context.Context, p *parcel) bool {
	if p.sum == "" {
		if err := s.seal(p); err != nil {
			s.log.Error("webhook dropped", "cause", err)
			s.counts.lost.Add(1)
			return true
		}
	}
	status, err := s.Post(ctx, p.body, p.sum)
	if err == nil && status == http.StatusOK {
		s.counts.delivered.Add(1)
		return true
	}
	if ctx.Err() != nil {
		p.due = time.Now()
		return false
	}
	s.counts.failed.Add(1)
	p.tries++
	now := time.Now()
	if now.Sub(p.born) > s.cfg.RetryFor {
		s.log.Warn("webhook given up", "tries", p.tries)
		s.counts.lost.Add(1)
		p.done = nil
		return true
	}
	s.log.Debug("webhook refused", "status", status, "tries", p.tries)
	p.held = false
	p.due = now.Add(s.backoff(p.tries))
	return false
}

func (s *Sim) backoff(tries int) time.Duration {
	d := s.cfg.RetryDelay << min(tries-1, 16)
	return min(d, maxBackoff)
}

// finish tells whoever waits for the parcel, and rolls for a duplicate.
func (s *Sim) finish(l *lane, p *parcel) {
	for _, done := range p.done {
		done()
	}
	if p.again || !s.knobs.roll(s.knobs.get().Duplicates) {
		return
	}
	now := time.Now()
	s.post.push(l, &parcel{body: p.body, sum: p.sum, born: now, due: now, again: true})
}

// Post sends one body with one signature, once, and returns the status. It is
// for what Meta would never send; Deliver is for what it would.
func (s *Sim) Post(ctx context.Context, body []byte, signature string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, *s.webhook.Load(), bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("webhook request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	if signature != "" {
		req.Header.Set("X-Hub-Signature-256", signature)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("webhook: %w", err)
	}
	discard(resp.Body)
	return resp.StatusCode, nil
}

// Deliver queues a body of the caller's own, signed and retried like any
// other; its bytes are sent as they are. Messages in it open the 24-hour window
// of whoever wrote them.
func (s *Sim) Deliver(raw []byte) {
	s.openWindows(raw)
	now := time.Now()
	s.post.push(&s.rawLane, &parcel{body: bytes.Clone(raw), born: now, due: now})
}

// openWindows reads just enough of a body to know who wrote to which number.
func (s *Sim) openWindows(raw []byte) {
	var d struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Metadata wireMetadata
					Messages []json.RawMessage
				}
			}
		}
	}
	if json.Unmarshal(raw, &d) != nil {
		return // a body that is meant to be broken
	}
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				s.openWindow(c.Value.Metadata.ID, m)
			}
		}
	}
}

func (s *Sim) openWindow(number string, message json.RawMessage) {
	var m struct {
		From       string `json:"from"`
		FromUserID string `json:"from_user_id"`
	}
	if json.Unmarshal(message, &m) != nil || m.From == "" && m.FromUserID == "" {
		return
	}
	a := s.people.find(m.From, m.FromUserID, !s.cfg.Quiet)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.chat(number).lastInbound = s.Now()
}

// Drain waits until every update was answered 200 or given up. Run must be
// running.
func (s *Sim) Drain(ctx context.Context) error {
	for {
		changed := s.post.idle.listen()
		n := s.post.pending.Load()
		if n == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d updates not delivered: %w", n, ctx.Err())
		}
	}
}

// Verify asks the webhook to prove that it is ours, as Meta does when the
// callback URL is saved.
func (s *Sim) Verify(ctx context.Context) error {
	const challenge = "1158201444"
	query := url.Values{
		"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {s.cfg.VerifyToken},
	}
	target := *s.webhook.Load() + "?" + query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return fmt.Errorf("challenge request: %w", err)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		// The URL in the client's own error would carry the verify token.
		return fmt.Errorf("challenge: %w", withoutURL(err))
	}
	defer discard(resp.Body)
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 256))
	if err != nil {
		return fmt.Errorf("challenge answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK || strings.TrimSpace(string(answer)) != challenge {
		return fmt.Errorf("challenge not answered: status %d", resp.StatusCode)
	}
	return nil
}

func withoutURL(err error) error {
	if u, ok := err.(*url.Error); ok {
		return u.Err
	}
	return err
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
