package resources_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func newTempDir(t *testing.T, parent string) *resources.SystemTempDir {
	t.Helper()
	dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dir.Close() })
	return dir
}

func namesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestATempDirMakesAndRemoves(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	form := regexp.MustCompile(`^dagstack-tmp-[0-9a-f]{16}$`)
	if filepath.Dir(dir.Path()) != parent || !form.MatchString(filepath.Base(dir.Path())) {
		t.Errorf("it is at %s", dir.Path())
	}
	file, err := dir.CreateFile("report", contracts.TempDirCreateFileOptions{Suffix: ".csv"})
	if err != nil || file != filepath.Join(dir.Path(), "report.csv") {
		t.Errorf("the file is %s (%v)", file, err)
	}
	folder, err := dir.CreateSubdir("sub")
	if err != nil || folder != filepath.Join(dir.Path(), "sub") {
		t.Errorf("the folder is %s (%v)", folder, err)
	}
	for path, mode := range map[string]fs.FileMode{
		dir.Path(): fs.ModeDir | 0o700, file: 0o600, folder: fs.ModeDir | 0o700,
	} {
		info, err := os.Lstat(path)
		if err != nil || (info.Mode() != mode && runtime.GOOS != "windows") || (mode.IsRegular() && info.Size() != 0) {
			t.Errorf("%s has mode %v (%v)", path, info.Mode(), err)
		}
	}
	write(t, "data", folder, "deep", "file")
	for range 3 {
		if err := dir.Close(); err != nil {
			t.Error(err)
		}
	}
	if left := namesIn(t, parent); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
	if !filepath.IsAbs(dir.Path()) {
		t.Errorf("the path is now %q", dir.Path())
	}
}

func TestAPrefixNamesTheFolder(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	opts := resources.TempDirOptions{Parent: parent, Prefix: "app+v1."}
	dir, err := resources.NewSystemTempDir(opts)
	if err != nil || !strings.HasPrefix(filepath.Base(dir.Path()), "app+v1.") {
		t.Fatalf("it is %v (%v)", dir, err)
	}
	defer dir.Close()
	left := filepath.Join(parent, "app+v1.0123456789abcdef")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	newTempDir(t, parent)
	if !slices.Contains(namesIn(t, parent), filepath.Base(left)) {
		t.Error("a prefix that was not asked for was swept")
	}
	other, err := resources.NewSystemTempDir(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if slices.Contains(namesIn(t, parent), filepath.Base(left)) {
		t.Error("what was left with the prefix was not swept")
	}
}

func TestWhatIsNoParentIsRefused(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	write(t, "", parent, "file")
	for argument, opts := range map[string]resources.TempDirOptions{
		"parent":  {Parent: filepath.Join(parent, "file")},
		"parent ": {Parent: filepath.Join(parent, "missing")},
		"prefix":  {Parent: parent, Prefix: "a/b"},
		"prefix ": {Parent: parent, Prefix: strings.Repeat("a", 240)},
	} {
		_, err := resources.NewSystemTempDir(opts)
		refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
		if refusal.Argument != strings.TrimSpace(argument) {
			t.Errorf("%#v", refusal)
		}
	}
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	suffixed := func(suffix string) error {
		_, err := dir.CreateFile("report", contracts.TempDirCreateFileOptions{Suffix: suffix})
		return err
	}
	file := func(name string) error {
		_, err := dir.CreateFile(name, contracts.TempDirCreateFileOptions{})
		return err
	}
	folder := func(name string) error {
		_, err := dir.CreateSubdir(name)
		return err
	}
	for _, name := range []string{"", ".", "..", "/", "../escape", "/etc/x", `a\b`, "a\x00", "C:x", strings.Repeat("a", 256)} {
		for _, err := range []error{file(name), folder(name)} {
			refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
			if refusal.Argument != "name" {
				t.Errorf("%#v", refusal)
			}
		}
	}
	for _, suffix := range []string{"/../../escape", `\x`, "\x00", strings.Repeat("a", 250)} {
		refusal := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, suffixed(suffix))
		if refusal.Argument != "suffix" {
			t.Errorf("%#v", refusal)
		}
	}
	if left := append(namesIn(t, dir.Path()), namesIn(t, parent)...); len(left) != 1 {
		t.Errorf("there are %q", left)
	}
}

func TestWhatHasANameKeepsIt(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	dir := newTempDir(t, t.TempDir())
	write(t, "data", dir.Path(), "file")
	write(t, "", dir.Path(), "folder", "inner")
	symlink(t, filepath.Join(outside, "target"), dir.Path(), "link")
	for _, name := range []string{"file", "folder", "link"} {
		_, fileErr := dir.CreateFile(name[:2], contracts.TempDirCreateFileOptions{Suffix: name[2:]})
		_, folderErr := dir.CreateSubdir(name)
		for _, err := range []error{fileErr, folderErr} {
			if got := isA[*contracts.AlreadyExistsError](t, contracts.ErrAlreadyExists, err); got.Taken != name {
				t.Errorf("%#v", got)
			}
		}
	}
	if got := files(t, dir.Path()); got["file"] != "data" || len(got) != 2 || len(namesIn(t, outside)) > 0 {
		t.Errorf("there are %q", got)
	}
}

