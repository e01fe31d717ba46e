package resources

import (
	"context"
	"slices"

	"go.dagstack.dev/contracts"
)

// StandardOptions are what a host settles about its standard resources. The zero value is fit for
// production, but for the blob store: a host decides where its data lies.
type StandardOptions struct {
	// Clock is the operating system's if it is nil.
	Clock contracts.Clock

	// Rng is the operating system's if it is nil.
	Rng contracts.Rng

	// HTTPClient is a pooled client of HTTPSettings if it is nil.
	HTTPClient contracts.HTTPClient

	// HTTPSettings are those of the pooled client. Where they have no clock or source of
	// randomness, it takes time and chance from those of the host.
	HTTPSettings HTTPSettings

	// BlobStore is a store in the files of BlobFolder if it is nil; if that is empty, too, there is
	// no blob store.
	BlobStore contracts.BlobStore

	// BlobFolder is the root of a [FilesystemBlobStore].
	BlobFolder string

	// TempDir says where each plugin's temporary directory is made.
	TempDir TempDirOptions

	// Registry are the options of the registry itself.
	Registry RegistryOptions
}

// NewStandardRegistry returns a registry with the standard resources of a production host, which
// then registers its own. Closing it closes what it was given, too.
//
// It returns the error of a resource that cannot be made; what was made already, or given, is
// closed then.
func NewStandardRegistry(opts StandardOptions) (*ResourceRegistry, error) {
	registry := NewRegistry(opts.Registry)
	if err := registerStandard(registry, opts); err != nil {
		closeGiven(registry, opts)
		return nil, err
	}
	return registry, nil
}

// closeGiven closes the registry, and before it what was given but not registered yet. The error
// that led here says more than those that may follow.
func closeGiven(registry *ResourceRegistry, opts StandardOptions) {
	registered := registry.Names()
	var rest []item
	for _, given := range []item{
		{opts.HTTPClient, "http_client"}, {opts.BlobStore, "blob_store"}, {opts.Rng, "rng"}, {opts.Clock, "clock"},
	} {
		if !isNil(given.resource) && !slices.Contains(registered, given.what) {
			rest = append(rest, given)
		}
	}
	_ = closeAll(context.Background(), rest, registry.limit)
	_ = registry.Close()
}

func registerStandard(registry *ResourceRegistry, opts StandardOptions) error {
	clock, rng := opts.Clock, opts.Rng
	if clock == nil {
		clock = NewSystemClock()
	}
	if rng == nil {
		rng = NewRandomRng()
	}
	if err := registry.Register("clock", clock, RegisterOptions{}); err != nil {
		return err
	}
	if err := registry.Register("rng", rng, RegisterOptions{}); err != nil {
		return err
	}
	if err := registerStore(registry, opts); err != nil {
		return err
	}
	client := opts.HTTPClient
	if client == nil {
		settings := opts.HTTPSettings
		if settings.Clock == nil {
			settings.Clock = clock
		}
		if settings.Rng == nil {
			settings.Rng = rng
		}
		pooled, err := NewPooledHTTPClient(settings)
		if err != nil {
			return err
		}
		client = pooled
	}
	if err := registry.Register("http_client", client, RegisterOptions{}); err != nil {
		return err
	}
	return registry.RegisterFactory("tmpdir", func(string) (any, error) {
		return NewSystemTempDir(opts.TempDir)
	}, RegisterOptions{})
}

func registerStore(registry *ResourceRegistry, opts StandardOptions) error {
	store := opts.BlobStore
	switch {
	case store != nil:
	case opts.BlobFolder != "":
		files, err := NewFilesystemBlobStore(opts.BlobFolder)
		if err != nil {
			return err
		}
		store = files
	default:
		return nil
	}
	return registry.Register("blob_store", store, RegisterOptions{})
}
