package wordtest

import (
	"fmt"
	"slices"
	"strings"

	"aval/flows/words"
)

// Labels of the corpora, in the order of the table. A line of None means
// nothing that is listed here.
const (
	Stop   = "stop"
	Unsure = "unsure"
	None   = "none"
)

// labels says which intents are right for a label. Who is displeased may also
// be taken to stop, and who wants a copy may have one to take along.
var labels = map[string][]words.Intent{
	Stop:      {words.Stop},
	Unsure:    {words.Unsure, words.Stop},
	"erase":   {words.Erase},
	"access":  {words.Access, words.Portability},
	"rectify": {words.Rectify},
	"human":   {words.Human},
	"privacy": {words.Privacy},
	"resume":  {words.Resume},
	"yes":     {words.Yes},
	"no":      {words.No},
	"later":   {words.Later},
	None:      nil,
}

// Line is one labelled message.
type Line struct{ Label, Text string }

// Parse reads a corpus: "label: text" by line.
func Parse(corpus string) ([]Line, error) {
	var lines []Line
	for i, row := range strings.Split(corpus, "\n") {
		row = strings.TrimSpace(row)
		if row == "" || row[0] == '#' {
			continue
		}
		label, text, ok := strings.Cut(row, ": ")
		if _, known := labels[label]; !ok || !known {
			return nil, fmt.Errorf("line %d: no label that is known", i+1)
		}
		lines = append(lines, Line{label, text})
	}
	return lines, nil
}

// Count is how many of something were right.
type Count struct{ Right, Of int }

func (c *Count) add(right bool) {
	c.Of++
	if right {
		c.Right++
	}
}

// Sum adds counts.
func (c Count) Sum(other Count) Count { return Count{c.Right + other.Right, c.Of + other.Of} }

// Score is how one language's lines were understood.
type Score struct {
	ByLabel map[string]Count
	// FalseStops are lines that stopped and should not have; who wants to be
	// deleted may.
	FalseStops Count
	// Misread are lines of None that were taken for a label, stops included.
	Misread Count
	// Language counts the lines whose language was guessed right.
	Language Count
	Failures []Failure
}

// Failure is a line that was not understood.
type Failure struct {
	Line
	Got []words.Match
}

// Rate reads the lines of one language.
func Rate(l *words.Lexicon, lang string, lines []Line) Score {
	s := Score{ByLabel: map[string]Count{}}
	for _, line := range lines {
		all := l.All(line.Text)
		right := line.right(all)
		count := s.ByLabel[line.Label]
		count.add(right)
		s.ByLabel[line.Label] = count
		stopped := len(all) > 0 && all[0].Intent == words.Stop
		if line.Label != Stop && line.Label != Unsure {
			s.FalseStops.add(stopped && line.Label != "erase")
		}
		if line.Label == None {
			s.Misread.add(!right)
		}
		if !right || stopped && line.Label != Stop && line.Label != Unsure && line.Label != "erase" {
			s.Failures = append(s.Failures, Failure{line, all})
		}
		guess, _ := l.Language(line.Text)
		s.Language.add(guess == lang)
	}
	return s
}

// right reports whether one of the meanings is that of the label; None wants
// no label's at all.
func (l Line) right(all []words.Match) bool {
	for _, m := range all {
		if l.Label == None && labelled(m.Intent) {
			return false
		}
		if slices.Contains(labels[l.Label], m.Intent) {
			return l.Label != Stop || m == all[0]
		}
	}
	return l.Label == None
}

func labelled(i words.Intent) bool {
	for _, intents := range labels {
		if slices.Contains(intents, i) {
			return true
		}
	}
	return false
}

// Others sums the labels that are neither Stop, Unsure nor None.
func (s Score) Others() Count {
	var sum Count
	for label, c := range s.ByLabel {
		if label != Stop && label != Unsure && label != None {
			sum = sum.Sum(c)
		}
	}
	return sum
}

// Decorated counts the stop words of a list that stop in every decoration
// that applies to them, and names those that do not.
func Decorated(l *words.Lexicon, list []string) (Count, []string) {
	var c Count
	var failed []string
	for _, word := range list {
		for _, d := range Decorations() {
			if !d.Applies(word) {
				continue
			}
			ok := l.IsStop(d.Apply(word))
			c.add(ok)
			if !ok {
				failed = append(failed, fmt.Sprintf("%s: %q", d.Name, d.Apply(word)))
			}
		}
	}
	return c, failed
}
