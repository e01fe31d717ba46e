package conformance

import (
	"context"
	"sync"
	"time"

	"go.dagstack.dev/contracts"
)

// WireClock is the clock for an HTTP client that is judged on the wire: it stands still, but for
// the waits of the client, which take no time and are recorded. It is safe for concurrent use.
type WireClock struct {
	mu        sync.Mutex
	start     time.Time
	monotonic time.Duration
	waits     []int64
}

var (
	_ contracts.Clock   = (*WireClock)(nil)
	_ contracts.Sleeper = (*WireClock)(nil)
)

// NewWireClock returns a clock that stands at now.
func NewWireClock(now time.Time) *WireClock {
	return &WireClock{start: now.UTC().Round(0)}
}

// Now returns the instant at which the clock stands.
func (c *WireClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.start.Add(c.monotonic)
}

// MonotonicNs returns the nanoseconds that were waited for.
func (c *WireClock) MonotonicNs() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(c.monotonic)
}

// Sleep moves the clock by delay and returns at once, unless ctx has ended.
func (c *WireClock) Sleep(ctx context.Context, delay time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.monotonic += delay
	c.waits = append(c.waits, int64(delay.Round(time.Microsecond)))
	return nil
}

// Waits returns what was waited for, in nanoseconds rounded to whole microseconds.
func (c *WireClock) Waits() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]int64{}, c.waits...)
}
