package resources_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123_456_789, time.FixedZone("somewhere", 3*3600))

type sleepingClock interface {
	contracts.Clock
	contracts.Sleeper
	io.Closer
	fmt.Stringer
}

func eachClock(t *testing.T, test func(t *testing.T, clock sleepingClock)) {
	t.Helper()
	t.Run("SystemClock", func(t *testing.T) {
		t.Parallel()
		test(t, resources.NewSystemClock())
	})
	t.Run("FrozenClock", func(t *testing.T) {
		t.Parallel()
		test(t, resources.NewFrozenClock(noon))
	})
}

// soon is a limit that only a hanging test reaches.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestNowIsInUTCWithoutAMonotonicReading(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		now := clock.Now()
		if now.Location() != time.UTC || now != now.Round(0) {
			t.Errorf("%v is not plain UTC", now)
		}
	})
}

func TestTheSystemClockShowsTheTime(t *testing.T) {
	t.Parallel()
	before := time.Now().Round(0)
	now := resources.NewSystemClock().Now()
	if now.Before(before) || now.After(time.Now().Round(0)) {
		t.Errorf("%v is not the time", now)
	}
}

func TestMonotonicNeverGoesBack(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		var greatest struct {
			sync.Mutex
			reading int64
		}
		var all sync.WaitGroup
		for range 8 {
			all.Add(1)
			go func() {
				defer all.Done()
				for range 2000 {
					greatest.Lock()
					least := greatest.reading
					greatest.Unlock()
					reading := clock.MonotonicNs()
					if reading < least {
						t.Errorf("%d came after %d", reading, least)
					}
					greatest.Lock()
					greatest.reading = max(greatest.reading, reading)
					greatest.Unlock()
					if frozen, ok := clock.(*resources.FrozenClock); ok {
						if err := frozen.Advance(1); err != nil {
							t.Error(err)
						}
					}
				}
			}()
		}
		all.Wait()
		if frozen, ok := clock.(*resources.FrozenClock); ok && frozen.MonotonicNs() != 16000 {
			t.Errorf("16000 advances of 1 ns add up to %d", frozen.MonotonicNs())
		}
	})
}

func TestAFrozenClockStandsStill(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	if !clock.Now().Equal(noon) || clock.MonotonicNs() != 0 {
		t.Errorf("it begins at %v and %d", clock.Now(), clock.MonotonicNs())
	}
	if err := clock.Advance(90 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if want := noon.Add(90 * time.Minute); !clock.Now().Equal(want) || clock.MonotonicNs() != int64(90*time.Minute) {
		t.Errorf("it went on to %v and %d", clock.Now(), clock.MonotonicNs())
	}
	if got, want := clock.String(), "FrozenClock(2026-11-23T10:30:00.123456789Z)"; got != want {
		t.Errorf("it calls itself %s, not %s", got, want)
	}
}

func TestTenTenthsAreOneSecond(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	for range 10 {
		if err := clock.AdvanceSeconds(0.1); err != nil {
			t.Fatal(err)
		}
	}
	if clock.MonotonicNs() != 1_000_000_000 {
		t.Errorf("it shows %d", clock.MonotonicNs())
	}
}

func TestSecondsAreRoundedHalfToEven(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		seconds float64
		want    int64
	}{
		{0, 0},
		{math.Copysign(0, -1), 0},
		{5e-324, 0},
		{0.1, 100_000_000},
		{1e-9, 1},
		{0.4e-9, 0},
		{0.6e-9, 1},
		{0.0009765625, 976_562},  // 2^-10 s are 976562.5 ns
		{0.0029296875, 2929_688}, // 3 * 2^-10 s are 2929687.5 ns
		{math.Nextafter(0.0009765625, 1), 976_563},
		{9223372036, 9_223_372_036_000_000_000},
		{123456789.123456789, 123_456_789_123_456_791}, // the float is just below ...791.03
	} {
		clock := resources.NewFrozenClock(noon)
		if err := clock.AdvanceSeconds(c.seconds); err != nil || clock.MonotonicNs() != c.want {
			t.Errorf("%v s are %d ns, not %d (%v)", c.seconds, clock.MonotonicNs(), c.want, err)
		}
	}
}

