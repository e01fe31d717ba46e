package resources_test

import (
	"io"
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	suites "go.dagstack.dev/contracts/conformance"
	"go.dagstack.dev/resources"
)

// Decorators that change nothing: embedding an interface forwards every method, and the closer goes
// along as hosts close what they made.
type (
	forwardingBlobStore struct {
		contracts.BlobStore
		io.Closer
	}
	forwardingClock struct {
		contracts.Clock
		io.Closer
	}
	forwardingHTTPClient struct {
		contracts.HTTPClient
		io.Closer
	}
	forwardingRng struct {
		contracts.Rng
		io.Closer
	}
	forwardingTempDir struct {
		contracts.TempDir
		io.Closer
	}
)

func TestConformanceOfAForwardingBlobStore(t *testing.T) {
	conformance.TestBlobStore(t, func(*conformance.Case) (contracts.BlobStore, error) {
		inner := resources.NewInMemoryBlobStore()
		return forwardingBlobStore{inner, inner}, nil
	},
		conformance.Named("ForwardingBlobStore"),
		conformance.Lacking("content_types", "the interface does not tell them"),
		conformance.Lacking("shared", "each one keeps its blobs in its own memory"),
		conformance.Lacking("kill", "each one keeps its blobs in its own memory"),
	)
}

func TestConformanceOfAForwardingClock(t *testing.T) {
	conformance.TestClock(t, func(*conformance.Case) (contracts.Clock, error) {
		inner := resources.NewSystemClock()
		return forwardingClock{inner, inner}, nil
	}, conformance.Named("ForwardingClock"))
}

func TestConformanceOfAForwardingHTTPClient(t *testing.T) {
	conformance.Run(t, suites.HTTPClient, conformance.Harness{
		Name: "ForwardingHttpClient",
		Subjects: map[string]conformance.Factory{
			"HttpClient": func(*conformance.Case, conformance.Values) (any, error) {
				inner := resources.NewStubHTTPClient(nil)
				return forwardingHTTPClient{inner, inner}, nil
			},
		},
	})
}

func TestConformanceOfAForwardingRng(t *testing.T) {
	conformance.TestRng(t, func(*conformance.Case) (contracts.Rng, error) {
		inner := resources.NewRandomRng()
		return forwardingRng{inner, inner}, nil
	}, conformance.Named("ForwardingRng"))
}

func TestConformanceOfAForwardingTempDir(t *testing.T) {
	const none = "it has no life of its own"
	conformance.TestTempDir(t, func(_ *conformance.Case, parent string) (contracts.TempDir, error) {
		inner, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
		return forwardingTempDir{inner, inner}, err
	}, append(umaskBody(),
		conformance.Named("ForwardingTempDir"),
		conformance.Lacking("kill", none),
		conformance.Lacking("exit_hooks", none),
	)...)
}
