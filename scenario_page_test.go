package main

import (
	"slices"
	"strconv"
	"strings"

	"aval/internal/simulator"
)

// pageActs are the rest of what the phones page can do, as its recorder writes
// it down.
func pageActs() []act {
	const heard = `(the last message|message \d+)`
	return []act{
		when(`only the phones are compared`, func(r *rehearsal, _ []string) { r.phones, r.silent = true, true }),
		when(`(\w+) writes (".*")`, func(r *rehearsal, m []string) { r.person(m[0]).Text(r.unquoted(m[1])) }),
		when(`(\w+) sends the element (\{.*\})`, func(r *rehearsal, m []string) {
			if _, err := r.person(m[0]).Send(m[1]); err != nil {
				r.world.t.Fatal(err)
			}
		}),
		when(`(\w+) sends ([a-z_]+)(?: to `+heard+`)?(?:: (.*))?`, func(r *rehearsal, m []string) {
			on := ""
			if m[2] != "" {
				on = r.heardID(m[0], m[2])
			}
			if _, err := r.person(m[0]).SendKind(m[1], r.unquoted(m[3]), on); err != nil {
				r.world.t.Fatalf("%s sends %s: %v", m[0], m[1], err)
			}
		}),
		when(`(\w+) quotes `+heard+`: (.*)`, func(r *rehearsal, m []string) {
			r.person(m[0]).Reply(r.unquoted(m[2]), r.heardID(m[0], m[1]))
		}),
		when(`(\w+) reacts (\S+) to `+heard, func(r *rehearsal, m []string) { r.person(m[0]).React(r.heardID(m[0], m[2]), m[1]) }),
		when(`(\w+) takes the reaction away from `+heard, func(r *rehearsal, m []string) {
			r.person(m[0]).React(r.heardID(m[0], m[1]), "")
		}),
		when(`(\w+) edits (the last|own) message ?(\d*): (.*)`, func(r *rehearsal, m []string) {
			r.person(m[0]).Edit(r.ownID(m[0], m[2]), r.unquoted(m[3]))
		}),
		when(`(\w+) deletes own message (\d+)`, func(r *rehearsal, m []string) { r.person(m[0]).Revoke(r.ownID(m[0], m[1])) }),
		when(`(\w+) plays `+heard, func(r *rehearsal, m []string) {
			if err := r.person(m[0]).Play(r.heardID(m[0], m[1])); err != nil {
				r.world.t.Fatal(err)
			}
		}),
		when(`(\w+) blocks the business`, func(r *rehearsal, m []string) { r.person(m[0]).Block(true) }),
		when(`(\w+) unblocks the business`, func(r *rehearsal, m []string) { r.person(m[0]).Block(false) }),
	}
}

// unquoted reads words that were quoted because they did not fit a line.
func (r *rehearsal) unquoted(words string) string {
	if !strings.HasPrefix(words, `"`) {
		return words
	}
	text, err := strconv.Unquote(words)
	if err != nil {
		r.world.t.Fatalf("%s: %v", words, err)
	}
	return text
}

// heardID is the id of a message that somebody got: the last, or the nth.
func (r *rehearsal) heardID(who, which string) string {
	inbox := r.person(who).Inbox()
	if which == "the last message" && len(inbox) > 0 {
		return inbox[len(inbox)-1].ID
	}
	return r.nth(inbox, strings.TrimPrefix(which, "message "))
}

// ownID is the id of a message that somebody sent: the last for "".
func (r *rehearsal) ownID(who, n string) string {
	if n == "" {
		return lastOwn(r.person(who))
	}
	return r.nth(slices.DeleteFunc(r.person(who).Transcript(), func(m simulator.Message) bool { return !m.Mine }), n)
}

func (r *rehearsal) nth(of []simulator.Message, n string) string {
	i, err := strconv.Atoi(n)
	if err != nil || i < 1 || i > len(of) {
		r.world.t.Fatalf("message %s: there are %d", n, len(of))
	}
	return of[i-1].ID
}
