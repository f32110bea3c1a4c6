package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"aval/bot"
	"aval/internal/dossier"
)

// importMost bounds a package that is handed to a running server.
const importMost = 64 << 20

// importPackage takes over what a person brings from another installation.
func (h *house) importPackage(ctx context.Context, o contactOptions, io stdio) error {
	data, err := readPackage(o.name)
	if err != nil {
		return err
	}
	var r bot.ImportReport
	running, err := h.send(ctx, "/import", http.Header{keyHeader: {strings.TrimSpace(o.key)}}, bytes.NewReader(data), &r)
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

func readPackage(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("the package cannot be read: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, importMost+1))
	if err != nil {
		return nil, fmt.Errorf("the package cannot be read: %w", err)
	}
	if len(data) > importMost {
		return nil, errors.New("the package is larger than 64 MB")
	}
	return data, nil
}

// keyHeader carries the public key beside a package.
const keyHeader = "Aval-Package-Key"

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
		Consents: in.Evidence.Consents, Source: in.Controller, Reference: in.Reference,
	})
}
