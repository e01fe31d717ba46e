package resources_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// ledger is what was closed, in order.
type ledger struct {
	mu    sync.Mutex
	names []string
}

func (l *ledger) note(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names = append(l.names, name)
}

func (l *ledger) is(t *testing.T, want ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.names, want) {
		t.Errorf("closed were %q, not %q", l.names, want)
	}
}

// thing is a resource that notes its closing and then ends it as ending does.
type thing struct {
	name   string
	ledger *ledger
	ending func() error
}

func (g *thing) Close() error {
	g.ledger.note(g.name)
	if g.ending != nil {
		return g.ending()
	}
	return nil
}

func newRegistry(t *testing.T) *resources.ResourceRegistry {
	t.Helper()
	registry := resources.NewRegistry(resources.RegistryOptions{})
	t.Cleanup(func() { _ = registry.Close() })
	return registry
}

func register(t *testing.T, registry *resources.ResourceRegistry, name string, resource any) {
	t.Helper()
	if err := registry.Register(name, resource, resources.RegisterOptions{}); err != nil {
		t.Fatalf("registering %s: %v", name, err)
	}
}

func registerFactory(
	t *testing.T, registry *resources.ResourceRegistry, name string, factory func(string) (any, error),
) {
	t.Helper()
	if err := registry.RegisterFactory(name, factory, resources.RegisterOptions{}); err != nil {
		t.Fatalf("registering %s: %v", name, err)
	}
}

func open(
	t *testing.T, registry *resources.ResourceRegistry, plugin string, required ...string,
) *resources.Scope {
	t.Helper()
	scope, err := registry.Scope(plugin, resources.Needs{Required: required})
	if err != nil {
		t.Fatalf("opening the scope of %s: %v", plugin, err)
	}
	return scope
}

func read(t *testing.T, source contracts.Resources, name string) any {
	t.Helper()
	value, err := source.Get(name)
	if err != nil {
		t.Fatalf("reading %s: %v", name, err)
	}
	return value
}

func TestWhatIsRegisteredIsFound(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	clock, custom := resources.NewFrozenClock(noon), "anything"
	register(t, registry, "clock", clock)
	register(t, registry, "a_name_2", custom)
	if got := registry.Names(); !slices.Equal(got, []string{"clock", "a_name_2"}) {
		t.Errorf("the names are %q", got)
	}
	if got := registry.String(); got != "ResourceRegistry(clock, a_name_2)" {
		t.Errorf("it calls itself %s", got)
	}
	typed, err := contracts.ClockFrom(registry)
	if typed != clock || err != nil {
		t.Errorf("the clock is %v (%v)", typed, err)
	}
	if got := read(t, registry, "a_name_2"); got != custom {
		t.Errorf("the other one is %v", got)
	}
}

func TestNamesAreSnakeCase(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	for _, name := range []string{"", "Clock", "a-b", "1a", "_a", "a_", "a__b", "é", "a b", "a\n"} {
		_, override := registry.Override(name, 1)
		for _, err := range []error{
			registry.Register(name, 1, resources.RegisterOptions{}),
			registry.RegisterFactory(name, func(string) (any, error) { return 1, nil }, resources.RegisterOptions{}),
			override,
		} {
			refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
			if refusal.Argument != "name" || !strings.Contains(refusal.Reason, "snake_case") {
				t.Errorf("%q: %#v", name, refusal)
			}
		}
	}
}

func TestATakenNameIsRefusedUnlessItIsToBeReplaced(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	register(t, registry, "pool", &thing{name: "old", ledger: closed})
	register(t, registry, "queue", &thing{name: "queue", ledger: closed})
	newer := &thing{name: "new", ledger: closed}
	err := registry.Register("pool", newer, resources.RegisterOptions{})
	taken := isA[*contracts.AlreadyExistsError](t, contracts.ErrAlreadyExists, err)
	if taken.Taken != "pool" || !strings.Contains(err.Error(), "registry_test.go:") {
		t.Errorf("the refusal is %v", err)
	}
	if err := registry.Register("pool", newer, resources.RegisterOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, registry, "pool"); got != newer {
		t.Errorf("the pool is %v", got)
	}
	if got := registry.Names(); !slices.Equal(got, []string{"queue", "pool"}) {
		t.Errorf("the names are %q", got)
	}
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t, "new", "queue", "old")
}

