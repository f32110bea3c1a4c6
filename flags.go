package main

import (
	"errors"
	"flag"
)

// parseMixed parses flags wherever they stand among the other words, which it
// returns. Asking for help prints the flags and is no usage error of the whole
// program.
func parseMixed(set *flag.FlagSet, args []string) ([]string, error) {
	var words []string
	for {
		if err := set.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, errHelp
			}
			return nil, errUsage
		}
		if set.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, set.Arg(0)), set.Args()[1:]
	}
}

// errHelp: the flags of a verb were asked for and are printed.
var errHelp = errors.New("help")
