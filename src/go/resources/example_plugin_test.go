package resources_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// quotes is a plugin that keeps the quote of each day.
type quotes struct {
	clock  contracts.Clock
	client contracts.HTTPClient
	store  contracts.BlobStore
}

var quotesNeed = resources.Needs{Required: []string{"clock", "http_client", "blob_store"}}

func newQuotes(source contracts.Resources) (*quotes, error) {
	clock, noClock := contracts.ClockFrom(source)
	client, noClient := contracts.HTTPClientFrom(source)
	store, noStore := contracts.BlobStoreFrom(source)
	return &quotes{clock, client, store}, errors.Join(noClock, noClient, noStore)
}

func (q *quotes) fetch(ctx context.Context) error {
	response, err := q.client.Get(ctx, "https://quotes.example/today", contracts.HTTPClientGetOptions{})
	if err != nil {
		return err
	}
	if response.StatusCode() != 200 {
		return fmt.Errorf("no quote today: status %d", response.StatusCode())
	}
	key := "quotes/" + q.clock.Now().Format(time.DateOnly)
	return q.store.Put(ctx, key, []byte(response.Text()), contracts.BlobStorePutOptions{ContentType: "text/plain"})
}

// host runs the plugin in a scope of its own: it sees what it declares, and nothing else.
func host(ctx context.Context, registry *resources.ResourceRegistry) (err error) {
	scope, err := registry.Scope("quotes", quotesNeed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scope.Close()) }()
	plugin, err := newQuotes(scope)
	if err != nil {
		return err
	}
	return plugin.fetch(ctx)
}

func Example_plugin() {
	client := resources.NewStubHTTPClient(nil)
	client.On("GET", "https://quotes.example/today").Then(resources.Answer{Text: "Festina lente."})
	store := resources.NewInMemoryBlobStore()
	registry, err := resources.NewStandardRegistry(resources.StandardOptions{
		Clock:      resources.NewFrozenClock(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)),
		HTTPClient: client,
		BlobStore:  store,
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if err := host(ctx, registry); err != nil {
		log.Fatal(err)
	}

	kept, err := store.Get(ctx, "quotes/2026-11-23")
	fmt.Println(string(kept), err)
	fmt.Println(client.Calls())
	fmt.Println(registry.Close()) // it would name a request that no route answered
	// Output:
	// Festina lente. <nil>
	// [GET https://quotes.example/today]
	// <nil>
}
