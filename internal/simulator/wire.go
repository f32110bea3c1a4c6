package simulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"
)

// change is one element of entry[].changes before it is bytes.
type change struct {
	field string
	at    int64 // entry[].time, only for fields about accounts and templates
	value any
}

type wireDelivery struct {
	Object string      `json:"object"`
	Entry  []wireEntry `json:"entry"`
}

type wireEntry struct {
	ID      string       `json:"id"`
	Time    int64        `json:"time,omitempty"`
	Changes []wireChange `json:"changes"`
}

type wireChange struct {
	Value any    `json:"value"`
	Field string `json:"field"`
}

type wireValue struct {
	Product     string           `json:"messaging_product"`
	Metadata    wireMetadata     `json:"metadata"`
	Contacts    []wireContact    `json:"contacts,omitempty"`
	Messages    []any            `json:"messages,omitempty"`
	Statuses    []wireStatus     `json:"statuses,omitempty"`
	Preferences []wirePreference `json:"user_preferences,omitempty"`
	Calls       []wireCall       `json:"calls,omitempty"`
	Errors      []fields         `json:"errors,omitempty"`
}

type wireMetadata struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

type wireContact struct {
	Profile wireProfile `json:"profile"`
	WaID    string      `json:"wa_id,omitempty"`
	UserID  string      `json:"user_id,omitempty"`
	KeyHash string      `json:"identity_key_hash,omitempty"`
}

type wireProfile struct {
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
}

// wireMessage is an inbound message. The fields below Type hold the body under
// the name of the type.
type wireMessage struct {
	From       string       `json:"from,omitempty"`
	FromUserID string       `json:"from_user_id,omitempty"`
	ID         string       `json:"id"`
	Timestamp  string       `json:"timestamp"`
	GroupID    string       `json:"group_id,omitempty"`
	Context    *wireContext `json:"context,omitempty"`
	Referral   fields       `json:"referral,omitempty"`
	Errors     []fields     `json:"errors,omitempty"`
	Type       string       `json:"type"`

	Text        fields   `json:"text,omitempty"`
	Interactive fields   `json:"interactive,omitempty"`
	Button      fields   `json:"button,omitempty"`
	Image       fields   `json:"image,omitempty"`
	Video       fields   `json:"video,omitempty"`
	Audio       fields   `json:"audio,omitempty"`
	Document    fields   `json:"document,omitempty"`
	Sticker     fields   `json:"sticker,omitempty"`
	Location    fields   `json:"location,omitempty"`
	Contacts    []fields `json:"contacts,omitempty"`
	Reaction    fields   `json:"reaction,omitempty"`
	System      fields   `json:"system,omitempty"`
	Edit        fields   `json:"edit,omitempty"`
	Revoke      fields   `json:"revoke,omitempty"`
	Order       fields   `json:"order,omitempty"`
	Unsupported fields   `json:"unsupported,omitempty"`
	Hologram    fields   `json:"hologram,omitempty"` // a type that Meta has not invented yet
	Identity    fields   `json:"identity,omitempty"`

	// beside are errors that go beside the messages, not into one.
	beside []fields
}

type wireContext struct {
	From                string `json:"from,omitempty"`
	ID                  string `json:"id,omitempty"`
	Forwarded           bool   `json:"forwarded,omitempty"`
	FrequentlyForwarded bool   `json:"frequently_forwarded,omitempty"`
	Product             fields `json:"referred_product,omitempty"`
}

type wireStatus struct {
	ID              string       `json:"id"`
	Status          string       `json:"status"`
	Timestamp       string       `json:"timestamp"`
	RecipientID     string       `json:"recipient_id,omitempty"`
	RecipientUserID string       `json:"recipient_user_id,omitempty"`
	KeyHash         string       `json:"recipient_identity_key_hash,omitempty"`
	Pricing         *wirePricing `json:"pricing,omitempty"`
	Callback        string       `json:"biz_opaque_callback_data,omitempty"`
	Errors          []wireError  `json:"errors,omitempty"`
}

type wirePricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type wireError struct {
	Code    int            `json:"code"`
	Title   string         `json:"title"`
	Message string         `json:"message"`
	Data    wireErrorCause `json:"error_data"`
	Href    string         `json:"href"`
}

type wireErrorCause struct {
	Details string `json:"details"`
}

type wirePreference struct {
	WaID      string `json:"wa_id,omitempty"`
	UserID    string `json:"user_id,omitempty"`
	Detail    string `json:"detail"`
	Category  string `json:"category"`
	Value     string `json:"value"`
	Timestamp int64  `json:"timestamp"` // an integer here, a string everywhere else
	SignupID  string `json:"signup_id,omitempty"`
}

type wireCall struct {
	ID         string `json:"id"`
	From       string `json:"from,omitempty"`
	FromUserID string `json:"from_user_id,omitempty"`
	To         string `json:"to"`
	Timestamp  string `json:"timestamp"`
	Event      string `json:"event"`
	Direction  string `json:"direction"`
	Session    fields `json:"session,omitempty"`
}

// encode writes compact JSON without HTML escapes, as Meta's compact form is.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// delivery builds the body of one POST. Changes with a time of their own get
// an entry of their own.
func delivery(account string, changes []change) ([]byte, error) {
	d := wireDelivery{Object: "whatsapp_business_account"}
	for _, c := range changes {
		last := len(d.Entry) - 1
		if last < 0 || d.Entry[last].Time != c.at {
			d.Entry = append(d.Entry, wireEntry{ID: account, Time: c.at})
			last++
		}
		d.Entry[last].Changes = append(d.Entry[last].Changes, wireChange{Value: c.value, Field: c.field})
	}
	return encode(d)
}

const hexDigits = "0123456789abcdef"

// asciiForm rewrites compact JSON the way Meta's older documents describe the
// signed bytes: everything beyond ASCII as \uXXXX in lower case, and / as \/.
// In compact JSON both occur inside strings only.
func asciiForm(compact []byte) []byte {
	out := make([]byte, 0, len(compact)+len(compact)/8)
	for i := 0; i < len(compact); {
		c := compact[i]
		if c < utf8.RuneSelf {
			if c == '/' {
				out = append(out, '\\')
			}
			out = append(out, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(compact[i:])
		i += size
		out = appendEscaped(out, r)
	}
	return out
}

func appendEscaped(out []byte, r rune) []byte {
	if r < 0x10000 {
		return appendUnit(out, uint16(r)) // #nosec G115 -- below 0x10000
	}
	high, low := utf16.EncodeRune(r)
	return appendUnit(appendUnit(out, uint16(high)), uint16(low)) // #nosec G115 -- surrogates fit
}

func appendUnit(out []byte, u uint16) []byte {
	return append(out, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// Sign returns the value of X-Hub-Signature-256 for exactly these bytes.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
