package conformance

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	suites "go.dagstack.dev/contracts/conformance"
)

// Option says more of an implementation that one of the Test functions judges.
type Option func(*Harness)

// Named gives the implementation its name in results, in place of that of the test.
func Named(name string) Option {
	return func(h *Harness) { h.Name = name }
}

// Having declares capabilities of the suite that the implementation has.
func Having(capabilities ...string) Option {
	return func(h *Harness) { h.Has = append(h.Has, capabilities...) }
}

// Lacking declares a capability of the suite that the implementation lacks, and why.
func Lacking(capability, reason string) Option {
	return func(h *Harness) { h.Lacks = together(h.Lacks, map[string]string{capability: reason}) }
}

// Failing declares a case that is known to fail, and why; see [Harness].
func Failing(name, reason string) Option {
	return func(h *Harness) {
		h.ExpectedFailures = together(h.ExpectedFailures, map[string]string{name: reason})
	}
}

// ByHand gives a body to a case that data cannot say.
func ByHand(name string, body Body) Option {
	return func(h *Harness) { h.ByHand = together(h.ByHand, map[string]Body{name: body}) }
}

// Also lets the implementation stand for another subject of the suite.
func Also(subject string, factory Factory) Option {
	return func(h *Harness) { h.Subjects = together(h.Subjects, map[string]Factory{subject: factory}) }
}

// Doing gives an action or a property to a subject, such as "Registry.label".
func Doing(name string, action Action) Option {
	return func(h *Harness) { h.Actions = together(h.Actions, map[string]Action{name: action}) }
}

func with(options []Option, harness Harness) Harness {
	for _, option := range options {
		option(&harness)
	}
	return harness
}

// TestBlobStore judges a [contracts.BlobStore]. The function makes an empty one; with the capability
// shared, those that it makes for one case hold the same blobs. A store that has the capability
// content_types has a method ContentType(ctx, key) (string, error).
func TestBlobStore(t *testing.T, store func(c *Case) (contracts.BlobStore, error), options ...Option) {
	t.Helper()
	Run(t, suites.BlobStore, BlobStoreHarness(store, options...))
}

// BlobStoreHarness describes a store as [TestBlobStore] does, for [Judge].
func BlobStoreHarness(store func(c *Case) (contracts.BlobStore, error), options ...Option) Harness {
	return with(options, Harness{Subjects: map[string]Factory{
		"BlobStore": func(c *Case, _ Values) (any, error) { return store(c) },
	}})
}

// TestClock judges any [contracts.Clock].
func TestClock(t *testing.T, clock func(c *Case) (contracts.Clock, error), options ...Option) {
	t.Helper()
	Run(t, suites.Clock, ClockHarness(clock, options...))
}

// ClockHarness describes a clock as [TestClock] does, for [Judge].
func ClockHarness(clock func(c *Case) (contracts.Clock, error), options ...Option) Harness {
	return with(options, Harness{Subjects: map[string]Factory{
		"Clock": func(c *Case, _ Values) (any, error) { return clock(c) },
	}})
}

// SleepingClock is a clock that can be waited on.
type SleepingClock interface {
	contracts.Clock
	contracts.Sleeper
}

// TestSystemClock judges a clock that shows the time of day and whose waits take real time.
func TestSystemClock(t *testing.T, clock func(c *Case) (SleepingClock, error), options ...Option) {
	t.Helper()
	Run(t, suites.Clock, SystemClockHarness(clock, options...))
}

// SystemClockHarness describes a clock as [TestSystemClock] does, for [Judge].
func SystemClockHarness(clock func(c *Case) (SleepingClock, error), options ...Option) Harness {
	factory := func(c *Case, _ Values) (any, error) { return clock(c) }
	return with(options, Harness{Subjects: map[string]Factory{
		"Clock": factory, "Sleeper": factory, "SystemClock": factory,
	}})
}

// FrozenClock is a clock that stands still until it is advanced.
type FrozenClock interface {
	SleepingClock
	AdvanceSeconds(seconds float64) error
	WaitForSleepers(ctx context.Context, count int) error
}

// TestFrozenClock judges a clock that stands still. The function makes one that begins at now.
func TestFrozenClock(t *testing.T, clock func(c *Case, now time.Time) (FrozenClock, error), options ...Option) {
	t.Helper()
	Run(t, suites.Clock, FrozenClockHarness(clock, options...))
}

// FrozenClockHarness describes a clock as [TestFrozenClock] does, for [Judge].
func FrozenClockHarness(clock func(c *Case, now time.Time) (FrozenClock, error), options ...Option) Harness {
	frozen := func(c *Case, values Values) (any, error) { return clock(c, Value[time.Time](values, "now")) }
	anytime := func(c *Case, _ Values) (any, error) { return clock(c, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) }
	return with(options, Harness{
		Subjects: map[string]Factory{"Clock": anytime, "Sleeper": anytime, "FrozenClock": frozen},
		Actions: map[string]Action{
			"FrozenClock.advance": On(func(_ context.Context, clock FrozenClock, values Values) (any, error) {
				return nil, clock.AdvanceSeconds(Value[float64](values, "seconds"))
			}),
		},
	})
}

// TestRng judges any [contracts.Rng].
func TestRng(t *testing.T, rng func(c *Case) (contracts.Rng, error), options ...Option) {
	t.Helper()
	Run(t, suites.Rng, RngHarness(rng, options...))
}

