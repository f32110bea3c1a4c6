package config

import (
	"strconv"
	"strings"
	"time"
)

// reader collects the faults of one file.
type reader struct {
	file   string
	faults *Faults
}

func (r *reader) at(line, column int) string {
	return r.file + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
}

// open parses a file into its outermost mapping; nil after a fault.
func (r *reader) open(data []byte) *object {
	n, err := parseTree(data)
	if p, ok := err.(*placed); ok {
		r.add(Fault{Where: r.at(p.line, p.column), Rule: p.rule})
		return nil
	}
	if n.kind != mapping {
		r.add(Fault{Where: r.at(n.line, n.column), Rule: "the file must hold keys and values"})
		return nil
	}
	return &object{reader: r, node: n}
}

func (r *reader) add(f Fault) { *r.faults = append(*r.faults, f) }

// object is a mapping that is being read. It remembers which keys were asked
// for, so that done can name those nobody knows. All methods work on a nil
// object and find nothing there.
type object struct {
	*reader
	node  *node
	path  string
	known []string
	// hidden keeps values out of faults: this mapping holds secrets.
	hidden bool
}

func (o *object) join(key string) string {
	if o.path == "" {
		return key
	}
	return o.path + "." + key
}

// get finds a key's value; a null counts as missing.
func (o *object) get(key string) *node {
	if o == nil {
		return nil
	}
	o.known = append(o.known, key)
	for _, e := range o.node.entries {
		if e.key == key && e.value.kind != null {
			return e.value
		}
	}
	return nil
}

// refuse records a fault at a key, or at the object when the key is missing.
func (o *object) refuse(key, rule, mend string) {
	if o == nil {
		return
	}
	f := Fault{Where: o.at(o.node.line, o.node.column), Key: o.join(key), Rule: rule, Mend: mend}
	for _, e := range o.node.entries {
		if e.key == key {
			f.Where = o.at(e.line, e.column)
			f.Value = o.shown(e.value)
		}
	}
	o.add(f)
}

func (o *object) shown(n *node) string {
	if n.kind != scalar || o.hidden {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// done reports every key that was never asked for.
func (o *object) done() {
	if o == nil {
		return
	}
	for _, e := range o.node.entries {
		if contains(o.known, e.key) {
			continue
		}
		o.add(Fault{Where: o.at(e.line, e.column), Key: o.join(e.key), Rule: "unknown key",
			Mend: didYouMean(e.key, o.known)})
	}
}

// text is a scalar with its outer space removed, "" if it is missing.
func (o *object) text(key string) string {
	n := o.get(key)
	if n == nil {
		return ""
	}
	if n.kind != scalar {
		o.refuse(key, "one value is wanted here", "write one word or sentence")
		return ""
	}
	return strings.TrimSpace(n.text)
}

// need is a text that must not be missing; why says who demands it.
func (o *object) need(key, why, mend string) string {
	s := o.text(key)
	if s == "" && o != nil && !o.malformed(key) {
		o.refuse(key, "missing: "+why, mend)
	}
	return s
}

func (o *object) malformed(key string) bool {
	n := o.get(key)
	return n != nil && n.kind != scalar
}

// words is a list of scalars; a single scalar is a list of one.
func (o *object) words(key string) []string {
	n := o.get(key)
	switch {
	case n == nil:
		return nil
	case n.kind == scalar:
		return []string{strings.TrimSpace(n.text)}
	case n.kind != sequence:
		o.refuse(key, "a list is wanted here", "write [one, two]")
		return nil
	}
	var words []string
	for _, item := range n.items {
		if item.kind != scalar || strings.TrimSpace(item.text) == "" {
			o.add(Fault{Where: o.at(item.line, item.column), Key: o.join(key), Rule: "a list of words is wanted here"})
			continue
		}
		words = append(words, strings.TrimSpace(item.text))
	}
	return words
}

// choice is a word out of a closed list, or "" after a fault.
func (o *object) choice(key string, allowed []string, fallback string) string {
	s := o.text(key)
	if s == "" {
		return fallback
	}
	if contains(allowed, s) {
		return s
	}
	mend := didYouMean(s, allowed)
	if mend == "" {
		mend = "write " + strings.Join(allowed, ", ")
	}
	o.refuse(key, "not one of "+strings.Join(allowed, ", "), mend)
	return ""
}

func (o *object) yes(key string) bool {
	return o.choice(key, []string{"true", "false"}, "false") == "true"
}

func (o *object) number(key string, fallback, least, most int) int {
	s := o.text(key)
	if s == "" {
		return fallback
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		bounds := strconv.Itoa(least) + " to " + strconv.Itoa(most)
		o.refuse(key, "a whole number of "+bounds+" is wanted here", "")
		return fallback
	}
	return n
}

// duration is a figure with a unit; false after a fault or when missing.
func (o *object) duration(key string) (time.Duration, bool) {
	s := o.text(key)
	if s == "" {
		return 0, false
	}
	d, ok := parseDuration(s)
	if !ok {
		o.refuse(key, "a whole number and one unit are wanted here", "write for example 500ms, 3s, 24h, 30d, 24mo or 6y")
	}
	return d, ok
}

// object is a mapping inside this one; nil if missing.
func (o *object) object(key string) *object {
	n := o.get(key)
	if n == nil {
		return nil
	}
	if n.kind != mapping {
		o.refuse(key, "keys and values are wanted here", "indent them below "+key+":")
		return nil
	}
	return &object{reader: o.reader, node: n, path: o.join(key)}
}

// objects is a list of mappings. Each is named by its id or name in faults,
// because people count badly, and by its position if it has neither.
func (o *object) objects(key string) []*object {
	n := o.get(key)
	if n == nil {
		return nil
	}
	if n.kind != sequence {
		o.refuse(key, "a list is wanted here", "begin each item with a dash")
		return nil
	}
	var list []*object
	for i, item := range n.items {
		child := &object{reader: o.reader, node: item, path: o.join(key) + "[" + item.name(i) + "]"}
		if item.kind != mapping {
			o.add(Fault{Where: o.at(item.line, item.column), Key: child.path, Rule: "keys and values are wanted here"})
			continue
		}
		list = append(list, child)
	}
	return list
}

func (n *node) name(i int) string {
	for _, key := range []string{"id", "name"} {
		for _, e := range n.entries {
			if e.key == key && e.value.kind == scalar && e.value.text != "" {
				return cut(strings.TrimSpace(e.value.text))
			}
		}
	}
	return strconv.Itoa(i + 1)
}

// texts is a mapping from language to text.
func (o *object) texts(key string) map[string]string {
	inner := o.object(key)
	if inner == nil {
		return nil
	}
	texts := map[string]string{}
	for _, e := range inner.node.entries {
		if s := inner.text(e.key); s != "" {
			texts[e.key] = s
		}
	}
	return texts
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
