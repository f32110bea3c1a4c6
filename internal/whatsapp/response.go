package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"

	"aval/bot"
)

// maxResponse is far above what Meta answers (about 300 bytes) and small
// enough that many bad answers at once do no harm.
const maxResponse = 64 << 10

// parseSent returns the id of an accepted message, or "" if there is none that
// could be stored.
func parseSent(body []byte) string {
	var r struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if json.Unmarshal(body, &r) != nil || len(r.Messages) != 1 || len(r.Messages[0].ID) > maxID {
		return ""
	}
	return r.Messages[0].ID
}

func parseSuccess(body []byte) bool {
	var r struct {
		Success bool `json:"success"`
	}
	return json.Unmarshal(body, &r) == nil && r.Success
}

// parseError classifies an answer that is not a success. Meta's texts are left
// out, because they may quote the number or what was sent; so is a trace id
// that does not look like one.
func parseError(body []byte, status int) *bot.SendError {
	var r struct {
		Error struct {
			Code    json.RawMessage `json:"code"`
			Subcode json.RawMessage `json:"error_subcode"`
			Trace   json.RawMessage `json:"fbtrace_id"`
		} `json:"error"`
	}
	// What cannot be read is absent: the HTTP status then decides.
	_ = json.Unmarshal(body, &r)
	code := looseInt(r.Error.Code)
	// Meta says 100 both for a bad parameter and, with this sub-code, for a
	// number that is gone.
	if code == 100 && looseInt(r.Error.Subcode) == 33 {
		code = 33
	}
	return &bot.SendError{Class: ClassOf(code, status), Code: code, HTTP: status, Trace: traceID(r.Error.Trace)}
}

// looseInt reads a number or a string that holds one; samples of Meta's have
// both. Anything else is 0.
func looseInt(raw json.RawMessage) int {
	n, err := strconv.Atoi(strings.Trim(string(raw), `"`))
	if err != nil || n < 0 || n > 1<<31-1 {
		return 0
	}
	return n
}

// traceID keeps letters and digits together only: a number of digits alone
// could be a telephone number.
func traceID(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil || !only(s, 64, "_-") || strings.Trim(s, "0123456789_-") == "" {
		return ""
	}
	return s
}
