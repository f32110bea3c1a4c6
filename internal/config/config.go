package config

import (
	"fmt"
	"log/slog"
	"strings"

	"aval/bot"
)

// Mode tells how strict the start is.
type Mode string

// The modes.
const (
	// Development runs with nothing configured, on loopback addresses only.
	Development Mode = "development"
	// Production refuses everything that is unsafe.
	Production Mode = "production"
)

// StoreSQLite is the Store of the embedded engine.
const StoreSQLite bot.Secret = "sqlite"

// Config is a configuration without faults.
type Config struct {
	Mode Mode
	// File is the aval.yaml that was read, "" for the demo brand.
	File string
	// Addr is the public listener, AdminAddr that of health and metrics.
	Addr, AdminAddr string
	// Data is the data directory.
	Data string
	// Store is StoreSQLite or a MongoDB URL, which may hold a password.
	Store bot.Secret
	// Keys is the URL of the key-encryption key. It is "" only in development,
	// where main creates development keys below Data.
	Keys string
	Meta Meta
	// FlowDir holds flows of the business's own, "" for none.
	FlowDir string
	// PublicURL is where people reach the public listener, "" if nobody can.
	PublicURL string
	// Retention is for records that belong to no contact.
	Retention bot.Retention
	// Simulator plays Meta's side on SimulatorAddr, in development only.
	Simulator     bool
	SimulatorAddr string
	Profiles      []string
	// Brands is never empty.
	Brands []*bot.Brand
}

// Meta is what the business got from Meta. In development any secret may be
// missing; main then makes one up for the run.
type Meta struct {
	// AppSecrets are all in force at once while one replaces another.
	AppSecrets               []bot.Secret
	VerifyToken, AccessToken bot.Secret
	// PhoneNumberID, when set, is already the id of the one number.
	PhoneNumberID, WABA string
	// GraphURL holds the version and no slash at its end.
	GraphURL string
}

// String names what is safe to show: no secret, no path and no password.
func (c Config) String() string {
	return fmt.Sprintf("config{mode=%s addr=%s admin=%s store=%s keys=%s simulator=%t brands=%d profiles=%s}",
		c.Mode, c.Addr, c.AdminAddr, scheme(string(c.Store)), scheme(c.Keys), c.Simulator, len(c.Brands),
		strings.Join(c.Profiles, ","))
}

// GoString is String, so that %#v shows no more.
func (c Config) GoString() string { return c.String() }

// LogValue is String as attributes.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("mode", string(c.Mode)),
		slog.String("addr", c.Addr),
		slog.String("admin_addr", c.AdminAddr),
		slog.String("store", scheme(string(c.Store))),
		slog.String("keys", scheme(c.Keys)),
		slog.Bool("simulator", c.Simulator),
		slog.Int("brands", len(c.Brands)),
		slog.String("profiles", strings.Join(c.Profiles, ",")),
	)
}

// scheme is the part of a URL that holds no secret.
func scheme(s string) string {
	if s == "" {
		return "none"
	}
	head, _, found := strings.Cut(s, "://")
	if !found && s != string(StoreSQLite) {
		return "unknown"
	}
	return head
}
