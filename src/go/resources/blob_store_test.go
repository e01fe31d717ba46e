package resources_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

type closableStore interface {
	contracts.BlobStore
	io.Closer
	ContentType(ctx context.Context, key string) (string, error)
}

// makers of the stores that all tests of this file run on.
var blobStores = map[string]func(t *testing.T) closableStore{
	"InMemoryBlobStore":   func(*testing.T) closableStore { return resources.NewInMemoryBlobStore() },
	"FilesystemBlobStore": func(t *testing.T) closableStore { return openStore(t, t.TempDir()) },
}

func eachStore(t *testing.T, test func(t *testing.T, store closableStore)) {
	t.Helper()
	for name, make := range blobStores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, make(t))
		})
	}
}

func put(t *testing.T, store contracts.BlobStore, key, data string) {
	t.Helper()
	if err := store.Put(t.Context(), key, []byte(data), contracts.BlobStorePutOptions{}); err != nil {
		t.Fatalf("putting %q: %v", key, err)
	}
}

func get(t *testing.T, store contracts.BlobStore, key string) string {
	t.Helper()
	data, err := store.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("getting %q: %v", key, err)
	}
	return string(data)
}

func list(t *testing.T, store contracts.BlobStore, prefix string) []string {
	t.Helper()
	keys, err := store.List(t.Context(), prefix)
	if err != nil {
		t.Fatalf("listing %q: %v", prefix, err)
	}
	return keys
}

// Keys that some storage or other would mix up.
var nastyKeys = []string{
	"a", "a/b", "a/b/c", "A", "A/b", "a b", "a%20b", "%2e%2e/x", "a#1", "a?b", "k.attrs", ".hidden",
	"...", "..a", "CON", "nul.txt", "x.", "x ", "~", "*", "a\\b", "é", "e\u0301", "\u212b", "\u00c5",
	"\ufffd", "\U0001F600", "\U0010FFFF", "%tmp", "%tmp/f0123456789abcdef",
	strings.Repeat("x", 300), strings.Repeat("é", 150), strings.Repeat("A", 1024),
	strings.TrimSuffix(strings.Repeat("a/", 512), "/"), strings.Repeat("\U0001F600", 256),
}

func TestKeysAreKeptApart(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		for _, key := range nastyKeys {
			if there, err := store.Exists(t.Context(), key); there || err != nil {
				t.Errorf("%q exists already: %v", key, err)
			}
			put(t, store, key, "of "+key)
		}
		for _, key := range nastyKeys {
			if got := get(t, store, key); got != "of "+key {
				t.Errorf("%q holds %q", key, got)
			}
		}
		sorted := slices.Sorted(slices.Values(nastyKeys))
		if got := list(t, store, ""); !slices.Equal(got, sorted) {
			t.Errorf("listed %q", got)
		}
		for i, key := range sorted {
			if err := store.Delete(t.Context(), key); err != nil {
				t.Errorf("deleting %q: %v", key, err)
			}
			if got := list(t, store, ""); !slices.Equal(got, sorted[i+1:]) {
				t.Fatalf("after deleting %q there are %q", key, got)
			}
		}
	})
}

func TestBytesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	eachStore(t, func(t *testing.T, store closableStore) {
		for _, data := range [][]byte{nil, {}, every, bytes.Repeat(every, 6<<20/256), []byte("short")} {
			if err := store.Put(t.Context(), "k", data, contracts.BlobStorePutOptions{}); err != nil {
				t.Fatal(err)
			}
			got, err := store.Get(t.Context(), "k")
			if err != nil || got == nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes came back as %d (%v)", len(data), len(got), err)
			}
		}
	})
}

func TestStoredBytesAreTheStoresOwn(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		data := []byte("before")
		if err := store.Put(t.Context(), "k", data, contracts.BlobStorePutOptions{}); err != nil {
			t.Fatal(err)
		}
		copy(data, "BEFORE")
		got, _ := store.Get(t.Context(), "k")
		copy(got, "BEFORE")
		if got := get(t, store, "k"); got != "before" {
			t.Errorf("the store holds %q", got)
		}
	})
}

