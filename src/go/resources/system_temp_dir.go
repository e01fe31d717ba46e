package resources

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/filename"
	"go.dagstack.dev/resources/internal/tempfolder"
)

const systemTempDir = "SystemTempDir"

// SystemTempDir is a new folder for temporary files, which is removed with all that is in it when
// it is closed.
//
// Go has no hook for the end of a process. If nobody closes the directory it therefore stays until
// the process has ended, however that ends, and is removed by the next one that makes a directory
// below the same parent, in Go or in Python. Until then the folder is locked, also when the value
// itself has become garbage, as somebody may still use its path.
//
// Every method blocks for the time of a few system calls; Close waits up to 0.7 s if others still
// write. It is safe for concurrent use. A file system without locks is refused; on systems without
// flock, such as Windows, what killed processes left stays.
type SystemTempDir struct {
	closing

	mu   sync.Mutex
	held *tempfolder.Held
}

var _ contracts.TempDir = (*SystemTempDir)(nil)

// TempDirOptions are the optional arguments of [NewSystemTempDir]; the zero value holds the
// defaults.
type TempDirOptions struct {
	// Parent is an existing folder on a local file system; the operating system's for temporary
	// files if it is empty.
	Parent string

	// Prefix is how the name of the folder begins; "dagstack-tmp-" if it is empty. What killed
	// processes left is found by the default prefix, and by this one.
	Prefix string
}

// openTempDirs keeps those that nobody has closed from the garbage collector, which would let go of
// their locks.
var openTempDirs sync.Map

// NewSystemTempDir removes what killed processes left, and makes a folder of mode 0700.
//
// It returns [contracts.ErrInvalidArgument] if the parent is not a folder or the prefix cannot
// begin a name, and [contracts.ErrBackendFailed] if the file system refuses, for instance because
// it is full.
func NewSystemTempDir(opts TempDirOptions) (*SystemTempDir, error) {
	parent, prefix := opts.Parent, opts.Prefix
	if parent == "" {
		parent = os.TempDir()
	}
	if prefix == "" {
		prefix = tempfolder.Prefix
	}
	if err := filename.Check("prefix", prefix+"0123456789abcdef-closing"); err != nil {
		return nil, err
	}
	absolute, err := filepath.Abs(parent)
	if err != nil {
		return nil, tempDirFailure("open", err)
	}
	if info, err := os.Stat(absolute); err != nil || !info.IsDir() {
		return nil, refused("parent", "%q is not a folder", absolute)
	}
	if err := tempfolder.Sweep(absolute, prefix); err != nil {
		return nil, tempDirFailure("open", err)
	}
	held, err := tempfolder.New(absolute, prefix)
	if err != nil {
		return nil, tempDirFailure("open", err)
	}
	dir := &SystemTempDir{held: held}
	openTempDirs.Store(dir, nil)
	return dir, nil
}

// String says where it is.
func (d *SystemTempDir) String() string {
	return fmt.Sprintf("%s(%q)", systemTempDir, d.Path())
}

// Path returns the folder's absolute path, also after the close. The folder has mode 0700.
func (d *SystemTempDir) Path() string {
	return d.held.Path
}

// CreateFile creates a new, empty file called name followed by opts.Suffix, of mode 0600, and
// returns its absolute path; see [contracts.TempDir].
func (d *SystemTempDir) CreateFile(name string, opts contracts.TempDirCreateFileOptions) (string, error) {
	whole := name + opts.Suffix
	return d.create("create_file", name, whole, func() error {
		file, err := d.held.Folder.Create(whole, 0o600)
		if err != nil {
			return err
		}
		err = file.Chmod(0o600) // the umask may have taken away even these
		if err = errors.Join(err, file.Close()); err != nil {
			_ = d.held.Folder.RemoveFile(whole)
		}
		return err
	})
}

// CreateSubdir creates a new, empty folder called name, of mode 0700, and returns its absolute
// path; see [contracts.TempDir].
func (d *SystemTempDir) CreateSubdir(name string) (string, error) {
	return d.create("create_subdir", name, name, func() error {
		made, err := tempfolder.Make(d.held.Folder, name)
		if err != nil {
			return err
		}
		return made.Close()
	})
}

// Close removes the folder with all that is in it, also what is written in the meantime, and never
// follows a link. It returns [contracts.ErrBackendFailed] if something could not be removed, after
// several attempts; the next sweep tries again. It can be called any number of times; later calls
// wait until the first is done and return nil.
func (d *SystemTempDir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.first() {
		return nil
	}
	openTempDirs.Delete(d)
	return tempDirFailure("close", d.held.Remove())
}

// create makes something called whole, of which name is the beginning. Closing waits for its lock.
func (d *SystemTempDir) create(operation, name, whole string, make func() error) (string, error) {
	if err := d.refusal(systemTempDir); err != nil {
		return "", err
	}
	if err := filename.Check("name", name); err != nil {
		return "", err
	}
	if err := filename.Check("suffix", whole); err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refusal(systemTempDir); err != nil {
		return "", err
	}
	err := make()
	if errors.Is(err, fs.ErrExist) {
		return "", &contracts.AlreadyExistsError{Taken: whole}
	}
	if err != nil {
		return "", tempDirFailure(operation, err)
	}
	return filepath.Join(d.Path(), whole), nil
}

func tempDirFailure(operation string, err error) error {
	if err == nil {
		return nil
	}
	failure := &contracts.BackendFailedError{Resource: systemTempDir, Operation: operation, Detail: err.Error()}
	var reason syscall.Errno
	if errors.As(err, &reason) {
		failure.Detail, failure.Err = reason.Error(), err
	}
	return failure
}
