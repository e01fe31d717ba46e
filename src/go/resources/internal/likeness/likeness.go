// Package likeness finds the names that look most like another one.
package likeness

import (
	"cmp"
	"slices"
)

const (
	// enough is how much two names must have in common for one to be a near miss of the other.
	enough = 0.5

	most = 3
)

// Near returns up to three of the names that look most like name, the nearest first. It finds what
// difflib.get_close_matches finds in Python, so that all languages ask "did you mean" alike.
func Near(name string, names []string) []string {
	type candidate struct {
		name  string
		ratio float64
	}
	var close []candidate
	for _, other := range names {
		if ratio := ratio([]rune(other), []rune(name)); ratio >= enough {
			close = append(close, candidate{other, ratio})
		}
	}
	slices.SortFunc(close, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.ratio, a.ratio), cmp.Compare(b.name, a.name))
	})
	near := []string{}
	for _, found := range close[:min(most, len(close))] {
		near = append(near, found.name)
	}
	return near
}

// ratio is the share of two texts that they have in common, from 0 to 1: twice the number of
// characters in common blocks, by the number of all.
func ratio(a, b []rune) float64 {
	if len(a)+len(b) == 0 {
		return 1
	}
	return 2 * float64(common(a, b)) / float64(len(a)+len(b))
}

// common counts the characters in the longest common block, and then in those on its left and on
// its right.
func common(a, b []rune) int {
	i, j, size := longest(a, b)
	if size == 0 {
		return 0
	}
	return common(a[:i], b[:j]) + size + common(a[i+size:], b[j+size:])
}

// longest finds the longest block that a and b have in common, the first one of several in a and
// then in b.
func longest(a, b []rune) (i, j, size int) {
	// ending[y+1] is the length of the common block that ends before x in a and at y in b.
	ending, next := make([]int, len(b)+1), make([]int, len(b)+1)
	for x := range a {
		for y := range b {
			next[y+1] = 0
			if a[x] == b[y] {
				next[y+1] = ending[y] + 1
				if next[y+1] > size {
					size = next[y+1]
					i, j = x-size+1, y-size+1
				}
			}
		}
		ending, next = next, ending
	}
	return i, j, size
}
