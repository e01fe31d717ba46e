package resources_test

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
	"go.dagstack.dev/resources/internal/draws"
	"go.dagstack.dev/resources/internal/mt19937"
)

type closableRng interface {
	contracts.Rng
	io.Closer
}

func eachRng(t *testing.T, test func(t *testing.T, rng closableRng)) {
	t.Helper()
	t.Run("RandomRng", func(t *testing.T) {
		t.Parallel()
		test(t, resources.NewRandomRng())
	})
	t.Run("DeterministicRng", func(t *testing.T) {
		t.Parallel()
		test(t, resources.NewDeterministicRng(7))
	})
}

// need64 skips a test of numbers that an int of 32 bits cannot hold.
func need64(t *testing.T) {
	t.Helper()
	if strconv.IntSize < 64 {
		t.Skip("int has 32 bits here")
	}
}

func TestTheStreamIsThatOfCPython(t *testing.T) {
	t.Parallel()
	floats := resources.NewDeterministicRng(0)
	for _, want := range []float64{0.8444218515250481, 0.7579544029403025, 0.420571580830845} {
		if got := floats.NextFloat(); got != want {
			t.Errorf("float %v, not %v", got, want)
		}
	}
	ints := resources.NewDeterministicRng(0)
	for i, want := range []int{4, 4, 1, 3, 5, 4, 4, 3, 4, 3, 5, 2} {
		if got := ints.NextInt(1, 6); got != want {
			t.Errorf("throw %d is %d, not %d", i, got, want)
		}
	}
	for seed, want := range map[uint64]string{
		0:              "e3e70682-c209-4cac-a29f-6fbed82c07cd",
		math.MaxUint64: "9e667b13-568d-4a40-bfaf-f32805965e7e",
	} {
		if got := resources.NewDeterministicRng(seed).UUID4(); got != want {
			t.Errorf("seed %d: UUID %s, not %s", seed, got, want)
		}
	}
	if got := resources.NewDeterministicRng(math.MaxUint64).NextFloat(); got != 0.021825695401270107 {
		t.Errorf("seed 2^64-1: float %v", got)
	}
}

func TestTheMixedStreamIsThatOfCPython(t *testing.T) {
	t.Parallel()
	need64(t)
	items := []string{"a", "b", "c", "d", "e"}
	exact := int64(1<<53 - 1)
	for _, c := range []struct {
		low, high int64
		want      []any
	}{
		{math.MinInt64, math.MaxInt64, []any{
			int64(-8637085003156352615), "a", "9a1de644-815e-46d1-bb8f-aa1837f8a88b", 0.026535969683863625,
		}},
		{-exact, exact, []any{
			int64(4335484628905326), "e", "0822e8f3-6c03-4199-972a-846916419f82", 0.029797219438070344,
		}},
	} {
		rng := resources.NewDeterministicRng(42)
		next := func(low, high int64) int64 { return int64(rng.NextInt(int(low), int(high))) }
		got := []any{
			rng.NextFloat(), next(5, 5), next(1, 8), next(-10, 10), next(0, 1<<32-1), next(0, 1<<32),
			next(c.low, c.high), contracts.Choice(rng, items), rng.UUID4(), rng.NextFloat(),
		}
		want := append([]any{
			0.6394267984578837, int64(5), int64(5), int64(-3), int64(958682846), int64(3163119785),
		}, c.want...)
		if !slices.Equal(got, want) {
			t.Errorf("got %v, not %v", got, want)
		}
	}
}

// counted counts the words that are drawn.
type counted struct {
	source *mt19937.Generator
	words  int
}

func (c *counted) Uint32() uint32 {
	c.words++
	return c.source.Uint32()
}

func TestARangeOfOneStillDraws(t *testing.T) {
	t.Parallel()
	for seed, want := range []int{2, 1, 5, 1, 1, 2, 4, 1, 1, 1} {
		source := &counted{source: mt19937.New(uint64(seed))}
		if got := draws.Int(source, 5, 5); got != 5 || source.words != want {
			t.Errorf("seed %d: %d after %d words, not %d", seed, got, source.words, want)
		}
	}
}

func TestChildrenDependOnSeedAndNameAlone(t *testing.T) {
	t.Parallel()
	parent := resources.NewDeterministicRng(42)
	for name, want := range map[string]struct {
		seed  uint64
		float float64
	}{
		"a": {17484157032895951945, 0.9146699236488833},
		"b": {3853932623351393644, 0.18006815347707217},
	} {
		for range 2 {
			child := parent.Fork(name).(*resources.DeterministicRng)
			if got := child.NextFloat(); child.Seed() != want.seed || got != want.float {
				t.Errorf("child %s has seed %d and begins with %v", name, child.Seed(), got)
			}
		}
	}
	if got := parent.NextFloat(); got != 0.6394267984578837 {
		t.Errorf("forking drew from the parent: %v", got)
	}
	for _, name := range []string{"", "\x00", "日本", "\U0001F600"} {
		parent.Fork(name)
	}
	err := panicsWith(t, contracts.ErrInvalidArgument, func() { parent.Fork("\xff") })
	isA[*contracts.InvalidArgumentError](t, contracts.ErrResource, err)

	child := parent.Fork("a")
	if err := parent.Close(); err != nil {
		t.Error(err)
	}
	if got := child.NextFloat(); got != 0.9146699236488833 {
		t.Errorf("the child of a closed parent begins with %v", got)
	}
}

