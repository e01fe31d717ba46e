// Package folder opens, makes and removes what is in a folder, one name at a time. No name is ever
// a path and no link is ever followed, so whatever others put into a folder, no call leaves it.
//
// On Linux every name is looked up in the open folder by the kernel. Elsewhere the standard library
// has no such calls but those of [os.Root], which follows links inside the root: there, what was
// opened is compared with what the name was just before.
package folder

import (
	"errors"
	"io/fs"
	"os"
)

// ErrInTheWay is the error for a name that is there and is something else than what was asked for:
// a link, for instance.
var ErrInTheWay = errors.New("something else has the name")

// IsAbsence reports whether an error says that there is no such file or folder, be it that there is
// nothing of that name or something else.
func IsAbsence(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrInTheWay)
}

// EnterOrMake opens the folder called name, and makes it before if there is none. A folder that it
// made, or that another process made at the same time, has reached the disk.
func (f *Folder) EnterOrMake(name string) (*Folder, error) {
	inner, err := f.Enter(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return inner, err
	}
	if err := f.Mkdir(name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	return f.Enter(name)
}

// IsFile reports whether a name is that of an ordinary file, and not of a link to one.
func (f *Folder) IsFile(name string) (bool, error) {
	info, err := f.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.Mode().IsRegular(), err
}

// Is reports whether the folder is the one that another folder has under a name.
func (f *Folder) Is(other *Folder, name string) (bool, error) {
	there, err := other.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	info, err := f.Stat()
	return err == nil && os.SameFile(info, there), err
}

// Walk opens the folder that lies so many folders further in. With make, those that are missing are
// made. The folder that it begins from stays open.
func (f *Folder) Walk(names []string, make bool) (*Folder, error) {
	current, err := f.again()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var inner *Folder
		if make {
			inner, err = current.EnterOrMake(name)
		} else {
			inner, err = current.Enter(name)
		}
		_ = current.Close()
		if err != nil {
			return nil, err
		}
		current = inner
	}
	return current, nil
}

// ordinary returns the file if it is an ordinary one, and closes it otherwise.
func ordinary(file *os.File, name string) (*os.File, error) {
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrInTheWay}
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// ErrNoLocks is the error of [Lock] where a system or a disk has no locks.
var ErrNoLocks = errors.New("there are no locks here")
