package resources

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/blobkey"
)

const inMemoryBlobStore = "InMemoryBlobStore"

// InMemoryBlobStore is a [contracts.BlobStore] in the memory of the process, for tests and
// development. No call waits for anything. It is safe for concurrent use.
//
// The zero value is an empty store. Closing it lets go of the blobs.
type InMemoryBlobStore struct {
	closing

	mu    sync.RWMutex
	blobs map[string]storedBlob
}

// storedBlob is replaced as a whole and its bytes are never changed.
type storedBlob struct {
	data        []byte
	contentType string
}

// MemoryBlobStore is another name of [InMemoryBlobStore].
type MemoryBlobStore = InMemoryBlobStore

var _ contracts.BlobStore = (*InMemoryBlobStore)(nil)

// NewInMemoryBlobStore returns an empty store.
func NewInMemoryBlobStore() *InMemoryBlobStore {
	return new(InMemoryBlobStore)
}

// String counts the blobs.
func (s *InMemoryBlobStore) String() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return fmt.Sprintf("%s with %d blobs", inMemoryBlobStore, len(s.blobs))
}

// Put stores a copy of data under key, replacing what was there; see [contracts.BlobStore].
func (s *InMemoryBlobStore) Put(
	ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions,
) error {
	if err := s.check(ctx, key); err != nil {
		return err
	}
	contentType, err := blobkey.ContentType(opts.ContentType)
	if err != nil {
		return err
	}
	blob := storedBlob{bytes.Clone(data), contentType}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Once more under the lock, or a blob could be kept after the close.
	if err := s.refusal(inMemoryBlobStore); err != nil {
		return err
	}
	if s.blobs == nil {
		s.blobs = map[string]storedBlob{}
	}
	s.blobs[key] = blob
	return nil
}

// Get returns a copy of the bytes stored under key; see [contracts.BlobStore].
func (s *InMemoryBlobStore) Get(ctx context.Context, key string) ([]byte, error) {
	blob, err := s.stored(ctx, key)
	if err != nil {
		return nil, err
	}
	return append([]byte{}, blob.data...), nil
}

// ContentType returns the content type of the blob stored under key. It is no part of
// [contracts.BlobStore]: it is for the host that serves blobs, and for tests. It ends with the same
// errors as Get.
func (s *InMemoryBlobStore) ContentType(ctx context.Context, key string) (string, error) {
	blob, err := s.stored(ctx, key)
	return blob.contentType, err
}

// Delete removes the blob stored under key, if there is one; see [contracts.BlobStore].
func (s *InMemoryBlobStore) Delete(ctx context.Context, key string) error {
	if err := s.check(ctx, key); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.blobs, key)
	return s.refusal(inMemoryBlobStore)
}

// List returns every key that starts with prefix, in the order of the UTF-8 bytes; see
// [contracts.BlobStore].
func (s *InMemoryBlobStore) List(ctx context.Context, prefix string) ([]string, error) {
	if err := s.refusal(inMemoryBlobStore); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	keys := []string{}
	if !blobkey.CanStart(prefix) {
		return keys, nil
	}
	s.mu.RLock()
	for key := range s.blobs {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	err := s.refusal(inMemoryBlobStore)
	s.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	slices.Sort(keys)
	return keys, nil
}

// Exists reports whether a blob is stored under key; see [contracts.BlobStore].
func (s *InMemoryBlobStore) Exists(ctx context.Context, key string) (bool, error) {
	_, found, err := s.find(ctx, key)
	return found, err
}

// Close lets go of the blobs. It can be called any number of times and always returns nil.
func (s *InMemoryBlobStore) Close() error {
	if s.first() {
		s.mu.Lock()
		defer s.mu.Unlock()
		clear(s.blobs)
	}
	return nil
}

func (s *InMemoryBlobStore) check(ctx context.Context, key string) error {
	return checkBlobCall(ctx, s.refusal(inMemoryBlobStore), key)
}

func (s *InMemoryBlobStore) stored(ctx context.Context, key string) (storedBlob, error) {
	blob, found, err := s.find(ctx, key)
	if err == nil && !found {
		err = &contracts.BlobNotFoundError{Key: key}
	}
	return blob, err
}

func (s *InMemoryBlobStore) find(ctx context.Context, key string) (storedBlob, bool, error) {
	if err := s.check(ctx, key); err != nil {
		return storedBlob{}, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	blob, found := s.blobs[key]
	// Looked at under the lock once more, because what closing removed is not missing.
	if err := s.refusal(inMemoryBlobStore); err != nil {
		return storedBlob{}, false, err
	}
	return blob, found, nil
}
