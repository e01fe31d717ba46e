package resources

import (
	"context"
	"math"
	"time"

	"go.dagstack.dev/contracts"
)

const systemClock = "SystemClock"

// SystemClock is the operating system's clocks, and a [contracts.Sleeper] that takes real time.
//
// It is safe for concurrent use. Closing it ends every sleep with [contracts.ErrResourceClosed]; a
// clock that is never closed holds nothing but the timer of those who sleep.
type SystemClock struct {
	sleeping
	origin time.Time

	// Under the lock of sleeping:
	timer  *time.Timer
	set    bool
	setFor uint64 // the deadline that timer is set for, if set
}

var (
	_ contracts.Clock   = (*SystemClock)(nil)
	_ contracts.Sleeper = (*SystemClock)(nil)
)

// NewSystemClock returns a clock whose monotonic reading begins near 0.
func NewSystemClock() *SystemClock {
	return &SystemClock{origin: time.Now()}
}

// String says what it is.
func (c *SystemClock) String() string {
	return systemClock
}

// Now returns the current instant in [time.UTC], without a monotonic reading. It panics with
// [contracts.ErrResourceClosed] if the clock is closed.
func (c *SystemClock) Now() time.Time {
	c.mustBeOpen(systemClock)
	return time.Now().UTC().Round(0)
}

// MonotonicNs returns the nanoseconds since the clock was made. It does not follow changes of the
// wall clock. It panics with [contracts.ErrResourceClosed] if the clock is closed.
func (c *SystemClock) MonotonicNs() int64 {
	c.mustBeOpen(systemClock)
	return c.reading()
}

// Sleep waits until delay has passed, and not less; zero returns at once. It ends early with the
// error of ctx, or with [contracts.ErrResourceClosed] when the clock is closed. A negative delay is
// refused with [contracts.ErrInvalidArgument].
func (c *SystemClock) Sleep(ctx context.Context, delay time.Duration) error {
	return c.sleep(ctx, systemClock, delay, c.reading, c.setTimer)
}

// Close ends all sleeps. It can be called any number of times and always returns nil.
func (c *SystemClock) Close() error {
	c.close(systemClock, c.setTimer)
	return nil
}

func (c *SystemClock) reading() int64 {
	return int64(time.Since(c.origin))
}

// setTimer has the one timer of all sleeps go off at the earliest deadline; under the lock.
func (c *SystemClock) setTimer() {
	next, sleeping := c.waits.Next()
	if !sleeping {
		if c.set {
			c.timer.Stop()
			c.set = false
		}
		return
	}
	if c.set && c.setFor == next {
		return
	}
	left := remaining(next, c.reading())
	if c.timer == nil {
		c.timer = time.AfterFunc(left, c.wake)
	} else {
		c.timer.Reset(left)
	}
	c.set, c.setFor = true, next
}

func (c *SystemClock) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = false
	c.waits.Wake(uint64(c.reading()))
	c.setTimer()
}

func remaining(deadline uint64, now int64) time.Duration {
	left := deadline - min(deadline, uint64(now))
	return time.Duration(min(left, math.MaxInt64))
}
