// Package config turns aval.yaml, the notice files beside it and the AVAL_
// variables into what the server runs with, or into the whole list of what is
// wrong with them.
//
// It promises three things. Every fault is found in one pass, each on one line
// that names the place, the key, the value, the rule and the mend. No secret
// is in any fault, nor in anything a Config prints. And nothing is guessed: an
// unknown key or variable is a fault, because a misspelt rule would otherwise
// be a rule that does not hold.
//
// The package opens nothing by itself: main hands in the environment and the
// functions that read files.
package config