func TestContentTypesAreKeptAndReplaced(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		for given, want := range map[string]string{
			"":                       "application/octet-stream",
			"text/plain; charset=\"": "text/plain; charset=\"",
			`a\"<&>`:                 `a\"<&>`,
		} {
			opts := contracts.BlobStorePutOptions{ContentType: given}
			if err := store.Put(t.Context(), "k", nil, opts); err != nil {
				t.Fatal(err)
			}
			if got, err := store.ContentType(t.Context(), "k"); got != want || err != nil {
				t.Errorf("it is %q (%v), not %q", got, err, want)
			}
		}
		opts := contracts.BlobStorePutOptions{ContentType: " x"}
		err := store.Put(t.Context(), "other", nil, opts)
		if got := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err); got.Argument != "content_type" {
			t.Errorf("%#v", got)
		}
		if got := list(t, store, ""); !slices.Equal(got, []string{"k"}) {
			t.Errorf("a refused call left %q", got)
		}
	})
}

// everyCall makes each call of the interface with a key.
func everyCall(ctx context.Context, store closableStore, key string) map[string]error {
	_, get := store.Get(ctx, key)
	_, exists := store.Exists(ctx, key)
	_, contentType := store.ContentType(ctx, key)
	return map[string]error{
		"Put":         store.Put(ctx, key, []byte("x"), contracts.BlobStorePutOptions{}),
		"Get":         get,
		"Delete":      store.Delete(ctx, key),
		"Exists":      exists,
		"ContentType": contentType,
	}
}

func TestWrongKeysAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		for _, key := range []string{
			"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\x00", "a\n", "a\x7f",
			"\u0085", "\xff", "\xed\xa0\x80", strings.Repeat("a", 1025),
		} {
			for name, err := range everyCall(t.Context(), store, key) {
				var refusal *contracts.InvalidBlobKeyError
				if !errors.As(err, &refusal) || refusal.Key != key || refusal.Argument != "key" {
					t.Errorf("%s(%q): %v", name, key, err)
				}
			}
		}
		if got := list(t, store, ""); len(got) > 0 {
			t.Errorf("refused calls left %q", got)
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		put(t, store, "a/b", "x")
		for _, key := range []string{"a", "a/b/c", "b", "a/B", "A/b"} {
			_, err := store.Get(t.Context(), key)
			if got := isA[*contracts.BlobNotFoundError](t, contracts.ErrBlobNotFound, err); got.Key != key {
				t.Errorf("%#v", got)
			}
			_, err = store.ContentType(t.Context(), key)
			isA[*contracts.BlobNotFoundError](t, contracts.ErrResource, err)
			if there, err := store.Exists(t.Context(), key); there || err != nil {
				t.Errorf("%q exists (%v)", key, err)
			}
			if err := store.Delete(t.Context(), key); err != nil {
				t.Errorf("deleting %q: %v", key, err)
			}
		}
		if got := get(t, store, "a/b"); got != "x" {
			t.Errorf("the other blob holds %q", got)
		}
	})
}

func TestPrefixesAreTakenLiterally(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		long := strings.Repeat("l", 100)
		keys := []string{
			"%", "*", "[]", "a", "a-", "a/", "a/b", "a/bc/d", "a0", "B", "b", "é", "\ufffd", "\U0001F600",
			long + "/x", long + "y",
		}
		keys = slices.DeleteFunc(keys, func(key string) bool { return strings.HasSuffix(key, "/") })
		for _, key := range keys {
			put(t, store, key, "")
		}
		slices.Sort(keys)
		for _, prefix := range []string{
			"", "a", "a/", "a/b", "a/b/", "a/bc", "a/bc/", "a/x", "A", "b", "B", "%", "%2", "*", "[", "\xc3",
			"\xef\xbf", "\U0001F600", "/", "a//", ".", "..", "../", "\x00", long[:79], long[:80], long[:81],
			long, long + "/", strings.Repeat("x", 2000),
		} {
			want := []string{}
			for _, key := range keys {
				if strings.HasPrefix(key, prefix) && prefix != "\xc3" && prefix != "\xef\xbf" {
					want = append(want, key)
				}
			}
			if got := list(t, store, prefix); got == nil || !slices.Equal(got, want) {
				t.Errorf("List(%q) = %q, not %q", prefix, got, want)
			}
		}
	})
}

