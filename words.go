package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aval/flows/words"
	"aval/flows/words/wordtest"
	"aval/locales"
)

// wordsOptions are those of "words".
type wordsOptions struct {
	act, lang, text string
	failures        bool
}

// wordsVerb tells how well the house understands what people write: a table
// over the labelled messages, or what one message means and why.
func wordsVerb(_ context.Context, args []string, _ environment, io stdio) error {
	o, err := wordsArgs(args, io)
	if err != nil {
		return err
	}
	l, err := lexicon()
	if err != nil {
		return err
	}
	if o.act == "read" {
		fmt.Fprint(io.out, l.Explain(o.text, o.lang))
		return nil
	}
	r, err := newWordsReport(l, o.lang)
	if err != nil {
		return err
	}
	if o.failures {
		r.printFailures(l, io)
		return nil
	}
	fmt.Fprint(io.out, r.table())
	fmt.Fprintln(io.out, r.speed(l))
	return nil
}

func wordsArgs(args []string, io stdio) (wordsOptions, error) {
	var o wordsOptions
	if len(args) == 0 {
		return o, errUsage
	}
	o.act, args = args[0], args[1:]
	set := flag.NewFlagSet("words "+o.act, flag.ContinueOnError)
	set.SetOutput(io.err)
	set.StringVar(&o.lang, "lang", "", "only this language")
	switch o.act {
	case "report":
		set.BoolVar(&o.failures, "failures", false, "list the messages of the development half that are not understood")
	case "read":
	default:
		return o, errUsage
	}
	rest, err := parseMixed(set, args)
	if err != nil {
		return o, err
	}
	o.text = strings.Join(rest, " ")
	if (o.act == "read") != (o.text != "") {
		return o, errUsage
	}
	return o, nil
}

// wordsReport is what the table is made of, by language.
type wordsReport struct {
	langs     []string
	dev, test map[string]wordtest.Score
	exact     map[string]wordtest.Count
	undressed map[string][]string // decorated words that did not stop
	lines     []wordtest.Line
}

func newWordsReport(l *words.Lexicon, only string) (*wordsReport, error) {
	r := &wordsReport{exact: map[string]wordtest.Count{}, undressed: map[string][]string{}}
	lists, err := locales.Words()
	if err != nil {
		return nil, err
	}
	if r.dev, err = r.half(l, "dev", only); err != nil {
		return nil, err
	}
	if r.test, err = r.half(l, "test", only); err != nil {
		return nil, err
	}
	r.langs = slices.Sorted(maps.Keys(r.dev))
	for _, lang := range r.langs {
		forms := slices.Concat(lists["stop"][lang], lists["stop_erase"][lang])
		r.exact[lang], r.undressed[lang] = wordtest.Decorated(l, forms)
	}
	return r, nil
}

func (r *wordsReport) half(l *words.Lexicon, half, only string) (map[string]wordtest.Score, error) {
	corpora, err := locales.Corpus(half)
	if err != nil {
		return nil, err
	}
	scores := map[string]wordtest.Score{}
	for lang, text := range corpora {
		if only != "" && lang != only {
			continue
		}
		lines, err := wordtest.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("corpus %s of %s: %w", half, lang, err)
		}
		r.lines = append(r.lines, lines...)
		scores[lang] = wordtest.Rate(l, lang, lines)
	}
	return scores, nil
}

func percent(c wordtest.Count) string {
	if c.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100*float64(c.Right)/float64(c.Of))
}

// table is GitHub's kind of table, as docs/words.md holds it.
func (r *wordsReport) table() string {
	var b strings.Builder
	b.WriteString("| language | messages | exact forms % | stop % dev | test | unsure % dev | test | others % dev | test " +
		"| false stops % dev | test | misread % dev | test | language % |\n|" + strings.Repeat("---|", 14) + "\n")
	var total wordsRow
	for _, lang := range r.langs {
		row := wordsRow{exact: r.exact[lang], dev: flatten(r.dev[lang]), test: flatten(r.test[lang])}
		total.add(row)
		b.WriteString(row.line(lang))
	}
	b.WriteString(total.line("**all**"))
	return b.String()
}

type wordsRow struct {
	exact     wordtest.Count
	dev, test wordsHalf
}

// wordsHalf is one half of the corpora: stop, unsure, others, false stops,
// misread, language.
type wordsHalf [6]wordtest.Count

func flatten(s wordtest.Score) wordsHalf {
	return wordsHalf{s.ByLabel[wordtest.Stop], s.ByLabel[wordtest.Unsure], s.Others(), s.FalseStops, s.Misread, s.Language}
}

func (w *wordsRow) add(other wordsRow) {
	w.exact = w.exact.Sum(other.exact)
	for i := range w.dev {
		w.dev[i] = w.dev[i].Sum(other.dev[i])
		w.test[i] = w.test[i].Sum(other.test[i])
	}
}

func (w *wordsRow) line(name string) string {
	last := len(w.dev) - 1
	cells := []string{name, fmt.Sprint(w.dev[last].Of + w.test[last].Of), percent(w.exact)}
	for i := range last {
		cells = append(cells, percent(w.dev[i]), percent(w.test[i]))
	}
	cells = append(cells, percent(w.dev[last].Sum(w.test[last])))
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// speed reads every message again and again for about a second.
func (r *wordsReport) speed(l *words.Lexicon) string {
	begin, count := time.Now(), 0
	for time.Since(begin) < time.Second {
		for _, line := range r.lines {
			l.Match(line.Text)
		}
		count += len(r.lines)
	}
	return fmt.Sprintf("%.0f messages a second on one core", float64(count)/time.Since(begin).Seconds())
}

// printFailures lists what was not understood, of the development half only:
// who looks at the other spoils it.
func (r *wordsReport) printFailures(l *words.Lexicon, io stdio) {
	for _, lang := range r.langs {
		for _, f := range r.dev[lang].Failures {
			got := make([]string, 0, len(f.Got))
			for _, m := range f.Got {
				got = append(got, string(m.Intent)+m.Language)
			}
			fmt.Fprintf(io.out, "%s %s, not %q: %s\n", lang, f.Label, strings.Join(got, " "), f.Text)
			fmt.Fprint(io.out, l.Explain(f.Text, lang))
		}
		for _, word := range r.undressed[lang] {
			fmt.Fprintf(io.out, "%s does not stop, %s\n", lang, word)
		}
	}
}
