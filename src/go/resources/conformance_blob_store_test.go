package resources_test

import (
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestConformanceOfInMemoryBlobStore(t *testing.T) {
	conformance.TestBlobStore(t, func(*conformance.Case) (contracts.BlobStore, error) {
		return resources.NewInMemoryBlobStore(), nil
	},
		conformance.Named("InMemoryBlobStore"),
		conformance.Having("content_types"),
		conformance.Lacking("shared", "each store has a memory of its own"),
		conformance.Lacking("kill", "memory ends with its process"),
	)
}

// embedded is a decorator as hosts write them: it embeds the interface and passes on what it does
// not change.
type embedded struct {
	contracts.BlobStore
	inner *resources.InMemoryBlobStore
}

func (e embedded) Close() error { return e.inner.Close() }

func TestConformanceOfAnEmbeddedBlobStore(t *testing.T) {
	conformance.TestBlobStore(t, func(*conformance.Case) (contracts.BlobStore, error) {
		inner := resources.NewInMemoryBlobStore()
		return embedded{inner, inner}, nil
	},
		conformance.Named("EmbeddedBlobStore"),
		conformance.Lacking("content_types", "the interface has no method for them"),
		conformance.Lacking("shared", "each store has a memory of its own"),
		conformance.Lacking("kill", "memory ends with its process"),
	)
}
