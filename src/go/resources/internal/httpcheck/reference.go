package httpcheck

import (
	"slices"
	"strings"
)

// Resolve returns the URL that a reference means which stands in a document at the target. The
// result is not checked; see [ParseURL].
func (t *Target) Resolve(reference string) string {
	if hasScheme(reference) {
		return reference
	}
	if strings.HasPrefix(reference, "//") {
		return t.Scheme + ":" + reference
	}
	origin := t.Scheme + "://" + t.Authority
	path, rest := reference, ""
	if end := strings.IndexAny(reference, "?#"); end >= 0 {
		path, rest = reference[:end], reference[end:]
	}
	switch {
	case path == "" && strings.HasPrefix(rest, "?"):
		return origin + t.Path + rest
	case path == "":
		return origin + t.Path + t.Query + rest
	case !strings.HasPrefix(path, "/"):
		path = t.Path[:strings.LastIndexByte(t.Path, '/')+1] + path
	}
	return origin + withoutDots(path) + rest
}

// hasScheme tells whether a reference is a whole URL, of any scheme.
func hasScheme(reference string) bool {
	scheme, _, found := strings.Cut(reference, ":")
	return found && scheme != "" && isLetter(scheme[0]) && consistsOf(scheme, func(b byte) bool {
		return isLetter(b) || isDigit(b) || b == '+' || b == '-' || b == '.'
	})
}

// withoutDots walks the segments . and .. of an absolute path, as RFC 3986 has it.
func withoutDots(path string) string {
	segments := strings.Split(path[1:], "/")
	kept := make([]string, 0, len(segments))
	for _, segment := range segments {
		switch segment {
		case ".":
		case "..":
			kept = kept[:max(len(kept)-1, 0)]
		default:
			kept = append(kept, segment)
		}
	}
	if last := segments[len(segments)-1]; slices.Contains([]string{".", ".."}, last) {
		kept = append(kept, "")
	}
	return "/" + strings.Join(kept, "/")
}
