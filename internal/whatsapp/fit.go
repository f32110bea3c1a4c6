package whatsapp

import (
	"net/url"
	"strings"

	"aval/bot"
)

// unfit says in fixed words why a message can never be sent as it is.
type unfit string

// Error returns the fixed words.
func (u unfit) Error() string { return string(u) }

const (
	errBodyEmpty   unfit = "the body is empty"
	errTooLong     unfit = "the text is longer than one message"
	errTooMany     unfit = "there are too many choices"
	errChoiceID    unfit = "a choice has no id"
	errChoiceTwice unfit = "two choices have one id"
	errChoiceLabel unfit = "a choice has no label"
	errLink        unfit = "the link is no web address"
	errDocument    unfit = "the document needs an https address or a media id, not both"
)

// shape is the kind of message on the wire.
type shape int

const (
	asText shape = iota
	asButtons
	asList
	asLink
	asDocument
	asTemplate
)

// message is content within WhatsApp's limits: the encoder needs no more
// decisions.
type message struct {
	shape  shape
	body   string
	footer string
	rows   []bot.Choice // buttons or rows
	open   string       // label of the button that opens the list
	link   bot.Link
	doc    bot.Document // of a document, or in the header of buttons
	use    bot.TemplateUse
}

// fit chooses the richest shape that holds all of the content. The word labels
// a list's button when the content brings no label that fits.
func fit(o bot.Outgoing, word string) (message, error) {
	if o.Template != nil {
		return fitTemplate(o)
	}
	choices, err := tidyChoices(o.Choices)
	if err != nil {
		return message{}, err
	}
	o.Choices = choices
	if o.Link != nil && !webAddress(o.Link.URL, "https", "http") {
		return message{}, errLink
	}
	if o.Document != nil {
		return fitDocument(o)
	}
	if blank(string(o.Body)) {
		return message{}, errBodyEmpty
	}
	if len(o.Choices) > 0 {
		return fitChoices(o, word)
	}
	if o.Link != nil {
		return fitLink(o)
	}
	return fitText(o)
}

func fitText(o bot.Outgoing) (message, error) {
	body, err := plain(o, maxText)
	return message{shape: asText, body: body}, err
}

func fitLink(o bot.Outgoing) (message, error) {
	label := oneLine(string(o.Link.Label))
	body, footer, ok := place(string(o.Body), string(o.Footer), maxLinkBody)
	if label == "" || !fits(label, maxButtonLabel) || !ok {
		return fitText(o)
	}
	link := bot.Link{Label: bot.Text(label), URL: o.Link.URL}
	return message{shape: asLink, body: body, footer: footer, link: link}, nil
}

func fitDocument(o bot.Outgoing) (message, error) {
	doc := *o.Document
	if (doc.URL == "") == (doc.MediaID == "") {
		return message{}, errDocument
	}
	// Meta fetches this one, so it must not be read or changed on the way.
	if doc.URL != "" && !webAddress(doc.URL, "https") {
		return message{}, errDocument
	}
	doc.Name = cut(fileName(doc.Name), maxFileName)
	if m, ok := buttonsUnder(doc, o); ok {
		return m, nil
	}
	caption, err := plain(o, maxCaption)
	return message{shape: asDocument, body: caption, doc: doc}, err
}

// buttonsUnder makes the document the header of a question. Lists have none,
// and a question must have words.
func buttonsUnder(doc bot.Document, o bot.Outgoing) (message, bool) {
	if len(o.Choices) == 0 || blank(string(o.Body)) {
		return message{}, false
	}
	o.Body = bot.Text(paragraphs(string(o.Body), linkLine(o.Link)))
	m, ok := buttons(o)
	m.doc = doc
	return m, ok
}

// place puts a footer beneath a body that may have limit units. A footer of
// more than WhatsApp's length moves to the end of the body where there is room
// and is dropped where there is none. ok is false if the body alone is too long.
func place(body, footer string, limit int) (b, f string, ok bool) {
	if !fits(body, limit) {
		return "", "", false
	}
	if fits(footer, maxFooter) {
		return body, strings.TrimSpace(footer), true
	}
	joined := paragraphs(body, footer)
	if fits(joined, limit) {
		return joined, "", true
	}
	return body, "", true
}

// plain writes everything as text: body, link, numbered choices, footer. What
// is expendable goes first: the footer, then the hints.
func plain(o bot.Outgoing, limit int) (string, error) {
	head := paragraphs(string(o.Body), linkLine(o.Link))
	full := paragraphs(head, numbered(o.Choices, withHints))
	bare := paragraphs(head, numbered(o.Choices, withoutHints))
	for _, text := range []string{paragraphs(full, string(o.Footer)), full, bare} {
		if fits(text, limit) {
			return text, nil
		}
	}
	return "", errTooLong
}

// paragraphs sets an empty line between two texts, if there are two.
func paragraphs(above, below string) string {
	if blank(below) {
		return above
	}
	if blank(above) {
		return below
	}
	return above + "\n\n" + below
}

func linkLine(l *bot.Link) string {
	if l == nil {
		return ""
	}
	label := oneLine(string(l.Label))
	if label == "" {
		return l.URL
	}
	return label + ": " + l.URL
}

// webAddress reports whether s is a complete address of one of the schemes,
// without a password in it.
func webAddress(s string, schemes ...string) bool {
	if !fits(s, maxURL) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			return true
		}
	}
	return false
}