// RngHarness describes a source as [TestRng] does, for [Judge].
func RngHarness(rng func(c *Case) (contracts.Rng, error), options ...Option) Harness {
	return with(options, Harness{Subjects: map[string]Factory{
		"Rng": func(c *Case, _ Values) (any, error) { return rng(c) },
	}})
}

// TestRandomRng judges a [contracts.Rng] that nobody can predict.
func TestRandomRng(t *testing.T, rng func(c *Case) (contracts.Rng, error), options ...Option) {
	t.Helper()
	Run(t, suites.Rng, RandomRngHarness(rng, options...))
}

// RandomRngHarness describes a source as [TestRandomRng] does, for [Judge].
func RandomRngHarness(rng func(c *Case) (contracts.Rng, error), options ...Option) Harness {
	random := Also("RandomRng", func(c *Case, _ Values) (any, error) { return rng(c) })
	return RngHarness(rng, append([]Option{random}, options...)...)
}

// SeededRng is a seeded source of randomness.
type SeededRng interface {
	contracts.Rng
	contracts.ForkableRng
}

// TestDeterministicRng judges a [contracts.Rng] that is made from a seed.
func TestDeterministicRng(t *testing.T, rng func(c *Case, seed uint64) (SeededRng, error), options ...Option) {
	t.Helper()
	Run(t, suites.Rng, DeterministicRngHarness(rng, options...))
}

// DeterministicRngHarness describes a source as [TestDeterministicRng] does, for [Judge].
func DeterministicRngHarness(rng func(c *Case, seed uint64) (SeededRng, error), options ...Option) Harness {
	return with(options, Harness{Subjects: map[string]Factory{
		"Rng":              func(c *Case, _ Values) (any, error) { return rng(c, 42) },
		"DeterministicRng": func(c *Case, values Values) (any, error) { return rng(c, Seed(values)) },
	}})
}

// Seed returns the option seed, which is from 0 to 2^64 - 1.
func Seed(values Values) uint64 {
	if seed, ok := values["seed"].(int); ok {
		return uint64(seed)
	}
	return Value[uint64](values, "seed")
}

// WireSettings are what a client that is judged on the wire is made from.
type WireSettings struct {
	Headers   map[string]string // what the host adds to each request
	Attempts  int               // how often a call is tried at most
	RetryPost bool              // whether POST is repeated as well
	Base      time.Duration     // the limit of the first wait
	Cap       time.Duration     // the limit of every wait
	Seed      uint64            // the seed of the source that gives the jitter
	Receive   time.Duration     // the limit between two pieces of a response
	Total     time.Duration     // the limit of the whole call
	BodyBytes int               // the greatest body
	Redirects int               // how many redirects are followed
	Clock     *WireClock        // the clock and the sleeper
}

// TestHTTPClient judges a [contracts.HTTPClient] that really connects. The client is to take time and
// waits from settings.Clock, and jitter from a source of the given seed.
func TestHTTPClient(
	t *testing.T, client func(c *Case, settings WireSettings) (contracts.HTTPClient, error), options ...Option,
) {
	t.Helper()
	Run(t, suites.HTTPClient, HTTPClientHarness(client, options...))
}

// HTTPClientHarness describes a client as [TestHTTPClient] does, for [Judge].
func HTTPClientHarness(
	client func(c *Case, settings WireSettings) (contracts.HTTPClient, error), options ...Option,
) Harness {
	var clocks sync.Map
	wire := func(c *Case, values Values) (any, error) {
		settings := WireSettings{
			Headers:   Value[map[string]string](values, "headers"),
			Attempts:  Value[int](values, "attempts"),
			RetryPost: Value[bool](values, "retry_post"),
			Base:      Value[time.Duration](values, "base"),
			Cap:       Value[time.Duration](values, "cap"),
			Seed:      uint64(Value[int](values, "seed")),
			Receive:   Value[time.Duration](values, "receive"),
			Total:     Value[time.Duration](values, "total"),
			BodyBytes: Value[int](values, "body_bytes"),
			Redirects: Value[int](values, "redirects"),
			Clock:     NewWireClock(Value[time.Time](values, "now")),
		}
		made, err := client(c, settings)
		if err == nil {
			clocks.Store(made, settings.Clock)
		}
		return made, err
	}
	return with(options, Harness{
		Subjects: map[string]Factory{
			"WireClient": wire,
			"HttpClient": func(c *Case, _ Values) (any, error) {
				defaults, err := c.x.values(c.x.suite.Subjects["WireClient"].Options, nil)
				if err != nil {
					return nil, err
				}
				return wire(c, defaults)
			},
		},
		Actions: map[string]Action{
			"WireClient.waits": func(_ context.Context, object any, _ Values) (any, error) {
				clock, _ := clocks.Load(object)
				return clock.(*WireClock).Waits(), nil
			},
		},
	})
}

// TestTempDir judges a [contracts.TempDir]. The function makes one in a folder, or where it likes if
// that is "".
func TestTempDir(t *testing.T, dir func(c *Case, parent string) (contracts.TempDir, error), options ...Option) {
	t.Helper()
	Run(t, suites.Tmpdir, TempDirHarness(dir, options...))
}

// TempDirHarness describes a temporary directory as [TestTempDir] does, for [Judge].
func TempDirHarness(dir func(c *Case, parent string) (contracts.TempDir, error), options ...Option) Harness {
	return with(options, Harness{Subjects: map[string]Factory{
		"TempDir": func(c *Case, values Values) (any, error) {
			parent := Value[string](values, "parent")
			if parent == "" {
				var err error
				if parent, err = c.Folder(); err != nil {
					return nil, err
				}
			}
			return dir(c, parent)
		},
	}})
}
