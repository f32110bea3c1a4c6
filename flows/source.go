package flows

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// source is the text of a file with its lines, to go from places to bytes and
// back.
type source struct {
	text  string
	lines []int // where each begins
}

func newSource(text string) source {
	s := source{text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// offset is the byte at a place; places outside the text are drawn into it.
func (s source) offset(at spot) int {
	line := min(max(at.line, 1), len(s.lines))
	i := s.lines[line-1]
	for column := 1; column < at.column && i < len(s.text) && s.text[i] != '\n'; column++ {
		_, size := utf8.DecodeRuneInString(s.text[i:])
		i += size
	}
	return i
}

// spot is the place of a byte.
func (s source) spot(offset int) spot {
	offset = min(max(offset, 0), len(s.text))
	line := sort.SearchInts(s.lines, offset+1)
	return spot{line, utf8.RuneCountInString(s.text[s.lines[line-1]:offset]) + 1}
}

// inside finds the characters of a scalar's value in the text that spells it:
// past its quotes, doubled quotes, escapes, folded lines and indentation.
func (s source) inside(n ast.Node) func(offset int) int {
	start := s.offset(rawWhere(n))
	if start >= len(s.text) {
		return func(int) int { return start }
	}
	if _, block := n.(*ast.LiteralNode); block {
		return s.insideBlock(start)
	}
	quote := s.text[start]
	first := start
	if quote == '"' || quote == '\'' {
		first++
	}
	return func(offset int) int {
		i := first
		for range offset {
			i += s.unit(i, quote)
		}
		return min(i, len(s.text))
	}
}

// insideBlock is inside for a text below a | or >, where a line end is one
// character of the value and the indentation none.
func (s source) insideBlock(start int) func(offset int) int {
	line := s.spot(start).line
	if line >= len(s.lines) {
		return func(int) int { return start }
	}
	content := s.text[s.lines[line]:]
	indent := len(content) - len(strings.TrimLeft(content, " "))
	return func(offset int) int {
		i := s.lines[line] + indent
		for range offset {
			_, size := utf8.DecodeRuneInString(s.text[min(i, len(s.text)):])
			if i < len(s.text) && s.text[i] == '\n' {
				rest := s.text[i+1:]
				size += min(indent, len(rest)-len(strings.TrimLeft(rest, " ")))
			}
			i += size
		}
		return min(i, len(s.text))
	}
}

// unit is how many bytes spell the character at i.
func (s source) unit(i int, quote byte) int {
	rest := s.text[min(i, len(s.text)):]
	switch {
	case rest == "":
		return 0
	case quote == '\'' && strings.HasPrefix(rest, "''"), quote == '"' && rest[0] == '\\':
		return 2
	case rest[0] == '\n' || rest[0] == '\r':
		return len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
	}
	_, size := utf8.DecodeRuneInString(rest)
	return size
}

// end is the byte after a node.
func (s source) end(n ast.Node) int {
	switch x := n.(type) {
	case *ast.MappingNode:
		if x.IsFlowStyle && x.End != nil {
			return s.offset(spot{x.End.Position.Line, x.End.Position.Column}) + 1
		}
		if len(x.Values) > 0 {
			return s.end(x.Values[len(x.Values)-1])
		}
	case *ast.MappingValueNode:
		return s.end(x.Value)
	case *ast.SequenceNode:
		if x.IsFlowStyle && x.End != nil {
			return s.offset(spot{x.End.Position.Line, x.End.Position.Column}) + 1
		}
		if len(x.Values) > 0 {
			return s.end(x.Values[len(x.Values)-1])
		}
	}
	return s.scalarEnd(n)
}

func (s source) scalarEnd(n ast.Node) int {
	start := s.offset(rawWhere(n))
	if start >= len(s.text) || n == nil || n.GetToken() == nil {
		return start
	}
	quote := s.text[start]
	if quote != '"' && quote != '\'' {
		written := strings.TrimSpace(n.GetToken().Origin)
		if strings.HasPrefix(s.text[start:], written) {
			return start + len(written)
		}
		return start + max(0, strings.IndexByte(s.text[start:]+"\n", '\n'))
	}
	for i := start + 1; i < len(s.text); i += s.unit(i, quote) {
		if s.text[i] == quote && s.unit(i, quote) == 1 {
			return i + 1
		}
	}
	return len(s.text)
}
