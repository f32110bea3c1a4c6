package bot

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"aval/flows"
)

// plan asks the gate about everything whose time has come and marks what may
// leave as open, to be committed before it leaves.
func (b *Bot) plan(c *Contact, brand *Brand) []string {
	now := b.Now()
	var open []string
	for i := 0; i < len(c.Head.Outbox); i++ {
		o := &c.Head.Outbox[i]
		if o.Open || o.Next.After(now) {
			continue
		}
		if o.spent() {
			b.give(c, brand, o, LineFailed, "unknown")
			i--
			continue
		}
		v := Gate(&c.Head, brand, o, o.Business && b.intake.holds(c), now)
		if v.Refused != "" {
			b.give(c, brand, o, LineWithheld, string(v.Refused))
			i--
			continue
		}
		wait := max(v.Wait, b.reserve(o, c.Head.Number, now))
		if wait == 0 { // only what can leave now may be the probe of a paused number
			wait = b.paused.wait(c.Head.Number, now)
		}
		if wait > 0 {
			o.Next = now.Add(wait)
			continue
		}
		o.Open, o.Reserved, o.Unknown, o.Attempts, o.Tried = true, false, false, o.Attempts+1, now
		pairSpend(&c.Head, now)
		open = append(open, o.ID)
	}
	return open
}

// reserve takes a place in the number's throughput, once per attempt.
func (b *Bot) reserve(o *Outbound, number string, now time.Time) time.Duration {
	if o.Reserved {
		return 0
	}
	wait := b.Throttle.Reserve(number, now)
	o.Reserved = wait > 0
	return wait
}

// give lets an entry go without sending it, with a line that says why.
func (b *Bot) give(c *Contact, brand *Brand, o *Outbound, kind LineType, code string) {
	gone := o.ID // o points into the outbox, which the next lines change
	t := newTurn(b.Env, brand, c, b.Now(), &Changes{})
	t.line(Line{Type: kind, Actor: "bot", Purpose: o.Purpose, Object: o.ID, Outcome: code, Reason: string(o.Kind)})
	b.stats.withheld()
	t.unasked(gone)
	c.Head.discard(gone)
}

// unasked takes back a question that never reached anybody, so that the next
// message is asked anew. It may have reached somebody all the same; its button
// is then told from a forgery.
func (t *turn) unasked(outbound string) {
	q := t.h.questionOf(outbound)
	if q == nil {
		return
	}
	if k := t.h.caseNamed(q.Case); k != nil {
		t.closeAsk(k)
		return
	}
	t.closeQuestion()
	p, ok := t.brand.Purpose(q.Purpose)
	k := t.h.Consents[q.Purpose]
	if !ok || k == nil {
		return
	}
	k.Asked = time.Time{}
	if flows.Open(k.State) {
		t.move(p, flows.Expire, "not delivered")
	}
}

// act does what a commit left to do: the calls to Meta and to the business's
// systems. It changes the contact in memory only; the caller commits.
func (b *Bot) act(ctx context.Context, c *Contact, brand *Brand, open []string, ch *Changes) bool {
	for _, id := range open {
		o := c.Head.outbound(id)
		if o == nil {
			continue
		}
		// What came of the one before may have changed the contact.
		if v := Gate(&c.Head, brand, o, false, b.Now()); v.Refused != "" {
			o.Open = false
			b.give(c, brand, o, LineWithheld, string(v.Refused))
			continue
		}
		b.deliver(ctx, c, brand, o)
	}
	called := b.callEndpoint(ctx, c, brand, ch)
	discarded := b.discardFiles(ctx, c)
	return called || discarded || len(open) > 0
}

// deliver is the one function that sends. The caller holds the contact, so its
// state cannot change under the gate's verdict; what can change is that the
// person writes. For what the business starts that is asked once more when its
// bytes are about to leave (see intake.begin).
func (b *Bot) deliver(ctx context.Context, c *Contact, brand *Brand, o *Outbound) {
	// The call is finished even if the server is asked to stop: an unknown
	// outcome costs more than the wait.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	content, err := b.fill(ctx, c, brand, o)
	if err != nil {
		b.outcome(c, brand, o, notSent(err))
		return
	}
	e := Envelope{Number: c.Head.Number, To: c.Head.IDs, Callback: b.Env.Keys.Token(c.ID, o.ID), Content: content}
	if o.Business {
		e.Begin = func() (func(), bool) { return b.intake.begin(c) }
	}
	wamid, err := b.Sender.Send(ctx, e)
	if err == nil {
		b.stats.sent()
		b.paused.resume(c.Head.Number)
		accepted(b.Env, c, o, wamid, b.Now(), "attempt "+strconv.Itoa(o.Attempts))
		return
	}
	b.outcome(c, brand, o, err)
}

// notSent is the failure of a message that did not get as far as being sent.
func notSent(err error) error {
	var fail *SendError
	if errors.As(err, &fail) && fail.Class != SendUnknown {
		return err
	}
	return &SendError{Class: SendLater}
}

// sendTimeout bounds one call to Meta. Their median is far below a second; the
// rest is the network's bad days.
const sendTimeout = 20 * time.Second

// attemptsMost ends retries of what Meta keeps refusing: with the back-off
// below it takes some minutes, about as long as an answer is of use.
const attemptsMost = 8

