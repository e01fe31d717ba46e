package resources_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestResourcesAreClosedInReverseOrderWhateverFails(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	first, second := errors.New("first reason"), errors.New("second reason")
	register(t, registry, "a", &thing{"a", closed, func() error { panic("third reason") }})
	register(t, registry, "b", &thing{"b", closed, func() error { panic(second) }})
	register(t, registry, "c", &thing{"c", closed, func() error { return first }})
	register(t, registry, "d", &thing{"d", closed, func() error { runtime.Goexit(); return nil }})
	register(t, registry, "e", &thing{"e", closed, nil})
	register(t, registry, "number", 5)
	err := registry.Close()
	closed.is(t, "e", "d", "c", "b", "a")
	if !errors.Is(err, first) || !errors.Is(err, second) {
		t.Errorf("a reason is missing in %v", err)
	}
	for _, words := range []string{
		"closing the registry: 4 failed: ", "closing resource c, registered at ",
		"registry_test.go:", "panic: second reason", "panic: third reason", "it ended its goroutine",
	} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q is missing in %v", words, err)
		}
	}
	if err := registry.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	closed.is(t, "e", "d", "c", "b", "a")
}

func TestAnObjectUnderTwoNamesIsClosedOnceAtItsFirstTurn(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	both := &thing{"both", closed, nil}
	equal := &thing{"both", closed, nil}
	register(t, registry, "one", both)
	register(t, registry, "between", &thing{"between", closed, nil})
	register(t, registry, "two", both)
	register(t, registry, "equal", equal)
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t, "both", "between", "both") // first the equal one, which is another
}

// Kinds of values that cannot be compared, or are equal without being the same.
type (
	mapCloser   map[string]*ledger
	sliceCloser []*ledger
	structOf    struct {
		list []int
		*thing
	}
	emptyCloser struct{}
)

func (c mapCloser) Close() error { c["l"].note("map"); return nil }

func (c sliceCloser) Close() { c[0].note("slice") }

var emptyClosings atomic.Int32

func (*emptyCloser) Close(context.Context) error { emptyClosings.Add(1); return nil }

func TestAnythingCanBeRegisteredTwice(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	emptyClosings.Store(0)
	m, s := mapCloser{"l": closed}, sliceCloser{closed}
	for _, suffix := range []string{"", "_again"} {
		register(t, registry, "map"+suffix, m)
		register(t, registry, "slice"+suffix, s)
		register(t, registry, "empty"+suffix, &emptyCloser{})
	}
	register(t, registry, "struct", structOf{nil, &thing{"struct", closed, nil}})
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	closed.is(t, "struct", "slice", "map")
	if emptyClosings.Load() != 2 {
		t.Errorf("%d of two were closed", emptyClosings.Load())
	}
}

func TestConcurrentClosersAllWait(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	entered, goOn := make(chan struct{}), make(chan struct{})
	reason := errors.New("reason")
	var done atomic.Bool
	register(t, registry, "slow", &thing{"slow", closed, func() error {
		close(entered)
		<-goOn
		done.Store(true)
		return reason
	}})
	first := make(chan error, 1)
	go func() { first <- registry.Close() }()
	<-entered
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := registry.Close(); err != nil || !done.Load() {
				t.Errorf("a later caller came back with %v (closed: %v)", err, done.Load())
			}
		}()
	}
	close(goOn)
	all.Wait()
	if err := <-first; !errors.Is(err, reason) {
		t.Errorf("the first caller got %v", err)
	}
	closed.is(t, "slow")
}

func TestWhoGivesUpWaitingLeavesTheFailuresToTheNext(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	entered, goOn := make(chan struct{}), make(chan struct{})
	reason := errors.New("reason")
	register(t, registry, "early", &thing{"early", closed, nil})
	register(t, registry, "slow", &thing{"slow", closed, func() error {
		close(entered)
		<-goOn
		return reason
	}})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { first <- registry.CloseContext(ctx) }()
	<-entered
	cancel()
	err := <-first
	if !errors.Is(err, context.Canceled) || err.Error() != "the registry is still being closed: context canceled" {
		t.Errorf("the first caller got %v", err)
	}
	close(goOn)
	if err := registry.Close(); !errors.Is(err, reason) {
		t.Errorf("the next one got %v", err)
	}
	if err := registry.Close(); err != nil {
		t.Errorf("the one after got %v", err)
	}
	closed.is(t, "slow", "early")
}

