//go:build linux && !portable

package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

const (
	asFolder    = syscall.O_RDONLY | syscall.O_DIRECTORY
	onlyAPlace  = 0x200000 // O_PATH, the same on all architectures
	removeAsDir = 0x200    // AT_REMOVEDIR
)

// Folder is an open folder. Several goroutines may use it at once, except for Entries and Close.
type Folder struct {
	file *os.File
}

// Open opens a folder by its path, through a link if the path is one.
func Open(path string) (*Folder, error) {
	file, err := os.OpenFile(path, asFolder, 0)
	if err != nil {
		return nil, err
	}
	return &Folder{file}, nil
}

// Enter opens the folder called name.
func (f *Folder) Enter(name string) (*Folder, error) {
	file, err := f.openat(name, asFolder, 0)
	if err != nil {
		return nil, err
	}
	return &Folder{file}, nil
}

// OpenFile opens the ordinary file called name for reading.
func (f *Folder) OpenFile(name string) (*os.File, error) {
	// A pipe in the place of a file would otherwise keep whoever opens it waiting.
	file, err := f.openat(name, syscall.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return ordinary(file, name)
}

// Create makes a new file called name, with the given mode less the umask, and opens it for
// writing.
func (f *Folder) Create(name string, mode fs.FileMode) (*os.File, error) {
	return f.openat(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL, uint32(mode.Perm()))
}

// Mkdir makes a folder called name, with mode 0700 less the umask.
func (f *Folder) Mkdir(name string) error {
	return f.at("mkdir", name, func(in int) error { return syscall.Mkdirat(in, name, 0o700) })
}

// Lstat says what has a name, without following a link.
func (f *Folder) Lstat(name string) (fs.FileInfo, error) {
	file, err := f.openat(name, onlyAPlace, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.Stat()
}

// LetIn gives the owner all rights to the folder called name. What is no folder is left alone.
func (f *Folder) LetIn(name string) error {
	file, err := f.openat(name, onlyAPlace, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o700 == 0o700 {
		return err
	}
	// The way to change the mode of just what was opened, and of nothing that took its name.
	return os.Chmod(fmt.Sprintf("/proc/self/fd/%d", file.Fd()), 0o700)
}

// RemoveFile removes what is called name and is no folder.
func (f *Folder) RemoveFile(name string) error {
	return f.at("unlink", name, func(in int) error { return syscall.Unlinkat(in, name) })
}

// RemoveFolder removes the empty folder called name.
func (f *Folder) RemoveFolder(name string) error {
	path, err := syscall.BytePtrFromString(name)
	if err != nil {
		return &fs.PathError{Op: "rmdir", Path: name, Err: err}
	}
	return f.at("rmdir", name, func(in int) error {
		_, _, failure := syscall.Syscall(
			syscall.SYS_UNLINKAT, uintptr(in), uintptr(unsafe.Pointer(path)), removeAsDir,
		)
		if failure != 0 {
			return failure
		}
		return nil
	})
}

// Rename moves what is called name to another folder, in place of the file that has the new name.
func (f *Folder) Rename(name string, to *Folder, newName string) error {
	defer runtime.KeepAlive(to)
	return f.at("rename", name, func(in int) error {
		return syscall.Renameat(in, name, int(to.file.Fd()), newName)
	})
}

// Entries returns what is in the folder, in any order.
func (f *Folder) Entries() ([]fs.DirEntry, error) {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return f.file.ReadDir(-1)
}

// Chmod sets the mode of the folder itself.
func (f *Folder) Chmod(mode fs.FileMode) error { return f.file.Chmod(mode) }

// Stat describes the folder itself.
func (f *Folder) Stat() (fs.FileInfo, error) { return f.file.Stat() }

// Sync waits until what is in the folder has reached the disk.
func (f *Folder) Sync() error { return f.file.Sync() }

// Lock locks the folder as [Lock] does.
func (f *Folder) Lock() (held bool, err error) { return Lock(f.file) }

// Close closes the folder.
func (f *Folder) Close() error { return f.file.Close() }

func (f *Folder) again() (*Folder, error) {
	return f.Enter(".")
}

// openat opens a name in the folder, and never through a link.
func (f *Folder) openat(name string, flags int, mode uint32) (*os.File, error) {
	descriptor := -1
	err := f.at("open", name, func(in int) (err error) {
		descriptor, err = syscall.Openat(in, name, flags|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, mode)
		return err
	})
	if err != nil {
		return nil, err
	}
	if flags&syscall.O_DIRECTORY != 0 {
		// Where a disk does not tell what kind an entry is, ReadDir looks by the folder's name.
		name = "/proc/self/fd/" + strconv.Itoa(descriptor)
	}
	return os.NewFile(uintptr(descriptor), name), nil
}

// at makes a system call, anew if a signal interrupted it, and describes its error.
func (f *Folder) at(operation, name string, call func(in int) error) error {
	defer runtime.KeepAlive(f)
	for {
		err := call(int(f.file.Fd()))
		switch {
		case err == nil:
			return nil
		case err == syscall.EINTR:
			continue
		case operation == "open" && isInTheWay(err):
			err = ErrInTheWay
		}
		return &fs.PathError{Op: operation, Path: name, Err: err}
	}
}

// isInTheWay reports whether opening failed over what has the name: a link (or in the case of a
// folder, anything else), or a socket.
func isInTheWay(err error) bool {
	return errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENXIO)
}
