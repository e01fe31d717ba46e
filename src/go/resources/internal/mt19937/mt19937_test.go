package mt19937_test

import (
	"math"
	"slices"
	"testing"

	"go.dagstack.dev/resources/internal/mt19937"
)

func draw(g *mt19937.Generator, count int) []uint32 {
	words := make([]uint32, count)
	for i := range words {
		words[i] = g.Uint32()
	}
	return words
}

// The vector that the generator's authors published.
func TestPublishedVector(t *testing.T) {
	t.Parallel()
	want := []uint32{
		1067595299, 955945823, 477289528, 4107218783, 4228976476,
		3344332714, 3355579695, 227628506, 810200273, 2591290167,
	}
	if got := draw(mt19937.FromKey([]uint32{0x123, 0x234, 0x345, 0x456}), len(want)); !slices.Equal(got, want) {
		t.Errorf("got %v, not %v", got, want)
	}
}

func TestWordsOfCPython(t *testing.T) {
	t.Parallel()
	for seed, want := range map[uint64][]uint32{
		0:              {3626764237, 1654615998, 3255389356, 3823568514},
		math.MaxUint64: {93740670, 1068495656},
	} {
		if got := draw(mt19937.New(seed), len(want)); !slices.Equal(got, want) {
			t.Errorf("seed %d: got %v, not %v", seed, got, want)
		}
	}
	want := []uint32{2929454134, 1071722055}
	if got := draw(mt19937.New(42), 625)[623:]; !slices.Equal(got, want) {
		t.Errorf("where the words are renewed: got %v, not %v", got, want)
	}
}