func TestFailuresAreNotLostWhenWaitingEndsJustAsAllIsClosed(t *testing.T) {
	t.Parallel()
	reason := errors.New("reason")
	for range 500 { // whichever of the two comes first
		registry := newRegistry(t)
		entered, goOn := make(chan struct{}), make(chan struct{})
		register(t, registry, "slow", &thing{"slow", &ledger{}, func() error {
			close(entered)
			<-goOn
			return reason
		}})
		ctx, cancel := context.WithCancel(t.Context())
		failures := make(chan error, 2)
		go func() { failures <- registry.CloseContext(ctx) }()
		<-entered
		go func() { failures <- registry.Close() }()
		go cancel()
		close(goOn)
		one, other := <-failures, <-failures
		if errors.Is(one, reason) == errors.Is(other, reason) {
			t.Fatalf("the two who waited got %v and %v", one, other)
		}
	}
}

type contextCloser struct{ seen chan error }

func (c contextCloser) Close(ctx context.Context) error {
	<-ctx.Done()
	c.seen <- ctx.Err()
	return nil
}

func TestAResourceThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	closed := &ledger{}
	registry := resources.NewRegistry(resources.RegistryOptions{CloseTimeout: 500 * time.Millisecond})
	release, ended := make(chan struct{}), make(chan struct{})
	register(t, registry, "early", &thing{"early", closed, nil})
	register(t, registry, "hanging", &thing{"hanging", closed, func() error {
		defer close(ended)
		<-release
		return nil
	}})
	err := registry.Close()
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "hanging") ||
		!strings.Contains(err.Error(), "not closed within 500ms") {
		t.Errorf("the error is %v", err)
	}
	closed.is(t, "hanging", "early")
	close(release)
	<-ended
}

func TestClosersAreToldTheTimeLimitAndNotTheCancellation(t *testing.T) {
	t.Parallel()
	registry := resources.NewRegistry(resources.RegistryOptions{CloseTimeout: 20 * time.Millisecond})
	closer := contextCloser{make(chan error, 1)}
	register(t, registry, "c", closer)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := registry.CloseContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the host got %v", err)
	}
	if err := <-closer.seen; err != context.DeadlineExceeded {
		t.Errorf("the resource saw %v", err)
	}
}

func TestATimeLimitCanBeForEver(t *testing.T) {
	t.Parallel()
	registry := resources.NewRegistry(resources.RegistryOptions{CloseTimeout: -1})
	register(t, registry, "x", &thing{"x", &ledger{}, func() error {
		time.Sleep(time.Millisecond)
		return nil
	}})
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
}

func TestAScopeReportsAllFailuresOfItsProducts(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	reason := errors.New("reason")
	for _, name := range []string{"a", "b"} {
		registerFactory(t, registry, name, func(string) (any, error) {
			return &thing{name, closed, func() error { return reason }}, nil
		})
	}
	scope := open(t, registry, "p", "a", "b")
	err := scope.Close()
	if !errors.Is(err, reason) || !strings.Contains(err.Error(), "closing what was made for plugin p: 2 failed") ||
		!strings.Contains(err.Error(), "made for plugin p: reason") {
		t.Errorf("the error is %v", err)
	}
	closed.is(t, "b", "a")
	if err := registry.Close(); err != nil {
		t.Errorf("the registry reports it again: %v", err)
	}
}

func TestANilThatAFactoryMakesIsNotClosed(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	registerFactory(t, registry, "made", func(string) (any, error) { return (*thing)(nil), nil })
	_, err := registry.Scope("p", resources.Needs{Required: []string{"made"}})
	isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	if strings.Contains(err.Error(), "panic") {
		t.Errorf("it is closed: %v", err)
	}
}

func TestFailuresOfOpenScopesAreTheRegistrys(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	reason := errors.New("reason")
	registerFactory(t, registry, "made", func(plugin string) (any, error) {
		return &thing{plugin, closed, func() error { return reason }}, nil
	})
	register(t, registry, "shared", &thing{"shared", closed, nil})
	open(t, registry, "a", "made")
	open(t, registry, "b", "made")
	if err := registry.Close(); !errors.Is(err, reason) || !strings.Contains(err.Error(), "2 failed") {
		t.Errorf("the error is %v", err)
	}
	closed.is(t, "b", "a", "shared")
}

// The other order is impossible: a product that comes too late is closed at once.
func TestAProductThatComesAfterTheCloseIsClosed(t *testing.T) {
	t.Parallel()
	registry, closed := newRegistry(t), &ledger{}
	entered, goOn := make(chan struct{}), make(chan struct{})
	registerFactory(t, registry, "made", func(string) (any, error) {
		close(entered)
		<-goOn
		return &thing{"late", closed, nil}, nil
	})
	opened := make(chan error, 1)
	go func() {
		_, err := registry.Scope("p", resources.Needs{Required: []string{"made"}})
		opened <- err
	}()
	<-entered
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	close(goOn)
	if err := <-opened; !errors.Is(err, contracts.ErrResourceClosed) {
		t.Errorf("the scope was opened: %v", err)
	}
	closed.is(t, "late")
}
