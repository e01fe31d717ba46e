//go:build !linux || portable

package folder

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// attempts is how often to look again where others replace what has a name all the time.
const attempts = 100

// Folder is an open folder. Several goroutines may use it at once, except for Entries and Close.
type Folder struct {
	root *os.Root
	file *os.File
	path string // as it was when the folder was opened
}

// Open opens a folder by its path, through a link if the path is one.
func Open(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return of(root, path)
}

func of(root *os.Root, path string) (*Folder, error) {
	file, err := root.Open(".")
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return &Folder{root, file, path}, nil
}

// Enter opens the folder called name.
func (f *Folder) Enter(name string) (*Folder, error) {
	return unchanged(f, name, fs.FileMode.IsDir, func() (*Folder, error) {
		root, err := f.root.OpenRoot(name)
		if err != nil {
			return nil, err
		}
		return of(root, filepath.Join(f.path, name))
	})
}

// OpenFile opens the ordinary file called name for reading.
func (f *Folder) OpenFile(name string) (*os.File, error) {
	file, err := unchanged(f, name, fs.FileMode.IsRegular, func() (*os.File, error) {
		// A pipe in the place of a file would otherwise keep whoever opens it waiting.
		return f.root.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	})
	if err != nil {
		return nil, err
	}
	return ordinary(file, name)
}

// unchanged opens what has a name, if it is of the right kind and still the same afterwards.
func unchanged[T interface {
	Stat() (fs.FileInfo, error)
	Close() error
}](f *Folder, name string, right func(fs.FileMode) bool, open func() (T, error)) (T, error) {
	var none T
	var trouble error
	for range attempts {
		before, err := f.root.Lstat(name)
		if err != nil {
			return none, err
		}
		if !right(before.Mode()) {
			break
		}
		opened, err := open()
		if err != nil {
			trouble = err
			continue
		}
		after, err := opened.Stat()
		if err == nil && os.SameFile(before, after) {
			return opened, nil
		}
		trouble = err
		_ = opened.Close()
	}
	if trouble == nil {
		trouble = ErrInTheWay
	}
	return none, &fs.PathError{Op: "open", Path: name, Err: trouble}
}

// Create makes a new file called name, with the given mode less the umask, and opens it for
// writing.
func (f *Folder) Create(name string, mode fs.FileMode) (*os.File, error) {
	return f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode.Perm())
}

// Mkdir makes a folder called name, with mode 0700 less the umask.
func (f *Folder) Mkdir(name string) error { return f.root.Mkdir(name, 0o700) }

// Lstat says what has a name, without following a link.
func (f *Folder) Lstat(name string) (fs.FileInfo, error) { return f.root.Lstat(name) }

// LetIn would give the owner all rights to the folder called name. Here there is no way to be sure
// that no link took its name, so a folder that shut itself stays so.
func (f *Folder) LetIn(name string) error {
	_, err := f.root.Lstat(name)
	return err
}

// RemoveFile removes what is called name and is no folder.
func (f *Folder) RemoveFile(name string) error {
	info, err := f.root.Lstat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return &fs.PathError{Op: "unlink", Path: name, Err: ErrInTheWay}
	}
	return f.root.Remove(name)
}

// RemoveFolder removes the empty folder called name.
func (f *Folder) RemoveFolder(name string) error {
	info, err := f.root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "rmdir", Path: name, Err: ErrInTheWay}
	}
	return f.root.Remove(name)
}

// Rename moves what is called name to another folder, in place of the file that has the new name.
func (f *Folder) Rename(name string, to *Folder, newName string) error {
	return os.Rename(filepath.Join(f.path, name), filepath.Join(to.path, newName))
}

// Entries returns what is in the folder, in any order.
func (f *Folder) Entries() ([]fs.DirEntry, error) {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return f.file.ReadDir(-1)
}

// Chmod sets the mode of the folder itself.
func (f *Folder) Chmod(mode fs.FileMode) error {
	if runtime.GOOS == "windows" {
		return nil // modes of folders mean nothing there
	}
	return f.file.Chmod(mode)
}

// Stat describes the folder itself.
func (f *Folder) Stat() (fs.FileInfo, error) { return f.file.Stat() }

// Sync waits until what is in the folder has reached the disk.
func (f *Folder) Sync() error {
	if runtime.GOOS == "windows" {
		return nil // which keeps its folders in a journal, and does not sync them
	}
	return f.file.Sync()
}

// Lock locks the folder as [Lock] does.
func (f *Folder) Lock() (held bool, err error) { return Lock(f.file) }

// Close closes the folder.
func (f *Folder) Close() error { return errors.Join(f.file.Close(), f.root.Close()) }

func (f *Folder) again() (*Folder, error) {
	root, err := f.root.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	return of(root, f.path)
}
