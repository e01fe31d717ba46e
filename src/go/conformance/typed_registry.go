package conformance

import (
	"context"
	"testing"

	"go.dagstack.dev/contracts"
	suites "go.dagstack.dev/contracts/conformance"
)

// Registry is a registry of a host, as [TestRegistry] uses it.
type Registry interface {
	contracts.Resources
	Register(name string, resource any, replace bool) error
	RegisterFactory(name string, product func(plugin string) (any, error)) error
	Decorate(name string, wrap func(resource any) (any, error), plugin string) error // "" is all plugins
	Check(required map[string][]string) error
	Scope(plugin string, required, optional []string) (Scope, error)
	Close() error
}

// Scope is what one plugin sees of a registry.
type Scope interface {
	contracts.Resources
	Close() error
}

// TestRegistry judges a registry; rng makes what is registered as the source of randomness.
func TestRegistry(
	t *testing.T,
	registry func(c *Case) (Registry, error),
	rng func(c *Case, seed uint64) (SeededRng, error),
	options ...Option,
) {
	t.Helper()
	Run(t, suites.Registry, RegistryHarness(registry, rng, options...))
}

// RegistryHarness describes a registry as [TestRegistry] does, for [Judge].
func RegistryHarness(
	registry func(c *Case) (Registry, error),
	rng func(c *Case, seed uint64) (SeededRng, error),
	options ...Option,
) Harness {
	return with(options, Harness{
		Subjects: map[string]Factory{
			"Registry":         func(c *Case, _ Values) (any, error) { return registry(c) },
			"DeterministicRng": func(c *Case, values Values) (any, error) { return rng(c, Seed(values)) },
		},
		Actions: map[string]Action{
			"Registry.register": On(func(_ context.Context, registry Registry, values Values) (any, error) {
				return nil, registry.Register(Value[string](values, "name"), values["resource"], Value[bool](values, "replace"))
			}),
			"Registry.register_factory": On(registerFactory),
			"Registry.decorate":         On(decorate),
			"Registry.check": On(func(_ context.Context, registry Registry, values Values) (any, error) {
				return nil, registry.Check(Value[map[string][]string](values, "needs"))
			}),
			"Registry.get":   On(read[Registry]),
			"Registry.label": On(label[Registry]),
			"Registry.scope": On(func(_ context.Context, registry Registry, values Values) (any, error) {
				return registry.Scope(Value[string](values, "plugin"),
					Value[[]string](values, "required"), Value[[]string](values, "optional"))
			}),
			"Scope.read":  On(read[Scope]),
			"Scope.label": On(label[Scope]),
			"Scope.rng": On(func(_ context.Context, scope Scope, _ Values) (any, error) {
				return contracts.RngFrom(scope)
			}),
		},
	})
}

func registerFactory(_ context.Context, registry Registry, values Values) (any, error) {
	named, journal := Value[string](values, "label"), Value[*Journal](values, "journal")
	return nil, registry.RegisterFactory(Value[string](values, "name"), func(plugin string) (any, error) {
		return NewProbe(named+"."+plugin, journal), nil
	})
}

func decorate(_ context.Context, registry Registry, values Values) (any, error) {
	named := Value[string](values, "label")
	return nil, registry.Decorate(Value[string](values, "name"), func(resource any) (any, error) {
		inner, err := Label(resource)
		return wrapped{named + "(" + inner + ")"}, err
	}, Value[string](values, "plugin"))
}

func read[R contracts.Resources](_ context.Context, resources R, values Values) (any, error) {
	return resources.Get(Value[string](values, "name"))
}

func label[R contracts.Resources](_ context.Context, resources R, values Values) (any, error) {
	resource, err := resources.Get(Value[string](values, "name"))
	if err != nil {
		return nil, err
	}
	return Label(resource)
}
