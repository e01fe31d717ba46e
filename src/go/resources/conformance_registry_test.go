package resources_test

import (
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/resources"
)

// judgedRegistry is a registry as its suite uses one.
type judgedRegistry struct {
	*resources.ResourceRegistry
}

func (r judgedRegistry) Register(name string, resource any, replace bool) error {
	return r.ResourceRegistry.Register(name, resource, resources.RegisterOptions{Replace: replace})
}

func (r judgedRegistry) RegisterFactory(name string, product func(plugin string) (any, error)) error {
	return r.ResourceRegistry.RegisterFactory(name, product, resources.RegisterOptions{})
}

func (r judgedRegistry) Decorate(name string, wrap func(resource any) (any, error), plugin string) error {
	return r.ResourceRegistry.Decorate(name, wrap, resources.DecorateOptions{Plugin: plugin})
}

func (r judgedRegistry) Check(required map[string][]string) error {
	needs := map[string]resources.Needs{}
	for plugin, names := range required {
		needs[plugin] = resources.Needs{Required: names}
	}
	return r.ResourceRegistry.Check(needs)
}

func (r judgedRegistry) Scope(plugin string, required, optional []string) (conformance.Scope, error) {
	return r.ResourceRegistry.Scope(plugin, resources.Needs{Required: required, Optional: optional})
}

func TestConformanceOfResourceRegistry(t *testing.T) {
	conformance.TestRegistry(t,
		func(*conformance.Case) (conformance.Registry, error) {
			return judgedRegistry{resources.NewRegistry(resources.RegistryOptions{})}, nil
		},
		func(_ *conformance.Case, seed uint64) (conformance.SeededRng, error) {
			return resources.NewDeterministicRng(seed), nil
		},
		conformance.Named("ResourceRegistry"),
	)
}
