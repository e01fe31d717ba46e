// Package resources has the standard resources of a plugin host: what a host installs, and what
// tests put in their place.
//
// The interfaces are those of [go.dagstack.dev/contracts], and plugins know nothing else. For each
// there is an implementation for production, and one for tests:
//   - clock: [SystemClock]; [FrozenClock]
//   - rng: [RandomRng]; [DeterministicRng]
//   - http_client: [PooledHTTPClient]; [StubHTTPClient]
//   - blob_store: [FilesystemBlobStore], or that of [go.dagstack.dev/resources/s3];
//     [InMemoryBlobStore]
//   - tmpdir: [SystemTempDir] for both
//
// A [ResourceRegistry] hands them to plugins and closes them last; [NewStandardRegistry] makes one
// that is complete:
//
//	registry, err := resources.NewStandardRegistry(resources.StandardOptions{BlobFolder: "blobs"})
//	…
//	defer registry.Close()
//	scope, err := registry.Scope("reporter", resources.Needs{Required: []string{"clock"}})
//	…
//	clock, err := contracts.ClockFrom(scope)
//
// # Use
//
// Everything is made by a function New…; a zero value is of use only where its type says so, as
// structs of options and settings do. One instance serves a whole host, and is safe for concurrent
// use by any number of goroutines.
//
// Close can be called any number of times, by several goroutines at once. What a resource is asked
// to do afterwards ends with [contracts.ErrResourceClosed]. Methods with a context come back when it
// ends, with an error that is that of the context; a file system may keep them waiting a moment longer.
//
// # Errors
//
// Errors are those of the contracts: compare them with [errors.Is] and the variables ErrX, read
// their fields with [errors.As] and the types XError. The cause is wrapped where there is one.
// Methods that have no error to return, such as [FrozenClock.Now], panic with one instead, when they
// are called after Close or with arguments that the specification refuses.
package resources
