package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFile and maxDepth bound what is parsed. Files of this program are written
// by hand; nothing larger is one of them.
const (
	maxFile  = 256 << 10
	maxDepth = 20
	// maxOpen bounds brackets, and dashes on one line: the YAML parser
	// recurses, and a used-up stack ends the process without a message.
	maxOpen = 500
)

type kind int

const (
	scalar kind = iota
	mapping
	sequence
	null
)

// node is a YAML value with its place, reduced to what our files use: no
// anchors, tags or merges, and every scalar as the text that stands there.
type node struct {
	kind    kind
	text    string
	line    int
	column  int
	entries []entry
	items   []*node
}

type entry struct {
	key          string
	line, column int
	value        *node
}

// placed is a fault of form with its place in the file.
type placed struct {
	line, column int
	rule         string
}

func (p *placed) Error() string { return p.rule }

// parseTree reads one YAML document. The error, if any, is a *placed.
func parseTree(data []byte) (n *node, err error) {
	if len(data) > maxFile {
		return nil, &placed{1, 1, "the file is larger than 256 KiB"}
	}
	if !utf8.Valid(data) {
		return nil, &placed{1, 1, "the file is not UTF-8 text"}
	}
	if tooDeep(string(data)) {
		return nil, &placed{1, 1, "nested too deeply"}
	}
	// The parser has been seen to panic on malformed input in past releases;
	// a broken file must be a fault with a line like any other.
	defer func() {
		if r := recover(); r != nil {
			n, err = nil, &placed{1, 1, "this is not YAML"}
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntax(err)
	}
	if len(file.Docs) > 1 && file.Docs[1].Body != nil {
		line, column := position(file.Docs[1].Body)
		return nil, &placed{line, column, "one document a file, and this is the second"}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &node{kind: null, line: 1, column: 1}, nil
	}
	return convert(file.Docs[0].Body, 0)
}

func tooDeep(s string) bool {
	if strings.Count(s, "[")+strings.Count(s, "{") > maxOpen {
		return true
	}
	for line := range strings.Lines(s) {
		if strings.Count(line, "- ")+strings.Count(line, "? ") > maxOpen {
			return true
		}
	}
	return false
}

func syntax(err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		p := at.GetToken().Position
		return &placed{p.Line, p.Column, "this is not YAML: " + at.GetMessage()}
	}
	return &placed{1, 1, "this is not YAML"}
}

func convert(from ast.Node, depth int) (*node, error) {
	line, column := position(from)
	if depth > maxDepth {
		return nil, &placed{line, column, "nested too deeply"}
	}
	n := &node{line: line, column: column}
	switch v := from.(type) {
	case *ast.MappingNode:
		return n, n.fill(v.Values, depth)
	case *ast.MappingValueNode:
		return n, n.fill([]*ast.MappingValueNode{v}, depth)
	case *ast.SequenceNode:
		return n, n.list(v.Values, depth)
	case *ast.LiteralNode:
		n.text = v.Value.Value
	case *ast.StringNode:
		n.text = v.Value
	case *ast.NullNode:
		n.kind = null
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		n.text = from.GetToken().Value
	default:
		return nil, &placed{line, column, fmt.Sprintf("plain YAML only: no %s", from.Type())}
	}
	return n, nil
}

func (n *node) fill(values []*ast.MappingValueNode, depth int) error {
	n.kind = mapping
	for _, v := range values {
		line, column := position(v.Key)
		key, ok := v.Key.(ast.ScalarNode)
		if !ok || v.Key.IsMergeKey() {
			return &placed{line, column, "plain YAML only: a key is a word"}
		}
		value, err := convert(v.Value, depth+1)
		if err != nil {
			return err
		}
		n.entries = append(n.entries, entry{key.GetToken().Value, line, column, value})
	}
	if len(n.entries) > 0 {
		n.line, n.column = n.entries[0].line, n.entries[0].column
	}
	return nil
}

func (n *node) list(values []ast.Node, depth int) error {
	n.kind = sequence
	for _, v := range values {
		item, err := convert(v, depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	return nil
}

func position(n ast.Node) (line, column int) {
	var tk *token.Token
	if n != nil {
		tk = n.GetToken()
	}
	if tk == nil || tk.Position == nil {
		return 1, 1
	}
	return tk.Position.Line, tk.Position.Column
}
