package resources_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func ExampleNewStandardRegistry() {
	folder, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	registry, err := resources.NewStandardRegistry(resources.StandardOptions{BlobFolder: folder})
	if err != nil {
		log.Fatal(err)
	}
	defer registry.Close()
	fmt.Println(registry.Names())
	// Output: [clock rng blob_store http_client tmpdir]
}

func ExampleNewRegistry() {
	registry := resources.NewRegistry(resources.RegistryOptions{})
	defer registry.Close()
	err := registry.Register("clock", resources.NewSystemClock(), resources.RegisterOptions{})
	if err != nil {
		log.Fatal(err)
	}

	_, err = registry.Scope("reporter", resources.Needs{Required: []string{"clokc"}})
	fmt.Println(err)

	scope, err := registry.Scope("reporter", resources.Needs{
		Required: []string{"clock"},
		Optional: []string{"tracer"},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer scope.Close() // after the plugin's teardown
	tracer, err := scope.Get("tracer")
	fmt.Println(tracer, err)
	_, err = scope.Get("rng")
	fmt.Println(errors.Is(err, contracts.ErrUndeclaredResource))
	// Output:
	// required resources are missing: plugin reporter requires clokc (did you mean clock?)
	// <nil> <nil>
	// true
}

// shelf keeps the blobs of one plugin apart from those of others; it embeds what it does not change.
type shelf struct {
	contracts.BlobStore
	name string
}

func (s shelf) Put(ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions) error {
	return s.BlobStore.Put(ctx, s.name+"/"+key, data, opts)
}

func ExampleResourceRegistry_DecorateEach() {
	store := resources.NewInMemoryBlobStore()
	registry := resources.NewRegistry(resources.RegistryOptions{})
	defer registry.Close()
	if err := registry.Register("blob_store", store, resources.RegisterOptions{}); err != nil {
		log.Fatal(err)
	}
	err := registry.DecorateEach("blob_store", func(resource any, plugin string) (any, error) {
		return shelf{resource.(contracts.BlobStore), plugin}, nil
	})
	if err != nil {
		log.Fatal(err)
	}

	scope, err := registry.Scope("reporter", resources.Needs{Required: []string{"blob_store"}})
	if err != nil {
		log.Fatal(err)
	}
	seen, err := contracts.BlobStoreFrom(scope)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if err := seen.Put(ctx, "today", []byte("fine"), contracts.BlobStorePutOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(store.List(ctx, ""))
	// Output: [reporter/today] <nil>
}

func ExampleNewFrozenClock() {
	clock := resources.NewFrozenClock(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	defer clock.Close()
	ctx := context.Background()
	awake := make(chan error)
	go func() { awake <- clock.Sleep(ctx, time.Hour) }()

	// So the clock is not advanced before the other goroutine has come to its sleep.
	if err := clock.WaitForSleepers(ctx, 1); err != nil {
		log.Fatal(err)
	}
	if err := clock.Advance(time.Hour); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-awake, clock.Now(), clock.MonotonicNs())
	// Output: <nil> 2026-11-23 10:00:00 +0000 UTC 3600000000000
}

func ExampleNewDeterministicRng() {
	rng := resources.NewDeterministicRng(42)
	fmt.Println(rng.NextFloat(), rng.NextInt(1, 6))
	fmt.Println(contracts.Choice(rng.Fork("reporter"), []string{"red", "green", "blue"}))
	// Output:
	// 0.6394267984578837 1
	// blue
}

func ExampleNewStubHTTPClient() {
	client := resources.NewStubHTTPClient(nil)
	client.On("GET", "https://api.example/users/7").
		Then(resources.Answer{JSON: map[string]any{"name": "Ada"}}).
		Then(resources.Answer{Err: contracts.ErrHTTPTimeout})
	ctx := context.Background()

	response, err := client.Get(ctx, "https://api.example/users/7", contracts.HTTPClientGetOptions{})
	if err != nil {
		log.Fatal(err)
	}
	user, err := response.JSON()
	fmt.Println(response.StatusCode(), user, err)

	_, err = client.Get(ctx, "https://api.example/users/7", contracts.HTTPClientGetOptions{})
	fmt.Println(errors.Is(err, contracts.ErrHTTPTimeout))

	_, _ = client.Get(ctx, "https://api.example/users/8", contracts.HTTPClientGetOptions{})
	fmt.Println(client.AssertDone()) // which knows, though nobody looked at the error
	// Output:
	// 200 map[name:Ada] <nil>
	// true
	// no route answers GET https://api.example/users/8; the nearest are:
	// - GET https://api.example/users/7: the path is /users/8, not /users/7
}

func ExampleInMemoryBlobStore() {
	var store resources.InMemoryBlobStore
	ctx := context.Background()
	_, err := store.Get(ctx, "reports/today")
	var missing *contracts.BlobNotFoundError
	fmt.Println(errors.As(err, &missing), missing.Key)

	if err := store.Put(ctx, "reports/today", []byte("fine"), contracts.BlobStorePutOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(store.List(ctx, "reports/"))
	// Output:
	// true reports/today
	// [reports/today] <nil>
}

func ExampleNewSystemTempDir() {
	dir, err := resources.NewSystemTempDir(resources.TempDirOptions{})
	if err != nil {
		log.Fatal(err)
	}
	file, err := dir.CreateFile("report", contracts.TempDirCreateFileOptions{Suffix: ".csv"})
	fmt.Println(filepath.Base(file), err)
	fmt.Println(dir.Close())
	_, err = os.Stat(file)
	fmt.Println(errors.Is(err, os.ErrNotExist))
	// Output:
	// report.csv <nil>
	// <nil>
	// true
}
