package whatsapp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"aval/bot"
)

const (
	errTemplateName  unfit = "the template name is not one Meta gives"
	errTemplateTag   unfit = "the template language is no language code"
	errTemplateParam unfit = "a template parameter is empty"
	errTemplateReply unfit = "a template button payload is too long"
	errTemplateParts unfit = "a template goes without choices and documents"
)

// fitTemplate cleans the parameters. Meta holds the template's text, so the
// length of the whole is checked there (132005).
func fitTemplate(o bot.Outgoing) (message, error) {
	use := *o.Template
	use.Language = strings.ReplaceAll(use.Language, "-", "_") // webhooks say en-US, sending wants en_US
	if err := checkTemplate(o, use); err != nil {
		return message{}, err
	}
	params := make([]bot.Text, len(use.Params))
	for i, p := range use.Params {
		clean := cut(cleanParam(string(p)), maxParam)
		if clean == "" {
			return message{}, errTemplateParam
		}
		params[i] = bot.Text(clean)
	}
	use.Params = params
	m := message{shape: asTemplate, use: use}
	if o.Link != nil {
		m.link.URL = cut(cleanParam(o.Link.URL), maxURL)
	}
	return m, nil
}

func checkTemplate(o bot.Outgoing, use bot.TemplateUse) error {
	if len(o.Choices) > 0 || o.Document != nil {
		return errTemplateParts
	}
	if !only(use.Name, maxTemplate, "_") || strings.ToLower(use.Name) != use.Name {
		return errTemplateName
	}
	if !only(use.Language, 16, "_") {
		return errTemplateTag
	}
	for _, payload := range use.Buttons {
		if !fits(payload, maxButtonID) {
			return errTemplateReply
		}
	}
	if o.Link != nil && cleanParam(o.Link.URL) == "" {
		return errTemplateParam
	}
	return nil
}

// cleanParam makes foreign text safe inside the business's own sentence
// (TPL-1): one line, single spaces, and nothing invisible that could hide or
// turn words around. Zero-width joiners go too, although some emoji and
// Persian words are drawn less well without them.
func cleanParam(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			gap = b.Len() > 0
			continue
		}
		if r >= 0x7F && invisible(r) || r < ' ' {
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// invisible reports controls and format marks, and the letters and marks that
// have no width without being either: fillers of Hangul, Khmer vowels that are
// not drawn, the joiner of graphemes. The replacement character, which is what
// bytes that are no text decode to, goes with them.
func invisible(r rune) bool {
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, utf8.RuneError:
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// fileName cleans a name for the person's device: no path, nothing that turns
// "fdp.exe" around.
func fileName(s string) string {
	return strings.Trim(strings.NewReplacer("/", "_", `\`, "_").Replace(cleanParam(s)), ". ")
}

// only reports whether s has 1 to limit ASCII letters, digits or characters of
// the extra set.
func only(s string, limit int, extra string) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return true
}
