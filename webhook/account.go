package webhook

import "aval/bot"

type account struct {
	Event     loose `json:"event"`
	Decision  loose `json:"decision"`
	Status    loose `json:"status"`
	NewStatus loose `json:"new_status"`
	Timestamp stamp `json:"timestamp"`
	Ban       struct {
		State loose `json:"waba_ban_state"`
	} `json:"ban_info"`
	Alert struct {
		Severity loose `json:"alert_severity"`
		Type     loose `json:"alert_type"`
	} `json:"alert_info"`
	Settings struct {
		Number loose `json:"phone_number_id"`
	} `json:"phone_number_settings"`
}

// account reports news about the account or a number. The note is the field
// and Meta's words for what happened.
func (p *parser) account(field string, raw []byte, at stamp) {
	var v account
	if !p.decode(raw, &v, reasonAccount) {
		return
	}
	if at == 0 {
		at = v.Timestamp
	}
	e := bot.Event{Kind: bot.EventAccount, At: p.at(at), Note: field, Alarm: v.alarms(field)}
	if sane(v.Settings.Number) {
		e.Number = string(v.Settings.Number)
	}
	for _, w := range []loose{v.Event, v.Decision, v.Status, v.Ban.State, v.Alert.Type, v.NewStatus} {
		if w != "" {
			e.Note += "." + word(w)
		}
	}
	p.add(e)
}

// alarms reports whether a person must look: messages stop or will stop, the
// number may be in other hands, or, for an approved display name, the number
// stops unless it is registered again within 14 days.
func (v *account) alarms(field string) bool {
	switch field {
	case "account_update":
		return v.threatened()
	case "account_alerts":
		return v.Alert.Severity != "INFORMATIONAL"
	case "account_review_update":
		return v.Decision == "REJECTED"
	case "phone_number_name_update":
		return v.Decision == "APPROVED" || v.Decision == "REJECTED"
	case "phone_number_quality_update":
		return v.Event == "FLAGGED" || v.Event == "DOWNGRADE"
	case "flows":
		return v.NewStatus == "BLOCKED" || v.NewStatus == "THROTTLED"
	}
	return field == "security"
}

func (v *account) threatened() bool {
	switch v.Event {
	case "ACCOUNT_DELETED", "ACCOUNT_VIOLATION", "ACCOUNT_RESTRICTION", "ACCOUNT_OFFBOARDED",
		"PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED":
		return true
	case "DISABLED_UPDATE":
		return v.Ban.State != "REINSTATE"
	}
	return false
}
