package simulator

import (
	"bytes"
	"encoding/json"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Limits of Meta's, as documented; the unit is taken as UTF-16 units, the
// strictest reading, so that what passes here passes whatever Meta counts.
const (
	maxText     = 4096
	maxCaption  = 1024
	maxCallback = 512
	maxContacts = 257
)

var (
	e164  = regexp.MustCompile(`^\+[1-9][0-9]{4,19}$`)
	bsuid = regexp.MustCompile(`^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$`)
)

// utf16Len counts as JavaScript and Meta's clients do.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// checkText refuses a missing or too long text. The name is the parameter's.
func checkText(name, value string, limit int) *apiError {
	if value == "" {
		return refuseFor(131008, "The parameter %s is required.", name)
	}
	return checkLength(name, value, limit)
}

func checkLength(name, value string, limit int) *apiError {
	if utf16Len(value) > limit {
		return refuseFor(131009, "%s length invalid. Min length: 1, Max length: %d", name, limit)
	}
	return nil
}

// firstOf returns the first refusal of several checks.
func firstOf(checks ...*apiError) *apiError {
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	return nil
}

// validate holds a send to the documented limits.
func (r *sendRequest) validate() *apiError {
	if err := r.checkEnvelope(); err != nil {
		return err
	}
	return r.checkBody()
}

func (r *sendRequest) checkEnvelope() *apiError {
	if r.Product != "whatsapp" {
		return refuseFor(100, "The parameter messaging_product is required.")
	}
	if r.To == "" && r.Recipient == "" {
		return refuseFor(131008, "The parameter to is required.")
	}
	if utf16Len(r.Callback) > maxCallback {
		return refuseFor(131009, "biz_opaque_callback_data is longer than %d.", maxCallback)
	}
	switch {
	case r.RecipientType == "group":
		return nil
	case r.RecipientType != "" && r.RecipientType != "individual":
		return refuseFor(131009, "recipient_type is individual or group.")
	case r.To != "" && !e164.MatchString(r.To):
		// Meta would put the business's own country code before such a number and
		// may reach a stranger; the simulator says so instead.
		return refuseFor(131009, "The parameter to must be E.164 with a leading plus.")
	case r.To == "" && !bsuid.MatchString(r.Recipient):
		return refuseFor(131009, "The parameter recipient is not a business-scoped user id.")
	}
	return nil
}

func (r *sendRequest) checkBody() *apiError {
	switch r.Type {
	case "", "text":
		if r.Text == nil {
			return refuseFor(131008, "The parameter text['body'] is required.")
		}
		return checkText("text['body']", r.Text.Body, maxText)
	case "image", "video", "audio", "document", "sticker":
		return checkMedia(r.Type, r.media())
	case "location":
		return r.Location.check()
	case "contacts":
		return r.checkContacts()
	case "reaction":
		return r.checkReaction()
	case "interactive":
		return r.Interactive.check()
	case "template":
		return nil // the catalog knows
	}
	return refuseFor(131051, "The type is not supported.")
}

// media is the body named by the type, nil for other types.
func (r *sendRequest) media() *mediaBody {
	switch r.Type {
	case "image":
		return r.Image
	case "video":
		return r.Video
	case "audio":
		return r.Audio
	case "document":
		return r.Document
	case "sticker":
		return r.Sticker
	}
	return nil
}

func checkMedia(kind string, m *mediaBody) *apiError {
	if m == nil || m.ID == "" && m.Link == "" {
		return refuseFor(131008, "The parameter %s['id'] or %s['link'] is required.", kind, kind)
	}
	if m.ID != "" && m.Link != "" {
		return refuseFor(131009, "Give either id or link of %s.", kind)
	}
	if m.Link != "" && !fetchable(m.Link) {
		return refuseFor(131009, "%s['link'] must be an https URL.", kind)
	}
	if m.Caption != "" && (kind == "audio" || kind == "sticker") {
		return refuseFor(131009, "%s has no caption.", kind)
	}
	return checkLength(kind+" caption", m.Caption, maxCaption)
}

// fetchable accepts https, and plain http on this machine because a business
// under development has no certificate.
func fetchable(link string) bool {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return false
	}
	host := u.Hostname()
	local := host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
	return u.Scheme == "https" || u.Scheme == "http" && local
}

func (l *locationBody) check() *apiError {
	if l == nil || len(bytes.TrimSpace(l.Latitude)) == 0 || len(bytes.TrimSpace(l.Longitude)) == 0 {
		return refuseFor(131008, "The parameters location['latitude'] and ['longitude'] are required.")
	}
	if place := l.place(); !(math.Abs(place.Latitude) <= 90 && math.Abs(place.Longitude) <= 180) {
		return refuseFor(131009, "location['latitude'] or ['longitude'] is not a coordinate.")
	}
	return nil
}

// place reads coordinates written as numbers or as strings; what is neither is
// not a number.
func (l *locationBody) place() Place {
	read := func(raw json.RawMessage) float64 {
		f, err := strconv.ParseFloat(strings.Trim(string(raw), `" `), 64)
		if err != nil {
			return math.NaN()
		}
		return f
	}
	return Place{Latitude: read(l.Latitude), Longitude: read(l.Longitude), Name: l.Name, Address: l.Address}
}

func (r *sendRequest) checkContacts() *apiError {
	if len(r.Contacts) == 0 {
		return refuseFor(131008, "The parameter contacts is required.")
	}
	if len(r.Contacts) > maxContacts {
		return refuseFor(131009, "At most %d contacts.", maxContacts)
	}
	for _, c := range r.Contacts {
		if c.Name.Formatted == "" {
			return refuseFor(131008, "The parameter contacts['name']['formatted_name'] is required.")
		}
	}
	return nil
}

func (r *sendRequest) checkReaction() *apiError {
	if r.Reaction == nil || r.Reaction.MessageID == "" {
		return refuseFor(131008, "The parameter reaction['message_id'] is required.")
	}
	if r.Context != nil {
		return refuseFor(131009, "A reaction has no context.")
	}
	return checkMessageID(r.Reaction.MessageID)
}

// checkMessageID accepts ids of Meta's shape, also those of bodies that were
// delivered raw and that the simulator does not know.
func checkMessageID(id string) *apiError {
	if !strings.HasPrefix(id, "wamid.") {
		return refuseFor(131009, "The message id is not valid.")
	}
	return nil
}
