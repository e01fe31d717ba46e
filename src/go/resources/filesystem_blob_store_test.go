package resources_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func openStore(t *testing.T, root string) *resources.FilesystemBlobStore {
	t.Helper()
	store, err := resources.NewFilesystemBlobStore(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// files returns the paths of all that is below a root, with slashes, and what is in the files.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		relative, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(relative)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func write(t *testing.T, data string, path ...string) {
	t.Helper()
	whole := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(whole), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(whole, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// golden is the folder that all languages read and write in their tests.
type golden struct {
	Blobs []struct {
		Key         string
		Path        string
		ContentType string `json:"content_type"`
		Data        string
		Size        *int
		SHA256      string
	}
	Foreign []string
}

const goldenFolder = "../../../spec/conformance/filesystem-layout"

func readGolden(t *testing.T) golden {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(goldenFolder, "contents.json"))
	if err != nil {
		t.Fatal(err)
	}
	var contents golden
	if err := json.Unmarshal(text, &contents); err != nil {
		t.Fatal(err)
	}
	if len(contents.Blobs) < 50 {
		t.Fatalf("there are only %d blobs", len(contents.Blobs))
	}
	return contents
}

func TestTheGoldenFolderIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "root")
	if err := os.CopyFS(root, os.DirFS(filepath.Join(goldenFolder, "root"))); err != nil {
		t.Fatal(err)
	}
	before := files(t, root)
	contents, store := readGolden(t), openStore(t, root)
	var keys []string
	for _, blob := range contents.Blobs {
		keys = append(keys, blob.Key)
		data, _ := base64.StdEncoding.DecodeString(blob.Data)
		if got := get(t, store, blob.Key); got != string(data) {
			t.Errorf("%q holds %d bytes (%x)", blob.Key, len(got), sha256.Sum256([]byte(got)))
		}
		if got, err := store.ContentType(t.Context(), blob.Key); got != blob.ContentType || err != nil {
			t.Errorf("%q has the content type %q (%v)", blob.Key, got, err)
		}
		if there, err := store.Exists(t.Context(), blob.Key); !there || err != nil {
			t.Errorf("%q does not exist (%v)", blob.Key, err)
		}
	}
	slices.Sort(keys)
	if got := list(t, store, ""); !slices.Equal(got, keys) {
		t.Errorf("listed are %q, not %q", got, keys)
	}
	after := files(t, root)
	for path, data := range before {
		if got, there := after[path]; !there || got != data {
			t.Errorf("%s was changed", path)
		}
	}
}

func TestTheGoldenFolderIsWrittenByteForByte(t *testing.T) {
	t.Parallel()
	contents, root := readGolden(t), t.TempDir()
	store := openStore(t, root)
	want := files(t, filepath.Join(goldenFolder, "root"))
	for _, foreign := range contents.Foreign {
		delete(want, foreign)
	}
	for _, blob := range contents.Blobs {
		data, err := base64.StdEncoding.DecodeString(blob.Data)
		if err != nil {
			t.Fatal(err)
		}
		opts := contracts.BlobStorePutOptions{ContentType: blob.ContentType}
		if err := store.Put(t.Context(), blob.Key, data, opts); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(blob.Path))); err != nil {
			t.Errorf("%q is not at %s", blob.Key, blob.Path)
		}
	}
	got := files(t, root)
	for path, data := range want {
		if got[path] != data {
			t.Errorf("%s is %q, not %q", path, got[path], data)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %d files, not %d", len(got), len(want))
	}
}

func TestBlobsOutliveTheStore(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "some", "new", "root")
	first := openStore(t, root)
	put(t, first, "a/b", "x")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := openStore(t, root)
	if got := get(t, second, "a/b"); got != "x" || second.Root() != root {
		t.Errorf("it holds %q at %s", got, second.Root())
	}
}

func TestFoldersAndFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing there")
	}
	root := filepath.Join(t.TempDir(), "root")
	put(t, openStore(t, root), "a/b", "x")
	for path, want := range map[string]fs.FileMode{"": 0o700, "a%d": 0o700, "a%d/b%f": 0o600, "%tmp": 0o700} {
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q has mode %v (%v)", path, info.Mode(), err)
		}
	}
}

