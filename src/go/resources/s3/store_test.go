package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/s3"
)

func put(t *testing.T, store contracts.BlobStore, key, data string) {
	t.Helper()
	if err := store.Put(t.Context(), key, []byte(data), contracts.BlobStorePutOptions{}); err != nil {
		t.Fatalf("%q: %v", key, err)
	}
}

func get(t *testing.T, store contracts.BlobStore, key string) string {
	t.Helper()
	data, err := store.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("%q: %v", key, err)
	}
	return string(data)
}

func checkKeys(t *testing.T, store contracts.BlobStore, prefix string, want ...string) {
	t.Helper()
	got, err := store.List(t.Context(), prefix)
	if err != nil || got == nil || !slices.Equal(got, want) {
		t.Errorf("list %q: got %q (%v), want %q", prefix, got, err, want)
	}
}

func TestBlobsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, data := range []string{"", string(all), strings.Repeat(string(all), 6<<12), "short"} {
		put(t, store, "key", data)
		if got := get(t, store, "key"); got != data {
			t.Errorf("%d bytes came back as %d", len(data), len(got))
		}
	}
	if err := store.Put(t.Context(), "nil", nil, contracts.BlobStorePutOptions{}); err != nil {
		t.Error(err)
	}
	if data, err := store.Get(t.Context(), "nil"); err != nil || data == nil || len(data) != 0 {
		t.Errorf("got %v, %v", data, err)
	}
}

// keysApart are keys that some store or other would mix up.
var keysApart = []string{
	"A", "a", "a b", "a%20b", "a+b", "a#1", "a?b", "k.attrs", ".hidden", "...", "CON", "x ", "~", "*", "[", "a\\b", "%2e%2e/x",
	"é", "e\u0301", "\ufffd", "\U0001F600", "a&b", "a<b>", "a\"b'", "dir/one", "dir/two words", "dir/deep/er",
}

func TestKeysAreKeptApart(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	for _, key := range keysApart {
		put(t, store, key, key)
	}
	for _, key := range keysApart {
		if got := get(t, store, key); got != key {
			t.Errorf("%q holds %q", key, got)
		}
	}
	sorted := slices.Clone(keysApart)
	slices.Sort(sorted)
	checkKeys(t, store, "", sorted...)
	checkKeys(t, store, "a%", "a%20b")
	checkKeys(t, store, "*", "*")
	checkKeys(t, store, "dir/", "dir/deep/er", "dir/one", "dir/two words")
	checkKeys(t, store, "dir/t", "dir/two words")
	checkKeys(t, store, "no/such/")
	for _, prefix := range []string{"/", "a//", "../", "\x00", "\xff", strings.Repeat("a", 1025)} {
		checkKeys(t, store, prefix)
	}
}

func TestListsMoreThanAPage(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	var want []string
	var writers sync.WaitGroup
	limit := make(chan struct{}, 16)
	for i := range 1010 {
		key := fmt.Sprintf("many/%04d", i)
		want = append(want, key)
		writers.Add(1)
		limit <- struct{}{}
		go func() {
			defer writers.Done()
			defer func() { <-limit }()
			put(t, store, key, "")
		}()
	}
	writers.Wait()
	checkKeys(t, store, "many/", want...)
}

func TestWhatIsMissingIsMissing(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	if there, err := store.Exists(t.Context(), "a"); there || err != nil {
		t.Errorf("got %v, %v", there, err)
	}
	for range 2 { // before and after the bucket was seen
		var missing *contracts.BlobNotFoundError
		if _, err := store.Get(t.Context(), "a"); !errors.As(err, &missing) || missing.Key != "a" {
			t.Errorf("got %v", err)
		}
		if _, err := store.ContentType(t.Context(), "a"); !errors.Is(err, contracts.ErrBlobNotFound) {
			t.Errorf("got %v", err)
		}
		if err := store.Delete(t.Context(), "a"); err != nil {
			t.Error(err)
		}
	}
	put(t, store, "a/b", "1")
	if there, err := store.Exists(t.Context(), "a"); there || err != nil {
		t.Errorf("a longer key counts: %v, %v", there, err)
	}
	put(t, store, "c", "1")
	if there, err := store.Exists(t.Context(), "c"); !there || err != nil {
		t.Errorf("got %v, %v", there, err)
	}
	if err := store.Delete(t.Context(), "c"); err != nil {
		t.Error(err)
	}
	checkKeys(t, store, "", "a/b")
}

