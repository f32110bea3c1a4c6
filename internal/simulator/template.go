package simulator

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Template is a message template as the business made it.
type Template struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Language   string      `json:"language"` // such as en_US
	Category   string      `json:"category"` // UTILITY, MARKETING or AUTHENTICATION
	Status     string      `json:"status"`   // APPROVED, PENDING, PAUSED, …
	Components []Component `json:"components"`
}

// Component is a header, body, footer or the buttons of a template.
type Component struct {
	Type    string           `json:"type"`
	Format  string           `json:"format,omitempty"`
	Text    string           `json:"text,omitempty"`
	Buttons []TemplateButton `json:"buttons,omitempty"`
	Example any              `json:"example,omitempty"`
}

// TemplateButton is one button of a template.
type TemplateButton struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	URL   string `json:"url,omitempty"`
	Phone string `json:"phone_number,omitempty"`
}

// Limits of templates, as documented.
const (
	maxTemplateName  = 512
	maxTemplateLabel = 25
	maxTemplateAll   = 10 // buttons
)

var (
	templateName = regexp.MustCompile(`^[a-z0-9_]+$`)
	variable     = regexp.MustCompile(`\{\{\s*([a-z0-9_]+)\s*\}\}`)
)

// catalog holds the account's templates.
type catalog struct {
	mu   sync.RWMutex
	all  []*Template // in the order they were made
	next int64
}

func newCatalog(given []Template) *catalog {
	c := &catalog{next: 700000000000000}
	for _, t := range given {
		t.Status = orText(t.Status, "APPROVED")
		c.put(t)
	}
	return c
}

// put adds a template, or replaces the one with the same name and language.
func (c *catalog) put(t Template) Template {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, old := range c.all {
		if old.Name == t.Name && old.Language == t.Language {
			t.ID = old.ID
			*old = t
			return t
		}
	}
	c.next++
	t.ID = strconv.FormatInt(c.next, 10)
	c.all = append(c.all, &t)
	return t
}

// get returns a copy. Languages match whether written en_US or en-US.
func (c *catalog) get(name, language string) (Template, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, t := range c.all {
		if t.Name == name && sameLanguage(t.Language, language) {
			return *t, true
		}
	}
	return Template{}, false
}

func (c *catalog) byID(id string) (Template, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, t := range c.all {
		if t.ID == id {
			return *t, true
		}
	}
	return Template{}, false
}

func (c *catalog) list() []Template {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]Template, len(c.all))
	for i, t := range c.all {
		out[i] = *t
	}
	return out
}

func (c *catalog) remove(name, id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.all)
	c.all = slices.DeleteFunc(c.all, func(t *Template) bool {
		return t.Name == name && (id == "" || t.ID == id)
	})
	return len(c.all) < before
}

func sameLanguage(a, b string) bool {
	return strings.ReplaceAll(a, "-", "_") == strings.ReplaceAll(b, "-", "_")
}

// component returns the first component of a type, or an empty one.
func (t Template) component(kind string) Component {
	for _, c := range t.Components {
		if strings.EqualFold(c.Type, kind) {
			return c
		}
	}
	return Component{}
}

// check holds a new template to the limits.
func (t Template) check() *apiError {
	if !templateName.MatchString(t.Name) || len(t.Name) > maxTemplateName {
		return refuseFor(100, "The template name may hold lower case letters, digits and underscores.")
	}
	if !slices.Contains([]string{"UTILITY", "MARKETING", "AUTHENTICATION"}, t.Category) || t.Language == "" {
		return refuseFor(100, "Category and language are required.")
	}
	body := t.component("BODY").Text
	if edge := strings.TrimSpace(body); strings.HasPrefix(edge, "{{") || strings.HasSuffix(edge, "}}") {
		return &apiError{http: 400, code: 2388299, message: "(#2388299) Invalid parameter",
			details: "Variables can't be at the start or end of the template."}
	}
	for _, b := range t.component("BUTTONS").Buttons {
		if err := checkText("Button text", b.Text, maxTemplateLabel); err != nil {
			return err
		}
	}
	if len(t.component("BUTTONS").Buttons) > maxTemplateAll {
		return refuseFor(100, "At most %d buttons.", maxTemplateAll)
	}
	return firstOf(
		checkText("Body", body, maxInterBody),
		checkLength("Footer", t.component("FOOTER").Text, maxFooter),
		checkLength("Header", t.component("HEADER").Text, maxHeading))
}