func TestDeletingLeavesNoEmptyFolders(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	deep := strings.Repeat("x", 200) + "/y/z"
	put(t, store, deep, "")
	put(t, store, "a/b/c", "")
	put(t, store, "a/d", "")
	for _, key := range []string{deep, "a/b/c"} {
		if err := store.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	entries, _ := os.ReadDir(root)
	inner, _ := os.ReadDir(filepath.Join(root, "a%d"))
	if len(entries) != 2 || len(inner) != 1 || inner[0].Name() != "d%f" {
		t.Errorf("left are %v and %v", entries, inner)
	}
}

func TestFilesOfOthersAreNeitherListedNorTouched(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	foreign := []string{
		"README", "a%f.bak", "%61%f", "A%f", "a%2fb%f", ".hidden%f", "x%d/notes", "%tmp/x", "%tmp/f123", "a%d/%2E%f",
	}
	for _, path := range foreign {
		write(t, "foreign", root, path)
	}
	if err := os.MkdirAll(filepath.Join(root, "k%f"), 0o700); err != nil {
		t.Fatal(err)
	}
	store := openStore(t, root)
	put(t, store, "a/b", "x")
	if got := list(t, store, ""); !slices.Equal(got, []string{"a/b"}) {
		t.Errorf("listed are %q", got)
	}
	if err := store.Delete(t.Context(), "a/b"); err != nil {
		t.Fatal(err)
	}
	got := files(t, root)
	for _, path := range foreign {
		if got[path] != "foreign" {
			t.Errorf("%s is %q", path, got[path])
		}
	}
}

func symlink(t *testing.T, target string, path ...string) {
	t.Helper()
	whole := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(whole), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, whole); err != nil {
		t.Skipf("no links here: %v", err)
	}
}

func TestNoLinkBelowTheRootIsFollowed(t *testing.T) {
	t.Parallel()
	outside, root := t.TempDir(), t.TempDir()
	put(t, openStore(t, outside), "a", "secret")
	put(t, openStore(t, outside), "b/c", "secret")
	store := openStore(t, root)
	put(t, store, "inside/a", "own")
	symlink(t, filepath.Join(outside, "a%f"), root, "a%f")
	symlink(t, outside, root, "out%d")
	symlink(t, "inside%d", root, "in%d")
	symlink(t, "nowhere", root, "dangling%f")

	if got := list(t, store, ""); !slices.Equal(got, []string{"inside/a"}) {
		t.Errorf("listed are %q", got)
	}
	for _, key := range []string{"a", "out/a", "out/b/c", "in/a", "dangling"} {
		if there, err := store.Exists(t.Context(), key); there || err != nil {
			t.Errorf("%q exists (%v)", key, err)
		}
		if _, err := store.Get(t.Context(), key); !errors.Is(err, contracts.ErrBlobNotFound) {
			t.Errorf("getting %q: %v", key, err)
		}
		if err := store.Delete(t.Context(), key); err != nil {
			t.Errorf("deleting %q: %v", key, err)
		}
	}
	for _, prefix := range []string{"out/", "in/", "in/a"} {
		if got := list(t, store, prefix); len(got) > 0 {
			t.Errorf("below %q there are %q", prefix, got)
		}
	}
	for _, key := range []string{"out/a", "in/a"} {
		err := store.Put(t.Context(), key, nil, contracts.BlobStorePutOptions{})
		isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err)
	}
	for _, key := range []string{"a", "dangling"} {
		put(t, store, key, "new")
		if got := get(t, store, key); got != "new" {
			t.Errorf("%q holds %q", key, got)
		}
	}
	if got := get(t, openStore(t, outside), "a") + get(t, store, "inside/a"); got != "secretown" {
		t.Errorf("the others hold %q", got)
	}
}

func TestNoLinkIsFollowedToWriteTemporaryFiles(t *testing.T) {
	t.Parallel()
	outside, root := t.TempDir(), t.TempDir()
	write(t, "x", outside, "f0123456789abcdef")
	symlink(t, outside, root, "%tmp")
	store := openStore(t, root)
	err := store.Put(t.Context(), "a", nil, contracts.BlobStorePutOptions{})
	isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err)
	if got := files(t, outside); len(got) != 1 {
		t.Errorf("outside there are %q", got)
	}
}

func TestTheRootMayBeALink(t *testing.T) {
	t.Parallel()
	target, parent := t.TempDir(), t.TempDir()
	symlink(t, target, parent, "link")
	put(t, openStore(t, filepath.Join(parent, "link")), "a", "x")
	if got := get(t, openStore(t, target), "a"); got != "x" {
		t.Errorf("behind the link is %q", got)
	}
}

func TestRootsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	write(t, "", parent, "file")
	long := filepath.Join(parent, strings.Repeat("x", 200), strings.Repeat("y", 200), strings.Repeat("z", 200), strings.Repeat("w", 290))
	for name, root := range map[string]string{
		"empty": "", "NUL": "a\x00b", "a file": filepath.Join(parent, "file"),
		"below a file": filepath.Join(parent, "file", "root"), "long": long,
	} {
		store, err := resources.NewFilesystemBlobStore(root)
		if got := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err); got.Argument != "root" || store != nil {
			t.Errorf("%s: %#v", name, got)
		}
	}
	if entries, _ := os.ReadDir(parent); len(entries) != 1 {
		t.Errorf("left are %v", entries)
	}
}

func TestARootThatIsGoneIsAFailure(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "root")
	store := openStore(t, root)
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	calls := everyCall(t.Context(), store, "a")
	_, calls["List"] = store.List(t.Context(), "")
	for name, err := range calls {
		failure := isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err)
		if failure.Resource != "FilesystemBlobStore" || failure.Operation == "" ||
			failure.Detail != "the root folder is gone" {
			t.Errorf("%s: %#v", name, failure)
		}
	}
}

func TestWhatIsInTheWayMakesPutFail(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	write(t, "", root, "a%d")
	if err := os.MkdirAll(filepath.Join(root, "b%f"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a/b", "b"} {
		err := store.Put(t.Context(), key, nil, contracts.BlobStorePutOptions{})
		isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err)
		if there, err := store.Exists(t.Context(), key); there || err != nil {
			t.Errorf("%q exists (%v)", key, err)
		}
		if _, err := store.Get(t.Context(), key); !errors.Is(err, contracts.ErrBlobNotFound) {
			t.Errorf("getting %q: %v", key, err)
		}
		if err := store.Delete(t.Context(), key); err != nil {
			t.Errorf("deleting %q: %v", key, err)
		}
	}
	if litter, _ := os.ReadDir(filepath.Join(root, "%tmp")); len(litter) > 0 {
		t.Errorf("left are %v", litter)
	}
}

func TestADamagedFileIsAFailureUntilItIsReplaced(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	put(t, store, "a", "data")
	put(t, store, "b", "data")
	whole := files(t, root)["a%f"]
	other := files(t, root)["b%f"]
	for name, damage := range map[string]string{
		"empty": "", "cut": whole[:len(whole)-1], "longer": whole + "x", "of another key": other,
		"no blob": "hello", "no header": whole[:12], "zeros": strings.Repeat("\x00", len(whole)),
	} {
		write(t, damage, root, "a%f")
		_, err := store.Get(t.Context(), "a")
		failure := isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err)
		if !strings.HasPrefix(failure.Detail, "the file of the key is damaged: ") {
			t.Errorf("%s: %#v", name, failure)
		}
		if _, err := store.ContentType(t.Context(), "a"); !errors.Is(err, contracts.ErrBackendFailed) {
			t.Errorf("%s: the content type is %v", name, err)
		}
		if there, err := store.Exists(t.Context(), "a"); !there || err != nil {
			t.Errorf("%s: it does not exist (%v)", name, err)
		}
	}
	put(t, store, "a", "new")
	if got := get(t, store, "a"); got != "new" {
		t.Errorf("it holds %q", got)
	}
}

func TestTemporaryFilesOfDeadWritersAreSwept(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	long := time.Now().Add(-61 * time.Minute)
	for name, age := range map[string]time.Time{
		"f0000000000000001": time.Now(), "f0000000000000002": long, "t0000000000000001": time.Now(),
		"t0000000000000002": long, "g0000000000000001": long, "f000000000000001": long, "f000000000000000G": long,
	} {
		write(t, "x", root, "%tmp", name)
		if err := os.Chtimes(filepath.Join(root, "%tmp", name), age, age); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "%tmp", "f0000000000000003"), 0o700); err != nil {
		t.Fatal(err)
	}
	openStore(t, root)
	var left []string
	entries, _ := os.ReadDir(filepath.Join(root, "%tmp"))
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	want := []string{
		"f0000000000000003", "f000000000000000G", "f000000000000001", "g0000000000000001", "t0000000000000001",
	}
	if !slices.Equal(left, want) {
		t.Errorf("left are %q, not %q", left, want)
	}
}

func TestStoresThatOpenLeaveWritersTheirFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	stop := make(chan struct{})
	var openers sync.WaitGroup
	openers.Add(1)
	go func() {
		defer openers.Done()
		for {
			select {
			case <-stop:
				return
			default:
				openStore(t, root)
			}
		}
	}()
	big := bytes.Repeat([]byte("x"), 100_000)
	for range 100 {
		if err := store.Put(t.Context(), "a/b", big, contracts.BlobStorePutOptions{}); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	openers.Wait()
}

