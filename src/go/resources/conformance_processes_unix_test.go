//go:build unix

package resources_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// processBodies are the cases in which several processes use one folder.
func processBodies(t *testing.T) []conformance.Option {
	t.Helper()
	return []conformance.Option{
		conformance.Having("kill"),
		conformance.ByHand("processes_share_the_blobs", sharesBlobs),
		conformance.ByHand("a_killed_writer_leaves_whole_blobs", func(c *conformance.Case) error {
			return survivesKills(t, c)
		}),
	}
}

func init() {
	conformanceRoles["share"] = shareBlobs
}

// shareBlobs stores, lists and deletes blobs of its own beside a shared one.
func shareBlobs(ctx context.Context, place string) error {
	root, who, _ := strings.Cut(place, "|")
	store, err := resources.NewFilesystemBlobStore(root)
	if err != nil {
		return err
	}
	defer store.Close()
	for number := range uint64(40) {
		key := fmt.Sprintf("%s/%d", who, number)
		if err := store.Put(ctx, key, blob(number), contracts.BlobStorePutOptions{}); err != nil {
			return err
		}
		if err := store.Put(ctx, "shared", blob(number), contracts.BlobStorePutOptions{}); err != nil {
			return err
		}
		if _, err := wholeNumber(ctx, store, "shared"); err != nil {
			return err
		}
		if found, err := wholeNumber(ctx, store, key); err != nil || found != number {
			return fmt.Errorf("%s holds %d, %w", key, found, err)
		}
		if keys, err := store.List(ctx, who+"/"); err != nil || len(keys) != 1 {
			return fmt.Errorf("%s has %v, %w", who, keys, err)
		}
		if number == 39 {
			break
		}
		if err := store.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// wholeNumber reads a blob and checks that it is not torn.
func wholeNumber(ctx context.Context, store contracts.BlobStore, key string) (uint64, error) {
	data, err := store.Get(ctx, key)
	if err != nil {
		return 0, err
	}
	if len(data) < 12 || crc32.ChecksumIEEE(data[4:]) != binary.BigEndian.Uint32(data) {
		return 0, fmt.Errorf("%s holds a torn blob of %d bytes", key, len(data))
	}
	return binary.BigEndian.Uint64(data[4:]), nil
}

func sharesBlobs(c *conformance.Case) error {
	own, err := c.Folder()
	if err != nil {
		return err
	}
	root := filepath.Join(own, "blobs")
	first, second := asAnother(c.Context(), "share", root+"|a"), asAnother(c.Context(), "share", root+"|b")
	for _, process := range []*exec.Cmd{first, second} {
		if err := process.Start(); err != nil {
			return err
		}
	}
	for _, process := range []*exec.Cmd{first, second} {
		if err := process.Wait(); err != nil {
			return fmt.Errorf("another process: %w", err)
		}
	}
	store := conformance.Given[contracts.BlobStore](c, "store")
	if keys, err := store.List(c.Context(), ""); err != nil || fmt.Sprint(keys) != "[a/39 b/39 shared]" {
		return fmt.Errorf("left are %v, %w", keys, err)
	}
	_, err = wholeNumber(c.Context(), store, "shared")
	return err
}

// survivesKills kills writers at random moments, and holds what is there against what they said.
func survivesKills(t *testing.T, c *conformance.Case) error {
	own, err := c.Folder()
	if err != nil {
		return err
	}
	root := filepath.Join(own, "blobs")
	store := conformance.Given[contracts.BlobStore](c, "store")
	for range 20 {
		promised := map[string]uint64{}
		writers, outputs := map[string]*exec.Cmd{}, map[string]*bufio.Reader{}
		for _, who := range []string{"a", "b"} {
			writers[who], outputs[who] = startAnother(t, "writer", root+"|"+who)
		}
		for who, output := range outputs {
			var number uint64
			if _, err := fmt.Fscanln(output, &number); err != nil {
				return fmt.Errorf("writer %s: %w", who, err)
			}
			promised[who] = number
		}
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond) // any moment will do
		for who, writer := range writers {
			_ = writer.Process.Kill()
			for {
				var number uint64
				if _, err := fmt.Fscanln(outputs[who], &number); err != nil {
					break
				}
				promised[who] = number
			}
			_ = writer.Wait()
		}
		keys, err := store.List(c.Context(), "")
		if err != nil {
			return err
		}
		for _, key := range keys {
			number, err := wholeNumber(c.Context(), store, key)
			if err != nil {
				return err
			}
			if who, isOwn := strings.CutPrefix(key, "own/"); isOwn && number < promised[who] {
				return fmt.Errorf("%s holds %d, but %d was stored", key, number, promised[who])
			}
		}
		for who := range promised {
			if !slices.Contains(keys, "own/"+who) {
				return fmt.Errorf("what was stored under own/%s is gone; there are %q", who, keys)
			}
		}
	}
	return nil
}
