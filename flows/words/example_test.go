package words_test

import (
	"fmt"

	"aval/flows/words"
)

func Example() {
	lexicon, err := words.New(map[string]map[string][]string{
		"stop":  {"pt": {"parar"}},
		"erase": {"pt": {"apague meus dados"}},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(lexicon.Match("PARAAAR!!! por favor").Intent)
	fmt.Println(lexicon.Match("quero comprar e apague meus dados").Intent)
	fmt.Println(lexicon.IsStop("parar de fumar"))
	// Output:
	// stop
	// erase
	// false
}