func TestAWriterWhoseFoldersVanishBeginsAgain(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	one, two := openStore(t, root), openStore(t, root)
	var all sync.WaitGroup
	for i, store := range []*resources.FilesystemBlobStore{one, two, one, two} {
		all.Add(1)
		go func() {
			defer all.Done()
			key := "deep/deeper/deepest/" + string(rune('a'+i))
			for range 100 {
				if err := store.Put(t.Context(), key, []byte(key), contracts.BlobStorePutOptions{}); err != nil {
					t.Error(err)
				}
				if got, err := store.Get(t.Context(), key); string(got) != key {
					t.Errorf("it holds %q (%v)", got, err)
				}
				if err := store.Delete(t.Context(), key); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	all.Wait()
	if entries, _ := os.ReadDir(root); len(entries) != 1 {
		t.Errorf("left are %v", entries)
	}
}

func TestFoldersThatVanishDoNotDisturbAList(t *testing.T) {
	t.Parallel()
	store := openStore(t, t.TempDir())
	put(t, store, "stays", "")
	stop := make(chan struct{})
	var others sync.WaitGroup
	for i := range 4 {
		others.Add(1)
		go func() {
			defer others.Done()
			key := strings.Repeat(string(rune('a'+i))+"/", 8) + "x"
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := store.Put(t.Context(), key, nil, contracts.BlobStorePutOptions{}); err != nil {
					t.Error(err)
				}
				if err := store.Delete(t.Context(), key); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	defer others.Wait()
	defer close(stop)
	for range 500 {
		if got := list(t, store, ""); !slices.Contains(got, "stays") {
			t.Errorf("listed are %q", got)
		}
	}
}

func TestPutsCancelledAtAnyMomentLeaveWholeBlobs(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	old := strings.Repeat("o", 10_000)
	put(t, store, "a/b", old)
	for i := range 200 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*3*time.Microsecond)
		fresh := strings.Repeat(string(rune('a'+i%26)), 9_000+i)
		err := store.Put(ctx, "a/b", []byte(fresh), contracts.BlobStorePutOptions{})
		cancel()
		want := fresh
		if err != nil {
			want = old
			if err != context.DeadlineExceeded {
				t.Errorf("put ended with %v", err)
			}
		}
		if got := get(t, store, "a/b"); got != want {
			t.Fatalf("after %v there are %d bytes of %q", err, len(got), got[:1])
		}
		old = want
	}
	if litter, _ := os.ReadDir(filepath.Join(root, "%tmp")); len(litter) > 0 {
		t.Errorf("left are %v", litter)
	}
}

func TestNothingStaysOpenBetweenCalls(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no list of open files here")
	}
	root := t.TempDir()
	count := func() (open int) {
		entries, _ := os.ReadDir("/proc/self/fd")
		for _, entry := range entries {
			target, _ := os.Readlink("/proc/self/fd/" + entry.Name())
			if strings.HasPrefix(target, root) {
				open++
			}
		}
		return open
	}
	store := openStore(t, root)
	write(t, "damaged", root, "d%f")
	write(t, "", root, "file%d")
	for _, key := range []string{"a/b", "d", "file/x", "missing/x"} {
		everyCall(t.Context(), store, key)
		write(t, "damaged", root, "d%f")
	}
	list(t, store, "")
	if open := count(); open > 0 {
		t.Errorf("%d files are open", open)
	}
}

func TestAPipeInTheWayKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	if err := mkfifo(filepath.Join(root, "a%f")); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	if _, err := store.Get(t.Context(), "a"); !errors.Is(err, contracts.ErrBlobNotFound) {
		t.Errorf("getting it: %v", err)
	}
	if got := list(t, store, ""); len(got) > 0 {
		t.Errorf("listed are %q", got)
	}
	put(t, store, "a", "x")
	if got := get(t, store, "a"); got != "x" {
		t.Errorf("it holds %q", got)
	}
}

func TestAReadOnlyDiskIsAFailure(t *testing.T) {
	t.Parallel()
	if os.Geteuid() <= 0 {
		t.Skip("modes do not hold this user back")
	}
	root := t.TempDir()
	store := openStore(t, root)
	put(t, store, "a", "x")
	if err := os.Chmod(filepath.Join(root, "%tmp"), 0o500); err != nil {
		t.Fatal(err)
	}
	err := store.Put(t.Context(), "a", nil, contracts.BlobStorePutOptions{})
	failure := isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err)
	if failure.Detail != syscall.EACCES.Error() || failure.Operation != "put" || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%#v", failure)
	}
	if got := get(t, store, "a"); got != "x" {
		t.Errorf("it holds %q", got)
	}
}
