package resources_test

import (
	"context"
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
		conformance.Also("ReadOnlyBlobStore", newReadOnlyStore),
		conformance.Lacking("shared", "each store has a memory of its own"),
		conformance.Lacking("kill", "memory ends with its process"),
	)
}

// readOnly is a decorator as hosts write them: it embeds the interface and defines what it changes.
type readOnly struct{ contracts.BlobStore }

func (readOnly) Put(context.Context, string, []byte, contracts.BlobStorePutOptions) error {
	return &contracts.BlobStoreReadOnlyError{Operation: "put"}
}

func (readOnly) Delete(context.Context, string) error {
	return &contracts.BlobStoreReadOnlyError{Operation: "delete"}
}

func newReadOnlyStore(_ *conformance.Case, values conformance.Values) (any, error) {
	return readOnly{conformance.Value[contracts.BlobStore](values, "inner")}, nil
}
