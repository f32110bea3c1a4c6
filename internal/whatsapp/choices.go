package whatsapp

import (
	"strconv"
	"strings"

	"aval/bot"
)

const (
	withHints    = true
	withoutHints = false
)

// tidyChoices copies the choices with labels on one line, and refuses those
// that could not be told apart when they come back.
func tidyChoices(in []bot.Choice) ([]bot.Choice, error) {
	if len(in) == 0 {
		return nil, nil
	}
	if len(in) > maxChoices {
		return nil, errTooMany
	}
	out := make([]bot.Choice, len(in))
	for i, c := range in {
		c.Label = bot.Text(oneLine(string(c.Label)))
		c.Hint = bot.Text(oneLine(string(c.Hint)))
		if c.ID == "" {
			return nil, errChoiceID
		}
		if c.Label == "" {
			return nil, errChoiceLabel
		}
		if hasID(out[:i], c.ID) {
			return nil, errChoiceTwice
		}
		out[i] = c
	}
	return out, nil
}

// fitChoices goes from buttons to a list to numbered text and stops at the
// first that holds everything.
func fitChoices(o bot.Outgoing, word string) (message, error) {
	rich := o
	rich.Body = bot.Text(paragraphs(string(o.Body), linkLine(o.Link)))
	if m, ok := buttons(rich); ok {
		return m, nil
	}
	if m, ok := list(rich, word); ok {
		return m, nil
	}
	return fitText(o)
}

func buttons(o bot.Outgoing) (message, bool) {
	if len(o.Choices) > maxButtons || repeated(o.Choices) {
		return message{}, false
	}
	for _, c := range o.Choices {
		if !fits(string(c.Label), maxButtonLabel) || !fits(c.ID, maxButtonID) {
			return message{}, false
		}
	}
	body, footer, ok := place(string(o.Body), string(o.Footer), maxButtonBody)
	return message{shape: asButtons, body: body, footer: footer, rows: o.Choices}, ok
}

func list(o bot.Outgoing, word string) (message, bool) {
	if len(o.Choices) > maxRows {
		return message{}, false
	}
	numbers := repeated(o.Choices)
	rows := make([]bot.Choice, len(o.Choices))
	for i, c := range o.Choices {
		r, ok := row(c, i+1, numbers)
		if !ok {
			return message{}, false
		}
		rows[i] = r
	}
	open := oneLine(string(o.ListLabel))
	if open == "" || !fits(open, maxButtonLabel) {
		open = word
	}
	body, footer, ok := place(string(o.Body), string(o.Footer), maxListBody)
	return message{shape: asList, body: body, footer: footer, rows: rows, open: open}, ok
}

// row makes a choice a row of a list. A label too long for the title is shown
// whole in the second line, beneath a numbered beginning; it must never be
// readable in part only, since the person is held to it.
func row(c bot.Choice, n int, numbers bool) (bot.Choice, bool) {
	if !fits(c.ID, maxRowID) || !fits(string(c.Hint), maxRowHint) {
		return c, false
	}
	label := string(c.Label)
	prefix := strconv.Itoa(n) + ". "
	title := label
	if numbers {
		title = prefix + label
	}
	if fits(title, maxRowTitle) {
		c.Label = bot.Text(title)
		return c, true
	}
	if c.Hint != "" || !fits(label, maxRowHint) {
		return c, false
	}
	begin := cut(label, maxRowTitle-len(prefix)-1)
	if begin == "" {
		return c, false
	}
	c.Label, c.Hint = bot.Text(prefix+begin+"…"), c.Label
	return c, true
}

// numbered writes one line per choice, so that the number can be typed.
func numbered(choices []bot.Choice, hints bool) string {
	var b strings.Builder
	for i, c := range choices {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.Itoa(i + 1))
		b.WriteString(". ")
		b.WriteString(string(c.Label))
		if hints && c.Hint != "" {
			b.WriteString("\n    ")
			b.WriteString(string(c.Hint))
		}
	}
	return b.String()
}

func hasID(choices []bot.Choice, id string) bool {
	for _, c := range choices {
		if c.ID == id {
			return true
		}
	}
	return false
}

// repeated reports whether two labels read the same.
func repeated(choices []bot.Choice) bool {
	for i, c := range choices {
		for _, d := range choices[:i] {
			if c.Label == d.Label {
				return true
			}
		}
	}
	return false
}
