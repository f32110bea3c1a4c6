package main

import (
	"context"
	"errors"
	"flag"
	"net/url"
	"strings"
	"time"

	"aval/bot"
	"aval/flows"
)

// flowOptions are what changes, or shows, what people are offered.
type flowOptions struct {
	act, id  string
	file     bot.FlowFile
	contacts []string
}

// flowView is what was published of a flow.
type flowView struct {
	ID      string    `json:"id"`
	Current int       `json:"current"`
	Since   time.Time `json:"since"`
	Former  []int     `json:"former"`
	Draft   int       `json:"draft,omitempty"`
	Triers  int       `json:"triers,omitempty"`
}

func viewFlow(r bot.FlowRecord) flowView {
	v := flowView{ID: r.ID, Current: r.Current, Former: append([]int{}, r.Former...)}
	for _, version := range r.Versions {
		if version.Version == r.Current {
			v.Since = version.Since
		}
	}
	if r.Draft != nil {
		v.Draft, v.Triers = r.Draft.Version, len(r.Draft.Contacts)
	}
	return v
}

// flowPublish offers a file's version to everybody who begins from now on.
func flowPublish(ctx context.Context, args []string, env environment, io stdio) error {
	words, err := flowFlags(flag.NewFlagSet("flow publish", flag.ContinueOnError), args, io, 1, 1)
	if err != nil {
		return err
	}
	h, file, err := oneFlow(words[0], env, io)
	if err != nil {
		return err
	}
	return h.flowDo(ctx, flowOptions{act: "publish", id: file.Flow.ID, file: file}, io)
}

// flowTry offers a draft to named contacts alone, or ends the trial.
func flowTry(ctx context.Context, args []string, env environment, io stdio) error {
	var o flowOptions
	set := flag.NewFlagSet("flow try", flag.ContinueOnError)
	set.Func("contact", "a phone (+55…), a user id or a contact id; may stand several times", func(s string) error {
		o.contacts = append(o.contacts, s)
		return nil
	})
	end := set.Bool("end", false, "end the trial of the flow of this id")
	words, err := flowFlags(set, args, io, 1, 1)
	if err != nil {
		return err
	}
	if *end != (len(o.contacts) == 0) {
		return errors.New("a draft needs --contact, once for each who tries it; --end takes it back from all")
	}
	if *end {
		h, err := build("", env, io)
		if err != nil {
			return err
		}
		return h.flowDo(ctx, flowOptions{act: "end", id: words[0]}, io)
	}
	h, file, err := oneFlow(words[0], env, io)
	if err != nil {
		return err
	}
	o.act, o.id, o.file = "try", file.Flow.ID, file
	return h.flowDo(ctx, o, io)
}

// flowRollback offers the version before the current one again.
func flowRollback(ctx context.Context, args []string, env environment, io stdio) error {
	words, err := flowFlags(flag.NewFlagSet("flow rollback", flag.ContinueOnError), args, io, 1, 1)
	if err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	return h.flowDo(ctx, flowOptions{act: "rollback", id: words[0]}, io)
}

func (h *house) flowDo(ctx context.Context, o flowOptions, io stdio) error {
	list, err := h.flowAct(ctx, o, io)
	if errors.Is(err, bot.ErrNotFound) {
		return errors.New("no such contact: only who has written to us can try a draft")
	}
	for _, r := range list {
		printFlow(io, r)
	}
	return err
}

// flowAct asks the running server, or opens the store when none runs.
func (h *house) flowAct(ctx context.Context, o flowOptions, io stdio) (list []flowView, err error) {
	form := url.Values{"act": {o.act}, "id": {o.id}, "source": {string(o.file.Source)}, "contact": o.contacts}
	running, err := h.ask(ctx, "/flow", form, &list)
	if running {
		return list, err
	}
	// Opening the store takes in the files as a start of the server does, and that
	// would publish the given one to everybody.
	if o.file.Flow != nil {
		delete(h.flows, o.id)
	}
	err = h.alone(ctx, io, func(ctx context.Context, a *app) error {
		list, err = a.flowAct(ctx, o)
		return err
	})
	return list, err
}

func (a *app) flowAsked(ctx context.Context, form url.Values) ([]flowView, error) {
	o, err := a.flowForm(form)
	if err != nil {
		return nil, err
	}
	return a.flowAct(ctx, o)
}

// flowForm reads what a verb asks. The server checks the flow again, with the
// rules that it runs under: a verb may have been started beside another file.
func (a *app) flowForm(form url.Values) (flowOptions, error) {
	o := flowOptions{act: form.Get("act"), id: form.Get("id"), contacts: form["contact"]}
	if form.Get("source") == "" {
		return o, nil
	}
	o.file.Source = []byte(form.Get("source"))
	f, faults := flows.Parse(o.id+".yaml", o.file.Source)
	if f == nil {
		return o, faults
	}
	o.file.Flow = f
	return o, a.fits(f)
}

// fits lints a flow beside those that are read already.
func (a *app) fits(f *flows.Flow) error {
	all := []*flows.Flow{f}
	for _, file := range a.files() {
		if file.Flow.ID != f.ID {
			all = append(all, file.Flow)
		}
	}
	for _, b := range a.config.Brands {
		if faults := flows.Lint(offered(all, b, f.ID), a.rules(b)); len(faults) > 0 {
			return faults
		}
	}
	return nil
}

func (a *app) flowAct(ctx context.Context, o flowOptions) ([]flowView, error) {
	var r bot.FlowRecord
	var err error
	switch o.act {
	case "publish":
		r, err = a.bot.PublishFlow(ctx, o.file)
	case "try":
		r, err = a.bot.TryFlow(ctx, o.file, o.contacts)
	case "end":
		r, err = a.bot.EndTrial(ctx, o.id)
	case "rollback":
		r, err = a.bot.RollBackFlow(ctx, o.id)
	case "list":
		list, err := a.bot.FlowRecords(ctx)
		views := make([]flowView, 0, len(list))
		for _, r := range list {
			views = append(views, viewFlow(r))
		}
		return views, err
	default:
		return nil, errors.New("no such act: " + strings.TrimSpace(o.act))
	}
	if err != nil {
		return nil, err
	}
	return []flowView{viewFlow(r)}, nil
}
