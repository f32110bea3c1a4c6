package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aval/bot"
	"aval/flows"
	"aval/templates"
)

// readFlows parses and lints the flows that ship, those of the business, which
// may stand in the place of a shipped one, and those that a verb was given, which
// may stand in the place of any. It prints every fault and reports whether there
// was none.
func (h *house) readFlows(io stdio, extra map[string][]byte) bool {
	files := map[string][]byte{}
	if err := flowFiles(templates.Flows(), shipped, files); err != nil {
		fmt.Fprintln(io.err, "flows:", err)
		return false
	}
	if dir := h.config.FlowDir; dir != "" {
		if err := flowFiles(os.DirFS(dir), dir, files); err != nil {
			fmt.Fprintf(io.err, "flow_dir: the directory cannot be read; check its path and who may read it: %v\n", err)
			return false
		}
	}
	maps.Copy(files, extra)
	rank := func(name string) int {
		switch _, given := extra[name]; {
		case given:
			return 3
		case strings.HasPrefix(name, shipped):
			return 1
		case name == "":
			return 0
		}
		return 2
	}
	var faults flows.Faults
	var given []string
	broken, from, clean := map[string]bool{}, map[string]string{}, true
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, bad := flows.Parse(name, files[name])
		faults = append(faults, bad...)
		if f == nil {
			broken[flowID(name)] = true
			continue
		}
		if rank(name) == 3 {
			given = append(given, f.ID)
		}
		switch other := from[f.ID]; {
		case rank(name) > rank(other): // whichever comes first
			h.flows[f.ID], from[f.ID] = bot.FlowFile{Flow: f, Source: files[name]}, name
		case rank(name) == rank(other):
			clean = false
			fmt.Fprintf(io.err, "%s: the flow %q stands in %s already; give one of them another id\n", name, f.ID, other)
		}
	}
	return h.lintFlows(io, faults, given, broken) && clean
}

// lintFlows prints the faults of the files and of the flows beside one another.
func (h *house) lintFlows(io stdio, faults flows.Faults, given []string, broken map[string]bool) bool {
	clean := true
	var all []*flows.Flow
	for _, f := range h.files() {
		all = append(all, f.Flow)
	}
	for _, b := range h.config.Brands {
		faults = append(faults, flows.Lint(offered(all, b, given...), h.rules(b))...)
		for _, id := range b.Flows {
			if h.flows[id].Flow == nil && !broken[id] {
				clean = false
				fmt.Fprintf(io.err, "aval.yaml: brand %s offers the flow %q, which no file defines; take it out of flows, or write %s.yaml\n",
					b.ID, id, id)
			}
		}
	}
	for _, f := range faults {
		fmt.Fprintln(io.err, f)
	}
	return clean && len(faults) == 0
}

// files are the flows that were read, in the order of their ids.
func (h *house) files() []bot.FlowFile {
	var all []bot.FlowFile
	for _, id := range slices.Sorted(maps.Keys(h.flows)) {
		all = append(all, h.flows[id])
	}
	return all
}

// offered are the flows that a brand offers, with those that they run as parts:
// the flows of another brand may speak other languages and serve other purposes.
// Those of the given ids are looked at whoever offers them.
func offered(all []*flows.Flow, b *bot.Brand, given ...string) []*flows.Flow {
	ids := append(slices.Clone(b.Flows), given...)
	for i := 0; i < len(ids); i++ {
		for _, f := range all {
			if f.ID == ids[i] {
				ids = append(ids, slices.DeleteFunc(f.Parts(), func(id string) bool { return slices.Contains(ids, id) })...)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(f *flows.Flow) bool { return !slices.Contains(ids, f.ID) })
}

// shipped stands before the names of the flows in the program itself.
const shipped = "templates/flows/"

// flowFiles adds the flow files below a directory, by path.
func flowFiles(from fs.FS, dir string, into map[string][]byte) error {
	return fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		data, err := fs.ReadFile(from, name)
		into[strings.TrimSuffix(dir, "/")+"/"+name] = data
		return err
	})
}

// flowID is the id that a flow's file is named after.
func flowID(file string) string { return strings.TrimSuffix(filepath.Base(file), ".yaml") }
