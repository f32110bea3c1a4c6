package simulator

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Person is somebody with a phone, in a chat with one of the business's
// numbers. Handles are cheap; two of the same person act on the same phone.
type Person struct {
	sim    *Sim
	acct   *account
	number Number
}

// Person returns the person with this key, for example "ana". An unknown key
// makes somebody new with a phone number and a user id.
func (s *Sim) Person(key string) *Person {
	return &Person{sim: s, acct: s.people.named(key), number: s.cfg.Numbers[0]}
}

// Add makes somebody known to the simulator and returns them.
func (s *Sim) Add(p Profile) *Person {
	a := newAccount(p)
	s.people.add(a, p.Key != "" && !s.cfg.Quiet)
	return &Person{sim: s, acct: a, number: s.cfg.Numbers[0]}
}

// On returns the same person in a chat with another number of the business. An
// unknown id is passed through to the webhook as it is.
func (p *Person) On(numberID string) *Person {
	number := Number{ID: numberID, Display: numberID}
	if l := p.sim.numbers[numberID]; l != nil {
		number = l.Number
	}
	return &Person{sim: p.sim, acct: p.acct, number: number}
}

// Profile returns who the person is now.
func (p *Person) Profile() Profile {
	p.acct.mu.Lock()
	defer p.acct.mu.Unlock()
	return p.acct.profile
}

// Inbox returns what the business sent to this person, from all its numbers,
// in the order Graph accepted it. It includes what later failed.
func (p *Person) Inbox() []Message {
	return slices.DeleteFunc(p.Transcript(), func(m Message) bool { return m.Mine })
}

// Transcript returns everything on the phone.
func (p *Person) Transcript() []Message {
	p.acct.mu.Lock()
	defer p.acct.mu.Unlock()
	out := make([]Message, len(p.acct.log))
	for i, m := range p.acct.log {
		out[i] = *m
	}
	return out
}

// WaitMessages waits until the inbox holds n messages and returns it. With a
// Quiet simulator it waits for ever.
func (p *Person) WaitMessages(ctx context.Context, n int) ([]Message, error) {
	for {
		changed := p.sim.changed.listen()
		inbox := p.Inbox()
		if len(inbox) >= n {
			return inbox, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return inbox, fmt.Errorf("%d messages of %d: %w", len(inbox), n, ctx.Err())
		}
	}
}

// Hide sets whether the phone number is left out of webhooks.
func (p *Person) Hide(hidden bool) {
	p.change(func(a *account) { a.profile.Hidden = hidden })
}

// Block sets whether the person has blocked the business: its messages are
// accepted and never arrive.
func (p *Person) Block(blocked bool) {
	p.change(func(a *account) { a.blocked = blocked })
}

var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// speak sets the language of the phone, "" for the page's own.
func (p *Person) speak(language string) error {
	if language != "" && !languageTag.MatchString(language) {
		return errors.New("a language is a tag such as ar or pt-BR")
	}
	p.change(func(a *account) { a.profile.Language = language })
	return nil
}

// SetKeyHash replaces the identity hash, as when the number moves to another
// phone. It is empty while the identity check is off.
func (p *Person) SetKeyHash(hash string) {
	p.change(func(a *account) { a.profile.KeyHash = hash })
}

func (p *Person) change(edit func(*account)) {
	p.acct.mu.Lock()
	edit(p.acct)
	p.acct.mu.Unlock()
	p.sim.hub.publish("person", p.state())
}

// personState is a person without their messages, for the page.
type personState struct {
	Profile
	Blocked bool `json:"blocked"`
	Stopped bool `json:"stopped"`
}

func (p *Person) state() personState {
	p.acct.mu.Lock()
	defer p.acct.mu.Unlock()
	return personState{Profile: p.acct.profile, Blocked: p.acct.blocked, Stopped: p.acct.stopped}
}

// contact is how webhooks introduce the person. Usernames come with delivered
// and read statuses and with messages, not with sent.
func (a *account) contact(username bool) wireContact {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := wireContact{
		Profile: wireProfile{Name: a.profile.Name},
		UserID:  a.profile.BSUID, WaID: a.visible(), KeyHash: a.profile.KeyHash,
	}
	if username {
		c.Profile.Username = a.profile.Username
	}
	return c
}

// visible is the number as webhooks may show it. The lock is held.
func (a *account) visible() string {
	if a.profile.Hidden {
		return ""
	}
	return a.profile.Phone
}

// newID makes a message id of the shape Meta's have: opaque, base64, unique.
func (s *Sim) newID(prefix string) string {
	raw := append([]byte{0x1d, 0x18, 0x14, 0x12, 0x18, 0x16}, "SIM"...)
	raw = strconv.AppendUint(raw, s.cfg.Seed, 16)
	raw = append(raw, s.era...)
	raw = append(raw, '-')
	n := strconv.FormatUint(s.ids.Add(1), 16)
	raw = append(raw, strings.Repeat("0", max(0, 12-len(n)))...)
	raw = append(raw, n...)
	return prefix + base64.StdEncoding.EncodeToString(raw)
}
