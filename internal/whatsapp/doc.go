// Package whatsapp is Meta's wire, outbound: it fits a bot.Outgoing into the
// limits of the Cloud API, encodes it, hands it to the Graph API and says what
// a failure allows. It is the only package that calls out to Meta.
//
// Three promises. The access token travels in the Authorization header to the
// configured host and nowhere else: redirects are not followed, plain HTTP
// works on loopback only. Errors hold fixed words, Meta's code and nothing of
// the request, the response or the URL. And "nothing was sent" is said only
// when it is certain; every doubt is bot.SendUnknown, because Meta has no
// idempotency key and a second call is a second message. An upload reaches
// nobody, so there every doubt is bot.SendLater.
//
// # What happens to content that does not fit
//
// Choices become reply buttons, else a list, else numbered text. A link beside
// choices, or with a label that is too long, becomes a line of text. A document
// is the header of buttons, or else everything stands in its caption. A footer
// that has no room is dropped. A body is never cut: what is too long for a
// text message is refused with bot.SendNever. With a template the body and the
// footer are not sent, since Meta holds them; Link.URL is then the variable
// end of the template's URL button, which stands behind its quick replies.
package whatsapp