type oddClock struct{}

func (oddClock) Now() string { return "noon" }

type valueClock struct{ contracts.Clock }

func (*valueClock) MonotonicNs() int64 { return 0 }
func (*valueClock) Now() time.Time     { return noon }

func TestWhatDoesNotFitItsStandardNameIsRefused(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	err := registry.Register("clock", oddClock{}, resources.RegisterOptions{})
	unfit := isA[*contracts.UnfitResourceError](t, contracts.ErrUnfitResource, err)
	want := []string{"no method MonotonicNs() int64", "method Now() string, not Now() time.Time"}
	if !slices.Equal(unfit.Problems, want) || unfit.Interface != "Clock" || unfit.Resource != "clock" {
		t.Errorf("%#v", unfit)
	}
	if !strings.Contains(err.Error(), "clock is not a Clock: no method") ||
		!strings.Contains(err.Error(), "oddClock") || !errors.Is(err, contracts.ErrInvalidArgument) {
		t.Errorf("the message is %v", err)
	}

	type noPointer struct{ thing }
	unfit = nil
	for name, interfaceName := range map[string]string{
		"blob_store": "BlobStore", "clock": "Clock", "http_client": "HTTPClient", "rng": "Rng", "tmpdir": "TempDir",
	} {
		err := registry.Register(name, noPointer{}, resources.RegisterOptions{})
		unfit = isA[*contracts.UnfitResourceError](t, contracts.ErrUnfitResource, err)
		if unfit.Interface != interfaceName || len(unfit.Problems) < 2 {
			t.Errorf("%s: %#v", name, unfit)
		}
	}
	err = registry.Register("rng", resources.DeterministicRng{}, resources.RegisterOptions{})
	unfit = isA[*contracts.UnfitResourceError](t, contracts.ErrUnfitResource, err)
	if len(unfit.Problems) != 1 || !strings.Contains(unfit.Problems[0], "only a pointer") {
		t.Errorf("%#v", unfit)
	}
	register(t, registry, "clock", &valueClock{})
}

func TestNilIsNoResource(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	for _, resource := range []any{nil, (*resources.SystemClock)(nil), map[string]int(nil)} {
		for _, name := range []string{"clock", "custom"} {
			err := registry.Register(name, resource, resources.RegisterOptions{})
			refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
			if refusal.Argument != "resource" {
				t.Errorf("%#v", refusal)
			}
		}
	}
	err := registry.RegisterFactory("custom", nil, resources.RegisterOptions{})
	isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
}

func TestWhatNobodyRegisteredIsMissing(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	register(t, registry, "clock", resources.NewSystemClock())
	_, err := registry.Get("clok")
	missing := isA[*contracts.MissingResourcesError](t, contracts.ErrMissingResources, err)
	want := contracts.MissingResource{Plugin: "the host", Resource: "clok", Near: []string{"clock"}}
	if len(missing.Missing) != 1 || fmt.Sprint(missing.Missing[0]) != fmt.Sprint(want) {
		t.Errorf("%#v", missing)
	}
	if !strings.HasSuffix(err.Error(), "the host asks for clok (did you mean clock?)") {
		t.Errorf("the message is %v", err)
	}
}

