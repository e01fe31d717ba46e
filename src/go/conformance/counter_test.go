package conformance_test

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.dagstack.dev/conformance"
)

// counterSuite is made of the specs beside it by dagstack-idl generate.
//
//go:embed testdata/counting/counter.json
var counterSuite []byte

type CounterFailedError struct{}

func (e *CounterFailedError) Error() string { return "a counter failed" }

type CounterFullError struct{ Limit int }

func (e *CounterFullError) Error() string   { return fmt.Sprintf("the limit is %d", e.Limit) }
func (e *CounterFullError) Unwrap() []error { return []error{&CounterFailedError{}} }

type CounterClosedError struct{}

func (e *CounterClosedError) Error() string   { return "it is closed" }
func (e *CounterClosedError) Unwrap() []error { return []error{&CounterFailedError{}} }

type InvalidAmountError struct{ Amount int }

func (e *InvalidAmountError) Error() string   { return fmt.Sprintf("amount: %d is negative", e.Amount) }
func (e *InvalidAmountError) Unwrap() []error { return []error{&CounterFailedError{}} }

type Entry struct {
	Note   string
	Amount int
	Weight float64
}

type AddOptions struct {
	Times *int
	Tags  map[string]int
}

// counter is a good counter, but for one fault at most.
type counter struct {
	fault string
	made  conformance.Values

	mu      sync.Mutex
	count   int
	entries []Entry
	changed chan struct{}
	closed  bool
}

func newCounter(fault string) conformance.Factory {
	return func(_ *conformance.Case, options conformance.Values) (any, error) {
		if limit := conformance.Value[int](options, "limit"); limit < 0 {
			return nil, &InvalidAmountError{limit}
		}
		return &counter{fault: fault, made: options, changed: make(chan struct{})}, nil
	}
}

func (c *counter) limit() int { return conformance.Value[int](c.made, "limit") }

func (c *counter) Name() string { return conformance.Value[string](c.made, "name") }

func (c *counter) Made() time.Time {
	if c.fault == "local times" {
		return conformance.Value[time.Time](c.made, "made").Local()
	}
	return conformance.Value[time.Time](c.made, "made")
}

func (c *counter) Add(_ context.Context, amount int, note string, options AddOptions) (int, error) {
	if amount < 0 {
		return 0, &InvalidAmountError{amount}
	}
	if options.Times != nil {
		amount *= *options.Times
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count+amount > c.limit() && c.fault != "no limit" {
		return 0, fmt.Errorf("adding: %w", &CounterFullError{c.limit()})
	}
	if c.fault == "forgets" && amount == 8 {
		return 9, nil
	}
	c.count += amount
	c.entries = append(c.entries, Entry{note, amount, 0.5})
	close(c.changed)
	c.changed = make(chan struct{})
	return c.count, nil
}

func (c *counter) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		if c.fault == "panics with a text" {
			panic("closed")
		}
		panic(&CounterClosedError{})
	}
	return c.count
}

func (c *counter) Total() int64 { return int64(c.Count()) }

func (c *counter) History() []Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.entries)
}

func (c *counter) Bytes(data []byte) ([]byte, error) {
	if c.fault == "shares bytes" {
		return data, nil
	}
	return bytes.Clone(data), nil
}

func (c *counter) Wait(ctx context.Context, count int) error {
	for {
		c.mu.Lock()
		reached, changed := c.count >= count, c.changed
		c.mu.Unlock()
		if reached || c.fault == "returns at once" {
			return nil
		}
		done := ctx.Done()
		if c.fault == "swallows a cancellation" && count == 900 {
			<-done
			return nil
		}
		select {
		case <-changed:
		case <-done:
			return ctx.Err()
		}
	}
}

func (c *counter) AnyOf(items []any) any {
	if c.fault == "points to nothing" {
		var nobody *counter
		return nobody.entries[0]
	}
	return items[0]
}

type child struct{ *counter }

func (child) Name() string { return "child" }

func (c *counter) Child() any {
	if c.fault == "has no child" {
		return nil
	}
	return child{&counter{made: conformance.Values{"limit": 1}, changed: make(chan struct{})}}
}

func (c *counter) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	if c.fault == "fails to close" {
		return errors.New("it does not close")
	}
	if c.limit() == 1 {
		return fmt.Errorf("closing: %w", errors.Join(errors.New("first"), errors.New("second")))
	}
	return nil
}

// log is a subject around the counters.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

func (l *log) Write(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

// harnessOf describes a counter with a fault, or a good one.
func harnessOf(fault string) conformance.Harness {
	return conformance.Harness{
		Name: "counter",
		Subjects: map[string]conformance.Factory{
			"Counter": newCounter(fault),
			"Log": func(_ *conformance.Case, options conformance.Values) (any, error) {
				return &log{lines: conformance.Value[[]string](options, "lines")}, nil
			},
		},
		Actions: map[string]conformance.Action{
			"Counter.limit": conformance.On(func(_ context.Context, c *counter, _ conformance.Values) (any, error) {
				return c.limit(), nil
			}),
			"Counter.folder": conformance.On(func(_ context.Context, c *counter, _ conformance.Values) (any, error) {
				if c.fault == "has a path that depends" {
					return "counting", nil
				}
				return "/counting", nil
			}),
			"Counter.reset": conformance.On(func(_ context.Context, c *counter, values conformance.Values) (any, error) {
				count := conformance.Value[int](values, "count")
				if count < 0 {
					panic(&InvalidAmountError{count})
				}
				how := map[bool]string{true: "loudly", false: "quietly"}[conformance.Value[bool](values, "loud")]
				return fmt.Sprintf("reset %s to %d", how, count), nil
			}),
			"Counter.twin": conformance.On(func(_ context.Context, c *counter, _ conformance.Values) (any, error) {
				return c, nil
			}),
			"Counter.told": conformance.On(func(_ context.Context, c *counter, _ conformance.Values) (any, error) {
				return told(c.made), nil
			}),
		},
		Has: []string{"twins"},
		ByHand: map[string]conformance.Body{
			"by_hand_it_counts": func(c *conformance.Case) error {
				if got := conformance.Given[*counter](c, "counter").limit(); got != c.Row()+1 || fault == "miscounts" {
					return fmt.Errorf("the limit is %d in row %d", got, c.Row())
				}
				return nil
			},
		},
	}
}

// told says by plain data how a counter was made; it panics if an option has not its own type.
func told(made conformance.Values) map[string]any {
	data := map[string]any{
		"limit":   conformance.Value[int](made, "limit"),
		"name":    made["name"],
		"made":    conformance.Value[time.Time](made, "made").Format(time.RFC3339Nano),
		"pause":   conformance.Value[time.Duration](made, "pause").Seconds(),
		"weights": conformance.Value[[]float64](made, "weights"),
		"seed":    made["seed"],
		"at":      conformance.Value[string](made, "at"),
		"next":    made["next"] != nil,
	}
	return data
}
