package resources

import (
	"context"

	"go.dagstack.dev/resources/internal/blobkey"
)

// checkBlobCall is what every call with a key begins with, in the same order in all stores: the
// store is open, the key can name a blob, and the caller still waits.
func checkBlobCall(ctx context.Context, refusal error, key string) error {
	if refusal != nil {
		return refusal
	}
	if err := blobkey.Check("key", key); err != nil {
		return err
	}
	return ctx.Err()
}
