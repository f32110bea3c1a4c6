package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"aval/bot"
	"aval/flows"
)

// flowVerb is everything a marketer does with flows.
func flowVerb(ctx context.Context, args []string, env environment, io stdio) error {
	if len(args) == 0 {
		return errUsage
	}
	acts := map[string]func(context.Context, []string, environment, stdio) error{
		"check": flowCheck, "list": flowList, "publish": flowPublish, "try": flowTry, "rollback": flowRollback,
		"migrate": flowMigrate, "record": flowRecord, "replay": flowReplay,
		"draw": flowDraw, "play": flowPlay,
	}
	act, ok := acts[args[0]]
	if !ok {
		return errUsage
	}
	return act(ctx, args[1:], env, io)
}

// flowFlags parses the options of a flow verb and returns its words, of which
// there must be least to most.
func flowFlags(set *flag.FlagSet, args []string, io stdio, least, most int) ([]string, error) {
	set.SetOutput(io.err)
	words, err := parseMixed(set, args)
	if err != nil {
		return nil, err
	}
	if len(words) < least || len(words) > most {
		return nil, errUsage
	}
	return words, nil
}

// filesMost is how many files one command may name.
const filesMost = 1000

// flowCheck checks files beside those that are there already, each in the place
// of the flow of its id, and prints every fault of all of them.
func flowCheck(_ context.Context, args []string, env environment, io stdio) error {
	names, err := flowFlags(flag.NewFlagSet("flow check", flag.ContinueOnError), args, io, 0, filesMost)
	if err != nil {
		return err
	}
	extra, err := readAll(names)
	if err != nil {
		return err
	}
	h, err := buildWith("", env, io, extra)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "ok: flows %d\n", len(h.flows))
	return nil
}

func readAll(names []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range names {
		data, err := readFlow(name)
		if err != nil {
			return nil, err
		}
		files[name] = data
	}
	return files, nil
}

func readFlow(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s", name)
	}
	return data, err
}

// oneFlow reads and checks one file in the company of the others.
func oneFlow(name string, env environment, io stdio) (*house, bot.FlowFile, error) {
	extra, err := readAll([]string{name})
	if err != nil {
		return nil, bot.FlowFile{}, err
	}
	h, err := buildWith("", env, io, extra)
	if err != nil {
		return nil, bot.FlowFile{}, err
	}
	f, faults := flows.Parse(name, extra[name])
	if f == nil {
		return nil, bot.FlowFile{}, faults
	}
	return h, bot.FlowFile{Flow: f, Source: extra[name]}, nil
}

// flowMigrate rewrites a file in the newest format, on the standard output or
// in its place. Comments stay.
func flowMigrate(_ context.Context, args []string, _ environment, io stdio) error {
	set := flag.NewFlagSet("flow migrate", flag.ContinueOnError)
	write := set.Bool("write", false, "write the file anew instead of printing it")
	words, err := flowFlags(set, args, io, 1, 1)
	if err != nil {
		return err
	}
	name := words[0]
	data, err := readFlow(name)
	if err != nil {
		return err
	}
	fresh, faults := flows.Migrate(name, data)
	if len(faults) > 0 {
		fmt.Fprintln(io.err, faults)
		return errConfig
	}
	if *write {
		// Crash in the middle: the old file is there, or the new one.
		return replaceFile(name, fresh)
	}
	_, err = io.out.Write(fresh)
	return err
}

func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(dirOf(name), ".aval-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func dirOf(name string) string {
	if i := strings.LastIndexByte(name, os.PathSeparator); i >= 0 {
		return name[:i+1]
	}
	return "."
}

// flowList shows what was published.
func flowList(ctx context.Context, args []string, env environment, io stdio) error {
	set := flag.NewFlagSet("flow list", flag.ContinueOnError)
	asJSON := set.Bool("json", false, "print JSON")
	if _, err := flowFlags(set, args, io, 0, 0); err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	list, err := h.flowAct(ctx, flowOptions{act: "list"}, io)
	if err != nil {
		return err
	}
	if *asJSON {
		return printJSON(io, list)
	}
	for _, r := range list {
		printFlow(io, r)
	}
	return nil
}

func printFlow(io stdio, r flowView) {
	fmt.Fprintf(io.out, "%-20s version %d since %s", r.ID, r.Current, r.Since.Format(time.DateOnly))
	if n := len(r.Former); n > 0 {
		fmt.Fprintf(io.out, ", before it %d", r.Former[n-1])
	}
	if r.Draft > 0 {
		fmt.Fprintf(io.out, ", draft %d for %d contacts", r.Draft, r.Triers)
	}
	fmt.Fprintln(io.out)
}
