package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

func init() {
	folder := Harness{
		Subjects: map[string]Factory{"Folder": newFolder},
		Actions: map[string]Action{
			"Folder.path": On(func(_ context.Context, f *folder, _ Values) (any, error) { return f.path, nil }),
			"Folder.names": On(func(_ context.Context, f *folder, v Values) (any, error) {
				return f.names(Value[string](v, "path"))
			}),
			"Folder.exists": On(func(_ context.Context, f *folder, v Values) (any, error) {
				_, err := os.Lstat(f.at(v, "path"))
				return err == nil, nil
			}),
			"Folder.mode": On(func(_ context.Context, f *folder, v Values) (any, error) {
				info, err := os.Lstat(f.at(v, "path"))
				if err != nil {
					return nil, err
				}
				return fmt.Sprintf("%o", info.Mode().Perm()), nil
			}),
			"Folder.read": On(func(_ context.Context, f *folder, v Values) (any, error) {
				return os.ReadFile(f.at(v, "path"))
			}),
			"Folder.write": On(func(_ context.Context, f *folder, v Values) (any, error) {
				return nil, f.write(f.at(v, "path"), Value[[]byte](v, "data"))
			}),
			"Folder.age": On(func(_ context.Context, f *folder, v Values) (any, error) {
				changed := time.Now().Add(-Value[time.Duration](v, "time"))
				return nil, os.Chtimes(f.at(v, "path"), changed, changed)
			}),
			"Folder.remove": On(func(_ context.Context, f *folder, v Values) (any, error) {
				return nil, os.RemoveAll(f.at(v, "path"))
			}),
			"Folder.make_folder": On(func(_ context.Context, f *folder, v Values) (any, error) {
				return nil, os.MkdirAll(f.at(v, "path"), 0o777)
			}),
			"Folder.link": On(func(_ context.Context, f *folder, v Values) (any, error) {
				return nil, os.Symlink(f.at(v, "to"), f.at(v, "path"))
			}),
		},
	}
	provide("blob_store", folder)
	provide("tmpdir", folder)
}

// folder is a new folder, and what a case does with files.
type folder struct{ path string }

func newFolder(c *Case, _ Values) (any, error) {
	own, err := c.Folder()
	if err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(own, "folder-")
	if err != nil {
		return nil, err
	}
	// A link on the way, as macOS has one, would make paths differ that are one.
	path, err = filepath.EvalSymlinks(path)
	return &folder{path}, err
}

// at returns where an argument points to: below the folder, unless it is absolute.
func (f *folder) at(values Values, argument string) string {
	path := filepath.FromSlash(Value[string](values, argument))
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.path, path)
}

func (f *folder) names(path string) ([]string, error) {
	entries, err := os.ReadDir(f.at(Values{"path": path}, "path"))
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, each := range entries {
		names = append(names, each.Name())
	}
	slices.Sort(names)
	return names, nil
}

func (f *folder) write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}
