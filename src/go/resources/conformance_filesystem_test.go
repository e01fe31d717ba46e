package resources_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestConformanceOfFilesystemBlobStore(t *testing.T) {
	options := []conformance.Option{
		conformance.Named("FilesystemBlobStore"),
		conformance.Having("content_types", "shared"),
		conformance.Also("FilesystemBlobStore", func(_ *conformance.Case, values conformance.Values) (any, error) {
			return resources.NewFilesystemBlobStore(conformance.Value[string](values, "root"))
		}),
		conformance.Also("FailingBlobStore", newFailingStore),
		conformance.Also("ReadOnlyBlobStore", newReadOnlyStore),
		conformance.ByHand("the_shared_folder_is_read", func(c *conformance.Case) error {
			return readsTheSharedFolder(c, readGolden(t))
		}),
	}
	options = append(options, processBodies(t)...)
	options = append(options, diskBodies()...)
	conformance.TestBlobStore(t, inFolderOfCase, options...)
}

// inFolderOfCase makes a store in the folder of the case, so that all of one case share it.
func inFolderOfCase(c *conformance.Case) (contracts.BlobStore, error) {
	own, err := c.Folder()
	if err != nil {
		return nil, err
	}
	return resources.NewFilesystemBlobStore(filepath.Join(own, "blobs"))
}

// newFailingStore makes a store whose root folder is gone.
func newFailingStore(c *conformance.Case, _ conformance.Values) (any, error) {
	own, err := c.Folder()
	if err != nil {
		return nil, err
	}
	root := filepath.Join(own, "gone")
	store, err := resources.NewFilesystemBlobStore(root)
	if err != nil {
		return nil, err
	}
	return store, os.RemoveAll(root)
}

func readsTheSharedFolder(c *conformance.Case, contents golden) error {
	folder, err := c.Do("folder", "path", nil)
	if err != nil {
		return err
	}
	if err := os.CopyFS(fmt.Sprint(folder), os.DirFS(filepath.Join(goldenFolder, "root"))); err != nil {
		return err
	}
	store := conformance.Given[contracts.BlobStore](c, "store")
	var keys []string
	for _, blob := range contents.Blobs {
		keys = append(keys, blob.Key)
		want, err := base64.StdEncoding.DecodeString(blob.Data)
		if err != nil {
			return err
		}
		got, err := store.Get(c.Context(), blob.Key)
		if err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("%q holds %q, %w", blob.Key, got, err)
		}
	}
	slices.Sort(keys)
	listed, err := store.List(c.Context(), "")
	if err != nil || !slices.Equal(listed, keys) {
		return fmt.Errorf("listed are %q, not %q: %w", listed, keys, err)
	}
	return nil
}

// expectOld expects that a put that failed has left the blob before it, and no litter.
func expectOld(c *conformance.Case, root string) error {
	store, err := resources.NewFilesystemBlobStore(root)
	if err != nil {
		return err
	}
	defer store.Close()
	data, err := store.Get(c.Context(), "a/b")
	if err != nil || string(data) != "old" {
		return fmt.Errorf("it holds %q, %w", data, err)
	}
	litter, err := os.ReadDir(filepath.Join(root, "%tmp"))
	if err == nil && len(litter) > 0 {
		return fmt.Errorf("%v is left", litter)
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
