package resources

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
)

const (
	// host stands for a plugin's name where the host itself asks.
	host = "the host"

	registryName = "ResourceRegistry"

	defaultCloseTimeout = 10 * time.Second
)

// ResourceRegistry has the resources of a host, by name: what plugins get is decided and closed
// here.
//
// The host registers resources, opens a scope for each plugin, tears the plugins down, and closes
// the registry, which closes what it owns. It is safe for concurrent use.
type ResourceRegistry struct {
	closedOnce
	limit time.Duration

	mu          sync.Mutex
	names       []string // in the order of registration
	entries     map[string]*entry
	owned       []*entry // also those that were replaced
	overrides   map[string][]*entry
	decorations []*decoration
	scopes      []*Scope
	hostScope   *Scope
}

var _ contracts.Resources = (*ResourceRegistry)(nil)

// RegistryOptions are the optional arguments of [NewRegistry]; the zero value holds the defaults.
type RegistryOptions struct {
	// CloseTimeout is how long each resource may take to close, 10 seconds if it is 0; a negative
	// one is for ever.
	CloseTimeout time.Duration
}

// RegisterOptions are the optional arguments of [ResourceRegistry.Register] and
// [ResourceRegistry.RegisterFactory]; the zero value holds the defaults.
type RegisterOptions struct {
	// Replace takes the name from what has it. What had it is closed with the registry, too.
	Replace bool

	// NotOwned leaves it to the host to close the resource, or what the factory makes. A resource
	// that is registered several times is closed if any registration owns it.
	NotOwned bool
}

// DecorateOptions are the optional arguments of [ResourceRegistry.Decorate]; the zero value holds
// the defaults.
type DecorateOptions struct {
	// Plugin is the one plugin that sees the wrap; without one, all do.
	Plugin string
}

// NewRegistry returns an empty registry.
func NewRegistry(opts RegistryOptions) *ResourceRegistry {
	limit := opts.CloseTimeout
	if limit == 0 {
		limit = defaultCloseTimeout
	}
	return &ResourceRegistry{
		closedOnce: newClosedOnce(),
		limit:      limit,
		entries:    map[string]*entry{},
		overrides:  map[string][]*entry{},
	}
}

// String says what is registered.
func (r *ResourceRegistry) String() string {
	return fmt.Sprintf("%s(%s)", registryName, strings.Join(r.Names(), ", "))
}

// Register puts a resource under a name in snake case; all plugins share it. It is closed with the
// registry, by Close(ctx) error, Close() error or Close(), whichever it has. A seeded "rng" is not
// shared: each plugin gets the child that is called like the plugin.
//
// It returns [contracts.ErrInvalidArgument] if the name is not in snake case or the resource is
// nil, [contracts.ErrUnfitResource] if the resource lacks methods of the interface of its standard
// name, [contracts.ErrAlreadyExists] if the name is taken, and [contracts.ErrResourceClosed] if the
// registry is closed.
func (r *ResourceRegistry) Register(name string, resource any, opts RegisterOptions) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := checkFit(name, resource, "the given object"); err != nil {
		return err
	}
	return r.add(&entry{name: name, resource: resource, owned: !opts.NotOwned, site: callSite()}, opts.Replace)
}

// RegisterFactory puts a function under a name in snake case; it makes each plugin a resource of
// its own, when the plugin's scope is opened. What it returns is closed with that scope, right
// after the plugin's teardown. The function is called with the plugin's name, by any goroutine. Each
// product must be new: one that two plugins had would be closed when the first of them ends.
//
// It returns the same errors as [ResourceRegistry.Register].
func (r *ResourceRegistry) RegisterFactory(
	name string, factory func(plugin string) (any, error), opts RegisterOptions,
) error {
	if err := checkName(name); err != nil {
		return err
	}
	if factory == nil {
		return refused("factory", "it is nil")
	}
	return r.add(&entry{name: name, factory: factory, owned: !opts.NotOwned, site: callSite()}, opts.Replace)
}

// Decorate lets plugins see wrap(resource) in place of a resource.
//
// The function is called anew for each scope; what plugins have already stays as it is. Of several
// wraps the first one is innermost. What it returns is not closed: it owns nothing. Usually it is a
// struct that embeds the interface and defines a few of its methods.
//
// It returns [contracts.ErrInvalidArgument] if nothing is registered under the name, and
// [contracts.ErrResourceClosed] if the registry is closed.
func (r *ResourceRegistry) Decorate(
	name string, wrap func(resource any) (any, error), opts DecorateOptions,
) error {
	if wrap == nil {
		return refused("wrap", "it is nil")
	}
	return r.decorate(&decoration{
		name:   name,
		plugin: opts.Plugin,
		wrap:   func(resource any, _ string) (any, error) { return wrap(resource) },
		each:   opts.Plugin != "",
		site:   callSite(),
	})
}