func TestAFrozenClockRefusesToGoBackOrTooFar(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	if err := clock.Advance(1); err != nil {
		t.Fatal(err)
	}
	refusals := map[string]error{
		"minus one":      clock.Advance(-1),
		"too far":        clock.Advance(math.MaxInt64),
		"minus epsilon":  clock.AdvanceSeconds(-5e-324),
		"NaN":            clock.AdvanceSeconds(math.NaN()),
		"infinity":       clock.AdvanceSeconds(math.Inf(1)),
		"minus infinity": clock.AdvanceSeconds(math.Inf(-1)),
		"300 years":      clock.AdvanceSeconds(300 * 366 * 86400),
		"sleepers":       clock.WaitForSleepers(t.Context(), -1),
		"sleep":          clock.Sleep(t.Context(), -1),
	}
	for name, err := range refusals {
		t.Run(name, func(t *testing.T) {
			refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
			if refusal.Argument == "" || refusal.Reason == "" {
				t.Errorf("%#v says too little", refusal)
			}
		})
	}
	if clock.MonotonicNs() != 1 {
		t.Errorf("it went to %d", clock.MonotonicNs())
	}
	if err := clock.Advance(math.MaxInt64 - 1); err != nil || clock.MonotonicNs() != math.MaxInt64 {
		t.Errorf("the last reading is %d (%v)", clock.MonotonicNs(), err)
	}
}

func TestAReaderSeesAnAdvanceWhole(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for {
				before := clock.MonotonicNs()
				wall := clock.Now().Sub(noon)
				after := clock.MonotonicNs()
				if int64(wall) < before || int64(wall) > after {
					t.Errorf("now is at %d, between %d and %d", wall, before, after)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		}()
	}
	for range 2000 {
		if err := clock.Advance(time.Second); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

func TestTheWallClockCanBeSetBack(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	asleep := sleepAll(t, clock, time.Second)
	if err := clock.ShiftWall(-time.Hour); err != nil {
		t.Fatal(err)
	}
	if !clock.Now().Equal(noon.Add(-time.Hour)) || clock.MonotonicNs() != 0 {
		t.Errorf("it shows %v and %d", clock.Now(), clock.MonotonicNs())
	}
	if err := clock.WaitForSleepers(soon(t), 1); err != nil {
		t.Errorf("somebody woke: %v", err)
	}
	if err := clock.Advance(time.Second); err != nil {
		t.Fatal(err)
	}
	asleep.Wait()
}

func TestAClosedClockRefusesEverything(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		for range 3 {
			if err := clock.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
		}
		name := fmt.Sprintf("%T", clock)[len("*resources."):]
		err := panicsWith(t, contracts.ErrResourceClosed, func() { clock.Now() })
		closed := isA[*contracts.ResourceClosedError](t, contracts.ErrResource, err)
		if closed.Resource != name {
			t.Errorf("%q is said to be closed", closed.Resource)
		}
		panicsWith(t, contracts.ErrResourceClosed, func() { clock.MonotonicNs() })
		for _, delay := range []time.Duration{0, 1} {
			isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, clock.Sleep(t.Context(), delay))
		}
		if frozen, ok := clock.(*resources.FrozenClock); ok {
			for _, err := range []error{
				frozen.Advance(1), frozen.AdvanceSeconds(1), frozen.ShiftWall(1),
				frozen.WaitForSleepers(t.Context(), 0),
			} {
				isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
			}
		}
		if clock.String() == "" {
			t.Error("it has no name any more")
		}
	})
}

