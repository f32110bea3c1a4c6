package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The house has one direction: main sees everything, adapters see the domain,
// the domain sees the flows, and the flows see nobody. A package that is not
// in this table may not exist, and its row says why it may import what it
// does. Changing a row is a commit of its own, with the reason.

// room is what one package may import of the project and from outside.
// Everything in the standard library is free unless a rule below speaks of it.
type room struct {
	ours, theirs string // separated by spaces
	why          string
}

func rooms() map[string]room {
	const words, yaml = "aval/flows/words", "github.com/goccy/go-yaml github.com/goccy/go-yaml/ast " +
		"github.com/goccy/go-yaml/parser github.com/goccy/go-yaml/token"
	const expressions = "github.com/expr-lang/expr github.com/expr-lang/expr/ast github.com/expr-lang/expr/file " +
		"github.com/expr-lang/expr/parser github.com/expr-lang/expr/vm"
	const text = "golang.org/x/text/language golang.org/x/text/unicode/norm golang.org/x/text/cases"
	return map[string]room{
		"aval": {"*", "github.com/gorilla/mux", "main wires all parts and mounts their routes"},
		"aval/bot": {"aval/flows aval/flows/sensitive " + words, "github.com/fxamacker/cbor/v2",
			"the domain asks the pure machines; its documents are CBOR"},
		"aval/flows": {words, yaml + " github.com/looplab/fsm " + expressions,
			"flow files are YAML and become state machines; their conditions are expressions"},
		words:               {"", text, "words are compared after Unicode normalising"},
		words + "/wordtest": {words, "golang.org/x/text/unicode/norm", "how well words are understood: for tests and for the report"},
		"aval/flows/sensitive": {"", "golang.org/x/text/unicode/norm",
			"what must not be kept is seen in the text alone, in any script"},
		"aval/locales":   {"", yaml + " " + text + " github.com/nicksnyder/go-i18n/v2/i18n", "sentences by language"},
		"aval/templates": {"", "", "files only"},
		"aval/store": {"aval/bot aval/store/seal aval/store/ledger", "golang.org/x/mod/sumdb/note",
			"documents above any engine; the key of packages is made of the store's keys"},
		"aval/store/seal": {"", "", "bytes and keys: nothing of the project may come near them"},
		"aval/store/ledger": {"", "golang.org/x/mod/sumdb/tlog golang.org/x/mod/sumdb/note",
			"the tree is the Go checksum database's, which others can check"},
		"aval/store/sqlite":    {"aval/bot aval/store", "modernc.org/sqlite", "the one package that knows SQL"},
		"aval/store/storetest": {"aval/bot aval/store", "", "what every engine must pass"},
		"aval/webhook":         {"aval/bot", "github.com/gorilla/mux", "Meta's wire, inbound"},
		"aval/internal/whatsapp": {"aval/bot", "github.com/rivo/uniseg golang.org/x/time/rate",
			"Meta's wire, outbound; labels are cut between graphemes"},
		"aval/internal/endpoint": {"aval/bot aval/flows", "github.com/failsafe-go/failsafe-go " +
			"github.com/failsafe-go/failsafe-go/circuitbreaker github.com/failsafe-go/failsafe-go/retrypolicy", "the calls that flows ask for"},
		"aval/internal/law": {"aval/bot", "github.com/goccy/go-yaml github.com/goccy/go-yaml/ast " + calendars(),
			"figures of the laws are YAML; public holidays are the calendar's"},
		"aval/internal/config": {"aval/bot aval/internal/law", yaml + " " + text,
			"aval.yaml and the environment become brands, each with the clock of its laws"},
		"aval/internal/dossier": {"aval/bot aval/flows", "codeberg.org/go-pdf/fpdf github.com/rivo/uniseg " +
			"golang.org/x/image/font/gofont/gobold golang.org/x/image/font/gofont/goregular golang.org/x/image/font/sfnt " +
			"golang.org/x/mod/sumdb/note golang.org/x/text/unicode/norm",
			"files of a person's data; the one package that knows PDF"},
		"aval/internal/drawing": {"aval/flows", "github.com/dop251/goja github.com/dop251/goja/parser github.com/rivo/uniseg",
			"flows as pictures; the layout is a script that runs when something is drawn"},
		"aval/internal/simulator": {"", "github.com/gorilla/mux", "Meta's side must not share our reading of Meta"},
	}
}

// calendars are the packages of the holiday calendar, one a country.
func calendars() string {
	const module = "github.com/rickar/cal/v2"
	const countries = "ar at au be bg br ca ch cy cz de dk ee es fi fr gb gr hr hu ie is it jp ke lt lu lv mt mw mx " +
		"nc nl no nz pl pt ro rs ru se si sk th us za"
	paths := []string{module}
	for _, c := range strings.Fields(countries) {
		paths = append(paths, module+"/"+c)
	}
	return strings.Join(paths, " ")
}