// DecorateEach is [ResourceRegistry.Decorate] for all plugins with a function that gets the name of
// the plugin, too.
func (r *ResourceRegistry) DecorateEach(
	name string, wrap func(resource any, plugin string) (any, error),
) error {
	if wrap == nil {
		return refused("wrap", "it is nil")
	}
	return r.decorate(&decoration{name: name, wrap: wrap, each: true, site: callSite()})
}

// Override puts a resource in the place of what is registered, for tests, until the function that
// it returns is called. It holds for scopes that are opened meanwhile. Of several, the last one
// counts. The caller closes the resource.
//
// It returns the same errors as [ResourceRegistry.Register], but for a name that is taken.
func (r *ResourceRegistry) Override(name string, resource any) (restore func(), err error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := checkFit(name, resource, "the given object"); err != nil {
		return nil, err
	}
	put := &entry{name: name, resource: resource, site: callSite()}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refusal(registryName); err != nil {
		return nil, err
	}
	r.overrides[name] = append(r.overrides[name], put)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.overrides[name] = slices.DeleteFunc(r.overrides[name], func(e *entry) bool { return e == put })
		if len(r.overrides[name]) == 0 {
			delete(r.overrides, name)
		}
	}, nil
}

// Names returns the names of all resources, in the order of their registration.
func (r *ResourceRegistry) Names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all()
}

// Get returns a resource as every plugin sees it, for hosts that have no scopes. Each call for a
// factory's name makes a new one, which is closed with the registry.
//
// It returns [contracts.ErrMissingResources] if nothing is registered under the name,
// [contracts.ErrInvalidArgument] if it depends on the plugin what is seen there, and
// [contracts.ErrResourceClosed] if the registry is closed.
func (r *ResourceRegistry) Get(name string) (any, error) {
	found, decorations, scope, err := r.forHost(name)
	if err != nil {
		return nil, err
	}
	value := found.resource
	if found.factory != nil { // a seeded source cannot be forked for a plugin that is not known
		if value, err = r.made(scope, found); err != nil {
			return nil, err
		}
	}
	return dressed(found, value, scope.plugin, decorations)
}

// Check returns a [*contracts.MissingResourcesError] that says what each plugin requires and nobody
// registered, and what looks like it; nil if nothing is missing.
func (r *ResourceRegistry) Check(needs map[string]Needs) error {
	if err := r.refusal(registryName); err != nil {
		return err
	}
	return checkNeeds(needs, r.Names())
}

// Scope opens what one plugin sees: what it declares, and nothing else. Factories make what is the
// plugin's own, and decorators wrap. If that fails, what was made already is closed.
//
// It returns [contracts.ErrMissingResources] if required resources are not registered,
// [contracts.ErrUnfitResource] if what was made lacks methods of its interface, the error of a
// factory or decorator, and [contracts.ErrResourceClosed] if the registry is closed.
func (r *ResourceRegistry) Scope(plugin string, needs Needs) (opened *Scope, err error) {
	if !utf8.ValidString(plugin) || plugin == "" {
		return nil, refused("plugin", "%q is not the name of a plugin", plugin)
	}
	entries, decorations, scope, err := r.open(plugin, needs)
	if err != nil {
		return nil, err
	}
	defer func() { // also when a factory panics
		if opened != nil {
			return
		}
		if failure := scope.Close(); failure != nil {
			err = errors.Join(err, failure)
		}
	}()
	// Without the lock: this calls what the host wrote, which may take long or look here, too.
	values := map[string]any{}
	for _, found := range entries {
		value, err := r.made(scope, found)
		if err != nil {
			return nil, err
		}
		if values[found.name], err = dressed(found, value, plugin, decorations); err != nil {
			return nil, err
		}
	}
	if err := scope.show(values); err != nil {
		return nil, err
	}
	return scope, nil
}

// Close closes the scopes that are still open, and then every resource that the registry owns, in
// reverse order of registration, once, whatever some of them return or panic with. It returns all
// failures together. Later calls wait until it is done and return nil.
//
// A resource must not close the registry from its own Close: it would wait for itself.
func (r *ResourceRegistry) Close() error {
	return r.CloseContext(context.Background())
}

// CloseContext is [ResourceRegistry.Close] that waits as long as ctx lasts. If that ends before, it
// returns an error that says so and wraps that of ctx; closing goes on to the end, and the failures
// are returned to the next who waits for it. The resources get the values of ctx, not its
// cancellation.
func (r *ResourceRegistry) CloseContext(ctx context.Context) error {
	return r.shut(ctx, "the registry", r.release)
}
