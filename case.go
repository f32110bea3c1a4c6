package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"aval/bot"
)

// caseOptions are those of "case".
type caseOptions struct {
	act, reference string
	closed, json   bool
	answer         bot.Decision
}

// caseVerb shows the requests of people, and acts on one.
func caseVerb(ctx context.Context, args []string, env environment, io stdio) error {
	o, err := caseArgs(args, io)
	if err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	reply, err := h.caseAct(ctx, o, io)
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("no case %s; \"aval case list --closed\" shows all of them", o.reference)
	}
	if err != nil {
		return err
	}
	if o.json {
		if o.act == "list" {
			return printJSON(io, reply.Cases)
		}
		return printJSON(io, reply)
	}
	printCases(io, o.act, reply)
	return nil
}

func caseArgs(args []string, io stdio) (caseOptions, error) {
	var o caseOptions
	if len(args) == 0 {
		return o, errUsage
	}
	o.act, args = args[0], args[1:]
	set := flag.NewFlagSet("case "+o.act, flag.ContinueOnError)
	set.SetOutput(io.err)
	set.BoolVar(&o.json, "json", false, "print JSON")
	switch o.act {
	case "list":
		set.BoolVar(&o.closed, "closed", false, "also those that were answered")
	case "show", "code":
	case "extend", "refuse", "close":
		if o.act != "close" {
			set.StringVar(&o.answer.Ground, "ground", "", "one of "+strings.Join(grounds(o.act), ", "))
		}
		set.Func("reason", "what the person is told, in their language", func(s string) error {
			o.answer.Reason = bot.Text(s)
			return nil
		})
		set.StringVar(&o.answer.Told, "told", "", "how the person was told, if not in the chat: letter, phone, email, desk")
	default:
		return o, errUsage
	}
	words, err := parseMixed(set, args)
	if err != nil {
		return o, err
	}
	switch {
	case o.act == "list" && len(words) == 0:
	case o.act != "list" && len(words) == 1:
		o.reference = words[0]
	default:
		return o, errUsage
	}
	return o, o.check()
}

// grounds are the words for an act, nil where none is wanted.
func grounds(act string) []string {
	extend, refuse := bot.Grounds()
	return map[string][]string{"extend": extend, "refuse": refuse}[act]
}

// check asks for what the law wants said.
func (o caseOptions) check() error {
	known := grounds(o.act)
	switch {
	case known == nil && o.act != "close":
		return nil
	case known != nil && !slices.Contains(known, o.answer.Ground):
		return fmt.Errorf("--ground is missing or not known; write one of %s", strings.Join(known, ", "))
	case o.answer.Reason == "" && o.act != "close":
		return errors.New("--reason is missing; write what the person is told, in their language (GDPR 12(3) and (4) want it said)")
	case o.answer.Told != "" && !slices.Contains(bot.Routes(), o.answer.Told):
		return fmt.Errorf("--told %s is not known; write one of %s", o.answer.Told, strings.Join(bot.Routes(), ", "))
	}
	return nil
}

// caseReply is what an act on cases returns.
type caseReply struct {
	Cases []bot.CaseView `json:"cases,omitempty"`
	Case  *bot.CaseView  `json:"case,omitempty"`
	// Code is shown once.
	Code string `json:"code,omitempty"`
}

func (o caseOptions) form() url.Values {
	form := url.Values{"act": {o.act}, "reference": {o.reference}, "ground": {o.answer.Ground},
		"reason": {string(o.answer.Reason)}, "told": {o.answer.Told}}
	if o.closed {
		form.Set("closed", "yes")
	}
	return form
}

// caseAct asks the running server, or opens the store when none runs.
func (h *house) caseAct(ctx context.Context, o caseOptions, io stdio) (caseReply, error) {
	var r caseReply
	running, err := h.ask(ctx, "/case", o.form(), &r)
	if running {
		return r, err
	}
	err = h.alone(ctx, io, func(ctx context.Context, a *app) error {
		r, err = a.caseAct(ctx, o)
		return err
	})
	return r, err
}

func (a *app) caseAct(ctx context.Context, o caseOptions) (r caseReply, err error) {
	var v bot.CaseView
	switch o.act {
	case "list":
		if err = a.looked(ctx, "list"); err == nil {
			r.Cases, err = a.bot.Cases(ctx, o.closed)
		}
		return r, err
	case "show":
		if v, err = a.bot.Case(ctx, o.reference); err == nil {
			err = a.looked(ctx, v.Reference)
		}
	case "extend":
		v, err = a.bot.ExtendCase(ctx, o.reference, o.answer)
	case "refuse":
		v, err = a.bot.RefuseCase(ctx, o.reference, o.answer)
	case "close":
		v, err = a.bot.CloseCase(ctx, o.reference, o.answer)
	case "code":
		r.Code, v, err = a.bot.CodeCase(ctx, o.reference)
	}
	r.Case = &v
	return r, err
}

// looked puts on record that an officer looks at cases (AUD-3): no line, no look.
func (a *app) looked(ctx context.Context, what string) error {
	return a.store.Act(ctx, bot.Line{Type: bot.LineCasesShown, Actor: "operator", Object: what})
}

func printCases(io stdio, act string, r caseReply) {
	if act == "list" {
		if len(r.Cases) == 0 {
			fmt.Fprintln(io.out, "no cases")
		}
		for _, v := range r.Cases {
			fmt.Fprintf(io.out, "%-10s %-11s %-20s due %s%s\n", v.Reference, v.Type, v.State, v.Due.Format(time.DateOnly), caseNote(v))
		}
		return
	}
	printCase(io, *r.Case)
	if r.Code != "" {
		fmt.Fprintf(io.out, "%-10s %s %s\n\nGive it to the person by a way that you knew before this request. It works once, for ten minutes,\n"+
			"and three tries; it is not shown again.\n", "code", r.Code[:4], r.Code[4:])
	}
}

func caseNote(v bot.CaseView) string {
	switch {
	case v.Overdue:
		return "  OVERDUE"
	case v.Waits:
		return "  waits for the person"
	case len(v.Tasks) > 0:
		return "  recipients to tell: " + strconv.Itoa(len(v.Tasks))
	}
	return ""
}

func printCase(io stdio, v bot.CaseView) {
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(io.out, "%-10s %s\n", name, value)
		}
	}
	day := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	row("case", v.Reference)
	row("type", v.Type)
	row("state", v.State+caseNote(v))
	row("brand", v.Brand)
	row("contact", string(v.Contact))
	row("route", v.Route)
	row("received", v.Received.Format(time.RFC3339))
	row("due", v.Due.Format(time.DateOnly)+" "+v.Source)
	row("extended", day(v.Extended))
	row("done", day(v.Done))
	row("evidence", v.Evidence)
	row("ground", v.Ground)
	row("sha256", v.Hash)
	for _, task := range v.Tasks {
		row("to do", "tell "+task)
	}
	row("told", v.Told)
}
