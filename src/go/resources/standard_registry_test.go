package resources_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestAStandardRegistryHasTheStandardResources(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	registry, err := resources.NewStandardRegistry(resources.StandardOptions{
		BlobFolder: filepath.Join(parent, "blobs"), TempDir: resources.TempDirOptions{Parent: parent},
	})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"clock", "rng", "blob_store", "http_client", "tmpdir"}
	if got := registry.Names(); !slices.Equal(got, names) {
		t.Errorf("the names are %q", got)
	}
	scope := open(t, registry, "reports", names...)
	standard := contracts.StandardResources{Source: scope}
	clock, clockErr := standard.Clock()
	_, rngErr := standard.Rng()
	store, storeErr := standard.BlobStore()
	_, clientErr := standard.HTTPClient()
	_, dirErr := standard.Tmpdir()
	if err := errors.Join(clockErr, rngErr, storeErr, clientErr, dirErr); err != nil {
		t.Fatal(err)
	}
	put(t, store, "a", "x")
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	panicsWith(t, contracts.ErrResourceClosed, func() { clock.Now() })
	if got := namesIn(t, parent); !slices.Equal(got, []string{"blobs"}) {
		t.Errorf("left are %q", got)
	}
}

func TestAStandardRegistryTakesWhatTheHostHas(t *testing.T) {
	t.Parallel()
	clock, store := resources.NewFrozenClock(noon), resources.NewInMemoryBlobStore()
	registry, err := resources.NewStandardRegistry(resources.StandardOptions{
		Clock: clock, Rng: resources.NewDeterministicRng(42), BlobStore: store,
	})
	if err != nil {
		t.Fatal(err)
	}
	if read(t, registry, "clock") != clock || read(t, registry, "blob_store") != store {
		t.Error("it has others")
	}
	rng, err := contracts.RngFrom(open(t, registry, "a", "rng"))
	if err != nil || rng.NextFloat() != 0.9146699236488833 {
		t.Errorf("the plugin's stream is not its own (%v)", err)
	}
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	if _, err := store.Get(t.Context(), "a"); !errors.Is(err, contracts.ErrResourceClosed) {
		t.Errorf("the store is still open: %v", err)
	}
}

func TestClosingAStandardRegistryEndsTheCallsThatRunWithAnError(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		select {
		case arrived <- struct{}{}:
		default:
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	for range 50 { // each of the calls may stand anywhere when the clock is closed
		registry, err := resources.NewStandardRegistry(resources.StandardOptions{HTTPSettings: resources.HTTPSettings{
			Retry: resources.HTTPRetry{MaxAttempts: math.MaxInt, Base: -1},
		}})
		if err != nil {
			t.Fatal(err)
		}
		client := read(t, registry, "http_client").(contracts.HTTPClient)
		failures := make(chan error, cap(arrived))
		for range cap(failures) {
			go func() {
				_, err := client.Get(context.Background(), server.URL, contracts.HTTPClientGetOptions{})
				failures <- err
			}()
		}
		for range cap(arrived) {
			<-arrived
		}
		if err := registry.Close(); err != nil {
			t.Error(err)
		}
		for range cap(failures) {
			closed := isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, <-failures)
			checkEqual(t, "resource", closed.Resource, "PooledHTTPClient")
		}
	}
}

func TestAStandardRegistryThatCannotBeMadeClosesWhatItWasGiven(t *testing.T) {
	t.Parallel()
	parent, clock, client := t.TempDir(), resources.NewFrozenClock(noon), resources.NewStubHTTPClient(nil)
	write(t, "", parent, "file")
	registry, err := resources.NewStandardRegistry(resources.StandardOptions{
		Clock: clock, HTTPClient: client, BlobFolder: filepath.Join(parent, "file"),
	})
	isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	if registry != nil {
		t.Errorf("there is %v", registry)
	}
	panicsWith(t, contracts.ErrResourceClosed, func() { clock.Now() })
	if _, err := fetch(t, client, stubURL); !errors.Is(err, contracts.ErrResourceClosed) {
		t.Errorf("the client is still open: %v", err)
	}
}

func TestAStandardRegistryThatIsGivenANilClosesTheRest(t *testing.T) {
	t.Parallel()
	store := resources.NewInMemoryBlobStore()
	_, err := resources.NewStandardRegistry(resources.StandardOptions{
		Clock: (*resources.FrozenClock)(nil), BlobStore: store,
	})
	isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	if _, err := store.Get(t.Context(), "a"); !errors.Is(err, contracts.ErrResourceClosed) {
		t.Errorf("the store is still open: %v", err)
	}
}
