package resources

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/blobkey"
	"go.dagstack.dev/resources/internal/bloblayout"
	"go.dagstack.dev/resources/internal/folder"
	"go.dagstack.dev/resources/internal/staging"
)

const (
	filesystemBlobStore = "FilesystemBlobStore"

	// filesAtOnce bounds the calls that wait for the disk, each in a thread of the system.
	filesAtOnce = 64
)

// FilesystemBlobStore is a [contracts.BlobStore] in files below a root folder, for development and
// a single machine.
//
// A blob is durable when Put returns, and a deletion when Delete does: file and folders have
// reached the disk. Any number of stores, goroutines and processes, of any language, may share a
// root; each blob is one file, which is replaced at once. Symbolic links below the root are never
// followed. The files are laid out as docs/filesystem-layout.md says; whatever else lies there is
// left alone.
//
// A call looks at its context before it begins, and Put once more before it replaces the blob; what
// has begun then comes to its end. The store holds no open file between calls, so nothing is lost
// when it is not closed. It is safe for concurrent use.
//
// On systems without flock, such as Windows, temporary files of killed processes stay for an hour.
type FilesystemBlobStore struct {
	closing
	root  string
	slots chan struct{}
}

var _ contracts.BlobStore = (*FilesystemBlobStore)(nil)

// NewFilesystemBlobStore opens the store in a folder, and removes what killed writers left there.
// The folder is made with its parents if it is missing; it may be a symbolic link to one. Its
// absolute path may have at most 900 bytes.
//
// It returns [contracts.ErrInvalidArgument] if the path is empty or too long or leads to something
// else than a folder, and [contracts.ErrBackendFailed] if the folder cannot be made or opened.
func NewFilesystemBlobStore(root string) (*FilesystemBlobStore, error) {
	if root == "" || strings.ContainsRune(root, 0) {
		return nil, refused("root", "%q is not a path", root)
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return nil, storeFailure("open", err)
	}
	if length := len(absolute); length > bloblayout.LongestRoot {
		return nil, refused("root", "its path has %d bytes, and %d are allowed", length, bloblayout.LongestRoot)
	}
	if err := makeRoot(absolute); err != nil {
		return nil, storeFailure("open", err)
	}
	store := &FilesystemBlobStore{root: absolute, slots: make(chan struct{}, filesAtOnce)}
	if err := store.sweep(); err != nil {
		return nil, storeFailure("open", err)
	}
	return store, nil
}

// Root returns the folder, as an absolute path.
func (s *FilesystemBlobStore) Root() string {
	return s.root
}

// String names the root.
func (s *FilesystemBlobStore) String() string {
	return fmt.Sprintf("%s(%q)", filesystemBlobStore, s.root)
}

// Put stores data under key, replacing what was there, atomically and durably; see
// [contracts.BlobStore].
func (s *FilesystemBlobStore) Put(
	ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions,
) error {
	if err := s.check(ctx, key); err != nil {
		return err
	}
	contentType, err := blobkey.ContentType(opts.ContentType)
	if err != nil {
		return err
	}
	header := bloblayout.WriteHeader(key, contentType, len(data))
	return s.work(ctx, "put", func(root *folder.Folder) error {
		return againIfSwept(func() error {
			return replace(ctx, root, bloblayout.PlaceOf(key), header, data)
		})
	})
}

// Get returns the bytes stored under key; see [contracts.BlobStore].
func (s *FilesystemBlobStore) Get(ctx context.Context, key string) (data []byte, err error) {
	err = s.read(ctx, "get", key, func(blob *blobFile) (err error) {
		data, err = blob.data()
		return err
	})
	return data, err
}

// ContentType returns the content type of the blob stored under key. It is no part of
// [contracts.BlobStore]: it is for the host that serves blobs, and for tests. It ends with the same
// errors as Get.
func (s *FilesystemBlobStore) ContentType(ctx context.Context, key string) (contentType string, err error) {
	err = s.read(ctx, "content_type", key, func(blob *blobFile) error {
		contentType = blob.header.ContentType
		return nil
	})
	return contentType, err
}

// Delete removes the blob stored under key, if there is one, and the folders that are then empty;
// see [contracts.BlobStore].
func (s *FilesystemBlobStore) Delete(ctx context.Context, key string) error {
	if err := s.check(ctx, key); err != nil {
		return err
	}
	return s.work(ctx, "delete", func(root *folder.Folder) error {
		err := remove(root, bloblayout.PlaceOf(key))
		if folder.IsAbsence(err) {
			return nil
		}
		return err
	})
}

// List returns every key that starts with prefix, in the order of the UTF-8 bytes; see
// [contracts.BlobStore].
func (s *FilesystemBlobStore) List(ctx context.Context, prefix string) ([]string, error) {
	if err := s.refusal(filesystemBlobStore); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !blobkey.CanStart(prefix) {
		return []string{}, nil
	}
	var keys []string
	err := s.work(ctx, "list", func(root *folder.Folder) (err error) {
		keys, err = listKeys(ctx, root, prefix)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// Exists reports whether a blob is stored under key; see [contracts.BlobStore].
func (s *FilesystemBlobStore) Exists(ctx context.Context, key string) (there bool, err error) {
	if err := s.check(ctx, key); err != nil {
		return false, err
	}
	err = s.work(ctx, "exists", func(root *folder.Folder) error {
		there, err = hasFile(root, bloblayout.PlaceOf(key))
		return err
	})
	return there, err
}

// Close makes every later call fail; those that run come to their end. It can be called any number
// of times and always returns nil.
func (s *FilesystemBlobStore) Close() error {
	s.first()
	return nil
}

func (s *FilesystemBlobStore) check(ctx context.Context, key string) error {
	return checkBlobCall(ctx, s.refusal(filesystemBlobStore), key)
}

// read looks at the file of a key.
func (s *FilesystemBlobStore) read(
	ctx context.Context, operation, key string, look func(*blobFile) error,
) error {
	if err := s.check(ctx, key); err != nil {
		return err
	}
	return s.work(ctx, operation, func(root *folder.Folder) error {
		blob, err := openBlob(root, key)
		if folder.IsAbsence(err) {
			return &contracts.BlobNotFoundError{Key: key}
		}
		if err != nil {
			return err
		}
		defer blob.close()
		return look(blob)
	})
}

// work opens the root for a call, when not too many others wait for the disk.
func (s *FilesystemBlobStore) work(
	ctx context.Context, operation string, call func(root *folder.Folder) error,
) error {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	root, err := openRoot(s.root)
	if err != nil {
		return storeFailure(operation, err)
	}
	defer root.Close()
	return storeFailure(operation, call(root))
}

// sweep removes what dead writers left.
func (s *FilesystemBlobStore) sweep() error {
	root, err := openRoot(s.root)
	if err != nil {
		return err
	}
	defer root.Close()
	temporary, err := root.Enter(bloblayout.Staging)
	if folder.IsAbsence(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer temporary.Close()
	if err := staging.Sweep(temporary); !folder.IsAbsence(err) {
		return err
	}
	return nil
}
