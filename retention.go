package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"aval/bot"
)

// retentionOptions are those of "retention".
type retentionOptions struct {
	dry, json bool
	at        string
}

// retention removes what is beyond its time, as the server does every day, or
// counts what would go.
func retention(ctx context.Context, args []string, env environment, io stdio) error {
	var o retentionOptions
	set := flag.NewFlagSet("retention", flag.ContinueOnError)
	set.SetOutput(io.err)
	set.BoolVar(&o.dry, "dry-run", false, "count only")
	set.StringVar(&o.at, "at", "", "with --dry-run: as if it were this day, such as 2027-01-31")
	set.BoolVar(&o.json, "json", false, "print JSON")
	if err := set.Parse(args); err != nil || set.NArg() > 0 {
		return errUsage
	}
	if o.at != "" && !o.dry {
		return errors.New("--at is for --dry-run: nothing is removed before its time")
	}
	if _, err := retentionDay(o.at, time.Now()); err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	counts, err := h.retention(ctx, o, io)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(io, counts)
	}
	if len(counts) == 0 {
		fmt.Fprintln(io.out, "nothing is beyond its time")
	}
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(io.out, "%-12s %d\n", class, counts[class])
	}
	return nil
}

func retentionDay(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now, nil
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return now, fmt.Errorf("--at %s is not a day; write it as 2027-01-31", s)
	}
	return day, nil
}

func (h *house) retention(ctx context.Context, o retentionOptions, io stdio) (counts map[bot.Class]int, err error) {
	form := url.Values{"at": {o.at}}
	if o.dry {
		form.Set("dry", "yes")
	}
	running, err := h.ask(ctx, "/retention", form, &counts)
	if running {
		return counts, err
	}
	err = h.alone(ctx, io, func(ctx context.Context, a *app) error {
		counts, err = a.retentionAct(ctx, o.dry, o.at)
		return err
	})
	return counts, err
}

func (a *app) retentionAct(ctx context.Context, dry bool, at string) (map[bot.Class]int, error) {
	if !dry {
		return a.bot.Sweep(ctx)
	}
	day, err := retentionDay(at, a.now())
	if err != nil {
		return nil, err
	}
	return a.bot.DryRun(ctx, day)
}
