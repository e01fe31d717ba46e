// Package blobkey has the one check of what a blob store accepts: keys, prefixes of keys, and
// content types. All stores use it, so all refuse the same with the same errors.
package blobkey

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
)

const (
	// Limit is the number of bytes of UTF-8 that a key may have.
	Limit = 1024

	// ContentTypeLimit is the number of characters that a content type may have.
	ContentTypeLimit = 1024

	// DefaultContentType is the content type of a blob that was stored without one.
	DefaultContentType = "application/octet-stream"
)

// Check returns a [*contracts.InvalidBlobKeyError] if key, given as the argument called so, cannot
// name a blob.
func Check(argument, key string) error {
	reason := problem(key)
	if reason == "" {
		return nil
	}
	return &contracts.InvalidBlobKeyError{Argument: argument, Reason: reason, Key: key}
}

// CanStart reports whether any key at all starts with prefix.
func CanStart(prefix string) bool {
	if prefix == "" {
		return true
	}
	// What follows the last slash may become anything, so a letter in its place decides.
	folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
	return len(prefix) <= Limit && text(prefix) == "" && segments(folder+"x") == ""
}

// ContentType returns the content type to store: the given one, or the default if it is empty. The
// error of one that cannot be the value of a header is a [*contracts.InvalidArgumentError].
func ContentType(given string) (string, error) {
	if given == "" {
		return DefaultContentType, nil
	}
	if length := utf8.RuneCountInString(given); length > ContentTypeLimit {
		reason := fmt.Sprintf("it has %d characters, and %d are allowed", length, ContentTypeLimit)
		return "", &contracts.InvalidArgumentError{Argument: "content_type", Reason: reason}
	}
	if !isPrintableASCII(given) || strings.HasPrefix(given, " ") || strings.HasSuffix(given, " ") {
		return "", &contracts.InvalidArgumentError{
			Argument: "content_type",
			Reason:   "it is not printable ASCII that neither begins nor ends with a space",
		}
	}
	return given, nil
}

func problem(key string) string {
	if key == "" {
		return "it is empty"
	}
	if wrong := text(key); wrong != "" {
		return wrong
	}
	if wrong := segments(key); wrong != "" {
		return wrong
	}
	if len(key) > Limit {
		return fmt.Sprintf("it has %d bytes in UTF-8, and %d are allowed", len(key), Limit)
	}
	return ""
}

// text says which character makes a key or prefix impossible.
func text(key string) string {
	if !utf8.ValidString(key) {
		return "it is not valid UTF-8"
	}
	for _, char := range key {
		if char < ' ' || ('\u007f' <= char && char <= '\u009f') {
			return fmt.Sprintf("it holds the control character U+%04X", char)
		}
	}
	return ""
}

// segments says what is wrong between the slashes of a key that is not empty.
func segments(key string) string {
	switch {
	case strings.HasPrefix(key, "/"):
		return "it begins with a slash"
	case strings.HasSuffix(key, "/"):
		return "it ends with a slash"
	case strings.Contains(key, "//"):
		return "it has an empty segment"
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "." || segment == ".." {
			return "it has a segment " + segment
		}
	}
	return ""
}

func isPrintableASCII(given string) bool {
	for i := range len(given) {
		if given[i] < ' ' || given[i] > '~' {
			return false
		}
	}
	return true
}
