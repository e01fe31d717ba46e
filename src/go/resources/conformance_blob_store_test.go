package resources_test

import (
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
	"go.dagstack.dev/resources/internal/readonly"
)

func TestConformanceOfInMemoryBlobStore(t *testing.T) {
	conformance.TestBlobStore(t, func(*conformance.Case) (contracts.BlobStore, error) {
		return resources.NewInMemoryBlobStore(), nil
	},
		conformance.Named("InMemoryBlobStore"),
		conformance.Having("content_types"),
		conformance.Also("ReadOnlyBlobStore", newReadOnlyStore),
		conformance.Lacking("shared", "each one keeps its blobs in its own memory"),
		conformance.Lacking("kill", "each one keeps its blobs in its own memory"),
	)
}

func newReadOnlyStore(_ *conformance.Case, values conformance.Values) (any, error) {
	return readonly.BlobStore{BlobStore: conformance.Value[contracts.BlobStore](values, "inner")}, nil
}
