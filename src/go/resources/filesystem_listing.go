package resources

import (
	"context"
	"strings"

	"go.dagstack.dev/resources/internal/bloblayout"
	"go.dagstack.dev/resources/internal/folder"
)

// listing looks for the keys that start with a prefix.
type listing struct {
	root   *folder.Folder
	prefix string
	keys   []string
	open   int // folders
}

// listKeys returns the keys that start with a prefix, in any order.
func listKeys(ctx context.Context, root *folder.Folder, prefix string) ([]string, error) {
	look := &listing{root: root, prefix: prefix, keys: []string{}}
	start := prefix[:strings.LastIndexByte(prefix, '/')+1]
	names := bloblayout.FoldersOf(prefix)
	here, err := root.Walk(names, false)
	if folder.IsAbsence(err) {
		return look.keys, nil
	}
	if err != nil {
		return nil, err
	}
	err = look.visit(ctx, here, names, start)
	return look.keys, err
}

// visit looks into an open folder and those below it, and closes it.
func (l *listing) visit(ctx context.Context, here *folder.Folder, names []string, above string) error {
	l.open++
	shut := func() {
		if here != nil {
			l.open--
			_ = here.Close()
			here = nil
		}
	}
	defer shut()
	if err := ctx.Err(); err != nil {
		return err
	}
	inner, err := l.look(here, above)
	if err != nil {
		return err
	}
	if l.open > openAtOnce {
		shut()
	}
	for i, name := range inner {
		way := append(names[:len(names):len(names)], name.name)
		next, err := l.enter(here, way)
		if folder.IsAbsence(err) {
			continue
		}
		if err != nil {
			return err
		}
		if i == len(inner)-1 {
			shut() // so a long chain of folders keeps one open
		}
		if err := l.visit(ctx, next, way, name.text); err != nil {
			return err
		}
	}
	return nil
}

// enter opens a folder in one that may be closed again by now.
func (l *listing) enter(here *folder.Folder, way []string) (*folder.Folder, error) {
	if here == nil {
		return l.root.Walk(way, false)
	}
	return here.Enter(way[len(way)-1])
}

// further is a folder that may hold more keys, and what all of them begin with.
type further struct {
	name, text string
}

// look notes the keys in a folder, and returns the folders in it that may hold more.
func (l *listing) look(here *folder.Folder, above string) (inner []further, err error) {
	entries, err := here.Entries()
	if folder.IsAbsence(err) {
		return nil, nil // it was empty, and has been removed meanwhile
	}
	if err != nil {
		return nil, err
	}
	for _, listed := range entries {
		name, ours := bloblayout.ReadName(listed.Name())
		text := above + name.Text
		switch {
		case !ours:
		case name.IsFile && listed.Type().IsRegular():
			if strings.HasPrefix(text, l.prefix) && bloblayout.IsKey(text) {
				l.keys = append(l.keys, text)
			}
		case !name.IsFile && listed.IsDir():
			if strings.HasPrefix(text, l.prefix) || strings.HasPrefix(l.prefix, text) {
				inner = append(inner, further{listed.Name(), text})
			}
		}
	}
	return inner, nil
}
