package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"aval/bot"
	"aval/flows"
	"aval/internal/config"
	"aval/internal/drawing"
	"aval/locales"
	"aval/templates"
)

// drawOptions are those of "flow draw".
type drawOptions struct{ file, lang, out string }

// flowDraw writes a flow as an SVG that can be read and printed.
func flowDraw(ctx context.Context, args []string, env environment, io stdio) error {
	o, err := drawArgs(args, io)
	if err != nil {
		return err
	}
	f, err := parseFlow(o.file, io)
	if err != nil {
		return err
	}
	texts, err := locales.Load()
	if err != nil {
		return fmt.Errorf("locales: %w", err)
	}
	if o.lang, err = spokenBy(f, o.lang); err != nil {
		return err
	}
	graph := f.Graph(o.lang, func(key string, data map[string]any) string { return texts.Text(o.lang, key, data) })
	svg, err := drawing.Draw(ctx, graph, drawing.Options{Marketing: marketing(env)})
	if err != nil {
		return err
	}
	if o.out == "-" {
		_, err = io.out.Write(svg)
		return err
	}
	if o.out == "" {
		o.out = f.ID + ".svg"
	}
	if err := os.WriteFile(o.out, svg, 0o644); err != nil {
		return fmt.Errorf("the drawing cannot be written; choose another place with --out: %w", err)
	}
	fmt.Fprintln(io.out, "drawn:", o.out)
	return nil
}

func drawArgs(args []string, io stdio) (drawOptions, error) {
	var o drawOptions
	set := flag.NewFlagSet("flow draw", flag.ContinueOnError)
	set.StringVar(&o.lang, "lang", "", "the language of the texts; without it English, or the first that the flow has")
	set.StringVar(&o.out, "out", "", "where the drawing goes; without it <id>.svg in this directory, - is the standard output")
	words, err := flowFlags(set, args, io, 1, 1)
	if err != nil {
		return o, err
	}
	o.file = words[0]
	return o, nil
}

// parseFlow parses one file alone and prints its faults, one a line.
func parseFlow(file string, io stdio) (*flows.Flow, error) {
	data, err := readFlow(file)
	if err != nil {
		return nil, err
	}
	f, faults := flows.Parse(file, data)
	for _, fault := range faults {
		fmt.Fprintln(io.err, fault)
	}
	if len(faults) > 0 {
		return nil, errConfig
	}
	return f, nil
}

// spokenBy is the language of the flow that stands for one that was asked for,
// its region aside.
func spokenBy(f *flows.Flow, lang string) (string, error) {
	if lang == "" {
		return f.Graph("en", nil).Lang, nil
	}
	if slices.Contains(f.Languages(), lang) {
		return lang, nil
	}
	base, _, _ := strings.Cut(lang, "-")
	if slices.Contains(f.Languages(), base) {
		return base, nil
	}
	return "", fmt.Errorf("the flow %s does not speak %s; it has: %s", f.ID, lang, strings.Join(f.Languages(), ", "))
}

// marketing tells the purposes that are marketing: those of the settings where
// there are any that can be read, and otherwise the purpose of that name.
func marketing(env environment) func(string) bool {
	demo, err := templates.Demo()
	if err != nil {
		return nil
	}
	cfg, _ := config.Load(config.Source{Environ: env.list(), ReadFile: os.ReadFile, ReadDir: os.ReadDir, Demo: demo})
	if cfg == nil {
		return nil
	}
	return func(purpose string) bool {
		return purpose == "marketing" || slices.ContainsFunc(cfg.Brands, func(b *bot.Brand) bool {
			p, known := b.Purpose(purpose)
			return known && (p.Kind == bot.Marketing || p.Kind == bot.Profiling)
		})
	}
}
