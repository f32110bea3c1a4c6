package config

import (
	"regexp"

	"aval/bot"

	"golang.org/x/text/language"
)

// templates lists the message templates at Meta that the brand may send.
// What Meta says about them later, by webhook, wins over what stands here.
func (o *object) templates() []bot.MessageTemplate {
	var list []bot.MessageTemplate
	seen := map[string]bool{}
	for _, t := range o.objects("templates") {
		m := bot.MessageTemplate{
			Name:     t.need("name", "Meta knows the template by it", ""),
			Language: t.need("language", "each language of a template is approved alone", "write for example pt_BR"),
			Category: t.mustChoose("category", []string{"UTILITY", "MARKETING", "AUTHENTICATION"}),
			Status:   t.choice("status", []string{"APPROVED", "PENDING", "PAUSED", "REJECTED", "DISABLED"}, "APPROVED"),
		}
		if m.Name != "" && !regexp.MustCompile(`^[a-z0-9_]{1,512}$`).MatchString(m.Name) {
			t.refuse("name", "Meta's template names are small letters, digits and underscores", "")
		}
		if _, err := language.Parse(m.Language); err != nil && m.Language != "" {
			t.refuse("language", "not a language", "write for example pt_BR")
		}
		o.unique(seen, "templates", "template "+m.Name+" in "+m.Language, m.Name)
		t.done()
		list = append(list, m)
	}
	return list
}
