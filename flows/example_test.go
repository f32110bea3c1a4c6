package flows_test

import (
	"fmt"

	"aval/flows"
)

const pizza = `
format: 2
id: pizza
version: 1
purpose: service
title: {en: Order a pizza}
human: house
fields:
  size: {purpose: service, type: choice}
start: ask
states:
  ask:
    say: {en: Which size?}
    expect: buttons
    save: size
    choices:
      - {id: small, label: {en: Small}}
      - {id: large, label: {en: Large}}
    next: thanks
  thanks:
    say: {en: "A {size} one it is."}
    end: true
`

// A flow is stepped by handing the stored position and what happened to Step,
// and storing what it returns before acting on the effects.
func Example() {
	flow, faults := flows.Parse("pizza.yaml", []byte(pizza))
	if len(faults) > 0 {
		fmt.Println(faults)
		return
	}
	words := func(e flows.Effect) {
		if say, ok := e.(flows.Say); ok {
			fmt.Println(say.Text.Render("en", say.Vars, nil))
		}
	}
	library := flows.NewLibrary([]*flows.Flow{flow}, nil)
	pos, effects := library.Start("pizza", 0, flows.Start{})
	words(effects[0])
	pos, effects = library.Step(pos, flows.Input{Kind: flows.InputText, Text: "2"})
	words(effects[0])
	fmt.Println(pos.Vars["size"], pos.State)
	// Output:
	// Which size?
	// A large one it is.
	// [answer] thanks
}

// Faults name the place and say how to mend it.
func ExampleParse() {
	_, faults := flows.Parse("pizza.yaml", []byte("format: 2\nid: pizza\nstats: {}\n"))
	fmt.Println(faults[len(faults)-1])
	// Output:
	// pizza.yaml:3:1: 'stats' is not a word of a flow. Did you mean 'states'?
}
