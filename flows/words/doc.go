// Package words understands short messages: stop, yes, no, "delete my data".
// It knows no language by itself; the words come in as data.
//
// A message means something in one of three ways. It is a word as a whole,
// whatever case, accents, punctuation, emoji or courtesies surround it. It is
// a few such words with commas or full stops between ("Oi, parar."). Or, for
// requests about a person's data and for a human only, it is short and holds a
// phrase of at least two words. To stop is never read out of the middle of a
// sentence here, and it is understood in every language at once: whoever is
// angry may well use their own.
//
// Besides, Age recognises who says how old they are.
package words
