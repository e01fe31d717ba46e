// Package readonly has a decorator as hosts write them, which the tests put before the suite: it
// embeds the interface and defines what it changes.
package readonly

import (
	"context"

	"go.dagstack.dev/contracts"
)

// BlobStore lets callers only read the store that it embeds.
type BlobStore struct{ contracts.BlobStore }

// Put refuses.
func (BlobStore) Put(context.Context, string, []byte, contracts.BlobStorePutOptions) error {
	return &contracts.BlobStoreReadOnlyError{Operation: "put"}
}

// Delete refuses.
func (BlobStore) Delete(context.Context, string) error {
	return &contracts.BlobStoreReadOnlyError{Operation: "delete"}
}
