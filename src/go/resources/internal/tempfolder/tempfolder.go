// Package tempfolder makes temporary folders that their owner holds by a lock, and removes those
// that nobody holds any more.
//
// The kernel lets go of a lock when the process ends, however it ends. The lock is on the folder
// itself, which tells systemd-tmpfiles, too, that the folder is in use. Python's binding uses the
// same names and locks, so each sweeps what the other left.
package tempfolder

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"

	"go.dagstack.dev/resources/internal/folder"
)

// Prefix is how the names of temporary folders begin, in all languages.
const Prefix = "dagstack-tmp-"

// attempts bounds how often to make a folder that others sweep before it is locked.
const attempts = 100

// Held is a temporary folder that this process holds.
type Held struct {
	// Folder is the folder itself.
	Folder *folder.Folder

	// Path is its absolute path.
	Path string

	parent *folder.Folder
	name   string
}

// New makes a folder with mode 0700 and a name that nobody can guess, and holds it.
func New(parent, prefix string) (*Held, error) {
	place, err := folder.Open(parent)
	if err != nil {
		return nil, err
	}
	for range attempts {
		var random [8]byte
		_, _ = rand.Read(random[:]) // it never fails
		name := prefix + hex.EncodeToString(random[:])
		var made *folder.Folder
		if made, err = hold(place, name); made != nil {
			return &Held{Folder: made, Path: filepath.Join(parent, name), parent: place, name: name}, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	_ = place.Close()
	if err == nil {
		err = errors.New("other processes remove every folder at once")
	}
	return nil, err
}

// hold makes and locks a folder, unless another process sweeps it before it is locked.
func hold(parent *folder.Folder, name string) (*folder.Folder, error) {
	made, err := Make(parent, name)
	if err != nil {
		return nil, err
	}
	held, err := made.Lock()
	if errors.Is(err, folder.ErrNoLocks) && !folder.HasLocks {
		return made, nil
	}
	if err == nil && held {
		held, err = made.Is(parent, name)
	}
	if err == nil && held {
		return made, nil
	}
	_ = made.Close()
	if err != nil {
		_ = parent.RemoveFolder(name)
	}
	return nil, err
}

// Make makes a folder with mode 0700, whatever the umask, and opens it.
func Make(parent *folder.Folder, name string) (*folder.Folder, error) {
	if err := parent.Mkdir(name); err != nil {
		return nil, err
	}
	made, err := open(parent, name)
	if err == nil {
		if err = made.Chmod(0o700); err == nil {
			return made, nil
		}
		_ = made.Close()
	}
	_ = parent.RemoveFolder(name)
	return nil, err
}

// open opens a folder that may have shut itself, even to its owner.
func open(parent *folder.Folder, name string) (*folder.Folder, error) {
	if err := parent.LetIn(name); err != nil {
		return nil, err
	}
	return parent.Enter(name)
}

// Remove removes the folder with all that is in it, and lets go of it.
func (h *Held) Remove() error {
	err := remove(h.parent, h.Folder, h.name)
	return errors.Join(err, h.Folder.Close(), h.parent.Close())
}

// Sweep removes the folders in a parent that have one of our names and belong to this user, and
// that no process holds any more. What cannot be removed is logged and left to the next sweep.
func Sweep(parent, prefix string) error {
	if !folder.HasLocks {
		return nil
	}
	place, err := folder.Open(parent)
	if err != nil {
		return err
	}
	defer place.Close()
	entries, err := place.Entries()
	if err != nil {
		return err
	}
	ours := regexp.MustCompile(
		"^(" + regexp.QuoteMeta(Prefix) + "|" + regexp.QuoteMeta(prefix) + ")[0-9a-f]{16}(" + closing + ")?$",
	)
	for _, entry := range entries {
		if !ours.MatchString(entry.Name()) {
			continue
		}
		err := sweep(place, entry.Name())
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // else its owner or another sweep was faster
			slog.Warn("cannot remove what a killed process left",
				"path", filepath.Join(parent, entry.Name()), "error", err)
		}
	}
	return nil
}

func sweep(parent *folder.Folder, name string) error {
	// A folder of somebody else is none of ours, whatever its name; a link is no folder.
	if info, err := parent.Lstat(name); err != nil || !isOwn(info) {
		return err
	}
	left, err := open(parent, name)
	if err != nil {
		return err
	}
	defer left.Close()
	if info, err := left.Stat(); err != nil || !isOwn(info) {
		return err
	}
	if held, err := left.Lock(); !held || err != nil {
		return err
	}
	if there, err := left.Is(parent, name); !there || err != nil {
		return err
	}
	return remove(parent, left, name)
}

func isOwn(info fs.FileInfo) bool {
	return info.IsDir() && ownerOf(info) == os.Geteuid()
}
