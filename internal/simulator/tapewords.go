package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// words is an act as a scenario writes it, before it is done. It is empty for
// what no business can notice.
func (t *tape) words(r *role, a action) string {
	switch a.Do {
	case "text":
		if strings.ContainsAny(a.Text, "\r\n") {
			return r.name + " writes " + strconv.Quote(a.Text)
		}
		return r.name + ": " + a.Text
	case "reply":
		return r.name + " quotes " + t.heardName(r, a.Message) + ": " + quotedLine(a.Text)
	case "forward", "group", "voice", "image", "document", "location":
		return kindWords(r.name, t.heardName(r, a.Message), a.Do, a.Text, a.Message)
	case "kind":
		return kindWords(r.name, t.heardName(r, a.Message), a.Kind, a.Text, a.Message)
	case "tap":
		return t.tapWords(r, a)
	case "react":
		return t.reactWords(r, a)
	case "edit":
		return r.name + " edits " + t.ownName(r, a.Message) + ": " + quotedLine(a.Text)
	case "revoke":
		return r.name + " deletes " + t.ownName(r, a.Message)
	}
	return t.settingWords(r, a)
}

func (t *tape) settingWords(r *role, a action) string {
	on := map[bool]int{true: 1}[a.On]
	switch a.Do {
	case "raw":
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(a.Text)) != nil {
			return "" // it will be refused
		}
		return r.name + " sends the element " + compact.String()
	case "call":
		return r.name + " calls"
	case "play":
		return r.name + " plays " + t.heardName(r, a.Message)
	case "stop", "resume", "signup":
		return "meta preference: " + a.Do + " " + r.name
	case "number":
		if a.Text == "" {
			return r.name + " changes user id"
		}
		return r.name + " changes number to " + strings.TrimPrefix(a.Text, "+")
	case "hide":
		return r.name + []string{" shows", " hides"}[on] + " the number"
	case "block":
		return r.name + []string{" unblocks", " blocks"}[on] + " the business"
	}
	return ""
}

// quotedLine is a text on one line: as it is, or quoted where that would not
// come back the same.
func quotedLine(text string) string {
	if strings.ContainsAny(text, "\r\n") || strings.HasPrefix(text, `"`) || strings.TrimSpace(text) != text {
		return strconv.Quote(text)
	}
	return text
}

func kindWords(who, quoted, kind, text, message string) string {
	plain := quotedLine(text) == text && message == ""
	switch {
	case kind == "voice" && message == "":
		return who + " sends a voice note"
	case kind == "forward" && plain && text != "":
		return who + " forwards: " + text
	case kind == "group" && plain && text != "":
		return who + " in a group: " + text
	case kind == "image" && plain && text != "":
		return who + " under a picture: " + text
	}
	words := who + " sends " + kind
	if message != "" {
		words += " to " + quoted
	}
	if text != "" {
		words += ": " + quotedLine(text)
	}
	return words
}

// heardName names a message of the business: the last, or by its number.
func (t *tape) heardName(r *role, id string) string {
	inbox := r.phone.Inbox()
	if n := len(inbox); n > 0 && inbox[n-1].ID == id {
		return "the last message"
	}
	i := slices.IndexFunc(inbox, func(m Message) bool { return m.ID == id })
	return fmt.Sprintf("message %d", i+1-t.base[r.phone.acct].heard)
}

// ownName names a message of the person's own in the same way.
func (t *tape) ownName(r *role, id string) string {
	own := slices.DeleteFunc(r.phone.Transcript(), func(m Message) bool { return !m.Mine })
	if n := len(own); n > 0 && own[n-1].ID == id {
		return "the last message"
	}
	i := slices.IndexFunc(own, func(m Message) bool { return m.ID == id })
	return fmt.Sprintf("own message %d", i+1-t.base[r.phone.acct].wrote)
}

// tapWords says on which message a label is, unless it is the newest with it.
func (t *tape) tapWords(r *role, a action) string {
	label, newest := "", ""
	inbox := r.phone.Inbox()
	for _, m := range inbox {
		for _, c := range m.Choices {
			if m.ID == a.Message && c.ID == a.Choice {
				label = c.Label
			}
		}
	}
	for _, m := range inbox {
		for _, c := range m.Choices {
			if c.Label == label {
				newest = m.ID
			}
		}
	}
	if newest == a.Message {
		return r.name + " taps " + label
	}
	i := slices.IndexFunc(inbox, func(m Message) bool { return m.ID == a.Message })
	return fmt.Sprintf("%s taps %s of message %d", r.name, label, i+1-t.base[r.phone.acct].heard)
}

func (t *tape) reactWords(r *role, a action) string {
	on := t.heardName(r, a.Message)
	switch {
	case a.Text == "":
		return r.name + " takes the reaction away from " + on
	case on == "the last message":
		return r.name + " reacts " + a.Text
	}
	return r.name + " reacts " + a.Text + " to " + on
}

// faultWords are the changes of the faults that a scenario can write. Others
// become a comment, for a scenario has no words for them.
func faultWords(was, now Faults) []string {
	var out []string
	aimed := func(form string, was, now CodeFault) {
		if now != was && now.Code != 0 && now.Next > 0 {
			out = append(out, fmt.Sprintf(form, now.Next, now.Code))
		}
	}
	aimed("meta refuses the next %d messages with %d", was.GraphError, now.GraphError)
	aimed("meta fails the next %d messages with %d", was.Failure, now.Failure)
	if a := now.GraphAnswer; a != was.GraphAnswer && a.Kind == AnswerDrop && a.Next > 0 {
		out = append(out, fmt.Sprintf("meta loses the next %d answers", a.Next))
	}
	if now.Duplicates == 1 && was.Duplicates != 1 {
		out = append(out, "meta delivers everything twice")
	}
	was.GraphError, was.Failure, was.GraphAnswer, was.Duplicates = now.GraphError, now.Failure, now.GraphAnswer, now.Duplicates
	if was != now {
		out = append(out, "# Other faults were changed here; a scenario has no words for them.")
	}
	return out
}