func TestOneOfManyGetsAName(t *testing.T) {
	t.Parallel()
	dir := newTempDir(t, t.TempDir())
	var winners atomic.Int32
	var all sync.WaitGroup
	for i := range 32 {
		all.Add(1)
		go func() {
			defer all.Done()
			var err error
			if i%2 == 0 {
				_, err = dir.CreateFile("name", contracts.TempDirCreateFileOptions{})
			} else {
				_, err = dir.CreateSubdir("name")
			}
			if err == nil {
				winners.Add(1)
			} else if !errors.Is(err, contracts.ErrAlreadyExists) {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if winners.Load() != 1 {
		t.Errorf("%d got the name", winners.Load())
	}
}

func TestAClosedTempDirRefusesEverything(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	var all sync.WaitGroup
	for i := range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			if i%4 == 0 {
				if err := dir.Close(); err != nil {
					t.Error(err)
				}
				return
			}
			if _, err := dir.CreateSubdir(strconv.Itoa(i)); err != nil && !errors.Is(err, contracts.ErrResourceClosed) {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	_, file := dir.CreateFile("..", contracts.TempDirCreateFileOptions{})
	_, folder := dir.CreateSubdir("a")
	for _, err := range []error{file, folder} {
		if got := isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err); got.Resource != "SystemTempDir" {
			t.Errorf("%#v", got)
		}
	}
	if left := namesIn(t, parent); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

func TestEveryCallerOfCloseWaitsUntilAllIsGone(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	for number := range 1000 {
		write(t, "", dir.Path(), "folder", strconv.Itoa(number))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := dir.Close(); err != nil {
				t.Error(err)
			}
			if left := namesIn(t, parent); len(left) > 0 {
				t.Errorf("left are %q", left)
			}
		}()
	}
	all.Wait()
}

func TestRemovalFollowsNoLink(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	write(t, "kept", outside, "file")
	write(t, "kept", outside, "folder", "file")
	dir := newTempDir(t, t.TempDir())
	symlink(t, outside, dir.Path(), "folder link")
	symlink(t, filepath.Join(outside, "file"), dir.Path(), "deep", "deeper", "file link")
	symlink(t, "..", dir.Path(), "deep", "up")
	symlink(t, "/", dir.Path(), "deep", "deeper", "root")
	if err := dir.Close(); err != nil {
		t.Error(err)
	}
	if got := files(t, outside); got["file"] != "kept" || got["folder/file"] != "kept" {
		t.Errorf("outside there are %q", got)
	}
	if _, err := os.Lstat(dir.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestFoldersThatShutThemselvesAreRemoved(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	write(t, "", dir.Path(), "shut", "inner", "file")
	write(t, "", dir.Path(), "read only", "file")
	for _, each := range []struct { // from within, as nobody but root gets past what is shut
		path string
		mode fs.FileMode
	}{{"shut/inner", 0}, {"shut", 0}, {"read only", 0o500}, {".", 0}} {
		if err := os.Chmod(filepath.Join(dir.Path(), each.path), each.mode); err != nil {
			t.Fatal(err)
		}
	}
	err := dir.Close()
	if left := namesIn(t, parent); runtime.GOOS == "linux" && !portable && (err != nil || len(left) > 0) {
		t.Errorf("left are %q (%v)", left, err)
	}
}

func TestNoDepthIsTooGreat(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	here, err := os.OpenRoot(dir.Path())
	if err != nil {
		t.Fatal(err)
	}
	name := strings.Repeat("x", 100)
	for range 1500 {
		if err := here.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
		inner, err := here.OpenRoot(name)
		if err != nil {
			t.Fatal(err)
		}
		_ = here.Close()
		here = inner
	}
	_ = here.Close()
	if err := dir.Close(); err != nil {
		t.Error(err)
	}
	if left := namesIn(t, parent); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

// Closing tries eight times, and what fails an attempt was written during it. So who writes six times
// keeps nothing, however fast they are and however busy the machine is.
func TestALateWriterKeepsNothing(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	for n := range 1000 { // so that a writer notices the removal before it ends
		write(t, "", dir.Path(), "sub", strconv.Itoa(n))
	}
	held, err := os.OpenRoot(filepath.Join(dir.Path(), "sub")) // whatever becomes of its path
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	var closed atomic.Bool
	var writers sync.WaitGroup
	writers.Add(2)
	go func() {
		defer writers.Done()
		for err, n := error(nil), 0; err == nil; n++ { // by path, until it leads nowhere
			err = os.WriteFile(filepath.Join(dir.Path(), strconv.Itoa(n)), nil, 0o600)
		}
	}()
	go func() {
		defer writers.Done()
		for _, gone := range []string{"0", "late", "late", "late", "late"} {
			for there := error(nil); there == nil && !closed.Load(); {
				_, there = held.Lstat(gone)
			}
			_ = held.Mkdir("late", 0o700)
		}
	}()
	if err := dir.Close(); err != nil {
		t.Error(err)
	}
	closed.Store(true)
	writers.Wait()
	if left := namesIn(t, parent); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

func TestAFolderThatWasMovedAwayIsEmptied(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := newTempDir(t, parent)
	write(t, "x", dir.Path(), "a", "b")
	moved := filepath.Join(parent, "moved")
	if err := os.Rename(dir.Path(), moved); err != nil {
		t.Skipf("an open folder cannot be moved here: %v", err)
	}
	write(t, "other", dir.Path(), "file")
	err := dir.Close()
	if left := files(t, parent); len(left) != 1 || left[filepath.Base(dir.Path())+"/file"] != "other" {
		t.Errorf("left are %q (%v)", left, err)
	}
}

func TestAFolderThatIsGoneCloses(t *testing.T) {
	t.Parallel()
	dir := newTempDir(t, t.TempDir())
	if err := os.RemoveAll(dir.Path()); err != nil {
		t.Skipf("an open folder cannot be removed here: %v", err)
	}
	_, err := dir.CreateSubdir("a")
	if got := isA[*contracts.BackendFailedError](t, contracts.ErrBackendFailed, err); got.Operation != "create_subdir" {
		t.Errorf("%#v", got)
	}
	if err := dir.Close(); err != nil {
		t.Error(err)
	}
}

// What has one of our names and is held by nobody is swept; all else stays.
func TestASweepTakesOnlyWhatIsOurs(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("nothing is swept there")
	}
	parent, outside := t.TempDir(), t.TempDir()
	write(t, "kept", outside, "file")
	held := newTempDir(t, parent)
	write(t, "", parent, "dagstack-tmp-0000000000000001", "deep", "file")
	write(t, "", parent, "dagstack-tmp-0000000000000002-closing", "file")
	write(t, "", parent, "dagstack-tmp-0000000000000003") // a file
	symlink(t, outside, parent, "dagstack-tmp-0000000000000004")
	for _, name := range []string{
		"dagstack-tmp-000000000000001", "dagstack-tmp-000000000000000G", "dagstack-tmp-0000000000000001-x",
		"x-dagstack-tmp-0000000000000001", "dagstack-tmp-0000000000000001\n",
	} {
		write(t, "", parent, name, "file")
	}
	want := slices.DeleteFunc(namesIn(t, parent), func(name string) bool {
		return name == "dagstack-tmp-0000000000000001" || name == "dagstack-tmp-0000000000000002-closing"
	})
	if err := newTempDir(t, parent).Close(); err != nil {
		t.Error(err)
	}
	if got := namesIn(t, parent); !slices.Equal(got, want) {
		t.Errorf("left are %q, not %q", got, want)
	}
	if len(files(t, outside)) != 1 {
		t.Error("a link was followed")
	}
	if _, err := os.Stat(held.Path()); err != nil {
		t.Errorf("a folder that is held was swept: %v", err)
	}
}

func TestATempDirThatIsGarbageIsStillHeld(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	path := func() string {
		dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
		if err != nil {
			t.Fatal(err)
		}
		return dir.Path()
	}()
	for range 3 {
		runtime.GC()
	}
	if err := newTempDir(t, parent).Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("its path leads nowhere: %v", err)
	}
}

func TestManyTempDirsComeAndGoAtOnce(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 10 {
				dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
				if err != nil {
					t.Error(err)
					return
				}
				file, err := dir.CreateFile("a", contracts.TempDirCreateFileOptions{})
				if err != nil {
					t.Error(err)
				} else if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 100), 0o600); err != nil {
					t.Error(err)
				}
				if err := dir.Close(); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	all.Wait()
	if left := namesIn(t, parent); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

func TestEachPluginHasATempDirOfItsOwn(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	registry := newRegistry(t)
	registerFactory(t, registry, "tmpdir", func(string) (any, error) {
		return resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	})
	a, b := open(t, registry, "a", "tmpdir"), open(t, registry, "b", "tmpdir")
	ofA, errA := contracts.TempDirFrom(a)
	ofB, errB := contracts.TempDirFrom(b)
	if errA != nil || errB != nil || ofA.Path() == ofB.Path() {
		t.Fatalf("they are %v and %v (%v, %v)", ofA, ofB, errA, errB)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if got := namesIn(t, parent); !slices.Equal(got, []string{filepath.Base(ofB.Path())}) {
		t.Errorf("after the teardown of a there are %q", got)
	}
	if err := registry.Close(); err != nil {
		t.Error(err)
	}
	if got := namesIn(t, parent); len(got) > 0 {
		t.Errorf("after the close there are %q", got)
	}
}
