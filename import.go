package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"aval/bot"
	"aval/internal/dossier"
)

// importMost bounds a package that is handed to a running server.
const importMost = 64 << 20

// importPackage takes over what a person brings from another installation.
func (h *house) importPackage(ctx context.Context, o contactOptions, io stdio) error {
	data, err := os.ReadFile(o.name)
	if err != nil {
		return fmt.Errorf("the package cannot be read: %w", err)
	}
	if len(data) > importMost {
		return errors.New("the package is larger than 64 MB")
	}
	var r bot.ImportReport
	running, err := h.ask(ctx, "/import", url.Values{"package": {string(data)}, "key": {o.key}}, &r)
	if !running {
		var a *app
		if a, err = h.openAlone(ctx, io); err != nil {
			return err
		}
		r, err = a.importAct(ctx, data, o.key)
		err = errors.Join(err, a.finish(ctx))
	}
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(io, r)
	}
	fmt.Fprintf(io.out, "contact %s: %d fields taken over, %d without a basis left out, %d stops, %d consents are evidence only\n",
		r.Contact, r.Fields, r.Unfounded, r.Stops, r.Evidence)
	return nil
}

func (a *app) importAct(ctx context.Context, data []byte, key string) (bot.ImportReport, error) {
	if len(a.config.Brands) != 1 {
		return bot.ImportReport{}, errors.New("several brands are configured; import into an installation with one")
	}
	in, err := dossier.OpenWithKey(data, key)
	if err != nil {
		return bot.ImportReport{}, err
	}
	return a.bot.Import(ctx, a.config.Brands[0].ID, bot.Imported{
		Identifiers: in.Identifiers, Language: in.Language, Channel: in.Settings.Channel, Fields: in.Fields,
		Consents: in.Evidence.Consents, Source: "import", Reference: in.Reference,
	})
}
