package main

import (
	"context"
	"fmt"
)

// check reads configuration, flows, locales and notices and prints all their
// faults. It opens no port and no store.
func check(_ context.Context, args []string, env environment, io stdio) error {
	file, err := configFlag("check", args, io)
	if err != nil {
		return err
	}
	h, err := build(file, env, io)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "ok: brands %d, flows %d, languages %d\n",
		len(h.config.Brands), len(h.flows), len(h.texts.Languages()))
	return nil
}