// outcome applies a failed call.
func (b *Bot) outcome(c *Contact, brand *Brand, o *Outbound, err error) {
	now := b.Now()
	var fail *SendError
	if !errors.As(err, &fail) {
		fail = &SendError{Class: SendUnknown}
	}
	o.Open = false
	if fail.Class == SendHeld {
		o.Attempts--
		o.Next = now.Add(time.Second) // what the person wrote is decided by then
		return
	}
	b.stats.failed()
	b.warn("meta refused or lost a message", string(fail.Class)+"/"+strconv.Itoa(fail.Code), "trace", fail.Trace)
	switch fail.Class {
	case SendUnknown:
		o.uncertain(now)
	case SendPaused:
		b.paused.pause(c.Head.Number, now)
		b.Log.Error("meta takes nothing from this number until an operator acts", "number", c.Head.Number,
			"code", fail.Code, "trace", fail.Trace)
		o.Attempts--
		o.Next = now.Add(pauseProbe)
	case SendPair:
		o.Next = now.Add(time.Second << (2 * min(o.Attempts, 5))) // Meta asks for 4^n seconds
	case SendLater, SendThrottled:
		o.Next = now.Add(b.backoff(o.Attempts))
	default:
		t := newTurn(b.Env, brand, c, now, &Changes{})
		t.line(Line{Type: LineFailed, Actor: "meta", Object: o.ID, Purpose: o.Purpose,
			Outcome: string(fail.Class), Reason: strconv.Itoa(fail.Code)})
		b.paused.resume(c.Head.Number) // it was about this message; the number is taken from
		failed := o.ID
		t.unasked(failed)
		c.Head.discard(failed) // before the consequence, which may empty the outbox
		t.consequence(fail.Class)
		return
	}
	if o.Attempts >= attemptsMost {
		b.give(c, brand, o, LineFailed, string(fail.Class))
	}
}

// backoff doubles from half a second to a minute; half of it is random so that
// many waiting messages do not come back at once.
func (b *Bot) backoff(attempt int) time.Duration {
	d := min(500*time.Millisecond<<min(attempt, 7), time.Minute)
	var r [1]byte
	b.Env.Random(r[:])
	return d/2 + d/2*time.Duration(r[0])/256
}

// grace is how long the status of a message of unknown outcome is waited for
// before an answer is sent once more.
const grace = time.Minute

// uncertain marks that the last attempt may have reached Meta.
func (o *Outbound) uncertain(since time.Time) {
	o.Open, o.Unknown = false, true
	o.Next = since.Add(grace)
}

// spent: an answer of unknown outcome is tried once more, because a missing
// answer is worse than a double one. What the business started never is;
// neither is a question, whose nonce would then be on two messages, nor the
// confirmation of a stop, of which there is one at most (I2).
func (o *Outbound) spent() bool {
	once := o.Business || o.Asks || o.Kind == KindMarketing || o.Kind == KindStopped
	return o.Unknown && (once || o.Attempts >= 2)
}

// callEndpoint asks the business system that a flow waits for and lets the
// flow go on with the answer. Crash before the answer is committed: it is
// asked again under the same id, by which the system knows a repetition.
func (b *Bot) callEndpoint(ctx context.Context, c *Contact, brand *Brand, ch *Changes) bool {
	call := c.Head.Call
	if call == nil {
		return false
	}
	endpoint, ok := brand.Endpoints[call.Endpoint]
	res := CallResult{Outcome: "failed"}
	if ok {
		if c.Head.LastID != "" {
			// Typing shows that somebody is at it. It is a courtesy: its
			// failure changes nothing.
			_ = b.Sender.MarkRead(ctx, c.Head.Number, c.Head.LastID, true)
		}
		res = b.Caller.Call(ctx, endpoint, *call)
	}
	if !ok || res.Outcome == "failed" {
		b.warn("a system of the business did not answer as it should", call.Endpoint)
	}
	c.Head.Call = nil
	now := b.Now()
	t := newTurn(b.Env, brand, c, now, ch)
	t.line(Line{Type: LineCall, Actor: "bot", Object: call.Endpoint, Purpose: endpoint.Purpose, Outcome: res.Outcome})
	if t.inFlow() {
		t.step(flows.Input{Kind: flows.InputResult, Outcome: res.Outcome, Fields: res.Fields})
	}
	t.flush()
	return true
}

// pauses remembers numbers that Meta takes nothing from.
type pauses struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// pauseProbe is how often a paused number is tried with one message.
const pauseProbe = time.Minute

func newPauses() *pauses { return &pauses{until: map[string]time.Time{}} }

func (p *pauses) pause(number string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until[number] = now.Add(pauseProbe)
}

// wait returns how long a number rests. The first to ask after a pause goes
// through and renews it for the others until Meta takes it.
func (p *pauses) wait(number string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	until, ok := p.until[number]
	if !ok {
		return 0
	}
	if rest := until.Sub(now); rest > 0 {
		return rest
	}
	p.until[number] = now.Add(pauseProbe)
	return 0
}

// resume ends a number's rest: Meta took a message.
func (p *pauses) resume(number string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.until, number)
}

// paused reports whether any number rests.
func (p *pauses) any(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, until := range p.until {
		if until.After(now) {
			return true
		}
	}
	return false
}
