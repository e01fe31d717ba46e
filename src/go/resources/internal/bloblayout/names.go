// Package bloblayout is the layout of a folder of blobs: which file holds a key, and what the file
// holds. docs/filesystem-layout.md says the same for people, and for the other languages.
package bloblayout

import (
	"strings"
	"unicode/utf8"

	"go.dagstack.dev/resources/internal/blobkey"
)

const (
	// Staging is the folder below the root where files are written before they get their names.
	Staging = "%tmp"

	// LongestRoot is the number of bytes that the path of a root may have; no path below it then
	// exceeds the 4096 of PATH_MAX.
	LongestRoot = 900

	// piece is the number of bytes of a segment that one name holds at most.
	piece = 80

	endsSegment = "%d"
	goesOn      = "%+"
	isBlob      = "%f"

	digits = "0123456789abcdef"
)

// Place says where a key's file is.
type Place struct {
	// Folders are the names of the folders from the root down.
	Folders []string

	// File is the name in the last of them.
	File string
}

// PlaceOf says where the file of a valid key is. No two keys share a file, nor a file a folder.
func PlaceOf(key string) Place {
	cut := strings.LastIndexByte(key, '/') + 1
	last := appendNames(FoldersOf(key[:cut]), key[cut:], isBlob)
	return Place{Folders: last[:len(last)-1], File: last[len(last)-1]}
}

// FoldersOf says in which folder all keys with a prefix are: that of its whole segments.
func FoldersOf(prefix string) []string {
	segments := strings.Split(prefix, "/")
	var names []string
	for _, segment := range segments[:len(segments)-1] {
		names = appendNames(names, segment, endsSegment)
	}
	return names
}

func appendNames(names []string, segment, ending string) []string {
	for len(segment) > piece {
		names = append(names, spell(segment[:piece])+goesOn)
		segment = segment[piece:]
	}
	return append(names, spell(segment)+ending)
}

func spell(raw string) string {
	var spelled strings.Builder
	for i := range len(raw) {
		if char := raw[i]; standsForItself(char) {
			spelled.WriteByte(char)
		} else {
			spelled.Write([]byte{'%', digits[char>>4], digits[char&15]})
		}
	}
	return spelled.String()
}

func standsForItself(char byte) bool {
	return 'a' <= char && char <= 'z' || '0' <= char && char <= '9' || char == '_' || char == '-'
}

// Entry is a name that follows the layout, read back.
type Entry struct {
	// IsFile tells whether it is that of a blob's file, and not of a folder.
	IsFile bool

	// Text is what it adds to the key, bytes that may end in the middle of a character; a folder
	// that ends a segment adds the slash as well.
	Text string
}

// ReadName reads the name of a file or folder; it reports false if no key leads to it.
func ReadName(name string) (Entry, bool) {
	if len(name) < len(isBlob) {
		return Entry{}, false
	}
	spelled, ending := name[:len(name)-len(isBlob)], name[len(name)-len(isBlob):]
	text, ok := unspell(spelled)
	if !ok || text == "" || len(text) > piece || strings.Contains(text, "/") {
		return Entry{}, false
	}
	switch ending {
	case isBlob:
		return Entry{IsFile: true, Text: text}, true
	case endsSegment:
		return Entry{Text: text + "/"}, true
	case goesOn:
		return Entry{Text: text}, len(text) == piece
	}
	return Entry{}, false
}

// unspell reads what spell wrote, and nothing that it would have written otherwise.
func unspell(spelled string) (string, bool) {
	var raw strings.Builder
	for i := 0; i < len(spelled); i++ {
		char := spelled[i]
		if char == '%' && i+2 < len(spelled) {
			char = byte(strings.IndexByte(digits, spelled[i+1])<<4 | strings.IndexByte(digits, spelled[i+2]))
			i += 2
		}
		raw.WriteByte(char)
	}
	return raw.String(), spell(raw.String()) == spelled
}

// IsKey reports whether the names on the way to a file add up to a key.
func IsKey(text string) bool {
	return utf8.ValidString(text) && blobkey.Check("key", text) == nil
}