// sleepAll has a goroutine begin each of these sleeps in turn, and returns when all sleep.
func sleepAll(t *testing.T, clock *resources.FrozenClock, delays ...time.Duration) *sync.WaitGroup {
	t.Helper()
	all := new(sync.WaitGroup)
	for i, delay := range delays {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := clock.Sleep(t.Context(), delay); err != nil {
				t.Errorf("sleeping %v: %v", delay, err)
			}
		}()
		if err := clock.WaitForSleepers(soon(t), i+1); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestWhoIsNotDueSleepsOn(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	asleep := sleepAll(t, clock, time.Second, 2*time.Second)
	for _, step := range []struct {
		advance time.Duration
		left    int
	}{{time.Second - 1, 2}, {1, 1}, {time.Second - 1, 1}, {1, 0}} {
		if err := clock.Advance(step.advance); err != nil {
			t.Fatal(err)
		}
		if err := clock.WaitForSleepers(soon(t), step.left); err != nil {
			t.Fatal(err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := clock.WaitForSleepers(ended, step.left+1); err == nil {
			t.Errorf("at %d more than %d sleep", clock.MonotonicNs(), step.left)
		}
	}
	asleep.Wait()
}

func TestZeroReturnsAtOnce(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		if err := clock.Sleep(t.Context(), 0); err != nil {
			t.Error(err)
		}
	})
}

func TestACancelledSleepEndsAtOnceAndLeavesNothing(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- clock.Sleep(ctx, time.Hour) }()
		frozen, isFrozen := clock.(*resources.FrozenClock)
		if isFrozen {
			if err := frozen.WaitForSleepers(soon(t), 1); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		if err := <-ended; err != context.Canceled {
			t.Errorf("it ended with %v", err)
		}
		if err := clock.Sleep(ctx, time.Hour); err != context.Canceled {
			t.Errorf("one that begins cancelled ends with %v", err)
		}
		if !isFrozen {
			return
		}
		err := frozen.WaitForSleepers(ctx, 1)
		if err == nil || err.Error() != "0 of 1 sleepers: context canceled" {
			t.Errorf("waiting for one more: %v", err)
		}
	})
}

func TestClosingEndsEverySleep(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		var begun, ended sync.WaitGroup
		for i := range 8 {
			begun.Add(1)
			ended.Add(1)
			go func() {
				defer ended.Done()
				begun.Done()
				err := clock.Sleep(t.Context(), time.Duration(i+1)*time.Hour)
				isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
			}()
		}
		begun.Wait()
		if frozen, ok := clock.(*resources.FrozenClock); ok {
			if err := frozen.WaitForSleepers(soon(t), 8); err != nil {
				t.Fatal(err)
			}
			watching := make(chan error)
			go func() { watching <- frozen.WaitForSleepers(soon(t), 9) }()
			defer func() {
				isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, <-watching)
			}()
		}
		if err := clock.Close(); err != nil {
			t.Error(err)
		}
		ended.Wait()
	})
}

func TestASleepOnTheSystemClockIsNeverTooShort(t *testing.T) {
	t.Parallel()
	clock := resources.NewSystemClock()
	var all sync.WaitGroup
	for i := range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			delay := time.Duration(i+1) * 100 * time.Microsecond
			begin := clock.MonotonicNs()
			if err := clock.Sleep(t.Context(), delay); err != nil {
				t.Error(err)
			}
			if took := clock.MonotonicNs() - begin; took < int64(delay) {
				t.Errorf("a sleep of %v took %d ns", delay, took)
			}
		}()
	}
	all.Wait()
}

func TestASleepLongerThanAnyClockIsAWait(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, clock sleepingClock) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := clock.Sleep(ctx, math.MaxInt64); err != context.DeadlineExceeded {
			t.Errorf("it ended with %v", err)
		}
	})
}

func TestManySleepersWakeManyTimes(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(noon)
	const sleepers, times = 64, 20
	var all sync.WaitGroup
	for range sleepers {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range times {
				if err := clock.Sleep(t.Context(), time.Second); err != nil {
					t.Error(err)
				}
				if least := int64(i+1) * int64(time.Second); clock.MonotonicNs() < least {
					t.Errorf("awake at %d, before %d", clock.MonotonicNs(), least)
				}
			}
		}()
	}
	for range times {
		if err := clock.WaitForSleepers(soon(t), sleepers); err != nil {
			t.Fatal(err)
		}
		if err := clock.Advance(time.Second); err != nil {
			t.Fatal(err)
		}
	}
	all.Wait()
	if got := clock.MonotonicNs(); got != int64(times*time.Second) {
		t.Errorf("it took %d ns", got)
	}
}

func TestConcurrentSleepsAndCancellationsOnTheSystemClock(t *testing.T) {
	t.Parallel()
	clock := resources.NewSystemClock()
	var all sync.WaitGroup
	for i := range 32 {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := range 20 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration((i+j)%5)*100*time.Microsecond)
				err := clock.Sleep(ctx, 200*time.Microsecond)
				if err != nil && !slices.Contains([]error{context.DeadlineExceeded}, err) {
					t.Errorf("it ended with %v", err)
				}
				cancel()
			}
		}()
	}
	all.Wait()
}
