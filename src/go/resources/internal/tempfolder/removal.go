package tempfolder

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"go.dagstack.dev/resources/internal/folder"
)

// closing is added to the name of a folder whose removal has begun.
const closing = "-closing"

// pauses are the times to wait before trying again, while others still write.
var pauses = []time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond,
	80 * time.Millisecond, 160 * time.Millisecond, 320 * time.Millisecond,
}

var errMounted = errors.New("another file system is mounted there")

// remove removes an open folder that its parent knows by a name, also while others still write. If
// it has been moved away, it is emptied; whatever has taken the name stays.
func remove(parent, doomed *folder.Folder, name string) error {
	_ = doomed.Chmod(0o700) // it may have been shut, even to its owner
	if there, err := doomed.Is(parent, name); there && err == nil && !strings.HasSuffix(name, closing) {
		// Whoever writes by path now finds no folder, rather than fills it behind our back.
		if parent.Rename(name, parent, name+closing) == nil {
			name += closing
		}
	}
	for attempt := 0; ; attempt++ {
		err := removeOnce(parent, doomed, name)
		if err == nil || attempt == len(pauses) {
			return err
		}
		time.Sleep(pauses[attempt])
	}
}

func removeOnce(parent, doomed *folder.Folder, name string) error {
	there, err := doomed.Is(parent, name)
	if err != nil {
		return err
	}
	if !there {
		return empty(doomed)
	}
	// Opened anew, as the folder may have moved since.
	again, err := parent.Enter(name)
	if err != nil {
		return err
	}
	err = empty(again)
	_ = again.Close()
	if err != nil {
		return err
	}
	return parent.RemoveFolder(name)
}

// empty removes what is in a folder, and nothing that it only leads to.
//
// Folders further in are moved up before they are removed, so no depth is too great: neither the
// stack nor the number of open files grows with it. The error is the first reason why something is
// still there; all the rest was tried.
func empty(top *folder.Folder) error {
	refusals := map[string]error{}
	var first error
	for progress := true; progress; {
		progress = false
		entries, err := top.Entries()
		if errors.Is(err, fs.ErrNotExist) {
			return first // somebody else has removed the folder itself
		}
		if err != nil {
			return err
		}
		for _, entry := range entries {
			name := entry.Name()
			if refusals[name] != nil {
				continue
			}
			if entry.IsDir() {
				err = dissolve(top, name)
			} else {
				err = top.RemoveFile(name)
			}
			if err == nil || errors.Is(err, fs.ErrNotExist) {
				progress = true
				continue
			}
			refusals[name] = err
			if first == nil {
				first = err
			}
		}
	}
	return first
}

// dissolve removes a folder: its files, and itself after its folders have been moved to the top.
func dissolve(top *folder.Folder, name string) error {
	inner, err := open(top, name)
	if err != nil {
		return err
	}
	defer inner.Close()
	if err := checkDevice(top, inner, name); err != nil {
		return err
	}
	entries, err := inner.Entries()
	if err != nil {
		return err
	}
	var first error
	for _, entry := range entries {
		if entry.IsDir() {
			err = moveUp(top, inner, entry.Name())
		} else {
			err = inner.RemoveFile(entry.Name())
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && first == nil {
			first = err
		}
	}
	if first != nil {
		return first
	}
	return top.RemoveFolder(name)
}

func moveUp(top, inner *folder.Folder, name string) error {
	if err := inner.LetIn(name); err != nil { // or its way up could not be changed
		return err
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails
	return inner.Rename(name, top, hex.EncodeToString(random[:]))
}

func checkDevice(top, inner *folder.Folder, name string) error {
	outside, err := top.Stat()
	if err != nil {
		return err
	}
	inside, err := inner.Stat()
	if err == nil && deviceOf(inside) != deviceOf(outside) {
		err = fmt.Errorf("%s: %w", name, errMounted)
	}
	return err
}
