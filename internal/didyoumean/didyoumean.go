// Package didyoumean finds the known name that a mistyped one was meant to be.
package didyoumean

import (
	"fmt"
	"strings"
)

// Nearest returns the candidate with the smallest edit distance to name, or ""
// when none is near enough to be worth naming: at most a third of its letters
// differ, and at least one edit is always allowed.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", -1
	for _, c := range candidates {
		d := distance(strings.ToLower(name), strings.ToLower(c))
		if d > max(1, len(c)/3) {
			continue
		}
		if bestDistance < 0 || d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// Sentence is the mend of an unknown name: the nearest candidate if one is
// near, then where to see them all.
func Sentence(name string, candidates []string, all string) string {
	if near := Nearest(name, candidates); near != "" {
		return fmt.Sprintf("did you mean %q? %s", near, all)
	}
	return all
}

// distance is the Damerau–Levenshtein distance in its restricted form:
// insertions, deletions, substitutions and swaps of neighbours count one each.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
