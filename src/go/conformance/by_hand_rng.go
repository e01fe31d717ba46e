package conformance

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.dagstack.dev/contracts"
)

func init() {
	provide("rng", Harness{ByHand: map[string]Body{
		"floats_have_53_random_bits":                has53Bits,
		"all_results_are_equally_likely":            isUnbiased,
		"the_systems_source_does_not_repeat_itself": doesNotRepeat,
		"draws_of_many_are_those_of_one": drawsAsOne(8, 500, func(rng contracts.Rng) string {
			return fmt.Sprintf("%.17f", rng.NextFloat())
		}),
		"draws_of_several_words_are_not_torn": drawsAsOne(4, 500, contracts.Rng.UUID4),
	}})
}

func has53Bits(c *Case) error {
	rng := Given[contracts.Rng](c, "rng")
	odd, even := 0, 0
	for range 2000 {
		scaled := rng.NextFloat() * (1 << 53)
		if scaled != float64(uint64(scaled)) {
			return fmt.Errorf("%v is no multiple of 2^-53", scaled/(1<<53))
		}
		if uint64(scaled)%2 == 1 {
			odd++
		} else {
			even++
		}
	}
	if odd == 0 || even == 0 {
		return fmt.Errorf("the last bit is always the same: %d are odd, %d even", odd, even)
	}
	return nil
}

func isUnbiased(c *Case) error {
	const draws = 20_000
	rng := Given[contracts.Rng](c, "rng")
	items := []any{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, of := range []struct {
		name   string
		values int
		limit  float64 // of chi-square
		draw   func() int
	}{
		{"1 to 6", 6, 50.8, func() int { return rng.NextInt(1, 6) - 1 }},
		{"1 to 8", 8, 55.9, func() int { return rng.NextInt(1, 8) - 1 }},
		{"-1 to 1", 3, 41.4, func() int { return rng.NextInt(-1, 1) + 1 }},
		{"ten items", 10, 60.7, func() int { return rng.Choice(items).(int) }},
		{"sixteenths", 16, 75, func() int { return int(rng.NextFloat() * 16) }},
	} {
		counts := make([]int, of.values)
		for range draws {
			counts[of.draw()]++
		}
		expected := float64(draws) / float64(of.values)
		square := 0.0
		for value, count := range counts {
			if count == 0 {
				return fmt.Errorf("%s: value %d never comes up", of.name, value)
			}
			square += (float64(count) - expected) * (float64(count) - expected) / expected
		}
		if square > of.limit {
			return fmt.Errorf("%s: chi-square is %.1f, and more than %.1f: %v", of.name, square, of.limit, counts)
		}
	}
	return nil
}

func doesNotRepeat(c *Case) error {
	first, other := Given[contracts.Rng](c, "rng"), Given[contracts.Rng](c, "other")
	var mu sync.Mutex
	drawn := map[string]bool{}
	err := each(8, func(int) error {
		for range 100 {
			for _, rng := range []contracts.Rng{first, other} {
				uuid := rng.UUID4()
				mu.Lock()
				if drawn[uuid] {
					mu.Unlock()
					return fmt.Errorf("%s was drawn twice", uuid)
				}
				drawn[uuid] = true
				mu.Unlock()
			}
		}
		return nil
	})
	if err == nil && len(drawn) != 1600 {
		return fmt.Errorf("%d were drawn, not 1600", len(drawn))
	}
	return err
}

// drawsAsOne makes a body: what several draw at the same time is what one would have drawn.
func drawsAsOne(callers, times int, draw func(contracts.Rng) string) Body {
	return func(c *Case) error {
		shared, alone := Given[contracts.Rng](c, "rng"), Given[contracts.Rng](c, "alone")
		drawn := make([][]string, callers)
		err := each(callers, func(number int) error {
			for range times {
				drawn[number] = append(drawn[number], draw(shared))
			}
			return nil
		})
		if err != nil {
			return err
		}
		got := slices.Sorted(slices.Values(slices.Concat(drawn...)))
		var want []string
		for range callers * times {
			want = append(want, draw(alone))
		}
		slices.Sort(want)
		if !slices.Equal(want, got) {
			return errors.New("what was drawn at the same time is not what one draws")
		}
		return nil
	}
}
