// The program of the tests of shared folders in Go; see program.py for what each task does.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

type blob struct {
	Key         string `json:"key"`
	ContentType string `json:"content_type"`
	Data        []byte `json:"data"`
}

var sizes = []int{1, 70_000, 200_000}

func main() {
	tasks := map[string]func(place string) error{
		"hold": hold, "sweep": sweep, "fill": fill, "show": show, "clear": clearAll, "share": share,
	}
	if err := tasks[os.Args[1]](os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hold(parent string) error {
	dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	if err != nil {
		return err
	}
	sub, err := dir.CreateSubdir("a")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(sub, "b"), []byte("left"), 0o600); err != nil {
		return err
	}
	fmt.Println(dir.Path())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func sweep(parent string) error {
	dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	if err != nil {
		return err
	}
	return dir.Close()
}

func fill(root string) error {
	return with(root, func(ctx context.Context, store *resources.FilesystemBlobStore) error {
		var blobs []blob
		if err := json.NewDecoder(os.Stdin).Decode(&blobs); err != nil {
			return err
		}
		for _, each := range blobs {
			opts := contracts.BlobStorePutOptions{ContentType: each.ContentType}
			if err := store.Put(ctx, each.Key, each.Data, opts); err != nil {
				return err
			}
		}
		return nil
	})
}

func show(root string) error {
	return with(root, func(ctx context.Context, store *resources.FilesystemBlobStore) error {
		keys, err := store.List(ctx, "")
		if err != nil {
			return err
		}
		blobs := []blob{}
		for _, key := range keys {
			data, err := store.Get(ctx, key)
			if err != nil {
				return err
			}
			contentType, err := store.ContentType(ctx, key)
			if err != nil {
				return err
			}
			blobs = append(blobs, blob{key, contentType, data})
		}
		return json.NewEncoder(os.Stdout).Encode(blobs)
	})
}

func clearAll(root string) error {
	return with(root, func(ctx context.Context, store *resources.FilesystemBlobStore) error {
		keys, err := store.List(ctx, "")
		for _, key := range keys {
			if err == nil {
				err = store.Delete(ctx, key)
			}
		}
		return err
	})
}

func share(root string) error {
	letter := os.Args[3]
	own := "deep/er/" + letter
	return with(root, func(ctx context.Context, store *resources.FilesystemBlobStore) error {
		for turn := range 40 {
			size := sizes[turn%len(sizes)]
			if err := store.Put(ctx, "shared", []byte(strings.Repeat(letter, size)), contracts.BlobStorePutOptions{}); err != nil {
				return err
			}
			if err := store.Put(ctx, own, []byte(letter), contracts.BlobStorePutOptions{}); err != nil {
				return err
			}
			seen, err := store.Get(ctx, "shared")
			if err != nil {
				return err
			}
			if !bytes.Equal(seen, bytes.Repeat(seen[:1], len(seen))) || !slices.Contains(sizes, len(seen)) {
				return fmt.Errorf("a mixture of %d bytes", len(seen))
			}
			data, err := store.Get(ctx, own)
			if err != nil {
				return err
			}
			keys, err := store.List(ctx, "deep/")
			if err != nil {
				return err
			}
			if string(data) != letter || !slices.Contains(keys, own) {
				return fmt.Errorf("%s is lost", own)
			}
			if err := store.Delete(ctx, own); err != nil {
				return err
			}
			if there, err := store.Exists(ctx, own); err != nil || there {
				return fmt.Errorf("%s is still there: %w", own, err)
			}
		}
		return nil
	})
}

func with(root string, do func(context.Context, *resources.FilesystemBlobStore) error) error {
	store, err := resources.NewFilesystemBlobStore(root)
	if err != nil {
		return err
	}
	if err := do(context.Background(), store); err != nil {
		return err
	}
	return store.Close()
}
