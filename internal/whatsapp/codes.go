package whatsapp

import (
	"net/http"
	"sort"

	"aval/bot"
)

// codeRow is one row of Meta's table of errors: a code or a range of codes,
// what may be done after it, and why.
type codeRow struct {
	from, to int
	class    bot.SendClass
	reason   string
}

// codeTable is sorted by code and never written. A class that stops the whole
// number is given only to what no message of that number could pass.
var codeTable = [...]codeRow{
	{0, 0, bot.SendPaused, "the token was not accepted"},
	{1, 1, bot.SendUnknown, "unknown call or a fault at Meta's side; Meta does not say which"},
	{2, 2, bot.SendLater, "service down or overloaded"},
	{3, 3, bot.SendPaused, "the app lacks a capability"},
	{4, 4, bot.SendThrottled, "too many calls of this app"},
	{10, 10, bot.SendPaused, "permission missing"},
	{33, 33, bot.SendPaused, "the business's number was deleted or is out of reach of the token"},
	{100, 100, bot.SendNever, "invalid parameter"},
	{190, 190, bot.SendPaused, "token expired or withdrawn"},
	{200, 299, bot.SendPaused, "permission missing"},
	{368, 368, bot.SendPaused, "blocked for a time for breaking a policy"},
	{80007, 80007, bot.SendThrottled, "rate limit of the account"},
	{130403, 130403, bot.SendUnreachable, "the person blocked the business"},
	{130429, 130429, bot.SendThrottled, "throughput of the number"},
	{130472, 130472, bot.SendNever, "the person is in an experiment without marketing; a repeat fails alike"},
	{130497, 130497, bot.SendUnreachable, "the business may not write to this country"},
	{130501, 130501, bot.SendNever, "not supported in groups"},
	{131000, 131000, bot.SendUnknown, "unknown fault; messages were delivered after it"},
	{131005, 131005, bot.SendPaused, "access denied"},
	{131008, 131008, bot.SendNever, "parameter missing"},
	{131009, 131009, bot.SendNever, "parameter value not valid"},
	{131016, 131016, bot.SendLater, "service unavailable"},
	{131020, 131020, bot.SendNever, "groups"},
	{131021, 131021, bot.SendNever, "recipient is the sender"},
	{131026, 131026, bot.SendUnreachable, "no WhatsApp at this address, or too old a version of it"},
	{131030, 131030, bot.SendNever, "test number: the recipient is not on its list"},
	{131031, 131031, bot.SendPaused, "account locked"},
	{131035, 131035, bot.SendNever, "a received message was lost; nothing was sent"},
	{131036, 131036, bot.SendNever, "receipt of a repeated webhook; nothing was sent"},
	{131037, 131037, bot.SendPaused, "display name not approved"},
	{131041, 131041, bot.SendNever, "groups"},
	{131042, 131042, bot.SendPaused, "payment"},
	{131045, 131045, bot.SendPaused, "the number must be registered again"},
	{131047, 131047, bot.SendWindow, "24 hours have passed since the person wrote"},
	{131048, 131048, bot.SendPaused, "too many people reported or blocked the number"},
	{131049, 131049, bot.SendNever, "Meta's own cap on marketing for this person; a repeat makes it worse"},
	{131050, 131050, bot.SendStopped, "the person stopped marketing in WhatsApp's settings"},
	{131051, 131051, bot.SendNever, "message type not supported"},
	{131052, 131052, bot.SendNever, "a received file could not be fetched"},
	{131053, 131053, bot.SendNever, "the file to send could not be used"},
	{131055, 131055, bot.SendNever, "method not allowed"},
	{131056, 131056, bot.SendPair, "too many messages to this person"},
	{131057, 131057, bot.SendThrottled, "the whole number is in maintenance, mostly for a minute"},
	{131059, 131059, bot.SendNever, "groups"},
	{131060, 131060, bot.SendNever, "a received message is not available"},
	{131062, 131062, bot.SendNever, "this kind of message needs a phone number"},
	{131063, 131063, bot.SendNever, "marketing is switched off for this way of sending"},
	{131064, 131064, bot.SendNever, "template limit after a wrong category; lasts for days"},
	{131200, 131299, bot.SendNever, "groups"},
	{132000, 132000, bot.SendNever, "number of template parameters"},
	{132001, 132001, bot.SendNever, "no such template in this language, or not approved"},
	{132005, 132005, bot.SendNever, "template text too long with its parameters"},
	{132007, 132007, bot.SendNever, "template breaks a policy"},
	{132008, 132008, bot.SendNever, "template parameter value not valid"},
	{132012, 132012, bot.SendNever, "template parameter format"},
	{132015, 132015, bot.SendNever, "template paused; a webhook says when it is back"},
	{132016, 132016, bot.SendNever, "template disabled"},
	{132018, 132018, bot.SendNever, "template parameters not valid"},
	{132068, 132068, bot.SendNever, "form blocked"},
	{132069, 132069, bot.SendLater, "form throttled for an hour"},
	{133000, 133000, bot.SendPaused, "deregistration incomplete"},
	{133004, 133004, bot.SendLater, "registration service unavailable"},
	{133005, 133005, bot.SendPaused, "wrong PIN"},
	{133006, 133006, bot.SendPaused, "the number must be verified first"},
	{133008, 133008, bot.SendPaused, "too many wrong PINs"},
	{133009, 133009, bot.SendPaused, "PINs entered too fast"},
	{133010, 133010, bot.SendPaused, "the number is not registered"},
	{133015, 133015, bot.SendPaused, "deregistered a moment ago"},
	{133016, 133016, bot.SendPaused, "too many registrations in 72 hours"},
	{134011, 134011, bot.SendNever, "payment terms not accepted"},
	{134100, 134100, bot.SendNever, "not a marketing template"},
	{134101, 134101, bot.SendLater, "template still being synchronised, up to ten minutes"},
	{134102, 134102, bot.SendNever, "not eligible for marketing messages"},
	{135000, 135000, bot.SendNever, "generic fault of the request"},
	{136024, 136024, bot.SendNever, "already verified; nothing was sent"},
	{137000, 137000, bot.SendIdentity, "the identity key changed: the number may be another person's"},
	{138000, 138018, bot.SendNever, "calls"},
	{139000, 139004, bot.SendNever, "forms: integrity"},
	{139100, 139103, bot.SendNever, "blocking of people"},
	{147001, 147005, bot.SendNever, "usernames"},
	{1752041, 1752041, bot.SendNever, "marketing messages: duplicate or not eligible"},
	{2388001, 2388299, bot.SendNever, "template management"},
	{2494000, 2494999, bot.SendNever, "account management"},
	{2593000, 2593999, bot.SendNever, "account synchronisation"},
}

// ClassOf says what may be done after an error of Meta's, by its code. The
// HTTP status decides only where the code is not in the table; it is 0 for the
// errors of a status webhook, and so is the code of a response without one.
func ClassOf(code, status int) bot.SendClass {
	r, known := lookUp(code)
	if known && (code != 0 || status == http.StatusUnauthorized) {
		return r.class
	}
	switch {
	case status == http.StatusTooManyRequests:
		return bot.SendThrottled
	case status == http.StatusRequestTimeout, status >= 500:
		return bot.SendUnknown
	}
	return bot.SendNever
}

// Reason explains a code in fixed words for operators; it is empty for a code
// nobody has described yet.
func Reason(code int) string {
	r, _ := lookUp(code)
	return r.reason
}

func lookUp(code int) (codeRow, bool) {
	i := sort.Search(len(codeTable), func(i int) bool { return codeTable[i].to >= code })
	if i == len(codeTable) || code < codeTable[i].from {
		return codeRow{}, false
	}
	return codeTable[i], true
}
