package webhook

import (
	"strings"

	"aval/bot"
)

type template struct {
	Name     loose `json:"message_template_name"`
	Language loose `json:"message_template_language"`
	Event    loose `json:"event"`
	Quality  loose `json:"new_quality_score"`
	Category loose `json:"category"`
	New      loose `json:"new_category"`
	Correct  loose `json:"correct_category"`
}

// template reports news about a message template. The content decides, not the
// field: a page of Meta's shows the quality under the field of the status.
func (p *parser) template(field string, raw []byte, at stamp) {
	var v template
	if !p.decode(raw, &v, reasonTemplate) {
		return
	}
	if !sane(v.Name, v.Language) {
		p.unreadable(reasonTemplate, raw)
		return
	}
	e := bot.Event{Kind: bot.EventTemplate, At: p.at(at), Note: field}
	e.Template = &bot.TemplateChange{Name: string(v.Name), Language: language(v.Language)}
	switch {
	case v.Event != "":
		e.Template.Status = word(v.Event)
		e.Note, e.Alarm = "template_status_"+word(v.Event), stops(v.Event)
	case v.Quality != "":
		e.Note = "template_quality_" + word(v.Quality)
		e.Alarm = v.Quality == "RED"
	case v.New != "" || v.Correct != "":
		v.recategorised(&e)
	default:
		// The text was edited elsewhere; if it asks for consent, what people
		// were asked is no longer what the records say.
		e.Alarm = true
	}
	p.add(e)
}

// recategorised tells a change from its announcement a day ahead. In the
// announcement new_category is, against its name, still the present one.
func (v *template) recategorised(e *bot.Event) {
	e.Template.Category = word(either(v.New, v.Category))
	e.Note = "template_category_is_" + e.Template.Category
	if v.Correct != "" {
		e.Note = "template_category_should_be_" + word(v.Correct)
	}
	e.Alarm = v.New == "MARKETING" || v.Correct == "MARKETING"
}

// stops reports whether a template can no longer be sent, or soon cannot.
func stops(event loose) bool {
	switch event {
	case "REJECTED", "PAUSED", "DISABLED", "FLAGGED", "LOCKED", "LIMIT_EXCEEDED", "ARCHIVED",
		"DELETED", "PENDING_DELETION":
		return true
	}
	return false
}

// language is written en-US in this news and en_US in what we send.
func language(s loose) string { return strings.ReplaceAll(string(s), "-", "_") }