// checkUse holds a send against the template, and returns the template.
func (s *Sim) checkUse(use *templateBody) (Template, *apiError) {
	if use == nil || use.Name == "" || use.Language.Code == "" {
		return Template{}, refuseFor(131008, "The parameters template['name'] and ['language'] are required.")
	}
	t, ok := s.templates.get(use.Name, use.Language.Code)
	if !ok || t.Status == "PENDING" || t.Status == "REJECTED" {
		return t, refuseFor(132001, "template name (%s) does not exist in %s", use.Name, use.Language.Code)
	}
	if t.Status == "PAUSED" {
		return t, refuse(132015)
	}
	if t.Status == "DISABLED" {
		return t, refuse(132016)
	}
	for _, part := range []string{"header", "body"} {
		if err := checkParams(part, t.component(part), use.params(part)); err != nil {
			return t, err
		}
	}
	return t, nil
}

func checkParams(part string, c Component, given []sendParam) *apiError {
	want := len(variables(c.Text))
	if f := strings.ToUpper(c.Format); f != "" && f != "TEXT" {
		want = 1 // the picture or document itself
	}
	if len(given) != want {
		return refuseFor(132000, "%s: number of localizable_params (%d) does not match the expected number of params (%d)",
			part, len(given), want)
	}
	for _, p := range given {
		if strings.ContainsAny(p.Text, "\n\t") || strings.Contains(p.Text, "     ") {
			return refuseFor(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
		}
	}
	return nil
}

// variables are the distinct placeholders of a text, in order.
func variables(text string) []string {
	var out []string
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

func (b *templateBody) params(part string) []sendParam {
	for _, c := range b.Components {
		if strings.EqualFold(c.Type, part) {
			return c.Parameters
		}
	}
	return nil
}

// fill puts the parameters in the places of the variables.
func fill(text string, given []sendParam) string {
	names := variables(text)
	return variable.ReplaceAllStringFunc(text, func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		for i, p := range given {
			if p.Name == name || p.Name == "" && i < len(names) && names[i] == name {
				return p.Text
			}
		}
		return found
	})
}

// show renders a template as the phone does.
func (t Template) show(use *templateBody, m *Message) {
	m.Template, m.Category = t.Name, strings.ToLower(t.Category)
	m.Header = fill(t.component("HEADER").Text, use.params("header"))
	m.Body = fill(t.component("BODY").Text, use.params("body"))
	m.Footer = t.component("FOOTER").Text
	use.showHeader(m)
	for i, b := range t.component("BUTTONS").Buttons {
		b.show(i, use, m)
	}
}

// showHeader is the file or the place that the send put into the header.
func (b *templateBody) showHeader(m *Message) {
	if kind, f := b.attachment(); f != nil {
		m.File = f.file(kind)
	}
	for _, p := range b.params("header") {
		if p.Location != nil && p.Location.check() == nil {
			place := p.Location.place()
			m.Place = &place
		}
	}
}

// show renders one button. Kinds that lead nowhere in the simulator are shown
// by their label.
func (b TemplateButton) show(i int, use *templateBody, m *Message) {
	leads := func(to string) {
		if m.Link == nil {
			m.Link = &Link{Label: b.Text, URL: to}
			return
		}
		m.Links = append(m.Links, Link{Label: b.Text, URL: to})
	}
	switch kind := strings.ToUpper(b.Type); kind {
	case "QUICK_REPLY":
		m.Choices = append(m.Choices, Choice{ID: use.payload(i, b.Text), Label: b.Text, Kind: "quick_reply"})
	case "REQUEST_CONTACT_INFO":
		m.Choices = append(m.Choices, Choice{ID: "contact", Label: b.Text, Kind: "contact"})
	case "FLOW":
		token := "unused" // what Meta sends when the business gave none
		for _, p := range use.button(i) {
			token = orText(p.Action.FlowToken, token)
		}
		m.Choices = append(m.Choices, Choice{ID: token, Label: b.Text, Kind: "form"})
	case "URL":
		leads(fill(b.URL, use.button(i)))
	case "PHONE_NUMBER":
		leads("tel:" + b.Phone)
	case "COPY_CODE":
		code := ""
		for _, p := range use.button(i) {
			code = orText(p.Coupon, orText(p.Text, code))
		}
		leads("copy:" + code)
	default:
		leads("")
	}
}

// button returns the parameters of the button at a position.
func (b *templateBody) button(i int) []sendParam {
	for _, c := range b.Components {
		if strings.EqualFold(c.Type, "button") && c.Index.String() == strconv.Itoa(i) {
			return c.Parameters
		}
	}
	return nil
}

// payload is what a quick reply sends back: its label unless the send said.
func (b *templateBody) payload(i int, label string) string {
	for _, p := range b.button(i) {
		if p.Payload != "" {
			return p.Payload
		}
	}
	return label
}
