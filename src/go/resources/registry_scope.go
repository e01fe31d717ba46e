package resources

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.dagstack.dev/contracts"
)

// Scope is what one plugin gets, from before its setup until after its teardown: the resources that
// it declared, and no others. It is a [contracts.Resources], so contracts.ClockFrom(scope) reads
// its clock.
//
// An optional resource that the host does not have is nil, which [Scope.Get] tells; for functions
// such as contracts.ClockFrom it is an error.
//
// Closing it closes what was made for this plugin alone, the last one first, and leaves what
// plugins share to the registry. The host does so after the plugin's teardown. It is safe for
// concurrent use.
type Scope struct {
	closedOnce
	plugin   string
	declared []string
	limit    time.Duration
	forget   func(*Scope)

	kept     sync.Mutex
	products []item
	values   map[string]any
}

var _ contracts.Resources = (*Scope)(nil)

// Plugin returns the name of the plugin.
func (s *Scope) Plugin() string {
	return s.plugin
}

// String says whose it is.
func (s *Scope) String() string {
	return "the scope of plugin " + s.plugin
}

// Get returns the resource called name, or nil for an optional one that the host does not have:
//
//	store, err := scope.Get("blob_store")
//	if err == nil && store == nil { // the host has none
//
// It returns [contracts.ErrUndeclaredResource] if the plugin does not declare it, and
// [contracts.ErrResourceClosed] after the plugin's teardown.
func (s *Scope) Get(name string) (any, error) {
	if _, found := slices.BinarySearch(s.declared, name); !found {
		return nil, &contracts.UndeclaredResourceError{Plugin: s.plugin, Resource: name}
	}
	s.kept.Lock()
	defer s.kept.Unlock()
	if err := s.refusal("resource " + name + " of plugin " + s.plugin); err != nil {
		return nil, err
	}
	return s.values[name], nil
}

// Close closes what was made for the plugin, and returns all failures together. Later calls wait
// until it is done and return nil.
func (s *Scope) Close() error {
	return s.CloseContext(context.Background())
}

// CloseContext is [Scope.Close] that waits as long as ctx lasts. If that ends before, it returns an
// error that says so and wraps that of ctx; closing goes on.
func (s *Scope) CloseContext(ctx context.Context) error {
	return s.shut(ctx, s.String(), func(ctx context.Context) error {
		s.kept.Lock()
		items := s.products
		s.products, s.values = nil, nil
		s.kept.Unlock()
		defer s.forget(s)
		slices.Reverse(items)
		return report("closing what was made for plugin "+s.plugin, closeAll(ctx, different(items), s.limit))
	})
}

// keep has a product closed with the scope. If the scope was closed meanwhile, the product is
// closed at once, and the error says so.
func (s *Scope) keep(product any, what string) error {
	it := item{product, what + ", made for plugin " + s.plugin}
	s.kept.Lock()
	err := s.refusal(s.String())
	if err == nil {
		s.products = append(s.products, it)
	}
	s.kept.Unlock()
	if err != nil {
		closeAll(context.Background(), []item{it}, s.limit)
	}
	return err
}

// show lets the plugin see these values.
func (s *Scope) show(values map[string]any) error {
	s.kept.Lock()
	defer s.kept.Unlock()
	if err := s.refusal(s.String()); err != nil {
		return err
	}
	s.values = values
	return nil
}
