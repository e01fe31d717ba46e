package resources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/bloblayout"
	"go.dagstack.dev/resources/internal/folder"
	"go.dagstack.dev/resources/internal/staging"
)

// sweptTries bounds how often a writer begins again whose files and folders vanish.
const sweptTries = 20

// openAtOnce bounds the folders that one call holds open.
const openAtOnce = 32

var (
	errRootGone    = errors.New("the root folder is gone")
	errDamaged     = errors.New("the file of the key is damaged")
	errOtherKey    = errors.New("it belongs to another key")
	errOtherSize   = errors.New("it has not the size that its header says")
	errEndsTooSoon = errors.New("it ends too early")
)

// storeFailure tells of the system's troubles as what they are to the caller. Errors of the
// contracts and of contexts stay as they are.
func storeFailure(operation string, err error) error {
	if err == nil || errors.Is(err, contracts.ErrResource) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	failure := &contracts.BackendFailedError{
		Resource: filesystemBlobStore, Operation: operation, Detail: err.Error(),
	}
	var reason syscall.Errno
	if errors.As(err, &reason) {
		failure.Detail, failure.Err = reason.Error(), err
	}
	return failure
}

// makeRoot makes the root and the parents that are missing, and waits until the disk has them.
func makeRoot(root string) error {
	var missing []string
	for path := root; ; path = filepath.Dir(path) {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) || path == filepath.Dir(path) {
			break
		}
		missing = append(missing, path)
	}
	err := os.MkdirAll(root, 0o700)
	if info, failure := os.Stat(root); failure == nil && !info.IsDir() {
		return refused("root", "it is not a folder")
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return refused("root", "one of its parents is not a folder")
	}
	if err != nil {
		return err
	}
	for _, path := range missing {
		parent, err := folder.Open(filepath.Dir(path))
		if err != nil {
			return err
		}
		err = parent.Sync()
		_ = parent.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// openRoot opens the root. That it is missing is no absence of a blob.
func openRoot(path string) (*folder.Folder, error) {
	root, err := folder.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, errRootGone
	}
	return root, err
}

// againIfSwept tries again what another process disturbed by removing an empty folder or a stale
// file.
func againIfSwept(work func() error) error {
	for range sweptTries - 1 {
		if err := work(); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return work()
}

// replace writes the file of a blob and gives it its name, unless the caller has given up by then.
func replace(ctx context.Context, root *folder.Folder, place bloblayout.Place, chunks ...[]byte) error {
	temporary, err := root.EnterOrMake(bloblayout.Staging)
	if err != nil {
		return err
	}
	defer temporary.Close()
	staged, err := staging.Write(temporary, chunks...)
	if err != nil {
		return err
	}
	defer staged.Discard()
	target, err := root.Walk(place.Folders, true)
	if err != nil {
		return err
	}
	defer target.Close()
	if err := ctx.Err(); err != nil {
		return err
	}
	return staged.Rename(target, place.File)
}

func hasFile(root *folder.Folder, place bloblayout.Place) (bool, error) {
	target, err := root.Walk(place.Folders, false)
	if folder.IsAbsence(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer target.Close()
	return target.IsFile(place.File)
}

// remove removes the file of a blob, and the folders on the way to it that are then empty.
func remove(root *folder.Folder, place bloblayout.Place) error {
	target, err := root.Walk(place.Folders, false)
	if err != nil {
		return err
	}
	defer target.Close()
	if there, err := target.IsFile(place.File); !there || err != nil {
		return err
	}
	if err := target.RemoveFile(place.File); err != nil {
		return err
	}
	if err := target.Sync(); err != nil {
		return err
	}
	return removeEmpty(root, place.Folders)
}

// removeEmpty removes the last folder if it is empty, then the one above, and so on. A folder into
// which another writer puts a file is not empty, and a writer who finds its folder gone makes it
// again.
func removeEmpty(root *folder.Folder, names []string) error {
	for depth := len(names); depth > 0; {
		above := max(depth-openAtOnce, 0)
		parents, err := openParents(root, names[:above], names[above:depth-1])
		for err == nil && depth > above {
			var gone bool
			gone, err = removeIfEmpty(parents[depth-above-1], names[depth-1])
			if err == nil && !gone {
				depth = 0 // what is above is not empty, either
				break
			}
			depth--
		}
		for _, parent := range parents {
			_ = parent.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openParents opens a folder, and one after the other those further in.
func openParents(root *folder.Folder, way, further []string) ([]*folder.Folder, error) {
	first, err := root.Walk(way, false)
	if err != nil {
		return nil, err
	}
	parents := []*folder.Folder{first}
	for _, name := range further {
		inner, err := parents[len(parents)-1].Enter(name)
		if err != nil {
			return parents, err
		}
		parents = append(parents, inner)
	}
	return parents, nil
}

func removeIfEmpty(parent *folder.Folder, name string) (gone bool, err error) {
	err = parent.RemoveFolder(name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, nil // it is not empty, which is no failure of the deletion
	}
	return true, parent.Sync()
}

// blobFile is the open file of a blob, whose header has been read.
type blobFile struct {
	file      *os.File
	header    bloblayout.Header
	beginning []byte
}

// openBlob opens the file of a key, and checks that it holds that key, whole.
func openBlob(root *folder.Folder, key string) (*blobFile, error) {
	place := bloblayout.PlaceOf(key)
	target, err := root.Walk(place.Folders, false)
	if err != nil {
		return nil, err
	}
	defer target.Close()
	file, err := target.OpenFile(place.File)
	if err != nil {
		return nil, err
	}
	blob := &blobFile{file: file}
	if err := blob.readHeader(key); err != nil {
		blob.close()
		return nil, err
	}
	return blob, nil
}

func (b *blobFile) readHeader(key string) error {
	info, err := b.file.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	b.beginning = make([]byte, min(size, bloblayout.FirstRead))
	if err := b.readAt(b.beginning, 0); err != nil {
		return err
	}
	header, err := bloblayout.ReadHeader(b.beginning)
	switch {
	case err == nil && header.Key != key:
		err = errOtherKey
	case err == nil && size-header.Start != header.Size:
		err = errOtherSize
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	b.header = header
	return nil
}

func (b *blobFile) data() ([]byte, error) {
	if rest := b.beginning[b.header.Start:]; int64(len(rest)) == b.header.Size {
		return rest, nil
	}
	data := make([]byte, b.header.Size)
	return data, b.readAt(data, b.header.Start)
}

func (b *blobFile) readAt(into []byte, start int64) error {
	_, err := io.ReadFull(io.NewSectionReader(b.file, start, int64(len(into))), into)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %w", errDamaged, errEndsTooSoon)
	}
	return err
}

func (b *blobFile) close() {
	_ = b.file.Close()
}
