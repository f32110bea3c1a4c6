package simulator

import (
	"fmt"
	"net/http"
)

// apiError is a refusal in Meta's shape.
type apiError struct {
	http    int
	code    int
	subcode int
	kind    string // type; OAuthException unless said
	message string
	details string // error_data.details; no error_data without it
}

type wireAPIError struct {
	Message string         `json:"message"`
	Type    string         `json:"type"`
	Code    int            `json:"code"`
	Subcode int            `json:"error_subcode,omitempty"`
	Data    *wireErrorData `json:"error_data,omitempty"`
	Trace   string         `json:"fbtrace_id"`
}

type wireErrorData struct {
	Product string `json:"messaging_product"`
	Details string `json:"details"`
}

// meaning is what Meta says with a code: the HTTP status of a refusal, the
// title, and the details unless a caller knows better.
type meaning struct {
	http    int
	title   string
	details string
}

// meaningOf knows the codes that a sender of consent messages can meet.
func meaningOf(code int) meaning {
	if m, ok := meanings[code]; ok {
		return m
	}
	return meaning{400, "Simulated error", "A code that the simulator has no words for."}
}

// meanings is never written to.
var meanings = map[int]meaning{
	2:      {503, "API Service", "The service is down or overloaded."},
	4:      {400, "API Too Many Calls", "The app has reached its call rate limit."},
	10:     {403, "Permission Denied", "The permission was not granted or was removed."},
	100:    {400, "Invalid parameter", "One or more parameters are unsupported or misspelled."},
	368:    {403, "Temporarily blocked for policies violations", "The account was restricted for a violation."},
	80007:  {400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."},
	130429: {400, "Rate limit hit", "Cloud API message throughput has been reached."},
	130472: {400, "User's number is part of an experiment", "The message was not sent as part of an experiment."},
	130497: {403, "Business account is restricted from messaging users in this country", "Country restricted."},
	131000: {500, "Something went wrong", "The message could not be sent for an unknown reason."},
	131005: {403, "Access denied", "The permission was not granted or was removed."},
	131008: {400, "Required parameter is missing", "A required parameter is missing."},
	131009: {400, "Parameter value is not valid", "A parameter value is not valid."},
	131016: {500, "Service unavailable", "A service is temporarily unavailable."},
	131021: {400, "Recipient cannot be sender", "Sender and recipient are the same number."},
	131026: {400, "Message undeliverable", "The message could not be delivered to this recipient."},
	131030: {400, "Recipient phone number not in allowed list",
		"Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again."},
	131031: {403, "Account has been locked", "The account is locked for a violation or a failed check."},
	131037: {400, "Display name approval needed", "The number's display name was not approved."},
	131042: {400, "Business eligibility payment issue", "There is a problem with the payment method."},
	131045: {500, "Incorrect certificate", "The number is not registered with its certificate."},
	131047: {400, "Re-engagement message",
		"More than 24 hours have passed since the recipient last replied to the sender number."},
	131048: {400, "Spam rate limit hit", "Too many messages of this number were blocked or reported."},
	131049: {400, "This message was not delivered to maintain healthy ecosystem engagement.",
		"Meta chose not to deliver it."},
	131050: {400, "User has stopped marketing messages",
		"The recipient chose to stop marketing messages from this business."},
	131051: {400, "Unsupported message type", "The message type is not supported."},
	131052: {400, "Media download error", "The media could not be downloaded."},
	131053: {400, "Media upload error", "The media could not be uploaded."},
	131056: {400, "(Business Account, Consumer Account) pair rate limit hit", "Message failed to send because there " +
		"were too many messages sent from this phone number to the same phone number in a short period of time."},
	131057: {500, "Account in maintenance mode", "Business Account is in maintenance mode."},
	131062: {400, "Business-scoped User ID recipients are not supported for this message",
		"Authentication templates need a phone number."},
	132000: {400, "Number of parameters does not match the expected number of params", "Parameter counts differ."},
	132001: {404, "Template name does not exist in the translation", "No such template in this language."},
	132005: {400, "Template hydrated text too long", "The filled-in text is too long."},
	132012: {400, "Parameter format does not match format in the created template", "Parameter formats differ."},
	132015: {400, "Template is paused", "The template was paused for low quality."},
	132016: {400, "Template is disabled", "The template was disabled for low quality."},
	132018: {400, "Invalid template parameter", "There is an issue with the parameters of the template."},
	132069: {400, "Flow is throttled", "The flow was throttled."},
	133010: {400, "Phone number not registered", "The account does not exist in Cloud API; register first."},
	135000: {400, "Generic user error", "The message failed because of the request's parameters."},
	137000: {400, "Identity key mismatch", "The recipient's identity key is not the one that was expected."},
	139100: {400, "Failed to block/unblock users", "Failed to block some users"},
}

// refuse is an error with a code's own words.
func refuse(code int) *apiError { return refuseFor(code, "") }

// refuseFor is an error with details that name the fault. They must not hold
// anything a person wrote.
func refuseFor(code int, format string, args ...any) *apiError {
	m := meaningOf(code)
	details := m.details
	if format != "" {
		details = fmt.Sprintf(format, args...)
	}
	return &apiError{http: m.http, code: code, message: fmt.Sprintf("(#%d) %s", code, m.title), details: details}
}

// badToken is the refusal of a wrong bearer; it has no error_data.
func badToken() *apiError {
	return &apiError{http: http.StatusUnauthorized, code: 190, subcode: 463,
		message: "Error validating access token: Session has expired"}
}

// noObject is the refusal of an id that Graph does not know.
func noObject(id string) *apiError {
	return &apiError{http: http.StatusBadRequest, code: 100, subcode: 33, kind: "GraphMethodException",
		message: "Unsupported post request. Object with ID '" + id + "' does not exist, cannot be loaded due to " +
			"missing permissions, or does not support this operation."}
}

// badParam is the refusal of one parameter in Graph's own words, without
// error_data.
func badParam(format string, args ...any) *apiError {
	return &apiError{http: http.StatusBadRequest, code: 100, message: "(#100) " + fmt.Sprintf(format, args...)}
}

// wire is the error as it is sent.
func (e *apiError) wire(trace string) wireAPIError {
	w := wireAPIError{Message: e.message, Type: orText(e.kind, "OAuthException"), Code: e.code, Subcode: e.subcode, Trace: trace}
	if e.details != "" {
		w.Data = &wireErrorData{Product: "whatsapp", Details: e.details}
	}
	return w
}

// failure is the error as a failed status carries it.
func failure(code int) []wireError {
	m := meaningOf(code)
	return []wireError{{
		Code: code, Title: m.title, Message: m.title, Data: wireErrorCause{Details: m.details},
		Href: "/documentation/business-messaging/whatsapp/support/error-codes",
	}}
}
