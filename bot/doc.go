// Package bot is the domain: contacts, purposes, consent records, the gate,
// and the life of a message between its record and its delivery.
//
// Two functions carry the weight. Handle turns the events of one contact into
// a new state of that contact and commits it in one write; Deliver takes what
// that commit left in the outbox and is the only code that sends. Everything
// that decides lives in package flows and is pure; everything that stores or
// talks to Meta comes in through the small interfaces declared here.
package bot
