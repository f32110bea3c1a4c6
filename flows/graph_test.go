package flows

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func graphOf(t *testing.T, file, lang string) Graph {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, faults := Parse(file, data)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return f.Graph(lang, nil)
}

// TestGraph reads a flow that uses every word of the format as a picture would
// show it.
func TestGraph(t *testing.T) {
	g := graphOf(t, "testdata/everything.yaml", "en-GB")
	if g.ID != "everything" || g.Version != 3 || g.Title != "Everything" || g.Lang != "en" || g.Start != "greeting" {
		t.Errorf("the head is %s %d %q %s %s", g.ID, g.Version, g.Title, g.Lang, g.Start)
	}
	var nodes, edges []string
	for _, n := range g.Nodes {
		line := strings.Join(append([]string{n.Name, n.Kind, n.About, n.Text, n.Purpose}, n.Options...), "|")
		if n.Ends {
			line += "|ends"
		}
		nodes = append(nodes, line)
	}
	for _, e := range g.Edges {
		edges = append(edges, strings.Join([]string{e.From, e.To, e.Answer, e.Rule}, "|"))
	}
	for _, want := range []string{
		"greeting|split|greeting||service",
		"short|message||Hi!|service",
		"name|question|text|ask.name|service",
		"silent|end|||service|ends",
		"size|question|list|Which size?|service|Small|Medium",
		"photo|question|image or document|Send a photo|service",
		"order|question|like CL-1042|What is the order number?|service",
		"address|run|address||service",
		"look|call|orders|One moment…|service",
		"pause|wait|2 d||utility",
		"remind|question|buttons|visit_reminder|utility|I will come|I will not come",
		"consent|consent|marketing||service",
		"guide|message||The guide|service|guide.pdf",
		"site|message||Our site, {name}|service|Open ↗",
		"news|consent|marketing||service|ends",
		"person|handover|sample||service",
	} {
		if !slices.Contains(nodes, want) {
			t.Errorf("no node %s", want)
		}
	}
	for _, want := range []string{
		"greeting|short||70 %", "name|age||", "name|reminder||after 20 h", "name|person||not understood 3 times",
		"age|young||if age < 18", "age|day||otherwise", "size|photo|Small|if age in [8, 9]", "size|photo|Medium|",
		"address|look||when it has ended", "look|pause||ok", "look|pause||not found", "look|person||failed", "pause|remind||after 2 d",
		"consent|promo||yes", "consent|guide||no", "bye|name|Yes, another|", "bye|person||otherwise",
	} {
		if !slices.Contains(edges, want) {
			t.Errorf("no way %s", want)
		}
	}
	ways := 0
	data, _ := os.ReadFile("testdata/everything.yaml") // read above
	f, _ := Parse("everything.yaml", data)
	for _, s := range f.order {
		ways += len(s.edges())
	}
	if len(nodes) != len(f.order) || len(edges) != ways {
		t.Errorf("%d of %d states and %d of %d ways", len(nodes), len(f.order), len(edges), ways)
	}
}

func TestGraphAsksTheHouse(t *testing.T) {
	data, err := os.ReadFile("testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, _ := Parse("everything.yaml", data)
	g := f.Graph("pt", func(key string, _ map[string]any) string { return "<" + key + ">" })
	i := slices.IndexFunc(g.Nodes, func(n Node) bool { return n.Name == "name" })
	if g.Nodes[i].Text != "<ask.name>" {
		t.Errorf("the house says %q", g.Nodes[i].Text)
	}
	if got := f.Languages(); !slices.Equal(got, []string{"en", "pt"}) {
		t.Errorf("it speaks %v", got)
	}
}
