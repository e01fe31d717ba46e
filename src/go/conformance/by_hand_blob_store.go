package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.dagstack.dev/contracts"
)

func init() {
	provide("blob_store", Harness{ByHand: map[string]Body{
		"a_cancelled_put_is_whole_or_nothing":           putsWholeOrNothing,
		"a_cancelled_call_leaves_the_store_fit_for_use": staysFitForUse,
		"closing_amid_work_ends_it_cleanly":             endsCleanly,
	}})
}

func putsWholeOrNothing(c *Case) error {
	store := Given[contracts.BlobStore](c, "store")
	small, large := bytes.Repeat([]byte("old"), 300_000), bytes.Repeat([]byte("new"), 300_000)
	for moment := range 12 {
		if err := store.Put(c.Context(), "key", small, contracts.BlobStorePutOptions{}); err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(c.Context())
		begun := begin(ctx, func(ctx context.Context) came {
			return came{err: store.Put(ctx, "key", large, contracts.BlobStorePutOptions{})}
		})
		time.Sleep(time.Duration(moment*moment) * 20 * time.Microsecond)
		cancel()
		<-begun.done
		if err := begun.result.err; err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("a cancelled put ends with %w", err)
		}
		found, err := store.Get(c.Context(), "key")
		if err != nil {
			return err
		}
		if !bytes.Equal(found, small) && !bytes.Equal(found, large) {
			return fmt.Errorf("a cancelled put left %s", shown(found))
		}
		if keys, err := store.List(c.Context(), ""); err != nil || !slices.Equal(keys, []string{"key"}) {
			return fmt.Errorf("a cancelled put left the keys %v, %v", keys, err)
		}
	}
	return nil
}

func staysFitForUse(c *Case) error {
	store := Given[contracts.BlobStore](c, "store")
	calls := []func(context.Context) error{
		func(ctx context.Context) error {
			return store.Put(ctx, "a/b", []byte("data"), contracts.BlobStorePutOptions{})
		},
		func(ctx context.Context) error { _, err := store.Get(ctx, "a/b"); return err },
		func(ctx context.Context) error { _, err := store.List(ctx, ""); return err },
		func(ctx context.Context) error { _, err := store.Exists(ctx, "a/b"); return err },
		func(ctx context.Context) error { return store.Delete(ctx, "a/b") },
	}
	for range 20 {
		for _, call := range calls {
			ctx, cancel := context.WithCancel(c.Context())
			begun := begin(ctx, func(ctx context.Context) came { return came{err: call(ctx)} })
			cancel()
			<-begun.done
			err := begun.result.err
			if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, contracts.ErrBlobNotFound) {
				return fmt.Errorf("a cancelled call ends with %w", err)
			}
		}
	}
	if err := calls[0](c.Context()); err != nil {
		return err
	}
	if keys, err := store.List(c.Context(), ""); err != nil || !slices.Equal(keys, []string{"a/b"}) {
		return fmt.Errorf("afterwards the keys are %v, %v", keys, err)
	}
	if data, err := store.Get(c.Context(), "a/b"); err != nil || string(data) != "data" {
		return fmt.Errorf("afterwards the blob is %s, %v", shown(data), err)
	}
	if there, err := store.Exists(c.Context(), "a/b"); err != nil || !there {
		return fmt.Errorf("afterwards the blob exists: %v, %v", there, err)
	}
	return store.Delete(c.Context(), "a/b")
}

func endsCleanly(c *Case) error {
	store := Given[contracts.BlobStore](c, "store")
	var begun sync.WaitGroup
	begun.Add(20)
	return each(21, func(number int) error {
		if number == 20 {
			begun.Wait()
			_, err := c.Do("store", "close", nil)
			return err
		}
		begun.Done()
		err := store.Put(c.Context(), fmt.Sprint("key", number), []byte("data"), contracts.BlobStorePutOptions{})
		if err != nil && !errors.Is(err, contracts.ErrResource) {
			return fmt.Errorf("a put amid the close ends with %w", err)
		}
		return nil
	})
}
