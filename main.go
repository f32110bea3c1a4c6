// Aval stands between WhatsApp and a business. It makes sure that there is a
// lawful reason to answer, asks for consent where one is needed and can prove
// it, and stops the moment it is told to stop. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a static binary may meet a machine without zone files

	"aval/bot"
	"aval/store"
)

// Exit codes, as operators' scripts see them.
const (
	exitOK        = 0
	exitFailure   = 1
	exitUsage     = 2
	exitIntegrity = 65 // the ledger or a record does not verify
	exitLocked    = 73 // another process uses the data directory
	exitConfig    = 78 // configuration, flows, locales or notices have faults
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), stdio{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// stdio is where a verb writes: results to out, everything else to err.
type stdio struct{ out, err io.Writer }

// verb is one command of the program.
type verb struct {
	name, args, help string
	run              func(ctx context.Context, args []string, env environment, io stdio) error
}

func verbs() []verb {
	return []verb{
		{"serve", "", "run the server (this is what happens without a verb)", serve},
		{"check", "", "look for faults in configuration, flows, locales and notices", check},
		{"flow", "check [file…], list, publish|migrate|draw|play <file>, try <file> --contact <id>…, rollback|record <id>, replay <draft> <recording…>",
			"what marketers do with flows", flowVerb},
		{"contact", "show|stop|export|erase|restrict <+phone|user id|id>, import <file>", "a person's states, never content; what they asked for by letter or phone", contact},
		{"case", "list, show|code|extend|refuse|close <reference>", "requests under data protection law, the most urgent first", caseVerb},
		{"retention", "[--dry-run] [--at date] [--json]", "remove what is beyond its time, or count it", retention},
		{"ledger", "verify", "recompute the tree and name the first bad line", ledgerVerb},
		{"words", "report [--lang xx] [--failures], read [--lang xx] <text>", "how well messages are understood; what one means and why", wordsVerb},
		{"bench", "[--seconds n] [--contacts n]", "measure this machine against the simulator", bench},
		{"version", "", "say which version this is", version},
	}
}

// run is the program: it finds the verb and turns its error into an exit code.
func run(ctx context.Context, args, environ []string, io stdio) int {
	env := environment(environ)
	name := "serve"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	for _, v := range verbs() {
		if v.name == name {
			return exitCode(v.run(ctx, args, env, io), io)
		}
	}
	usage(io)
	if name == "help" || name == "-h" || name == "--help" {
		return exitOK
	}
	return exitUsage
}

func usage(io stdio) {
	fmt.Fprintln(io.err, "usage: aval [verb]")
	for _, v := range verbs() {
		fmt.Fprintf(io.err, "  %-9s %-67s %s\n", v.name, v.args, v.help)
	}
	fmt.Fprintln(io.err, "flags of a verb: aval contact export --help")
	fmt.Fprintln(io.err, "exit codes: 0 ok, 1 failure, 2 usage, 65 integrity, 73 second writer, 78 configuration")
}

// Errors that have an exit code of their own.
var (
	errUsage  = errors.New("usage")
	errConfig = errors.New("configuration")
)

func exitCode(err error, io stdio) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errConfig):
		return exitConfig // the faults are printed already, one a line
	case errors.Is(err, errHelp):
		return exitOK
	case errors.Is(err, errUsage):
		usage(io)
		return exitUsage
	}
	if errors.Is(err, store.ErrLocked) {
		fmt.Fprintln(io.err, "aval: another aval uses this data directory. Stop it first, or set AVAL_DATA to another directory.")
		return exitLocked
	}
	fmt.Fprintln(io.err, "aval:", err)
	switch {
	case errors.Is(err, store.ErrNoticeChanged), errors.Is(err, bot.ErrFlowChanged), errors.Is(err, errKeys):
		return exitConfig
	case errors.Is(err, bot.ErrIntegrity), errors.Is(err, errTampered):
		return exitIntegrity
	}
	return exitFailure
}

// environment is what the process was started with. Only this package reads
// it.
type environment []string

func (e environment) list() []string { return e }
