//go:build unix

package resources_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// tempDirBodies are the cases about processes that are killed, or that have another umask.
func tempDirBodies() []conformance.Option {
	return append(umaskBody(),
		conformance.Having("kill"),
		conformance.ByHand("what_a_killed_process_left_is_removed", removesWhatWasLeft),
		conformance.ByHand("a_running_process_keeps_its_folder", leavesOthersAlone),
		conformance.ByHand("killed_at_any_moment_nothing_stays", removesEverything),
	)
}

func umaskBody() []conformance.Option {
	return []conformance.Option{conformance.ByHand("modes_do_not_depend_on_the_umask", ignoresTheUmask)}
}

func init() {
	conformanceRoles["hold"] = holdTempDir
	conformanceRoles["churn"] = churnTempDirs
}

// holdTempDir makes a directory, fills it, says so, and waits to be killed.
func holdTempDir(ctx context.Context, place string) error {
	parent, outside, _ := strings.Cut(place, "|")
	dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	if err != nil {
		return err
	}
	if err := fill(dir, outside); err != nil {
		return err
	}
	fmt.Println(dir.Path())
	<-ctx.Done()
	return nil
}

// fill makes a file, a folder with a file in it and a link to the outside.
func fill(dir *resources.SystemTempDir, outside string) error {
	_, err := dir.CreateFile("file", contracts.TempDirCreateFileOptions{})
	folder, folderErr := dir.CreateSubdir("folder")
	return errors.Join(err, folderErr,
		os.WriteFile(filepath.Join(folder, "deep"), []byte("data"), 0o600),
		os.Symlink(outside, filepath.Join(folder, "link")),
	)
}

// churnTempDirs makes, fills and closes directories until it is killed.
func churnTempDirs(_ context.Context, place string) error {
	parent, outside, _ := strings.Cut(place, "|")
	for first := true; ; first = false {
		dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
		if err != nil {
			return err
		}
		if first {
			fmt.Println("begun")
		}
		if err := errors.Join(fill(dir, outside), dir.Close()); err != nil {
			return err
		}
	}
}

// another starts a copy of the test program in a role, and waits for its first line.
func another(c *conformance.Case, role, place string) (*exec.Cmd, string, error) {
	started := asAnother(c.Context(), role, place)
	output, err := started.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := started.Start(); err != nil {
		return nil, "", err
	}
	c.Cleanup(func() { kill(started) })
	line, err := bufio.NewReader(output).ReadString('\n')
	go func() { _, _ = io.Copy(io.Discard, output) }()
	return started, strings.TrimSpace(line), err
}

func kill(process *exec.Cmd) {
	_ = process.Process.Kill()
	_ = process.Wait()
}

// ignoresTheUmask changes that of the whole process, where no other test runs: the cases run one by
// one, and tests that run beside others wait for them.
func ignoresTheUmask(c *conformance.Case) error {
	parent, err := c.Do("parent", "path", nil)
	if err != nil {
		return err
	}
	defer syscall.Umask(syscall.Umask(0))
	for _, mask := range []int{0o000, 0o022, 0o777} {
		syscall.Umask(mask)
		made, err := c.Make("TempDir", conformance.Values{"parent": fmt.Sprint(parent)})
		if err != nil {
			return err
		}
		if err := expectModes(made.(contracts.TempDir)); err != nil {
			return fmt.Errorf("under umask %03o %w", mask, err)
		}
	}
	return nil
}

func expectModes(dir contracts.TempDir) error {
	file, fileErr := dir.CreateFile("file", contracts.TempDirCreateFileOptions{})
	folder, folderErr := dir.CreateSubdir("folder")
	if err := errors.Join(fileErr, folderErr); err != nil {
		return err
	}
	for path, mode := range map[string]os.FileMode{dir.Path(): 0o700, file: 0o600, folder: 0o700} {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		if info.Mode().Perm() != mode {
			return fmt.Errorf("%s has mode %v", filepath.Base(path), info.Mode())
		}
	}
	return nil
}

// next makes and closes a directory, which sweeps.
func next(parent string) error {
	dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	if err != nil {
		return err
	}
	return dir.Close()
}

func expectNames(folder string, expected ...string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var names []string
	for _, each := range entries {
		names = append(names, each.Name())
	}
	if !slices.Equal(names, expected) {
		return fmt.Errorf("there are %q, not %q", names, expected)
	}
	return nil
}

func foldersOf(c *conformance.Case) (parent, outside string, err error) {
	given, err := c.Do("parent", "path", nil)
	if err != nil {
		return "", "", err
	}
	outside = fmt.Sprint(given, "-outside")
	err = os.MkdirAll(outside, 0o700)
	return fmt.Sprint(given), outside, errors.Join(err, os.WriteFile(filepath.Join(outside, "kept"), []byte("data"), 0o600))
}

func removesWhatWasLeft(c *conformance.Case) error {
	parent, outside, err := foldersOf(c)
	if err != nil {
		return err
	}
	err = errors.Join(
		os.Mkdir(filepath.Join(parent, "others"), 0o700),
		os.WriteFile(filepath.Join(parent, "dagstack-tmp-file"), nil, 0o600),
		os.Symlink(outside, filepath.Join(parent, "link")),
	)
	if err != nil {
		return err
	}
	holder, path, err := another(c, "hold", parent+"|"+outside)
	if err != nil {
		return err
	}
	kill(holder)
	if _, err := os.Lstat(path); err != nil {
		return fmt.Errorf("the killed process has left nothing: %w", err)
	}
	return errors.Join(
		next(parent),
		expectNames(parent, "dagstack-tmp-file", "link", "others"),
		expectNames(outside, "kept"),
	)
}

func leavesOthersAlone(c *conformance.Case) error {
	parent, outside, err := foldersOf(c)
	if err != nil {
		return err
	}
	holder, path, err := another(c, "hold", parent+"|"+outside)
	if err != nil {
		return err
	}
	for range 3 {
		if err := next(parent); err != nil {
			return err
		}
	}
	err = errors.Join(expectNames(path, "file", "folder"), expectNames(filepath.Join(path, "folder"), "deep", "link"))
	kill(holder)
	return errors.Join(err, next(parent), expectNames(parent))
}

func removesEverything(c *conformance.Case) error {
	parent, outside, err := foldersOf(c)
	if err != nil {
		return err
	}
	for range 8 {
		churning, _, err := another(c, "churn", parent+"|"+outside)
		if err != nil {
			return err
		}
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond) // any moment will do
		kill(churning)
		if err := errors.Join(next(parent), expectNames(parent), expectNames(outside, "kept")); err != nil {
			return err
		}
	}
	return nil
}
