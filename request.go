package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aval/bot"
)

// requestFlags are those of the acts in a person's name.
func (o *contactOptions) requestFlags(set *flag.FlagSet) {
	set.StringVar(&o.ask.Route, "by", "", "how the request came: "+strings.Join(bot.Routes(), ", "))
	set.StringVar(&o.ask.Evidence, "evidence", "", "what showed that it is this person: "+strings.Join(bot.Evidences(), ", "))
	switch o.act {
	case "export":
		o.ask.Type = bot.CaseAccess
		set.StringVar(&o.out, "out", "", "the file to write: .pdf to read and print, .zip for other systems")
		set.BoolFunc("portability", "only what the person gave, to take along (GDPR 20)", func(string) error {
			o.ask.Type = bot.CasePortability
			return nil
		})
	case "erase":
		o.ask.Type = bot.CaseErase
		set.StringVar(&o.ask.Told, "told", "", "how the person is told, if not in the chat")
		set.BoolVar(&o.yes, "yes", false, "erase; it cannot be undone")
	case "restrict":
		o.ask.Type = bot.CaseRestrict
		set.BoolVar(&o.lift, "lift", false, "use the data again")
		set.StringVar(&o.ask.Told, "told", "", "how the person is told, if not in the chat; with --lift, before")
	}
}

// check asks for what must be known before anything is done in a person's name.
func (o *contactOptions) check() error {
	if o.lift {
		o.ask.Type = bot.CaseLift
	}
	switch {
	case o.act == "show":
		return nil
	case o.act == "import":
		if o.key == "" {
			return errors.New("--key is missing; it is at /package-key of the installation that made the package")
		}
		return nil
	case !slices.Contains(bot.Routes(), o.ask.Route):
		return fmt.Errorf("--by is missing or not known; write how the request came: %s", strings.Join(bot.Routes(), ", "))
	case o.act == "stop":
		return nil // a stop needs no proof of who asks for it
	case !slices.Contains(bot.Evidences(), o.ask.Evidence):
		return fmt.Errorf("--evidence is missing or not known; write what showed that it is this person (GDPR 12(6)): %s",
			strings.Join(bot.Evidences(), ", "))
	case o.ask.Told != "" && !slices.Contains(bot.Routes(), o.ask.Told):
		return fmt.Errorf("--told %s is not known; write one of %s", o.ask.Told, strings.Join(bot.Routes(), ", "))
	case o.act == "export" && filepath.Ext(o.out) != ".pdf" && filepath.Ext(o.out) != ".zip":
		return errors.New("--out is missing or of no known kind; name a .pdf to read and print, or a .zip for other systems")
	case o.act == "erase" && !o.yes:
		return errors.New("this destroys everything about the person and cannot be undone; write --yes to do it")
	}
	return nil
}

// requestReply is what an act in a person's name returns.
type requestReply struct {
	Case bot.CaseView `json:"case"`
	File []byte       `json:"file,omitempty"`
}

// request carries out what a person asked for by another way than the chat.
func (h *house) request(ctx context.Context, o contactOptions, io stdio) error {
	form := url.Values{"name": {o.name}, "type": {o.ask.Type}, "route": {o.ask.Route}, "evidence": {o.ask.Evidence},
		"told": {o.ask.Told}}
	o.ask.Paper = filepath.Ext(o.out) == ".pdf"
	if o.ask.Paper {
		form.Set("paper", "yes")
	}
	out, err := o.create() // before anything is on record as handed over
	if err != nil {
		return err
	}
	var r requestReply
	running, err := h.ask(ctx, "/request", form, &r)
	if !running {
		r, err = h.requestAlone(ctx, o, io)
	}
	if err != nil {
		if out != nil {
			err = errors.Join(err, out.Close(), os.Remove(o.out))
		}
		return err
	}
	if running && o.act == "erase" {
		if err := h.awaitErased(ctx, r.Case.Contact, io); err != nil {
			return err
		}
	}
	if out != nil {
		_, err := out.Write(r.File)
		if err = errors.Join(err, out.Close()); err != nil {
			return fmt.Errorf("the case is on record as %s, but the file could not be written: %w", r.Case.Reference, err)
		}
	}
	if o.json {
		return printJSON(io, r.Case)
	}
	printCase(io, r.Case)
	return nil
}

// create makes the file of an export, which must not be there yet; nil for
// other acts.
func (o contactOptions) create() (*os.File, error) {
	if o.act != "export" {
		return nil, nil
	}
	f, err := os.OpenFile(o.out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("--out: %w; name a file that is not there yet", err)
	}
	return f, nil
}

// requestAlone does it without a server.
func (h *house) requestAlone(ctx context.Context, o contactOptions, io stdio) (r requestReply, err error) {
	err = h.alone(ctx, io, func(ctx context.Context, a *app) error {
		r, err = a.requestAct(ctx, o.name, o.ask)
		if err != nil || o.act != "erase" {
			return err
		}
		return awaitErased(ctx, io, func() (bool, error) { return a.bot.Erased(ctx, r.Case.Contact) })
	})
	return r, err
}

// awaitIdle lets leave what was said; what Meta does not take within ten seconds
// leaves with the next start.
func (a *app) awaitIdle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !a.bot.Idle(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// alone opens the store and lets the bot work on it while f runs, as a server
// does that nobody can write to.
func (h *house) alone(ctx context.Context, io stdio, f func(context.Context, *app) error) error {
	a, err := h.openAlone(ctx, io)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- a.run(running) }()
	err = f(ctx, a)
	a.awaitIdle(ctx)
	stop()
	return errors.Join(err, <-done, a.close())
}

func (a *app) requestAct(ctx context.Context, name string, ask bot.Ask) (r requestReply, err error) {
	var f bot.File
	r.Case, f, err = a.bot.Request(ctx, name, ask)
	r.File = f.Data
	return r, err
}

func (h *house) awaitErased(ctx context.Context, id bot.ContactID, io stdio) error {
	return awaitErased(ctx, io, func() (done bool, err error) {
		_, err = h.ask(ctx, "/erased", url.Values{"contact": {string(id)}}, &done)
		return done, err
	})
}

// awaitErased waits until the key is destroyed and the logs are empty, and
// says so on the way.
func awaitErased(ctx context.Context, io stdio, erased func() (bool, error)) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		done, err := erased()
		if done || err != nil {
			return err
		}
		if n%20 == 10 {
			fmt.Fprintln(io.err, "erasing: nobody can read it any more; the key is being destroyed")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
