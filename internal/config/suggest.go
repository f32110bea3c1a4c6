package config

import "sort"

// suggest returns the known word that a misspelt one most probably means, or
// "": at most two slips away, and nearer than the length of the word itself.
func suggest(word string, known []string) string {
	sorted := append([]string(nil), known...)
	sort.Strings(sorted)
	best, least := "", 3
	for _, k := range sorted {
		if d := distance(word, k); d < least && d < len(k)-1 {
			best, least = k, d
		}
	}
	return best
}

// maxWord keeps the square of distance small for keys from outside.
const maxWord = 64

// distance is the number of single changes (insert, drop, replace, or swap of
// neighbours) between two words.
func distance(a, b string) int {
	if len(a) > maxWord || len(b) > maxWord {
		return maxWord
	}
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}

func didYouMean(word string, known []string) string {
	s := suggest(word, known)
	if s == "" {
		return ""
	}
	return "did you mean " + s + "?"
}
