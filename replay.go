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

	"aval/bot"
	"aval/flows"
)

// flowRecord writes the conversations that a flow had, without anybody's words,
// each way once.
func flowRecord(ctx context.Context, args []string, env environment, io stdio) error {
	set := flag.NewFlagSet("flow record", flag.ContinueOnError)
	dir := set.String("to", "", "the directory to write the recordings to; without it they are counted only")
	words, err := flowFlags(set, args, io, 1, 1)
	if err != nil {
		return err
	}
	h, err := build("", env, io)
	if err != nil {
		return err
	}
	id := words[0]
	var found map[string]int
	running, err := h.ask(ctx, "/recordings", url.Values{"id": {id}}, &found)
	if !running {
		err = h.alone(ctx, io, func(ctx context.Context, a *app) error {
			found, err = a.bot.Recordings(ctx, id)
			return err
		})
	}
	if err != nil {
		return err
	}
	times := 0
	for _, n := range found {
		times += n
	}
	fmt.Fprintf(io.out, "%d conversations of %s, %d different ways\n", times, id, len(found))
	if *dir == "" {
		return nil
	}
	if err := os.MkdirAll(*dir, 0o700); err != nil {
		return err
	}
	for i, text := range bot.Frequent(found) {
		name := filepath.Join(*dir, fmt.Sprintf("%s-%04d.txt", id, i+1))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// flowReplay plays recordings on a draft and lists every outcome that changes.
func flowReplay(_ context.Context, args []string, env environment, io stdio) error {
	words, err := flowFlags(flag.NewFlagSet("flow replay", flag.ContinueOnError), args, io, 2, filesMost)
	if err != nil {
		return err
	}
	h, draft, err := oneFlow(words[0], env, io)
	if err != nil {
		return err
	}
	before, err := build("", env, io)
	if err != nil {
		return err
	}
	recordings, err := recordingsIn(words[1:])
	if err != nil {
		return err
	}
	old, now := library(before), library(h)
	changed := 0
	for _, r := range recordings {
		if r.recording.Flow != draft.Flow.ID {
			return fmt.Errorf("%s is a conversation of flow %s, and the draft is one of %s", r.name, r.recording.Flow, draft.Flow.ID)
		}
		differences := old.Replay(r.recording).Differences(now.Replay(r.recording))
		if len(differences) > 0 {
			changed++
			fmt.Fprintln(io.out, r.name)
		}
		for _, d := range differences {
			fmt.Fprintln(io.out, "  "+d)
		}
	}
	fmt.Fprintf(io.out, "%d of %d conversations change\n", changed, len(recordings))
	return nil
}

// library holds the flows of a house as its files say them.
func library(h *house) *flows.Library {
	var all []*flows.Flow
	for _, f := range h.files() {
		all = append(all, f.Flow)
	}
	return flows.NewLibrary(all, nil)
}

type namedRecording struct {
	name      string
	recording flows.Recording
}

// recordingsIn reads files, and the .txt files of directories.
func recordingsIn(names []string) ([]namedRecording, error) {
	var files []string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("there is no recording %s", name)
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		inside, err := filepath.Glob(filepath.Join(name, "*.txt"))
		if err != nil {
			return nil, err
		}
		files = append(files, inside...)
	}
	slices.Sort(files)
	var all []namedRecording
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		r, err := flows.ParseRecording(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, namedRecording{strings.TrimSuffix(filepath.Base(name), ".txt"), r})
	}
	if len(all) == 0 {
		return nil, errors.New("there are no recordings; aval flow record writes them")
	}
	return all, nil
}
