package httpcheck_test

import (
	"strings"
	"testing"

	"go.dagstack.dev/resources/internal/httpcheck"
)

func TestAGoodURLIsNormalizedAsLittleAsPossible(t *testing.T) {
	t.Parallel()
	for url, text := range map[string]string{
		"http://a.test":                                "http://a.test/",
		"HTTP://A.Test:80/X?":                          "http://a.test/X?",
		"https://a.test:443/":                          "https://a.test/",
		"https://a.test:80/#x":                         "https://a.test:80/",
		"http://a.test:/":                              "http://a.test/",
		"http://a_b.test./":                            "http://a_b.test./",
		"http://127.0.0.1:8080/a//b/./../c":            "http://127.0.0.1:8080/a//b/./../c",
		"http://[::1]:8080/":                           "http://[::1]:8080/",
		"http://[2001:DB8:0:0::1]/":                    "http://[2001:db8::1]/",
		"http://xn--bcher-kva.example/":                "http://xn--bcher-kva.example/",
		"http://a.test?x=1":                            "http://a.test/?x=1",
		"http://a.test#/?x@y":                          "http://a.test/",
		"http://a.test/\"<>^`{|}":                      "http://a.test/%22%3C%3E%5E%60%7B%7C%7D",
		"http://a.test/[1]?a[]=%5B":                    "http://a.test/[1]?a[]=%5B",
		"http://a.test/ä?ö=☺":                          "http://a.test/%C3%A4?%C3%B6=%E2%98%BA",
		"http://u:p@a.test/":                           "http://a.test/",
		"http://a.test/\ufffd":                         "http://a.test/%EF%BF%BD",
		"http://a.test/" + strings.Repeat("ä", 65_000): "http://a.test/" + strings.Repeat("%C3%A4", 65_000),
	} {
		target, err := httpcheck.ParseURL(url)
		if err != nil {
			t.Errorf("%.40q: %v", url, err)
			continue
		}
		if target.Text() != text {
			t.Errorf("%.40q: got %.60q", url, target.Text())
		}
		if sent := target.URL(); len(text) < 1000 && (sent.String() != text || sent.User != nil) {
			t.Errorf("%q: net/http sees %q", url, sent)
		}
	}
}

func FuzzAnyTextIsAGoodURLOrRefused(f *testing.F) {
	for _, seed := range []string{"a.test", "a@b:80", "[::1]", "%41", "x?y#z", "ä", "127.0.0.1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, url := range []string{text, "http://" + text, "http://a.test/" + text, "http://a.test" + text + "/"} {
			target, err := httpcheck.ParseURL(url)
			if err != nil {
				continue
			}
			for _, c := range target.Text() {
				if c <= ' ' || c > '~' {
					t.Fatalf("%q becomes %q", url, target.Text())
				}
			}
			again, err := httpcheck.ParseURL(target.Text())
			if err != nil || again.Text() != target.Text() {
				t.Fatalf("%q becomes %q, which becomes %v (%v)", url, target.Text(), again, err)
			}
			if sent := target.URL(); sent.RequestURI() != target.Path+target.Query || sent.Host != target.Authority {
				t.Fatalf("%q: net/http would ask %q for %q", url, sent.Host, sent.RequestURI())
			}
		}
	})
}

func TestALocationIsRelativeToWhereItComesFrom(t *testing.T) {
	t.Parallel()
	from, err := httpcheck.ParseURL("http://a/b/c/d;p?q")
	if err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[string]string{ // the examples of RFC 3986, 5.4
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/",
		"/g": "http://a/g", "//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y",
		"#s": "http://a/b/c/d;p?q#s", "g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s",
		";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x", ".": "http://a/b/c/", "./": "http://a/b/c/",
		"..": "http://a/b/", "../": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/",
		"../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.",
		"..g": "http://a/b/c/..g", "./../g": "http://a/b/g", "g/./h": "http://a/b/c/g/h",
		"g/../h": "http://a/b/c/h", "g?y/../x": "http://a/b/c/g?y/../x", "g#s/../x": "http://a/b/c/g#s/../x",
	} {
		if got := from.Resolve(reference); got != want {
			t.Errorf("%s: got %s, want %s", reference, got, want)
		}
	}
}

func TestWhatIsNotPrintableIsShownByEscapes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain ä☺\\": "plain ä☺\\", "\x1b[31m\r\n\t\x00": `\x1b[31m\r\n\t\x00`,
		"\u00a0\u2028\U000e0001\ufeff": `\xa0\u2028\U000e0001\ufeff`,
	} {
		if got := httpcheck.Printable(text); got != want {
			t.Errorf("%q: got %s", text, got)
		}
	}
}
