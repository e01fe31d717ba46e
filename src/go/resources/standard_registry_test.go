package resources_test

import (
	"errors"
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

func TestAStandardRegistryThatCannotBeMadeClosesWhatItWasGiven(t *testing.T) {
	t.Parallel()
	parent, clock := t.TempDir(), resources.NewFrozenClock(noon)
	write(t, "", parent, "file")
	registry, err := resources.NewStandardRegistry(resources.StandardOptions{
		Clock: clock, BlobFolder: filepath.Join(parent, "file"),
	})
	isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
	if registry != nil {
		t.Errorf("there is %v", registry)
	}
	panicsWith(t, contracts.ErrResourceClosed, func() { clock.Now() })
}
