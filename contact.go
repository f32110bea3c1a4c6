package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"

	"aval/bot"
)

// contactOptions are those of "contact".
type contactOptions struct {
	act, name string
	json      bool
	ask       bot.Ask
	lift, yes bool
	// out is where an export is written, key the public key an import is
	// checked with.
	out, key string
}

// contact shows the states of one person, or carries out what they asked for
// by letter, on the telephone or at the desk. Every act, the look included, is
// a ledger line.
func contact(ctx context.Context, args []string, env environment, io stdio) error {
	o, err := contactArgs(args, io)
	if err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	err = h.contactAct(ctx, o, io)
	if errors.Is(err, bot.ErrNotFound) {
		return errors.New("no such contact: give a phone with its country code (+55…), a user id (BR.…) or a contact id")
	}
	return err
}

func (h *house) contactAct(ctx context.Context, o contactOptions, io stdio) error {
	switch o.act {
	case "show":
		v, err := h.show(ctx, o.name, io)
		if err != nil {
			return err
		}
		if o.json {
			return printJSON(io, v)
		}
		printView(io, v)
		return nil
	case "import":
		return h.importPackage(ctx, o, io)
	case "stop":
		return h.stop(ctx, o, io)
	}
	return h.request(ctx, o, io)
}

func printJSON(io stdio, v any) error {
	enc := json.NewEncoder(io.out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func contactArgs(args []string, io stdio) (contactOptions, error) {
	var o contactOptions
	if len(args) == 0 {
		return o, errUsage
	}
	o.act, args = args[0], args[1:]
	set := flag.NewFlagSet("contact "+o.act, flag.ContinueOnError)
	set.SetOutput(io.err)
	set.BoolVar(&o.json, "json", false, "print JSON")
	switch o.act {
	case "show":
	case "stop":
		set.StringVar(&o.ask.Route, "by", "", "how the stop came: "+strings.Join(bot.Routes(), ", "))
	case "import":
		set.StringVar(&o.key, "key", "", "the public key of the installation that made the package")
	case "export", "erase", "restrict":
		o.requestFlags(set)
	default:
		return o, errUsage
	}
	words, err := parseMixed(set, args)
	if err != nil {
		return o, err
	}
	if len(words) != 1 {
		return o, errUsage
	}
	o.name = words[0]
	return o, o.check()
}

// stop enters a stop that came by letter, on the telephone or at the desk.
func (h *house) stop(ctx context.Context, o contactOptions, io stdio) error {
	n := 0
	running, err := h.ask(ctx, "/stop", url.Values{"name": {o.name}, "route": {o.ask.Route}}, &n)
	if !running {
		err = h.alone(ctx, io, func(ctx context.Context, a *app) error {
			n, err = a.bot.StopFor(ctx, o.name, o.ask.Route)
			return err
		})
	}
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(io, map[string]int{"identifiers": n})
	}
	fmt.Fprintf(io.out, "stopped for %d identifiers\n", n)
	return nil
}

// show asks the running server, or opens the store when none runs.
func (h *house) show(ctx context.Context, name string, io stdio) (bot.View, error) {
	var v bot.View
	running, err := h.ask(ctx, "/contact", url.Values{"name": {name}}, &v)
	if running {
		return v, err
	}
	a, err := h.openAlone(ctx, io)
	if err != nil {
		return v, err
	}
	v, err = a.bot.Show(ctx, name, "operator")
	return v, errors.Join(err, a.finish(ctx))
}

func printView(io stdio, v bot.View) {
	row := func(name string, value any) { fmt.Fprintf(io.out, "%-12s %v\n", name, value) }
	row("contact", v.Contact)
	row("brand", v.Brand)
	row("identifiers", strings.Join(v.Identifiers, ", "))
	row("language", v.Language)
	row("channel", v.Channel)
	row("hold", v.Hold)
	row("identity", v.Identity)
	row("age", v.Age)
	if v.Window != nil {
		row("window", "open until "+v.Window.Format(time.RFC3339))
	}
	row("owner", v.Owner)
	purposes := make([]string, 0, len(v.Consents))
	for id := range v.Consents {
		purposes = append(purposes, id)
	}
	sort.Strings(purposes)
	for _, id := range purposes {
		k := v.Consents[id]
		row("consent", fmt.Sprintf("%s %s since %s record %s", id, k.State, k.Since.Format(time.RFC3339), k.Record))
	}
	if v.Question != nil {
		row("question", fmt.Sprintf("%s for %s, until %s", v.Question.Kind, v.Question.Purpose, v.Question.Expires.Format(time.RFC3339)))
	}
	if v.Flow != nil {
		row("flow", fmt.Sprintf("%s/%d in %s", v.Flow.ID, v.Flow.Version, v.Flow.State))
	}
	for _, k := range v.Cases {
		row("case", fmt.Sprintf("%s %s %s due %s", k.Reference, k.Type, k.State, k.Due.Format("2006-01-02")))
	}
	row("waiting", v.Waiting)
	row("outbox", v.Outbox)
}