func TestALongListIsComplete(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		var want []string
		for i := range 1100 {
			want = append(want, fmt.Sprintf("many/%04d", i))
		}
		var all sync.WaitGroup
		for part := range slices.Chunk(want, 100) {
			all.Add(1)
			go func() {
				defer all.Done()
				for _, key := range part {
					if err := store.Put(t.Context(), key, nil, contracts.BlobStorePutOptions{}); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		all.Wait()
		if got := list(t, store, "many/"); !slices.Equal(got, want) {
			t.Errorf("%d keys of %d were listed", len(got), len(want))
		}
	})
}

func TestAKeyThatStaysIsListedExactlyOnce(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		stay := []string{"d/a", "d/m", "d/z"}
		for _, key := range stay {
			put(t, store, key, "")
		}
		stop := make(chan struct{})
		var others sync.WaitGroup
		for i := range 4 {
			others.Add(1)
			go func() {
				defer others.Done()
				for j := 0; ; j++ {
					select {
					case <-stop:
						return
					default:
					}
					key := fmt.Sprintf("d/come-%d-%d", i, j%7)
					if err := store.Put(t.Context(), key, nil, contracts.BlobStorePutOptions{}); err != nil {
						t.Error(err)
					}
					if err := store.Delete(t.Context(), key); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		for range 50 {
			got := list(t, store, "d/")
			kept := slices.DeleteFunc(got, func(key string) bool { return strings.HasPrefix(key, "d/come-") })
			if !slices.Equal(kept, stay) {
				t.Errorf("listed %q", kept)
			}
		}
		close(stop)
		others.Wait()
	})
}

func TestReadersNeverSeeAMixture(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		blob := func(i int) string { return strings.Repeat(string(rune('a'+i)), 50_000+i*1000) }
		put(t, store, "k", blob(0))
		var all sync.WaitGroup
		for i := range 25 {
			all.Add(2)
			go func() {
				defer all.Done()
				for range 4 {
					opts := contracts.BlobStorePutOptions{ContentType: fmt.Sprintf("type/%c", 'a'+i)}
					if err := store.Put(t.Context(), "k", []byte(blob(i)), opts); err != nil {
						t.Error(err)
					}
				}
			}()
			go func() {
				defer all.Done()
				for range 8 {
					got, err := store.Get(t.Context(), "k")
					if err != nil {
						t.Error(err)
						return
					}
					if string(got) != blob(int(got[0]-'a')) {
						t.Errorf("%d bytes from %q to %q", len(got), got[0], got[len(got)-1])
					}
				}
			}()
		}
		all.Wait()
		contentType, err := store.ContentType(t.Context(), "k")
		if data := get(t, store, "k"); err != nil || contentType != "type/"+data[:1] {
			t.Errorf("the content type %q came with %q (%v)", contentType, data[:1], err)
		}
	})
}

func TestACancelledCallHasNoEffect(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		put(t, store, "k", "kept")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		calls := everyCall(ctx, store, "k")
		_, calls["List"] = store.List(ctx, "")
		for name, err := range calls {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := get(t, store, "k"); got != "kept" {
			t.Errorf("the blob is %q", got)
		}
	})
}

func TestAClosedStoreRefusesEverything(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store closableStore) {
		put(t, store, "k", "x")
		var all sync.WaitGroup
		for range 8 {
			all.Add(2)
			go func() {
				defer all.Done()
				if data, err := store.Get(t.Context(), "k"); string(data) != "x" && !errors.Is(err, contracts.ErrResourceClosed) {
					t.Errorf("a call during the close returned %q, %v", data, err)
				}
			}()
			go func() {
				defer all.Done()
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			}()
		}
		all.Wait()
		for _, key := range []string{"k", ".."} {
			calls := everyCall(t.Context(), store, key)
			_, calls["List"] = store.List(t.Context(), "")
			for name, err := range calls {
				var closed *contracts.ResourceClosedError
				if !errors.As(err, &closed) || closed.Resource != fmt.Sprintf("%T", store)[len("*resources."):] {
					t.Errorf("%s(%q): %v", name, key, err)
				}
			}
		}
	})
}
