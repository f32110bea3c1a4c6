package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"

	"aval/bot"
)

// contactOptions are those of "contact show".
type contactOptions struct {
	name string
	json bool
}

// contact prints the states of one person. The look itself is a ledger line.
func contact(ctx context.Context, args []string, env environment, io stdio) error {
	opts, err := contactArgs(args)
	if err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	v, err := h.show(ctx, opts.name, io)
	if errors.Is(err, bot.ErrNotFound) {
		return errors.New("no such contact: give a phone with its country code (+55…), a user id (BR.…) or a contact id")
	}
	if err != nil {
		return err
	}
	if opts.json {
		enc := json.NewEncoder(io.out)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	printView(io, v)
	return nil
}

func contactArgs(args []string) (contactOptions, error) {
	var o contactOptions
	if len(args) < 2 || args[0] != "show" {
		return o, errUsage
	}
	for _, a := range args[1:] {
		switch {
		case a == "--json":
			o.json = true
		case strings.HasPrefix(a, "-") || o.name != "":
			return o, errUsage
		default:
			o.name = a
		}
	}
	if o.name == "" {
		return o, errUsage
	}
	return o, nil
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

func postForm(ctx context.Context, client *http.Client, address string, form url.Values) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return client.Do(req)
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
