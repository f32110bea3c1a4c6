// Package simulator plays Meta's side of WhatsApp on one machine, for
// development and for tests: people with phones, signed webhooks, a Graph
// server that refuses what Meta refuses, faults on demand and a clock that can
// be moved.
//
// It shares no code with the server it talks to. Both sides meet on HTTP only,
// so a misunderstanding of Meta's wire shows as a failing conversation and is
// not hidden by a shared type.
//
// A Sim is built with New, served with Handler and delivers its webhooks while
// Run runs. Updates about one person arrive in order, one at a time; different
// people are served at once. Everything random comes from Config.Seed.
//
// It keeps what people write in memory and shows it on a page without a
// password. It must never listen on anything but loopback.
package simulator
