package simulator

import "encoding/json"

// sendRequest is the body of POST /{number}/messages in all its forms.
type sendRequest struct {
	Product       string          `json:"messaging_product"`
	RecipientType string          `json:"recipient_type"`
	To            string          `json:"to"`
	Recipient     string          `json:"recipient"`
	Type          string          `json:"type"`
	Context       *requestContext `json:"context"`
	Callback      string          `json:"biz_opaque_callback_data"`
	KeyHash       string          `json:"recipient_identity_key_hash"`

	// Status and MessageID mark a message as read instead of sending one.
	Status    string         `json:"status"`
	MessageID string         `json:"message_id"`
	Typing    *requestTyping `json:"typing_indicator"`

	Text        *textBody        `json:"text"`
	Image       *mediaBody       `json:"image"`
	Video       *mediaBody       `json:"video"`
	Audio       *mediaBody       `json:"audio"`
	Document    *mediaBody       `json:"document"`
	Sticker     *mediaBody       `json:"sticker"`
	Location    *locationBody    `json:"location"`
	Contacts    []contactBody    `json:"contacts"`
	Reaction    *reactionBody    `json:"reaction"`
	Interactive *interactiveBody `json:"interactive"`
	Template    *templateBody    `json:"template"`
}

type requestContext struct {
	MessageID string `json:"message_id"`
}

type requestTyping struct {
	Type string `json:"type"`
}

type textBody struct {
	Body    string `json:"body"`
	Preview bool   `json:"preview_url"`
}

// contactBody is as much of a card as the phone shows.
type contactBody struct {
	Name struct {
		Formatted string `json:"formatted_name"`
	} `json:"name"`
	Org struct {
		Company string `json:"company"`
	} `json:"org"`
	Phones []struct {
		Phone string `json:"phone"`
	} `json:"phones"`
	Emails []struct {
		Email string `json:"email"`
	} `json:"emails"`
}

type mediaBody struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
	Voice    bool   `json:"voice"`
}

// locationBody takes strings and numbers; Meta's own samples have both.
type locationBody struct {
	Latitude  json.RawMessage `json:"latitude"`
	Longitude json.RawMessage `json:"longitude"`
	Name      string          `json:"name"`
	Address   string          `json:"address"`
}

type reactionBody struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type interactiveBody struct {
	Type   string        `json:"type"`
	Header *headerBody   `json:"header"`
	Body   *textPart     `json:"body"`
	Footer *textPart     `json:"footer"`
	Action *actionFields `json:"action"`
}

type headerBody struct {
	Type     string     `json:"type"`
	Text     string     `json:"text"`
	Image    *mediaBody `json:"image"`
	Video    *mediaBody `json:"video"`
	Document *mediaBody `json:"document"`
}

type textPart struct {
	Text string `json:"text"`
}

type actionFields struct {
	Name       string       `json:"name"`
	Button     string       `json:"button"`
	Buttons    []buttonBody `json:"buttons"`
	Sections   []section    `json:"sections"`
	Parameters actionParams `json:"parameters"`
	// Catalog and Product are of messages about a shop's goods.
	Catalog string `json:"catalog_id"`
	Product string `json:"product_retailer_id"`
}

type actionParams struct {
	DisplayText string `json:"display_text"`
	URL         string `json:"url"`
	FlowVersion string `json:"flow_message_version"`
	FlowID      string `json:"flow_id"`
	FlowName    string `json:"flow_name"`
	FlowCTA     string `json:"flow_cta"`
	FlowToken   string `json:"flow_token"`
	Country     string `json:"country"`
	Thumbnail   string `json:"thumbnail_product_retailer_id"`
}

type buttonBody struct {
	Type  string `json:"type"`
	Reply struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"reply"`
}

type section struct {
	Title    string    `json:"title"`
	Rows     []row     `json:"rows"`
	Products []product `json:"product_items"`
}

type product struct {
	ID string `json:"product_retailer_id"`
}

type row struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type templateBody struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []sendComponent `json:"components"`
}

type sendComponent struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type"`
	Index      json.Number `json:"index"`
	Parameters []sendParam `json:"parameters"`
}

type sendParam struct {
	Type    string `json:"type"`
	Name    string `json:"parameter_name"`
	Text    string `json:"text"`
	Payload string `json:"payload"`
	// Image, Video, Document and Location fill a header, Coupon and Action a
	// button.
	Image    *mediaBody    `json:"image"`
	Video    *mediaBody    `json:"video"`
	Document *mediaBody    `json:"document"`
	Location *locationBody `json:"location"`
	Coupon   string        `json:"coupon_code"`
	Action   struct {
		FlowToken string `json:"flow_token"`
	} `json:"action"`
}
