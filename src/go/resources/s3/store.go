package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/blobkey"
)

// storeName is what errors call the store, as the specification does.
const storeName = "S3BlobStore"

var errClosed = errors.New("the store was closed")

// BlobStore is a [contracts.BlobStore] in a bucket of any service that speaks S3, for production.
// The specification calls it S3BlobStore.
//
// A blob is one object, whose key is the prefix and the blob's key, and whose content type is the
// blob's. It is sent in one request, which S3 allows up to 5 GiB, so a Put has its whole effect or
// none, also when it is cancelled; which of the two is then the service's to say. Objects with keys
// that no blob can have, such as folder/, are not listed.
//
// Requests are repeated, after a pause that grows and varies, when the answer is 429 or 5xx or the
// connection breaks. A call whose context ends returns the error of the context.
//
// It is safe for concurrent use.
type BlobStore struct {
	client    *awss3.Client
	settings  Settings
	closeIdle func()

	alive      context.Context // ends when the store is closed
	kill       context.CancelCauseFunc
	closed     atomic.Bool
	bucketSeen atomic.Bool // whether the bucket has answered once
}

var _ contracts.BlobStore = (*BlobStore)(nil)

// New makes a store; nothing is sent before it is used.
//
// It returns [contracts.ErrInvalidArgument] if the bucket has no name, the endpoint is no URL of a
// host, no key can begin with the prefix, or another setting cannot work.
func New(settings Settings) (*BlobStore, error) {
	settings, err := settings.checked()
	if err != nil {
		return nil, err
	}
	client, transport, err := settings.client()
	if err != nil {
		return nil, err
	}
	s := &BlobStore{client: client, settings: settings, closeIdle: transport.CloseIdleConnections}
	s.alive, s.kill = context.WithCancelCause(context.Background())
	return s, nil
}

// String names the bucket and the prefix, and no credentials.
func (s *BlobStore) String() string {
	return fmt.Sprintf("%s in bucket %q, prefix %q", storeName, s.settings.Bucket, s.settings.Prefix)
}

// GoString is String.
func (s *BlobStore) GoString() string {
	return s.String()
}

// Put stores data under key, replacing what was there, atomically; see [contracts.BlobStore].
func (s *BlobStore) Put(
	ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions,
) error {
	path, err := s.reach(key)
	if err != nil {
		return err
	}
	contentType, err := blobkey.ContentType(opts.ContentType)
	if err != nil {
		return err
	}
	return s.run(ctx, "put", func(ctx context.Context) error {
		_, err := s.client.PutObject(ctx, &awss3.PutObjectInput{
			Bucket:        &s.settings.Bucket,
			Key:           &path,
			Body:          bytes.NewReader(data),
			ContentLength: aws.Int64(int64(len(data))),
			ContentType:   &contentType,
		})
		return err
	})
}

// Get returns the bytes stored under key; see [contracts.BlobStore].
func (s *BlobStore) Get(ctx context.Context, key string) ([]byte, error) {
	path, err := s.reach(key)
	if err != nil {
		return nil, err
	}
	var data []byte
	err = s.run(ctx, "get", func(ctx context.Context) error {
		var err error
		data, err = s.read(ctx, path)
		return s.absence(ctx, key, err)
	})
	return data, err
}

