package simulator

// Limits of interactive messages, as documented by Meta.
const (
	maxButtons     = 3
	maxButtonTitle = 20
	maxButtonID    = 256
	maxRows        = 10
	maxSections    = 10
	maxRowTitle    = 24
	maxRowID       = 200
	maxRowHint     = 72
	maxHeading     = 60
	maxFooter      = 60
	maxInterBody   = 1024
	maxFlowCTA     = 30
	maxProducts    = 30
)

// check holds an interactive message to the limits of its kind.
func (b *interactiveBody) check() *apiError {
	if b == nil || b.Action == nil {
		return refuseFor(131008, "The parameter interactive['action'] is required.")
	}
	if err := b.checkFrame(); err != nil {
		return err
	}
	switch b.Type {
	case "button":
		return b.Action.checkButtons()
	case "list":
		return b.Action.checkList()
	case "cta_url":
		return b.Action.checkLink()
	case "flow":
		return b.Action.checkFlow()
	case "location_request_message":
		return b.Action.checkName("send_location")
	case "contact_request":
		return b.Action.checkName("request_contact_info")
	case "call_permission_request":
		return b.Action.checkName("call_permission_request")
	case "product":
		return firstOf(checkText("catalog_id", b.Action.Catalog, maxRowID), checkText("product_retailer_id", b.Action.Product, maxRowID))
	case "product_list":
		return b.checkProducts()
	case "catalog_message":
		return b.Action.checkName("catalog_message")
	case "address_message":
		return firstOf(b.Action.checkName("address_message"), b.Action.checkCountry())
	case "order_details":
		return refuseFor(131009, "The number has no payment configuration.")
	}
	return refuseFor(131009, "The interactive type is not supported.")
}

// checkCountry: address messages work where Meta offers them.
func (a *actionFields) checkCountry() *apiError {
	if a.Parameters.Country != "IN" && a.Parameters.Country != "SG" {
		return refuseFor(131009, "An address message is for IN or SG.")
	}
	return nil
}

func (b *interactiveBody) checkProducts() *apiError {
	if b.Header == nil || b.Header.Type != "text" {
		return refuseFor(131008, "The parameter interactive['header'] is required, and is text.")
	}
	if err := checkText("catalog_id", b.Action.Catalog, maxRowID); err != nil {
		return err
	}
	if n := len(b.Action.Sections); n < 1 || n > maxSections {
		return refuseFor(131009, "Invalid section count. Min allowed sections: 1, Max allowed sections: %d", maxSections)
	}
	n := 0
	for _, s := range b.Action.Sections {
		if err := checkText("Section title", s.Title, maxRowTitle); err != nil {
			return err
		}
		for _, p := range s.Products {
			if err := checkText("product_retailer_id", p.ID, maxRowID); err != nil {
				return err
			}
		}
		n += len(s.Products)
	}
	if n < 1 || n > maxProducts {
		return refuseFor(131009, "Total product count: 1 to %d", maxProducts)
	}
	return nil
}

// checkFrame checks header, body and footer, which all kinds share.
func (b *interactiveBody) checkFrame() *apiError {
	limit := maxInterBody
	if b.Type == "list" {
		limit = maxText // lists alone may be as long as a text
	}
	if b.Body == nil && b.Type == "product" {
		b.Body = &textPart{Text: "Product"} // the only kind without words of its own
	}
	if b.Body == nil {
		return refuseFor(131008, "The parameter interactive['body'] is required.")
	}
	footer := ""
	if b.Footer != nil {
		footer = b.Footer.Text
	}
	return firstOf(
		checkText("interactive['body']['text']", b.Body.Text, limit),
		checkLength("Footer", footer, maxFooter),
		b.checkHeader())
}

func (b *interactiveBody) checkHeader() *apiError {
	h := b.Header
	switch {
	case h == nil:
		return nil
	case h.Type == "text":
		return checkText("interactive['header']['text']", h.Text, maxHeading)
	case b.Type == "list":
		return refuseFor(131009, "The header of a list is text.")
	case h.Type == "image":
		return checkMedia("image", h.Image)
	case h.Type == "video":
		return checkMedia("video", h.Video)
	case h.Type == "document":
		return checkMedia("document", h.Document)
	}
	return refuseFor(131009, "The header type is not supported.")
}

func (a *actionFields) checkButtons() *apiError {
	if n := len(a.Buttons); n < 1 || n > maxButtons {
		return refuseFor(131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: %d", maxButtons)
	}
	titles, ids := map[string]bool{}, map[string]bool{}
	for _, b := range a.Buttons {
		if b.Type != "reply" {
			return refuseFor(131009, "The button type is reply.")
		}
		err := firstOf(
			checkText("Button title", b.Reply.Title, maxButtonTitle),
			checkText("Button id", b.Reply.ID, maxButtonID))
		if err != nil {
			return err
		}
		if titles[b.Reply.Title] || ids[b.Reply.ID] {
			return refuseFor(131009, "Button titles and ids must be unique.")
		}
		titles[b.Reply.Title], ids[b.Reply.ID] = true, true
	}
	return nil
}

func (a *actionFields) checkList() *apiError {
	if err := checkText("interactive['action']['button']", a.Button, maxButtonTitle); err != nil {
		return err
	}
	if n := len(a.Sections); n < 1 || n > maxSections {
		return refuseFor(131009, "Invalid section count. Min allowed sections: 1, Max allowed sections: %d", maxSections)
	}
	rows, ids := 0, map[string]bool{}
	for _, s := range a.Sections {
		if s.Title == "" && len(a.Sections) > 1 {
			return refuseFor(131009, "Section titles are required when there are several.")
		}
		if err := checkLength("Section title", s.Title, maxRowTitle); err != nil {
			return err
		}
		for _, r := range s.Rows {
			if err := r.check(ids); err != nil {
				return err
			}
		}
		rows += len(s.Rows)
	}
	if rows < 1 || rows > maxRows {
		return refuseFor(131009, "Total row count exceeds max allowed count: %d", maxRows)
	}
	return nil
}

func (r row) check(seen map[string]bool) *apiError {
	err := firstOf(
		checkText("Row id", r.ID, maxRowID),
		checkText("Row title", r.Title, maxRowTitle),
		checkLength("Row description", r.Description, maxRowHint))
	if err != nil {
		return err
	}
	if seen[r.ID] {
		return refuseFor(131009, "Row ids must be unique.")
	}
	seen[r.ID] = true
	return nil
}

func (a *actionFields) checkLink() *apiError {
	err := firstOf(
		a.checkName("cta_url"),
		checkText("display_text", a.Parameters.DisplayText, maxButtonTitle),
		checkText("url", a.Parameters.URL, 2000))
	if err != nil {
		return err
	}
	if !fetchable(a.Parameters.URL) {
		return refuseFor(131009, "url is not a valid web address.")
	}
	return nil
}

func (a *actionFields) checkFlow() *apiError {
	if a.Parameters.FlowVersion != "3" {
		return refuseFor(131009, "flow_message_version must be 3.")
	}
	if (a.Parameters.FlowID == "") == (a.Parameters.FlowName == "") {
		return refuseFor(131009, "Give either flow_id or flow_name.")
	}
	return firstOf(a.checkName("flow"), checkText("flow_cta", a.Parameters.FlowCTA, maxFlowCTA))
}

func (a *actionFields) checkName(want string) *apiError {
	if a.Name != want {
		return refuseFor(131009, "The action name must be %s.", want)
	}
	return nil
}
