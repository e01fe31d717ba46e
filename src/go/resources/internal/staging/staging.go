// Package staging writes a file in full before it gets its name, and removes what dead writers
// left.
//
// A writer locks its file in the staging folder for as long as it lives, so a file that can be
// locked has lost its writer. Writers that cannot lock (in other languages, or on a disk without
// locks) choose a name of the second kind, and such a file is only removed when it is old.
package staging

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"time"

	"go.dagstack.dev/resources/internal/folder"
)

const (
	locked   = "f"
	unlocked = "t"
	old      = time.Hour
)

var temporary = regexp.MustCompile(`^[ft][0-9a-f]{16}$`)

// File is a file that is being written and has no name of its own yet.
type File struct {
	folder *folder.Folder
	file   *os.File
	name   string // in the folder; empty after the rename
}

// Write writes these bytes, one after the other, to a new file in a folder, and waits until they
// have reached the disk. If the error is [fs.ErrNotExist], another process removed the file as
// litter, and it is worth trying again.
func Write(in *folder.Folder, chunks ...[]byte) (*File, error) {
	staged, err := create(in)
	if err != nil {
		return nil, err
	}
	for _, chunk := range chunks {
		if _, err := staged.file.Write(chunk); err != nil {
			staged.Discard()
			return nil, err
		}
	}
	if err := staged.file.Sync(); err != nil {
		staged.Discard()
		return nil, err
	}
	return staged, nil
}

// Rename gives the file its name in another folder, in place of whatever file had it, and waits for
// the disk.
func (s *File) Rename(to *folder.Folder, name string) error {
	if err := s.folder.Rename(s.name, to, name); err != nil {
		return err
	}
	s.name = ""
	return to.Sync()
}

// Discard closes the file, and removes it unless it has been renamed.
func (s *File) Discard() {
	if s.name != "" {
		_ = s.folder.RemoveFile(s.name) // whoever opens the root next removes it otherwise
	}
	_ = s.file.Close()
}

func create(in *folder.Folder) (*File, error) {
	var random [8]byte
	_, _ = rand.Read(random[:]) // it never fails
	digits := hex.EncodeToString(random[:])
	file, err := in.Create(locked+digits, 0o600)
	if err != nil {
		return nil, err
	}
	staged := &File{folder: in, file: file, name: locked + digits}
	held, err := folder.Lock(file)
	if errors.Is(err, folder.ErrNoLocks) {
		held = true
		if err = in.Rename(staged.name, in, unlocked+digits); err == nil {
			staged.name = unlocked + digits
		}
	}
	if err == nil && !held { // who sweeps has it, and is about to remove it
		err = &fs.PathError{Op: "lock", Path: staged.name, Err: fs.ErrNotExist}
	}
	if err != nil {
		staged.Discard()
		return nil, err
	}
	return staged, nil
}

// Sweep removes the temporary files in a folder whose writers are dead. What cannot be removed
// stays.
func Sweep(in *folder.Folder) error {
	entries, err := in.Entries()
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if temporary.MatchString(entry.Name()) {
			sweep(in, entry.Name())
		}
	}
	return nil
}

func sweep(in *folder.Folder, name string) {
	file, err := in.OpenFile(name)
	if err != nil {
		return // not a file, or gone meanwhile
	}
	defer file.Close()
	info, err := file.Stat()
	dead := err == nil && time.Since(info.ModTime()) > old
	if !dead && name[:1] == locked {
		dead, _ = folder.Lock(file) // where there are no locks, age decides
	}
	if dead {
		_ = in.RemoveFile(name)
	}
}
