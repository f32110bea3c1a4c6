package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"
)

// benchOptions are those of "bench".
type benchOptions struct {
	seconds  int
	contacts int
	conns    int
	stored   int
}

// bench measures this machine: the real server in a process of its own, the
// simulator and the load in this one, loopback between them. Both share the
// cores, as they would not in production.
func bench(ctx context.Context, args []string, _ environment, io stdio) error {
	o, err := benchArgs(args, io)
	if err != nil {
		return err
	}
	b, err := startBench(ctx, o, io)
	if err != nil {
		return err
	}
	err = b.measure(ctx)
	if stopErr := b.stop(); err == nil {
		err = stopErr
	}
	if err != nil {
		return err
	}
	b.print()
	return nil
}

func benchArgs(args []string, io stdio) (benchOptions, error) {
	var o benchOptions
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(io.err)
	set.IntVar(&o.seconds, "seconds", 10, "length of each part")
	set.IntVar(&o.contacts, "contacts", 5000, "people who write")
	set.IntVar(&o.stored, "stored", 0, "contacts that the store is filled with, to see whether their number matters")
	set.IntVar(&o.conns, "connections", 64, "connections that deliver webhooks at once")
	if err := set.Parse(args); err != nil || set.NArg() > 0 || o.seconds < 1 || o.contacts < 100 || o.conns < 1 ||
		o.stored != 0 && o.stored < storedFew {
		return o, errUsage
	}
	return o, nil
}

// results are the rows of the table.
type results struct {
	plain, intake   load
	whole, steady   load
	steadyRate      int // messages a second offered to steady
	drained         time.Duration
	startEmpty      time.Duration
	cpuIntake       time.Duration // per webhook, decided
	cpuWhole        time.Duration // per message, of the server alone
	memory          int64         // peak, bytes
	bytesPerContact int64
	ledgerLines     int64
	contactsAfter   int
	few, many       returning
}

// measure runs the parts one after the other.
func (b *benchRun) measure(ctx context.Context) error {
	parts := []struct {
		name string
		run  func(context.Context) error
	}{
		{"a handler that only checks the signature", b.measurePlain},
		{"conversations: notice, two acts, an answer", b.measureWhole},
		{"an even load", b.measureSteady},
		{"signed webhooks, durable before 200", b.measureIntake},
	}
	if b.options.stored > 0 {
		parts = append(parts, struct {
			name string
			run  func(context.Context) error
		}{fmt.Sprintf("a store with %d contacts", b.options.stored), b.measureStored})
	}
	for _, p := range parts {
		b.say("measuring: " + p.name)
		if err := p.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// say shows progress; the table alone goes to the standard output.
func (b *benchRun) say(s string) { fmt.Fprintln(b.io.err, s) }

// print writes the table.
func (b *benchRun) print() {
	r, out := &b.results, b.io.out
	row := func(name, value string) { fmt.Fprintf(out, "| %-58s | %s |\n", name, value) }
	row("measured", "this machine")
	row("---", "---")
	row("plain handler, HMAC only", r.plain.String())
	row("signed webhooks durable before 200, 64 connections", r.intake.String())
	row("share of the plain handler", fmt.Sprintf("%.2f", r.intake.rate()/r.plain.rate()))
	row("all of them decided after the last 200", r.drained.Round(time.Millisecond).String())
	row("server CPU per webhook, decided and on the ledger", r.cpuIntake.Round(time.Microsecond).String())
	row("whole path, as fast as it goes", r.whole.String())
	row(fmt.Sprintf("whole path, %d/s offered", r.steadyRate), r.steady.String())
	row("server CPU per message, whole path", r.cpuWhole.Round(time.Microsecond).String())
	row("cold start, empty store", r.startEmpty.Round(time.Millisecond).String())
	row("server memory, peak", fmt.Sprintf("%d MB", r.memory>>20))
	if b.options.stored > 0 {
		row(fmt.Sprintf("cold start, %d contacts", b.options.stored), r.many.start.Round(time.Millisecond).String())
		row("server memory after people came back, peak", fmt.Sprintf("%d MB", r.many.memory>>20))
		row(fmt.Sprintf("server CPU per message, %d contacts / %d", b.options.stored, storedFew),
			fmt.Sprintf("%v / %v, ratio %.2f", r.many.cpu.Round(time.Microsecond), r.few.cpu.Round(time.Microsecond),
				float64(r.many.cpu)/float64(r.few.cpu)))
		row(fmt.Sprintf("people who come back, %d/s offered", r.many.rate), r.many.load.String())
	}
	row(fmt.Sprintf("store bytes per contact (%d contacts)", r.contactsAfter), fmt.Sprint(r.bytesPerContact))
	row("ledger lines written", fmt.Sprint(r.ledgerLines))
}

var errBenchServer = errors.New("the server under measurement ended early")
