// Package filename says what may be the name of a file: the same on every platform.
package filename

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
)

const (
	// longest is the number of bytes in UTF-8 that common file systems take.
	longest = 255

	// shown is the number of characters of a name in a message.
	shown = 60
)

// Check returns a [*contracts.InvalidArgumentError] unless name, given as the argument called so,
// is one component of a path on any platform.
func Check(argument, name string) error {
	problem := problemOf(name)
	if problem == "" {
		return nil
	}
	if runes := []rune(name); len(runes) > shown {
		name = string(runes[:shown]) + "…"
	}
	return &contracts.InvalidArgumentError{Argument: argument, Reason: fmt.Sprintf("%q %s", name, problem)}
}

func problemOf(name string) string {
	switch {
	case name == "":
		return "is empty"
	case !utf8.ValidString(name):
		return "is not valid Unicode"
	case name == "." || name == "..":
		return "stands for a folder that is there already"
	case strings.ContainsAny(name, `/\`):
		return "holds a separator"
	case strings.ContainsFunc(name, isControl):
		return "holds a control character"
	case hasDrive(name):
		return "begins with a drive letter"
	case len(name) > longest:
		return fmt.Sprintf("is longer than %d bytes in UTF-8: %d", longest, len(name))
	}
	return ""
}

func isControl(char rune) bool {
	return char < ' ' || '\u007f' <= char && char <= '\u009f'
}

func hasDrive(name string) bool {
	letter := name[0] | 0x20
	return len(name) > 1 && name[1] == ':' && 'a' <= letter && letter <= 'z'
}
