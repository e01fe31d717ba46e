package resources

import (
	"context"
	"sync"
	"time"

	"go.dagstack.dev/resources/internal/sleepers"
)

// sleeping is what clocks have in common: those who sleep on them, and the lock. The zero value is
// open, and nobody sleeps.
type sleeping struct {
	closing

	mu    sync.Mutex
	waits sleepers.Queue
}

// sleep waits until the clock's reading has grown by delay, or ctx or the clock is at its end. Both
// functions are called under the lock; changed is told that somebody fell asleep or left.
func (s *sleeping) sleep(
	ctx context.Context, clock string, delay time.Duration, reading func() int64, changed func(),
) error {
	if delay < 0 {
		return refused("delay", "must not be negative, but is %v", delay)
	}
	wait, err := s.fallAsleep(ctx, clock, delay, reading, changed)
	if wait == nil {
		return err
	}
	select {
	case <-wait.Turn:
		err = wait.Err
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits.Leave(wait)
	changed()
	return err
}

// fallAsleep begins a wait; it is nil if there is nothing to wait for.
func (s *sleeping) fallAsleep(
	ctx context.Context, clock string, delay time.Duration, reading func() int64, changed func(),
) (*sleepers.Wait, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refusal(clock); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil || delay == 0 {
		return nil, err
	}
	wait := s.waits.Add(deadline(reading(), delay))
	changed()
	return wait, nil
}

// close ends all sleeps; only the first time does anything.
func (s *sleeping) close(clock string, changed func()) {
	if !s.first() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits.Fail(s.refusal(clock))
	changed()
}

// deadline returns the moment after a delay, also if it is beyond all that a clock will show.
func deadline(now int64, delay time.Duration) uint64 {
	return uint64(now) + uint64(delay)
}
