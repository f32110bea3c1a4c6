package drawing

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

// Dagre 3.1.3 as its authors build it, see dagre/LICENSE. It is data to the
// program until something is drawn.
//
//go:embed dagre/dagre.min.js
var dagre string

// lacking is what browsers have and the interpreter has not. Dagre copies nested
// lists of words with it, for which JSON is exact.
const lacking = `var structuredClone = function (v) { return JSON.parse(JSON.stringify(v)); };`

// glue hands the plan over and back as JSON; it is the only way between the
// interpreter and us.
const glue = `(function (text) {
  var plan = JSON.parse(text);
  var g = new dagre.graphlib.Graph({multigraph: true});
  g.setGraph({rankdir: "TB", nodesep: plan.nodesep, edgesep: plan.edgesep, ranksep: plan.ranksep});
  plan.nodes.forEach(function (n, i) { g.setNode("" + i, {width: n.w, height: n.h}); });
  plan.edges.forEach(function (_, r) {
    var i = plan.mirrored ? r : plan.edges.length - 1 - r, e = plan.edges[i]; // the last comes to stand first
    g.setEdge("" + e.from, "" + e.to, {width: e.w, height: e.h, labelpos: "c", minlen: e.span}, "" + i);
  });
  dagre.layout(g);
  plan.nodes.forEach(function (n, i) { var at = g.node("" + i); n.x = at.x; n.y = at.y; });
  plan.edges.forEach(function (e, i) {
    var at = g.edge({v: "" + e.from, w: "" + e.to, name: "" + i});
    e.points = at.points; e.x = at.x || 0; e.y = at.y || 0;
  });
  return JSON.stringify(plan);
})`

// plan is what dagre is asked, and answers in the fields that it was not.
type plan struct {
	// Mirrored puts the first of several ways at the right.
	Mirrored bool `json:"mirrored"`

	NodeSep float64      `json:"nodesep"`
	EdgeSep float64      `json:"edgesep"`
	RankSep float64      `json:"ranksep"`
	Nodes   []planned    `json:"nodes"`
	Edges   []plannedWay `json:"edges"`
}

type planned struct {
	W float64 `json:"w"`
	H float64 `json:"h"`
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

type plannedWay struct {
	planned
	From   int     `json:"from"`
	To     int     `json:"to"`
	Span   int     `json:"span"` // ranks between the two at least
	Points []point `json:"points"`
}

type point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// layout asks dagre. The interpreter has no clock but Date, no files and no
// network, and ends with the context.
func layout(ctx context.Context, p plan) (plan, error) {
	question, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	vm := goja.New()
	done := context.AfterFunc(ctx, func() { vm.Interrupt(context.Cause(ctx)) })
	defer done()
	answer, err := arrange(vm, string(question))
	var stopped *goja.InterruptedError
	switch {
	case errors.As(err, &stopped):
		return p, context.Cause(ctx)
	case err != nil:
		return p, fmt.Errorf("drawing: the layout failed: %w", err)
	}
	var out plan
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		return p, fmt.Errorf("drawing: the layout makes no sense: %w", err)
	}
	return out, nil
}

func arrange(vm *goja.Runtime, question string) (string, error) {
	for _, source := range []string{lacking, dagre, glue} {
		tree, err := parser.ParseFile(nil, "layout", source, 0, parser.WithDisableSourceMaps)
		if err != nil {
			return "", err
		}
		program, err := goja.CompileAST(tree, false)
		if err != nil {
			return "", err
		}
		value, err := vm.RunProgram(program)
		if err != nil {
			return "", err
		}
		if call, ok := goja.AssertFunction(value); ok {
			value, err = call(goja.Undefined(), vm.ToValue(question))
			if err != nil {
				return "", err
			}
			return value.String(), nil
		}
	}
	return "", errors.New("the layout is no function")
}
