package conformance

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"go.dagstack.dev/contracts"
)

func init() {
	provide("clock", Harness{ByHand: map[string]Body{
		"a_system_clock_shows_the_time_of_day": showsTheTimeOfDay,
		"readings_never_fall_across_threads":   neverFallsAcrossThreads,
		"an_advance_is_seen_whole":             isSeenWhole,
		"a_negative_wait_is_refused":           refusesNegativeWaits,
		"a_real_wait_is_never_too_short":       isNeverTooShort,
	}})
}

func showsTheTimeOfDay(c *Case) error {
	clock := Given[contracts.Clock](c, "clock")
	for range 100 {
		before := time.Now().Round(0)
		shown := clock.Now()
		after := time.Now().Round(0)
		if shown.Before(before) || after.Before(shown) {
			return fmt.Errorf("it shows %v between %v and %v", shown, before, after)
		}
	}
	return nil
}

// each calls a function in so many goroutines that begin together.
func each(count int, do func(number int) error) error {
	calls := make([]func() error, count)
	for i := range calls {
		calls[i] = func() error { return do(i) }
	}
	return atOnce(calls)
}

func neverFallsAcrossThreads(c *Case) error {
	clock := Given[contracts.Clock](c, "clock")
	var highest atomic.Int64
	highest.Store(math.MinInt64)
	return each(8, func(int) error {
		for range 500 {
			noted := highest.Load()
			reading := clock.MonotonicNs()
			if reading < noted {
				return fmt.Errorf("it reads %d after %d", reading, noted)
			}
			for old := highest.Load(); old < reading && !highest.CompareAndSwap(old, reading); {
				old = highest.Load()
			}
		}
		return nil
	})
}

func isSeenWhole(c *Case) error {
	clock := Given[contracts.Clock](c, "clock")
	start := clock.Now()
	return each(8, func(number int) error {
		for range 1000 {
			if number == 0 {
				if _, err := c.Do("clock", "advance", Values{"seconds": 1e-6}); err != nil {
					return err
				}
				continue
			}
			before := clock.MonotonicNs()
			passed := clock.Now().Sub(start).Nanoseconds()
			if after := clock.MonotonicNs(); passed < before || after < passed {
				return fmt.Errorf("now shows %d ns between the readings %d and %d", passed, before, after)
			}
		}
		return nil
	})
}

func refusesNegativeWaits(c *Case) error {
	sleeper := Given[contracts.Sleeper](c, "sleeper")
	for _, delay := range []time.Duration{-time.Second, math.MinInt64} {
		var refused *contracts.InvalidArgumentError
		err := sleeper.Sleep(c.Context(), delay)
		if !errors.As(err, &refused) || refused.Argument != "delay" {
			return fmt.Errorf("a wait of %v ends with %v", delay, err)
		}
	}
	return sleeper.Sleep(c.Context(), 0)
}

func isNeverTooShort(c *Case) error {
	sleeper := Given[SleepingClock](c, "sleeper")
	return each(60, func(number int) error {
		delay := time.Duration(number+1) * 137 * time.Microsecond
		before := sleeper.MonotonicNs()
		if err := sleeper.Sleep(c.Context(), delay); err != nil {
			return err
		}
		if took := time.Duration(sleeper.MonotonicNs() - before); took < delay {
			return fmt.Errorf("a wait of %v took %v", delay, took)
		}
		return nil
	})
}
