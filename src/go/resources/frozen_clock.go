package resources

import (
	"context"
	"fmt"
	"math"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/nanoseconds"
)

const frozenClock = "FrozenClock"

// FrozenClock is a clock for tests: it stands still until it is advanced, and is a
// [contracts.Sleeper] as well.
//
// It begins at the instant it is given and with a monotonic reading of 0, and keeps time as whole
// nanoseconds. Who sleeps wakes when the clock is advanced; no real time passes. A test that
// advances too early would hang: [FrozenClock.WaitForSleepers] waits until the code under test has
// come to its sleep.
//
// It is safe for concurrent use. Closing it ends every sleep with [contracts.ErrResourceClosed]; a
// clock that is never closed holds nothing.
type FrozenClock struct {
	sleeping

	// Under the lock of sleeping:
	start     time.Time // what Now returns at the monotonic reading 0
	monotonic int64
	changed   chan struct{} // closed when somebody falls asleep or leaves; nil if nobody watches
}

var (
	_ contracts.Clock   = (*FrozenClock)(nil)
	_ contracts.Sleeper = (*FrozenClock)(nil)
)

// NewFrozenClock returns a clock that stands at now, of which it keeps the instant and not the
// zone.
func NewFrozenClock(now time.Time) *FrozenClock {
	return &FrozenClock{start: now.UTC().Round(0)}
}

// String says what the clock shows.
func (c *FrozenClock) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("%s(%s)", frozenClock, c.now().Format(time.RFC3339Nano))
}

// Now returns the instant at which the clock stands, in [time.UTC]. It panics with
// [contracts.ErrResourceClosed] if the clock is closed.
func (c *FrozenClock) Now() time.Time {
	c.mustBeOpen(frozenClock)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// MonotonicNs returns the nanoseconds by which the clock has been advanced so far. It panics with
// [contracts.ErrResourceClosed] if the clock is closed.
func (c *FrozenClock) MonotonicNs() int64 {
	c.mustBeOpen(frozenClock)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.monotonic
}

// Advance moves both readings forward in one step, and wakes those whose time has come, in the
// order of their deadlines: each one when the one before has come back from its Sleep.
//
// It does not wait until they run. Who wakes sees the clock where this call left it, so what sleeps
// several times in a row takes as many calls.
//
// It returns [contracts.ErrInvalidArgument] if duration is negative, or leads beyond 2^63 - 1 ns
// since the clock began, and [contracts.ErrResourceClosed] if the clock is closed. The clock then
// stays where it is.
func (c *FrozenClock) Advance(duration time.Duration) error {
	return c.advance("duration", duration)
}

// AdvanceSeconds is [FrozenClock.Advance] by a number of seconds, rounded to the nearest
// nanosecond, to the even one if two are as near. It also refuses what is not a number or infinite.
func (c *FrozenClock) AdvanceSeconds(seconds float64) error {
	if math.IsNaN(seconds) || math.IsInf(seconds, 0) {
		return refused("seconds", "must be finite, not %v", seconds)
	}
	if seconds < 0 {
		return refused("seconds", "must not be negative, but is %v", seconds)
	}
	duration, fits := nanoseconds.OfSeconds(seconds)
	if !fits {
		return tooFar("seconds")
	}
	return c.advance("seconds", duration)
}

// ShiftWall sets the wall clock, as a time server does: Now steps by duration, back if it is
// negative, and the monotonic reading stays. Nobody wakes, because sleeps are measured on the
// monotonic clock. It returns [contracts.ErrResourceClosed] if the clock is closed.
func (c *FrozenClock) ShiftWall(duration time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refusal(frozenClock); err != nil {
		return err
	}
	c.start = c.start.Add(duration)
	return nil
}

// Sleep waits until the clock has been advanced by delay; zero returns at once. It ends early with
// the error of ctx, or with [contracts.ErrResourceClosed] when the clock is closed. A negative
// delay is refused with [contracts.ErrInvalidArgument].
func (c *FrozenClock) Sleep(ctx context.Context, delay time.Duration) error {
	reading := func() int64 { return c.monotonic }
	return c.sleep(ctx, frozenClock, delay, reading, c.announce)
}

// WaitForSleepers waits, in real time, until at least count goroutines sleep on this clock and all
// that an advance has woken are back from their Sleep. So a test neither advances before the code
// under test has come to its sleep, nor looks before it has gone on; with 0 it only waits for the
// latter.
//
// It returns an error that wraps that of ctx and says how many sleep, if there are fewer even when
// ctx ends; [contracts.ErrInvalidArgument] if count is negative; and [contracts.ErrResourceClosed]
// if the clock is closed, or becomes so during the wait.
func (c *FrozenClock) WaitForSleepers(ctx context.Context, count int) error {
	if count < 0 {
		return refused("count", "must not be negative, but is %d", count)
	}
	for {
		there, changed, err := c.watch(count)
		if err != nil || changed == nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d sleepers: %w", there, count, ctx.Err())
		}
	}
}

// Close ends all sleeps. It can be called any number of times and always returns nil.
func (c *FrozenClock) Close() error {
	c.close(frozenClock, c.announce)
	return nil
}

func (c *FrozenClock) now() time.Time {
	return c.start.Add(time.Duration(c.monotonic))
}

func (c *FrozenClock) advance(argument string, duration time.Duration) error {
	if duration < 0 {
		return refused(argument, "must not be negative, but is %v", duration)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refusal(frozenClock); err != nil {
		return err
	}
	if int64(duration) > math.MaxInt64-c.monotonic {
		return tooFar(argument)
	}
	c.monotonic += int64(duration)
	c.waits.Wake(uint64(c.monotonic))
	return nil
}

// watch returns nil for the channel if there are as many sleepers as wanted, and otherwise one that
// is closed at the next change.
func (c *FrozenClock) watch(count int) (there int, changed <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refusal(frozenClock); err != nil {
		return 0, nil, err
	}
	there = c.waits.Sleeping()
	if there >= count && c.waits.Waking() == 0 {
		return there, nil, nil
	}
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return there, c.changed, nil
}

// announce tells all who watch to look again; under the lock.
func (c *FrozenClock) announce() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

func tooFar(argument string) error {
	return refused(argument, "leads beyond 2^63 - 1 ns since the clock began")
}