func TestAllThatIsMissingIsOneError(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	register(t, registry, "clock", resources.NewSystemClock())
	register(t, registry, "postgres", 1)
	needs := map[string]resources.Needs{
		"reports": {Required: []string{"postgre", "clock", "zzz", "postgre"}, Optional: []string{"none"}},
		"billing": {Required: []string{"clocks"}},
		"fine":    {Required: []string{"clock"}, Optional: []string{"none"}},
	}
	missing := isA[*contracts.MissingResourcesError](t, contracts.ErrMissingResources, registry.Check(needs))
	var got []string
	for _, m := range missing.Missing {
		got = append(got, fmt.Sprintf("%s/%s/%q", m.Plugin, m.Resource, m.Near))
	}
	want := []string{
		`billing/clocks/["clock"]`, `reports/postgre/["postgres"]`, `reports/zzz/[]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("missing are %q", got)
	}
	const detail = "plugin billing requires clocks (did you mean clock?); " +
		"plugin reports requires postgre (did you mean postgres?); plugin reports requires zzz"
	if missing.Detail != detail {
		t.Errorf("the detail is %s", missing.Detail)
	}
	if _, err := registry.Scope("reports", needs["reports"]); !errors.Is(err, contracts.ErrMissingResources) {
		t.Errorf("the scope was opened: %v", err)
	}
	delete(needs, "reports")
	delete(needs, "billing")
	if err := registry.Check(needs); err != nil {
		t.Error(err)
	}
}

func TestAPluginSeesWhatItDeclaredAndNothingElse(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	clock := resources.NewFrozenClock(noon)
	register(t, registry, "clock", clock)
	register(t, registry, "secret", 1)
	scope, err := registry.Scope("reports", resources.Needs{
		Required: []string{"clock"}, Optional: []string{"cache", "clock"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := contracts.ClockFrom(scope); got != clock || err != nil {
		t.Errorf("the clock is %v (%v)", got, err)
	}
	if got := read(t, scope, "cache"); got != nil {
		t.Errorf("an optional resource that is missing is %v", got)
	}
	for _, name := range []string{"secret", "no_such", ""} {
		_, err := scope.Get(name)
		undeclared := isA[*contracts.UndeclaredResourceError](t, contracts.ErrUndeclaredResource, err)
		if undeclared.Plugin != "reports" || undeclared.Resource != name {
			t.Errorf("%#v", undeclared)
		}
	}
	if scope.Plugin() != "reports" || scope.String() != "the scope of plugin reports" {
		t.Errorf("it is %v of %s", scope, scope.Plugin())
	}
	for range 2 {
		if err := scope.Close(); err != nil {
			t.Error(err)
		}
	}
	_, err = scope.Get("clock")
	closed := isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
	if closed.Resource != "resource clock of plugin reports" {
		t.Errorf("%#v", closed)
	}
	if _, err := scope.Get("secret"); !errors.Is(err, contracts.ErrUndeclaredResource) {
		t.Errorf("what was not declared is %v", err)
	}
	clock.Now() // panics if the scope closed what plugins share
}

func TestANameOfAPluginIsNeeded(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	for _, plugin := range []string{"", "\xff"} {
		_, err := registry.Scope(plugin, resources.Needs{})
		if got := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err); got.Argument != "plugin" {
			t.Errorf("%#v", got)
		}
	}
}

func TestEachPluginHasAStreamOfItsOwn(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	register(t, registry, "rng", resources.NewDeterministicRng(42))
	register(t, registry, "other_rng", resources.NewDeterministicRng(42))
	for range 2 {
		for plugin, want := range map[string]float64{"a": 0.9146699236488833, "b": 0.18006815347707217} {
			scope := open(t, registry, plugin, "rng", "other_rng")
			rng, err := contracts.RngFrom(scope)
			if err != nil {
				t.Fatal(err)
			}
			if got := rng.NextFloat(); got != want {
				t.Errorf("the stream of %s begins with %v", plugin, got)
			}
			if read(t, scope, "other_rng") != read(t, registry, "other_rng") {
				t.Error("a resource of another name was forked")
			}
			if err := scope.Close(); err != nil {
				t.Error(err)
			}
			panicsWith(t, contracts.ErrResourceClosed, func() { rng.NextFloat() })
		}
	}
	whole, err := contracts.RngFrom(registry)
	if err != nil || whole.NextFloat() != 0.6394267984578837 {
		t.Errorf("the host's own stream was drawn from (%v)", err)
	}
}

func TestASourceThatTheHostClosedIsAnErrorOfTheScope(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	rng := resources.NewDeterministicRng(1)
	register(t, registry, "rng", rng)
	if err := rng.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := registry.Scope("a", resources.Needs{Required: []string{"rng"}})
	isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
}

func TestAFactoryMakesEachPluginItsOwn(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	make := func(kind string) func(plugin string) (any, error) {
		return func(plugin string) (any, error) {
			return &thing{name: kind + " of " + plugin, ledger: closed}, nil
		}
	}
	registerFactory(t, registry, "cache", make("cache"))
	registerFactory(t, registry, "desk", make("desk"))
	register(t, registry, "pool", &thing{name: "pool", ledger: closed})
	a, b := open(t, registry, "a", "cache", "desk", "pool"), open(t, registry, "b", "cache")
	if read(t, a, "cache") != read(t, a, "cache") || read(t, a, "cache") == read(t, b, "cache") {
		t.Error("two plugins share a product")
	}
	read(t, registry, "cache")
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t, "desk of a", "cache of a")
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t, "desk of a", "cache of a", "cache of the host", "cache of b", "pool")
	if _, err := b.Get("cache"); !errors.Is(err, contracts.ErrResourceClosed) {
		t.Errorf("after the close b reads %v", err)
	}
}

func TestAFailingFactoryLeavesNothingOpen(t *testing.T) {
	t.Parallel()
	reason := errors.New("no space")
	for name, factory := range map[string]func(string) (any, error){
		"an error":   func(string) (any, error) { return nil, reason },
		"nil":        func(string) (any, error) { return nil, nil },
		"an oddity":  func(string) (any, error) { return oddClock{}, nil },
		"a panicker": func(string) (any, error) { panic(reason) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry, closed := newRegistry(t), &ledger{}
			registerFactory(t, registry, "a_desk", func(string) (any, error) {
				return &thing{name: "desk", ledger: closed}, nil
			})
			registerFactory(t, registry, "clock", factory)
			var scope *resources.Scope
			var err error
			call := func() {
				scope, err = registry.Scope("p", resources.Needs{Required: []string{"clock", "a_desk"}})
			}
			if name == "a panicker" {
				panicsWith(t, reason, call)
			} else if call(); err == nil || scope != nil {
				t.Errorf("it opened %v", scope)
			}
			want := map[string]error{
				"an error": reason, "nil": contracts.ErrInvalidArgument, "an oddity": contracts.ErrUnfitResource,
			}[name]
			if want != nil && (!errors.Is(err, want) || !strings.Contains(err.Error(), "registry_test.go:")) {
				t.Errorf("the error is %v", err)
			}
			closed.is(t, "desk")
		})
	}
}

func TestWhatIsNotOwnedIsNotClosed(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	foreign := resources.RegisterOptions{NotOwned: true}
	both := &thing{name: "both", ledger: closed}
	for _, err := range []error{
		registry.Register("one", &thing{name: "one", ledger: closed}, foreign),
		registry.Register("both", both, foreign),
		registry.Register("both_again", both, resources.RegisterOptions{}),
		registry.RegisterFactory("made", func(string) (any, error) {
			return &thing{name: "made", ledger: closed}, nil
		}, foreign),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	open(t, registry, "a", "made")
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t, "both")
}

func TestDecoratorsWrap(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	register(t, registry, "text", "x")
	around := func(left string) func(any) (any, error) {
		return func(inner any) (any, error) { return left + inner.(string), nil }
	}
	early := open(t, registry, "a", "text")
	decorate := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	decorate(registry.Decorate("text", around("1"), resources.DecorateOptions{}))
	if got := read(t, registry, "text"); got != "1x" {
		t.Errorf("the host sees %v", got)
	}
	decorate(registry.Decorate("text", around("2"), resources.DecorateOptions{Plugin: "b"}))
	decorate(registry.DecorateEach("text", func(inner any, plugin string) (any, error) {
		return plugin + inner.(string), nil
	}))
	if got := read(t, early, "text"); got != "x" {
		t.Errorf("a plugin that was there before sees %v", got)
	}
	for plugin, want := range map[string]string{"a": "a1x", "b": "b21x"} {
		if got := read(t, open(t, registry, plugin, "text"), "text"); got != want {
			t.Errorf("%s sees %v", plugin, got)
		}
	}
	_, err := registry.Get("text")
	refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	if !strings.Contains(refusal.Reason, "open a scope") {
		t.Errorf("%#v", refusal)
	}
}

func TestAWrapThatFailsIsAnErrorOfTheScope(t *testing.T) {
	t.Parallel()
	reason := errors.New("no")
	for want, wrap := range map[error]func(any) (any, error){
		reason:                       func(any) (any, error) { return nil, reason },
		contracts.ErrInvalidArgument: func(any) (any, error) { return nil, nil },
		contracts.ErrUnfitResource:   func(any) (any, error) { return 1, nil },
	} {
		registry := newRegistry(t)
		register(t, registry, "clock", resources.NewSystemClock())
		if err := registry.Decorate("clock", wrap, resources.DecorateOptions{}); err != nil {
			t.Fatal(err)
		}
		_, err := registry.Scope("a", resources.Needs{Required: []string{"clock"}})
		if !errors.Is(err, want) || !strings.Contains(err.Error(), "registry_test.go:") {
			t.Errorf("the error is %v, not %v", err, want)
		}
	}
}

func TestWhatIsNotThereCannotBeDecorated(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	register(t, registry, "clock", resources.NewSystemClock())
	same := func(inner any) (any, error) { return inner, nil }
	err := registry.Decorate("clok", same, resources.DecorateOptions{})
	refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	if refusal.Reason != "there is no resource clok (did you mean clock?)" {
		t.Errorf("%#v", refusal)
	}
	for _, err := range []error{
		registry.Decorate("clock", nil, resources.DecorateOptions{}), registry.DecorateEach("clock", nil),
	} {
		isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	}
}

func TestOverridesHoldForAWhile(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	register(t, registry, "text", "x")
	put := func(name string, resource any) func() {
		restore, err := registry.Override(name, resource)
		if err != nil {
			t.Fatal(err)
		}
		return restore
	}
	outer, inner := put("text", "outer"), put("text", "inner")
	alone := put("alone", &thing{name: "alone", ledger: closed})
	if got := read(t, open(t, registry, "a", "text", "alone"), "text"); got != "inner" {
		t.Errorf("the text is %v", got)
	}
	if got := registry.Names(); !slices.Equal(got, []string{"text", "alone"}) {
		t.Errorf("the names are %q", got)
	}
	outer()
	outer()
	if got := read(t, registry, "text"); got != "inner" {
		t.Errorf("the text is %v", got)
	}
	inner()
	alone()
	if got := read(t, registry, "text"); got != "x" {
		t.Errorf("the text is %v", got)
	}
	if _, err := registry.Get("alone"); !errors.Is(err, contracts.ErrMissingResources) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := registry.Override("clock", oddClock{}); !errors.Is(err, contracts.ErrUnfitResource) {
		t.Errorf("an unfit one was taken: %v", err)
	}
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t)
}

func TestConcurrentUseOfARegistry(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	registerFactory(t, registry, "made", func(plugin string) (any, error) {
		return &thing{name: plugin, ledger: closed}, nil
	})
	var all sync.WaitGroup
	var winners sync.Map
	for i := range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			if registry.Register("one", i, resources.RegisterOptions{}) == nil {
				if other, loaded := winners.LoadOrStore("one", i); loaded {
					t.Errorf("%d and %v both have the name", i, other)
				}
			}
			for j := range 10 {
				scope, err := registry.Scope(fmt.Sprintf("p-%d-%d", i, j), resources.Needs{Required: []string{"made"}})
				if err != nil {
					if !errors.Is(err, contracts.ErrResourceClosed) {
						t.Error(err)
					}
					return
				}
				if i%2 == 0 {
					if err := scope.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			if i == 7 {
				if err := registry.Close(); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	all.Wait()
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	if len(closed.names) != len(slices.Compact(slices.Sorted(slices.Values(closed.names)))) {
		t.Error("something was closed twice")
	}
}

func TestAClosedRegistryRefusesEverything(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	register(t, registry, "clock", resources.NewSystemClock())
	if err := registry.Close(); err != nil {
		t.Fatal(err)
	}
	same := func(inner any) (any, error) { return inner, nil }
	_, get := registry.Get("clock")
	_, scope := registry.Scope("a", resources.Needs{})
	_, override := registry.Override("clock", resources.NewSystemClock())
	for _, err := range []error{
		get, scope, override, registry.Check(nil),
		registry.Register("x", 1, resources.RegisterOptions{}),
		registry.RegisterFactory("x", func(string) (any, error) { return 1, nil }, resources.RegisterOptions{}),
		registry.Decorate("clock", same, resources.DecorateOptions{}),
		registry.DecorateEach("clock", func(inner any, _ string) (any, error) { return inner, nil }),
	} {
		isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
	}
}

func TestLateContextsAreStillHonoured(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := registry.Close(); err != nil {
		t.Fatal(err)
	}
	if err := registry.CloseContext(ctx); err != nil {
		t.Errorf("what is closed already is said to be %v", err)
	}
}
