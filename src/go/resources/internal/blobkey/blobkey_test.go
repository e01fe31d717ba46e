package blobkey_test

import (
	"errors"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/blobkey"
)

func TestKeysThatNameABlob(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"a", "a/b", "A", "...", "..a", "a..", ".hidden", "a/.../b", "a b", "a%20b", "%2e%2e/x", `..\x`,
		"CON", "a#1", "k.attrs", "~", "é", "e\u0301", "\U0001F600", "\uFFFD", "\u00a0", "\u2028",
		"\U0010FFFF", strings.Repeat("a", 1024), strings.Repeat("é", 512),
	} {
		if err := blobkey.Check("key", key); err != nil {
			t.Errorf("Check(%q) = %v", key, err)
		}
		if !blobkey.CanStart(key) {
			t.Errorf("CanStart(%q) = false", key)
		}
	}
}

func TestKeysThatNameNothing(t *testing.T) {
	t.Parallel()
	for key, reason := range map[string]string{
		"":                             "it is empty",
		"/":                            "it begins with a slash",
		"/a":                           "it begins with a slash",
		"a/":                           "it ends with a slash",
		"a//b":                         "it has an empty segment",
		".":                            "it has a segment .",
		"a/./b":                        "it has a segment .",
		"..":                           "it has a segment ..",
		"../a":                         "it has a segment ..",
		"a/..":                         "it has a segment ..",
		"a\x00b":                       "it holds the control character U+0000",
		"a\nb":                         "it holds the control character U+000A",
		"a\x7fb":                       "it holds the control character U+007F",
		"a\u0085b":                     "it holds the control character U+0085",
		"a\u009fb":                     "it holds the control character U+009F",
		"\xff":                         "it is not valid UTF-8",
		"\xed\xa0\x80":                 "it is not valid UTF-8",
		strings.Repeat("a", 1025):      "it has 1025 bytes in UTF-8, and 1024 are allowed",
		strings.Repeat("é", 512) + "a": "it has 1025 bytes in UTF-8, and 1024 are allowed",
	} {
		err := blobkey.Check("key", key)
		var refusal *contracts.InvalidBlobKeyError
		if !errors.As(err, &refusal) || !errors.Is(err, contracts.ErrInvalidArgument) {
			t.Errorf("Check(%q) = %v", key, err)
			continue
		}
		want := contracts.InvalidBlobKeyError{Argument: "key", Reason: reason, Key: key}
		if *refusal != want {
			t.Errorf("Check(%q) = %#v, not %#v", key, *refusal, want)
		}
	}
}

func TestPrefixes(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]bool{
		"": true, "a/": true, "a/.": true, "a/..": true, ".": true, "..": true, "a/b": true,
		"/": false, "a//": false, "./": false, "../": false, "a/../b": false, "a\x00": false,
		"\xff": false, strings.Repeat("a", 1025): false, strings.Repeat("a", 1024): true,
	} {
		if got := blobkey.CanStart(prefix); got != want {
			t.Errorf("CanStart(%q) = %v", prefix, got)
		}
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", blobkey.ContentTypeLimit)
	for given, want := range map[string]string{
		"":                          blobkey.DefaultContentType,
		"text/plain; charset=utf-8": "text/plain; charset=utf-8",
		"x":                         "x",
		longest:                     longest,
	} {
		if got, err := blobkey.ContentType(given); got != want || err != nil {
			t.Errorf("ContentType(%q) = %q, %v", given, got, err)
		}
	}
	for _, given := range []string{" a", "a ", " ", "a\n", "a\x00", "é", "\xff", longest + "a"} {
		_, err := blobkey.ContentType(given)
		var refusal *contracts.InvalidArgumentError
		if !errors.As(err, &refusal) || refusal.Argument != "content_type" || refusal.Reason == "" {
			t.Errorf("ContentType(%q): %v", given, err)
		}
	}
}