// TestArchitecture asks go list once and holds the house to its plan.
func TestArchitecture(t *testing.T) {
	list := packages(t)
	for name, check := range map[string]func(*testing.T, []listed){
		"imports run one way":                checkImports,
		"every package says what it is for":  checkComments,
		"reserved names stay where they are": checkReserved,
		"files and functions stay small":     checkSizes,
	} {
		t.Run(name, func(t *testing.T) { check(t, list) })
	}
}

func checkImports(t *testing.T, list []listed) {
	for _, p := range list {
		t.Run(p.ImportPath, func(t *testing.T) {
			r, known := rooms()[p.ImportPath]
			if !known {
				t.Fatalf("%s is not in the table of arch_test.go; add it with a reason", p.ImportPath)
			}
			for _, path := range p.Imports {
				if allowed(r, path) {
					continue
				}
				t.Errorf("%s imports %s; its row says: %s", p.ImportPath, path, r.why)
			}
		})
	}
}

func allowed(r room, path string) bool {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case first == "aval":
		return r.ours == "*" || slices.Contains(strings.Fields(r.ours), path)
	case strings.Contains(first, "."):
		return slices.Contains(strings.Fields(r.theirs), path)
	}
	return true
}

func checkComments(t *testing.T, list []listed) {
	for _, p := range list {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// reserved are things of the standard library that only some packages may
// touch, because everywhere else they would be a second way in or out.
type reserved struct {
	name, only, why string
}

func reservedNames() []reserved {
	const out = "aval aval/internal/whatsapp aval/internal/endpoint aval/internal/simulator"
	const ticking = "aval aval/internal/simulator aval/internal/whatsapp aval/store aval/store/sqlite aval/webhook"
	return []reserved{
		{"os.Getenv", "aval", "main alone reads the environment"},
		{"os.LookupEnv", "aval", "main alone reads the environment"},
		{"os.Environ", "aval", "main alone reads the environment"},
		{"http.Client", out, "few packages speak to the outside"},
		{"http.Get", "", "the default client waits for ever"},
		{"http.Post", "", "the default client waits for ever"},
		{"http.DefaultClient", "", "the default client waits for ever"},
		{"http.DefaultServeMux", "", "routes are added in one place"},
		{"os.Exit", "aval", "only main ends the process"},
		{"time.Now", ticking, "time comes in as an argument, so that it can be tested"},
		{"time.Sleep", "", "waiting is done on a condition, with a deadline"},
	}
}

func checkReserved(t *testing.T, list []listed) {
	for _, p := range list {
		for _, file := range p.GoFiles {
			inspectNames(t, p, parse(t, filepath.Join(p.Dir, file)))
		}
	}
}

func inspectNames(t *testing.T, p listed, f parsed) {
	t.Helper()
	ast.Inspect(f.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from, ok := selector.X.(*ast.Ident)
		if !ok || from.Obj != nil {
			return true
		}
		for _, r := range reservedNames() {
			if from.Name+"."+selector.Sel.Name == r.name && !slices.Contains(strings.Fields(r.only), p.ImportPath) {
				t.Errorf("%s: %s: %s", f.set.Position(n.Pos()), r.name, r.why)
			}
		}
		return true
	})
}

// The sizes keep a file readable in one sitting and a function on one screen.
// A test that is mostly a table of cases may be longer: a table is data.
const (
	maxFileLines     = 500
	maxFunctionLines = 60
	maxTableLines    = 100
)

func checkSizes(t *testing.T, list []listed) {
	for _, p := range list {
		for _, file := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			f := parse(t, filepath.Join(p.Dir, file))
			if lines := f.set.Position(f.file.FileEnd).Line; lines > maxFileLines {
				t.Errorf("%s has %d lines, at most %d", f.name, lines, maxFileLines)
			}
			for _, d := range f.file.Decls {
				checkFunction(t, f, d)
			}
		}
	}
}

func checkFunction(t *testing.T, f parsed, d ast.Decl) {
	t.Helper()
	fn, ok := d.(*ast.FuncDecl)
	if !ok {
		return
	}
	at, most := f.set.Position(fn.Pos()), maxFunctionLines
	if strings.HasSuffix(f.name, "_test.go") {
		most = maxTableLines
	}
	if lines := f.set.Position(fn.End()).Line - at.Line + 1; lines > most {
		t.Errorf("%s: %s has %d lines, at most %d", at, fn.Name.Name, lines, most)
	}
	if fn.Name.Name == "init" && fn.Recv == nil {
		t.Errorf("%s: init runs unseen; wire it up in main", at)
	}
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Doc               string
	Imports                            []string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

// packages asks go list for every package of the module.
func packages(t *testing.T) []listed {
	t.Helper()
	const fields = "-json=ImportPath,Dir,Doc,Imports,GoFiles,TestGoFiles,XTestGoFiles"
	out, err := exec.CommandContext(t.Context(), "go", "list", fields, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		list = append(list, p)
	}
	if len(list) < 10 {
		t.Fatalf("go list found %d packages, which cannot be all", len(list))
	}
	return list
}

type parsed struct {
	name string
	set  *token.FileSet
	file *ast.File
}

func parse(t *testing.T, name string) parsed {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(fmt.Errorf("parse %s: %w", name, err))
	}
	return parsed{name, set, file}
}
