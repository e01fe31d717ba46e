package charset_test

import (
	"testing"
	"unicode/utf8"

	"go.dagstack.dev/resources/internal/charset"
)

func TestTextIsDecodedByItsCharset(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ content, contentType, want string }{
		{"ä", "", "ä"},
		{"ä", "text/html", "ä"},
		{"\xe4", "text/html; charset=ISO-8859-1", "ä"},
		{"\x80", "text/html; charset=latin1", "\u0080"},
		{"\xff\xfe\xe4\x00", `text/html;Charset="utf-16"`, "ä"},
		{"\xfe\xff\x00\xe4", "text/html; charset=utf-16", "ä"},
		{"\x00\xe4\xd8", "text/html; charset=UTF-16BE", "ä\ufffd"},
		{"\x00\xd8", "text/html; charset=utf-16le", "\ufffd"},
		{"\xe4", "text/plain; charset=utf-8", "\ufffd"},
		{"a\xe4", "text/plain; charset=us-ascii", "a\ufffd"},
		{"ä", "text/plain; charset=klingon", "ä"},
		{"ä", "text/plain; charset=", "ä"},
		{"\xef\xbb\xbfa", "", "a"},
		{"\xef\xbb\xbfa", "text/plain; charset=utf-8", "a"},
		{"\xef\xbb\xbf\xef\xbb\xbfa", "", "\ufeffa"},
		{"", "", ""},
		// As Unicode recommends; the expected values are CPython's.
		{"\xe2\x82x", "", "\ufffdx"},
		{"\xf0\x9f\x98\xe4", "", "\ufffd\ufffd"},
		{"\xed\xa0\x80", "", "\ufffd\ufffd\ufffd"},
		{"\xc0\xaf\xf5", "", "\ufffd\ufffd\ufffd"},
		{"\xf4\x90\x80\x80", "", "\ufffd\ufffd\ufffd\ufffd"},
		{"\xe0\x80\xe1\x80", "", "\ufffd\ufffd\ufffd"},
	} {
		if got := charset.Decode([]byte(one.content), one.contentType); got != one.want {
			t.Errorf("%q as %q: got %q, want %q", one.content, one.contentType, got, one.want)
		}
	}
}

func FuzzAnyBodyHasAText(f *testing.F) {
	f.Add([]byte("\xe2\x82"), "utf-8")
	f.Add([]byte("\xd8"), "utf-16")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		if text := charset.Decode(content, "text/plain; charset="+name); !utf8.ValidString(text) {
			t.Fatalf("%q as %q: %q", content, name, text)
		}
	})
}
