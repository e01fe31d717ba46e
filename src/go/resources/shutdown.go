package resources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"time"
)

// closedOnce is a thing whose closing comes back only when all is closed, whoever began it. The
// first caller gets the failures; if its context ended before, the next one does.
type closedOnce struct {
	closing
	done chan struct{}

	mu       sync.Mutex
	failures error
	given    bool // whether a caller that waited got the failures, or will
}

func newClosedOnce() closedOnce {
	return closedOnce{done: make(chan struct{})}
}

// shut has work called once, in a goroutine of its own and without the cancellation of ctx, and
// waits for it as long as ctx lasts.
func (c *closedOnce) shut(ctx context.Context, what string, work func(context.Context) error) error {
	mine := c.claim()
	if c.first() {
		go func() {
			defer close(c.done)
			c.failures = work(context.WithoutCancel(ctx))
		}()
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		if c.leave(mine) {
			return fmt.Errorf("%s is still being closed: %w", what, ctx.Err())
		}
	}
	if mine || c.claim() {
		return c.failures
	}
	return nil
}

// claim reports whether the failures are this caller's to return.
func (c *closedOnce) claim() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	mine := !c.given
	c.given = true
	return mine
}

// leave gives the failures to the next who waits, if they were this caller's; it reports false if
// there is nothing more to wait for. Whoever sees that all is done sees also whose they are.
func (c *closedOnce) leave(mine bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.done:
		return false
	default:
		c.given = c.given && !mine
		return true
	}
}

// item is a thing to close, and what it is in words.
type item struct {
	resource any
	what     string
}

// closeAll closes each in turn, whatever some of them return or panic with, and returns the
// failures. Each may take as long as limit says, or for ever if that is not positive; what takes
// longer goes on, but is not waited for. The context is one that nobody cancels.
func closeAll(ctx context.Context, items []item, limit time.Duration) []error {
	var failures []error
	for _, item := range items {
		closer := closerOf(item.resource)
		if closer == nil {
			continue
		}
		if err := within(ctx, limit, closer); err != nil {
			failures = append(failures, fmt.Errorf("closing %s: %w", item.what, err))
		}
	}
	return failures
}

// report joins the failures under a title; nil if there are none.
func report(title string, failures []error) error {
	if len(failures) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %d failed: %w", title, len(failures), errors.Join(failures...))
}

// closerOf returns how a thing is closed, or nil if it need not be.
func closerOf(resource any) func(context.Context) error {
	switch closer := resource.(type) {
	case interface{ Close(context.Context) error }:
		return closer.Close
	case io.Closer:
		return func(context.Context) error { return closer.Close() }
	case interface{ Close() }:
		return func(context.Context) error {
			closer.Close()
			return nil
		}
	}
	return nil
}

// within calls a closer and waits for it no longer than limit says.
func within(ctx context.Context, limit time.Duration, closer func(context.Context) error) error {
	if limit > 0 {
		timed, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		ctx = timed
	}
	result := make(chan error, 1)
	go calmly(ctx, closer, result)
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return fmt.Errorf("not closed within %v: %w", limit, ctx.Err())
	}
}

// calmly sends what a closer returns, or as an error what it panics with.
func calmly(ctx context.Context, closer func(context.Context) error, result chan<- error) {
	err := errors.New("it ended its goroutine")
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("panic: %w", cause)
		default:
			err = fmt.Errorf("panic: %v", cause)
		}
		result <- err
	}()
	err = closer(ctx)
}

// different returns the items without those whose resource came before.
func different(items []item) []item {
	seen := map[any]bool{}
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool {
		id, has := identity(it.resource)
		again := has && seen[id]
		if has {
			seen[id] = true
		}
		return again
	})
}

// identity returns what is equal for two values only if they are the same thing; it reports false
// for a value that has none.
func identity(value any) (any, bool) {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer && v.Type().Elem().Size() == 0 {
		return nil, false // Go may put all of them in one place
	}
	if v.Comparable() {
		return value, true
	}
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Func:
		return struct {
			kind  reflect.Type
			place uintptr
		}{v.Type(), v.Pointer()}, true
	default:
		return nil, false
	}
}