func TestDrawsAreInTheirRanges(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	eachRng(t, func(t *testing.T, rng closableRng) {
		uuids := map[string]bool{}
		for range 2000 {
			float := rng.NextFloat()
			if float < 0 || float >= 1 || float*(1<<53) != math.Trunc(float*(1<<53)) {
				t.Fatalf("float %v", float)
			}
			if got := rng.NextInt(-3, 3); got < -3 || got > 3 {
				t.Fatalf("integer %d", got)
			}
			if got := rng.NextInt(math.MinInt, math.MinInt); got != math.MinInt {
				t.Fatalf("the least integer is %d", got)
			}
			rng.NextInt(math.MinInt, math.MaxInt)
			id := rng.UUID4()
			if !form.MatchString(id) || uuids[id] {
				t.Fatalf("UUID %s", id)
			}
			uuids[id] = true
		}
	})
}

// A fixed budget; the bound is exceeded once in a billion runs.
func TestDrawsAreEquallyLikely(t *testing.T) {
	t.Parallel()
	eachRng(t, func(t *testing.T, rng closableRng) {
		const sides, throws = 6, 60_000
		var ints, choices [sides]int
		items := []int{0, 1, 2, 3, 4, 5}
		for range throws {
			ints[rng.NextInt(0, sides-1)]++
			choices[contracts.Choice(rng, items)]++
		}
		for name, counts := range map[string][sides]int{"NextInt": ints, "Choice": choices} {
			chi := 0.0
			for _, count := range counts {
				off := float64(count - throws/sides)
				chi += off * off / (throws / sides)
			}
			if chi > 50 {
				t.Errorf("%s: %v (chi-square %v)", name, counts, chi)
			}
		}
	})
}

func TestAChoiceIsTheElementItself(t *testing.T) {
	t.Parallel()
	eachRng(t, func(t *testing.T, rng closableRng) {
		only := new(int)
		if contracts.Choice(rng, []*int{only}) != only {
			t.Error("it is another one")
		}
	})
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	t.Parallel()
	eachRng(t, func(t *testing.T, rng closableRng) {
		for argument, call := range map[string]func(){
			"low":   func() { rng.NextInt(2, 1) },
			"items": func() { rng.Choice(nil) },
		} {
			err := panicsWith(t, contracts.ErrInvalidArgument, call)
			refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrResource, err)
			if refusal.Argument != argument || refusal.Reason == "" {
				t.Errorf("%#v", refusal)
			}
		}
	})
}

func TestAClosedSourceRefusesEverything(t *testing.T) {
	t.Parallel()
	eachRng(t, func(t *testing.T, rng closableRng) {
		for range 3 {
			if err := rng.Close(); err != nil {
				t.Error(err)
			}
		}
		calls := []func(){
			func() { rng.NextFloat() },
			func() { rng.NextInt(1, 2) },
			func() { rng.NextInt(2, 1) },
			func() { rng.UUID4() },
			func() { rng.Choice([]any{1}) },
			func() { rng.Choice(nil) },
		}
		if forkable, ok := rng.(contracts.ForkableRng); ok {
			calls = append(calls, func() { forkable.Fork("a") })
		}
		for _, call := range calls {
			err := panicsWith(t, contracts.ErrResourceClosed, call)
			closed := isA[*contracts.ResourceClosedError](t, contracts.ErrResource, err)
			if want := fmt.Sprintf("%T", rng)[len("*resources."):]; closed.Resource != want {
				t.Errorf("%s is said to be closed, not %s", closed.Resource, want)
			}
		}
	})
}

// Whatever goroutines draw together is what one of them would have drawn alone.
func TestConcurrentDrawsAreWhole(t *testing.T) {
	t.Parallel()
	const goroutines, each = 16, 500
	alone, together := resources.NewDeterministicRng(1), resources.NewDeterministicRng(1)
	want := make([]string, goroutines*each)
	for i := range want {
		want[i] = alone.UUID4()
	}
	got := make([]string, goroutines*each)
	var all sync.WaitGroup
	for i := range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := range each {
				got[i*each+j] = together.UUID4()
			}
		}()
	}
	all.Wait()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Error("a draw was torn")
	}
}

func BenchmarkNextFloat(b *testing.B) {
	rng := resources.NewDeterministicRng(0)
	for b.Loop() {
		rng.NextFloat()
	}
}
