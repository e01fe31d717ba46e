package resources

import (
	"context"
	"fmt"
	"slices"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/likeness"
)

func (r *ResourceRegistry) add(added *entry, replace bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refusal(registryName); err != nil {
		return err
	}
	if before := r.entries[added.name]; before != nil {
		if !replace {
			hint := fmt.Errorf("it was registered at %s; RegisterOptions.Replace replaces it", before.site)
			return &contracts.AlreadyExistsError{Taken: added.name, Err: hint}
		}
		r.names = slices.DeleteFunc(r.names, func(name string) bool { return name == added.name })
	}
	r.names = append(r.names, added.name)
	r.entries[added.name] = added
	if added.owned && added.factory == nil {
		r.owned = append(r.owned, added)
	}
	return nil
}

func (r *ResourceRegistry) decorate(added *decoration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refusal(registryName); err != nil {
		return err
	}
	if r.entry(added.name) == nil {
		question := didYouMean(likeness.Near(added.name, r.all()))
		return refused("name", "there is no resource %s%s", added.name, question)
	}
	r.decorations = append(r.decorations, added)
	return nil
}

// all returns the names of all resources; under the lock.
func (r *ResourceRegistry) all() []string {
	names := slices.Clone(r.names)
	for name := range r.overrides {
		if r.entries[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names[len(r.names):])
	return names
}

// entry returns what counts under a name, or nil; under the lock.
func (r *ResourceRegistry) entry(name string) *entry {
	if put := r.overrides[name]; len(put) > 0 {
		return put[len(put)-1]
	}
	return r.entries[name]
}

// forHost finds a resource for the host itself.
func (r *ResourceRegistry) forHost(name string) (*entry, []*decoration, *Scope, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refusal(registryName); err != nil {
		return nil, nil, nil, err
	}
	found := r.entry(name)
	if found == nil {
		near := likeness.Near(name, r.all())
		return nil, nil, nil, &contracts.MissingResourcesError{
			Missing: []contracts.MissingResource{{Plugin: host, Resource: name, Near: near}},
			Detail:  fmt.Sprintf("%s asks for %s%s", host, name, didYouMean(near)),
		}
	}
	for _, wish := range r.decorations {
		if wish.name == name && wish.each {
			err := refused("name", "%s is decorated by plugin at %s: open a scope", name, wish.site)
			return nil, nil, nil, err
		}
	}
	if r.hostScope == nil {
		r.hostScope = r.newScope(host, nil)
	}
	return found, slices.Clone(r.decorations), r.hostScope, nil
}

// open finds the resources for a plugin, and makes its scope.
func (r *ResourceRegistry) open(plugin string, needs Needs) ([]*entry, []*decoration, *Scope, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refusal(registryName); err != nil {
		return nil, nil, nil, err
	}
	if err := checkNeeds(map[string]Needs{plugin: needs}, r.all()); err != nil {
		return nil, nil, nil, err
	}
	declared := needs.declared()
	var entries []*entry
	for _, name := range declared {
		if found := r.entry(name); found != nil {
			entries = append(entries, found)
		}
	}
	return entries, slices.Clone(r.decorations), r.newScope(plugin, declared), nil
}

// newScope makes a scope that is closed with the registry at the latest; under the lock.
func (r *ResourceRegistry) newScope(plugin string, declared []string) *Scope {
	scope := &Scope{
		closedOnce: newClosedOnce(), plugin: plugin, declared: declared, limit: r.limit, forget: r.forget,
	}
	r.scopes = append(r.scopes, scope)
	return scope
}

func (r *ResourceRegistry) forget(closed *Scope) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.scopes = slices.DeleteFunc(r.scopes, func(scope *Scope) bool { return scope == closed })
}

// made returns what was made for the scope's plugin, which the scope then keeps, or what all share.
func (r *ResourceRegistry) made(scope *Scope, found *entry) (any, error) {
	product, made, err := found.madeFor(scope.plugin)
	if err != nil || !made {
		return found.resource, err
	}
	if (found.owned || found.factory == nil) && !isNil(product) {
		if err := scope.keep(product, found.what()); err != nil {
			return nil, err
		}
	}
	return product, checkFit(found.name, product, "made by the factory at "+found.site)
}

// dressed returns a resource with all wraps around it that are for a plugin.
func dressed(found *entry, value any, plugin string, decorations []*decoration) (any, error) {
	for _, wish := range decorations {
		if wish.name != found.name {
			continue
		}
		wrapped, err := wish.appliedTo(value, plugin)
		if err != nil {
			return nil, err
		}
		value = wrapped
	}
	return value, nil
}

func (r *ResourceRegistry) release(ctx context.Context) error {
	r.mu.Lock() // wait for whoever registers or opens
	scopes, owned := slices.Clone(r.scopes), slices.Clone(r.owned)
	r.mu.Unlock()

	var failures []error
	for _, scope := range slices.Backward(scopes) {
		if err := scope.CloseContext(ctx); err != nil {
			failures = append(failures, err)
		}
	}
	var items []item
	for _, registered := range owned {
		items = append(items, item{registered.resource, registered.what()})
	}
	// Of an object with several names the first registration counts: what was registered after it
	// may depend on it.
	items = different(items)
	slices.Reverse(items)
	failures = append(failures, closeAll(ctx, items, r.limit)...)
	return report("closing the registry", failures)
}
