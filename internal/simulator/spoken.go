package simulator

import (
	"fmt"
	"regexp"
	"strings"
)

// The three functions below write what a phone shows as the scenarios in
// testdata/scenarios do. They are exported for the tests that play those
// files, so that what is recorded and what is compared cannot differ.

// Spoken writes a message of the business as one line.
func Spoken(who string, m Message) string {
	text := m.Body
	if m.Footer != "" {
		text += "\n\n" + m.Footer
	}
	if f := m.File; f != nil {
		text = strings.TrimSpace("[" + strings.TrimSpace(f.Kind+" "+f.Name) + "] " + text)
	}
	text = strings.ReplaceAll(strings.TrimSpace(text), "\n\n", " ¶ ")
	text = strings.ReplaceAll(text, "\n", " / ")
	for _, c := range m.Choices {
		text += " [" + c.Label + "]"
	}
	for _, l := range m.leads() {
		text += " [" + l.Label + " -> " + l.URL + "]"
	}
	if m.Status == "failed" {
		text += fmt.Sprintf(" [failed: %d]", m.Code)
	}
	return "bot -> " + who + ": " + Unchanging(text)
}

// leads are all buttons that lead out of the chat.
func (m Message) leads() []Link {
	if m.Link == nil {
		return nil
	}
	return append([]Link{*m.Link}, m.Links...)
}

var (
	longReference  = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{13}\b`)
	shortReference = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b`)
	clockTime      = regexp.MustCompile(`(\d\d/\d\d/\d{4}) \d\d:\d\d`)
	// anyDate is a day in the forms that flows and sentences write: a recording
	// is played on another day.
	anyDate = regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b|\b\d\d[./]\d\d[./]\d{4}\b|\b\d{1,2} [A-Z][a-z]{2} \d{4}\b`)
)

// Unchanging replaces the references and times that differ from run to run.
func Unchanging(text string) string {
	text = longReference.ReplaceAllString(text, "(reference)")
	text = shortReference.ReplaceAllString(text, "(reference)")
	return clockTime.ReplaceAllString(text, "$1 (time)")
}

// paragraphShown is how much of a paragraph a scenario shows: enough to know
// it by, so that a change of words elsewhere in it changes no scenario.
const paragraphShown = 72

// Abridged cuts the long paragraphs of a line that Spoken wrote.
func Abridged(line string) string {
	if !strings.HasPrefix(line, "bot -> ") {
		return line
	}
	text, choices := line, ""
	if at := strings.Index(line, " ["); at >= 0 {
		text, choices = line[:at], line[at:]
	}
	paragraphs := strings.Split(text, " ¶ ")
	for i, p := range paragraphs {
		if r := []rune(p); len(r) > paragraphShown+20 {
			head := string(r[:paragraphShown])
			paragraphs[i] = head[:strings.LastIndex(head, " ")] + "…"
		}
	}
	return strings.Join(paragraphs, " ¶ ") + choices
}