// calls are one of every method.
func calls(store *s3.BlobStore) map[string]func(ctx context.Context, key string) error {
	return map[string]func(ctx context.Context, key string) error{
		"put": func(ctx context.Context, key string) error {
			return store.Put(ctx, key, []byte("new"), contracts.BlobStorePutOptions{})
		},
		"get":          func(ctx context.Context, key string) error { _, err := store.Get(ctx, key); return err },
		"delete":       store.Delete,
		"exists":       func(ctx context.Context, key string) error { _, err := store.Exists(ctx, key); return err },
		"content_type": func(ctx context.Context, key string) error { _, err := store.ContentType(ctx, key); return err },
		"list":         func(ctx context.Context, key string) error { _, err := store.List(ctx, key); return err },
	}
}

func TestAMissingBucketIsNoMissingBlob(t *testing.T) {
	t.Parallel()
	mine := settings(t)
	mine.Bucket = "no-such-bucket"
	for operation := range calls(nil) {
		err := calls(open(t, mine))[operation](t.Context(), "key")
		var failed *contracts.BackendFailedError
		if !errors.As(err, &failed) || failed.Resource != "S3BlobStore" || failed.Operation != operation ||
			failed.Detail != "the service answered 404 Not Found (NoSuchBucket)" || errors.Is(err, contracts.ErrBlobNotFound) {
			t.Errorf("%s: got %v", operation, err)
		}
	}
}

func TestTheContentTypeIsKept(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	for given, want := range map[string]string{
		"text/plain; charset=utf-8": "text/plain; charset=utf-8", "": "application/octet-stream",
	} {
		if err := store.Put(t.Context(), "key", nil, contracts.BlobStorePutOptions{ContentType: given}); err != nil {
			t.Fatal(err)
		}
		if got, err := store.ContentType(t.Context(), "key"); got != want || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	}
	err := store.Put(t.Context(), "key", nil, contracts.BlobStorePutOptions{ContentType: "a\r\nb"})
	if !errors.Is(err, contracts.ErrInvalidArgument) {
		t.Errorf("got %v", err)
	}
}

func TestAStoreSeesOnlyWhatIsBelowItsPrefix(t *testing.T) {
	t.Parallel()
	mine := settings(t)
	longer := mine
	longer.Prefix += "x"
	mine.Prefix += "/"
	one, other := open(t, mine), open(t, longer)
	put(t, one, "key", "1")
	put(t, other, "key", "2")
	checkKeys(t, one, "", "key")
	if err := other.Delete(t.Context(), "key"); err != nil {
		t.Fatal(err)
	}
	if get(t, one, "key") != "1" {
		t.Error("the other store deleted ours")
	}
}

func TestReadersSeeWholeBlobs(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	versions := []string{strings.Repeat("a", 100_000), strings.Repeat("b", 200_000)}
	put(t, store, "key", versions[0])
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range 10 {
				if worker%2 == 0 {
					put(t, store, "key", versions[i%2])
				} else if !slices.Contains(versions, get(t, store, "key")) {
					t.Error("a reader sees a mixture")
				}
			}
		}()
	}
	workers.Wait()
}

func TestStoredBytesAreTheStoresOwn(t *testing.T) {
	t.Parallel()
	store := open(t, settings(t))
	data := []byte("data")
	if err := store.Put(t.Context(), "key", data, contracts.BlobStorePutOptions{}); err != nil {
		t.Fatal(err)
	}
	data[0] = 'X'
	first, err := store.Get(t.Context(), "key")
	if err != nil {
		t.Fatal(err)
	}
	first[0] = 'Y'
	if second := get(t, store, "key"); !bytes.Equal([]byte(second), []byte("data")) {
		t.Errorf("got %q", second)
	}
}