// ContentType returns the content type of the blob stored under key. It is no part of
// [contracts.BlobStore]: it is for the host that serves blobs, and for tests. It ends with the same
// errors as Get.
func (s *BlobStore) ContentType(ctx context.Context, key string) (string, error) {
	path, err := s.reach(key)
	if err != nil {
		return "", err
	}
	contentType := blobkey.DefaultContentType
	err = s.run(ctx, "content_type", func(ctx context.Context) error {
		answer, err := s.client.HeadObject(ctx, &awss3.HeadObjectInput{Bucket: &s.settings.Bucket, Key: &path})
		if err != nil {
			return s.absence(ctx, key, err)
		}
		if answer.ContentType != nil {
			contentType = *answer.ContentType
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return contentType, nil
}

// Delete removes the blob stored under key, if there is one; see [contracts.BlobStore].
func (s *BlobStore) Delete(ctx context.Context, key string) error {
	path, err := s.reach(key)
	if err != nil {
		return err
	}
	return s.run(ctx, "delete", func(ctx context.Context) error {
		_, err := s.client.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: &s.settings.Bucket, Key: &path})
		return present(s.absence(ctx, key, err))
	})
}

// Exists reports whether a blob is stored under key; see [contracts.BlobStore].
func (s *BlobStore) Exists(ctx context.Context, key string) (bool, error) {
	path, err := s.reach(key)
	if err != nil {
		return false, err
	}
	exists := false
	err = s.run(ctx, "exists", func(ctx context.Context) error {
		_, err := s.client.HeadObject(ctx, &awss3.HeadObjectInput{Bucket: &s.settings.Bucket, Key: &path})
		exists = err == nil
		return present(s.absence(ctx, key, err))
	})
	return exists, err
}

// Close ends the calls that run, with [contracts.ErrResourceClosed], and the connections. It can be
// called any number of times and always returns nil.
func (s *BlobStore) Close() error {
	if s.closed.CompareAndSwap(false, true) {
		s.kill(errClosed)
		s.closeIdle()
	}
	return nil
}

func (s *BlobStore) refusal() error {
	if s.closed.Load() {
		return &contracts.ResourceClosedError{Resource: storeName}
	}
	return nil
}

// reach returns what a key is called in the bucket.
func (s *BlobStore) reach(key string) (string, error) {
	if err := s.refusal(); err != nil {
		return "", err
	}
	if err := blobkey.Check("key", key); err != nil {
		return "", err
	}
	path := s.settings.Prefix + key
	if len(path) > blobkey.Limit {
		reason := fmt.Sprintf("with the store's prefix it has %d bytes, and S3 allows %d", len(path), blobkey.Limit)
		return "", &contracts.InvalidBlobKeyError{Argument: "key", Reason: reason, Key: key}
	}
	return path, nil
}

// run does the work of one call, which ends when the store is closed, and says what its error means.
func (s *BlobStore) run(ctx context.Context, operation string, work func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.alive, func() { cancel(errClosed) })()
	err := work(ctx)
	ended := ctx.Err() // read before its cause, as the store may be closed just now
	switch {
	case err == nil:
		s.bucketSeen.Store(true)
		return nil
	case errors.Is(context.Cause(ctx), errClosed):
		return &contracts.ResourceClosedError{Resource: storeName}
	case ended != nil:
		return ended
	case errors.As(err, new(*contracts.BlobNotFoundError)):
		return err
	}
	return &contracts.BackendFailedError{
		Resource: storeName, Operation: operation, Detail: explain(err), Err: withoutSecrets(err),
	}
}

// absence returns a [contracts.BlobNotFoundError] for an error that says that there is no such
// object, and any other error as it is. Who answers without a body does not say whether the bucket
// is missing or the key, so the bucket is asked for itself until it was seen once.
func (s *BlobStore) absence(ctx context.Context, key string, err error) error {
	if err == nil || statusOf(err) != http.StatusNotFound {
		return err
	}
	switch codeOf(err) {
	case "NoSuchKey":
	case "", "NotFound":
		if s.bucketSeen.Load() {
			break
		}
		_, trouble := s.client.ListObjectsV2(ctx, &awss3.ListObjectsV2Input{
			Bucket: &s.settings.Bucket, Prefix: aws.String(s.settings.Prefix + key), MaxKeys: aws.Int32(1),
		})
		// Who may not list a bucket at least knows that it is there.
		if trouble != nil && statusOf(trouble) != http.StatusForbidden {
			return trouble
		}
	default:
		return err
	}
	s.bucketSeen.Store(true)
	return &contracts.BlobNotFoundError{Key: key}
}

// present takes an absence for success.
func present(err error) error {
	if errors.As(err, new(*contracts.BlobNotFoundError)) {
		return nil
	}
	return err
}
