package bloblayout_test

import (
	"encoding/json"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"go.dagstack.dev/resources/internal/bloblayout"
)

const golden = "../../../../../spec/conformance/filesystem-layout/contents.json"

func paths(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var contents struct{ Paths map[string]string }
	if err := json.Unmarshal(text, &contents); err != nil {
		t.Fatal(err)
	}
	if len(contents.Paths) < 50 {
		t.Fatalf("there are only %d paths", len(contents.Paths))
	}
	return contents.Paths
}

func TestEveryKeyHasItsPath(t *testing.T) {
	t.Parallel()
	for key, want := range paths(t) {
		place := bloblayout.PlaceOf(key)
		if got := path.Join(append(slices.Clone(place.Folders), place.File)...); got != want {
			t.Errorf("%q is at %s, not %s", key, got, want)
		}
	}
}

func TestEveryPathHasItsKey(t *testing.T) {
	t.Parallel()
	for want, whole := range paths(t) {
		key := ""
		names := strings.Split(whole, "/")
		for i, name := range names {
			entry, ok := bloblayout.ReadName(name)
			if !ok || entry.IsFile != (i == len(names)-1) {
				t.Errorf("%s in %s is read as %v, %v", name, whole, entry, ok)
			}
			key += entry.Text
		}
		if key != want || !bloblayout.IsKey(key) {
			t.Errorf("%s is read as %q, not %q", whole, key, want)
		}
	}
}

func TestTheFoldersOfAPrefixAreThoseOfItsWholeSegments(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string][]string{
		"": nil, "a": nil, "a/": {"a%d"}, "a/b": {"a%d"}, "A/b/": {"%41%d", "b%d"},
		strings.Repeat("x", 81) + "/": {strings.Repeat("x", 80) + "%+", "x%d"},
	} {
		if got := bloblayout.FoldersOf(prefix); !slices.Equal(got, want) {
			t.Errorf("FoldersOf(%q) = %q", prefix, got)
		}
	}
}

func TestNamesOfOthersAreNotRead(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", 80)
	for _, name := range []string{
		"", "%f", "%d", "f", "a", "a%", "a%e", "a%F", "A%f", "%61%f", "%2F%f", "%2f%f", "a%2fb%f", "%E9%f",
		"%e%f", "%zz%f", "%%f", "%-1%f", "é%f", "a.b%f", "a+%f", "a%+", full + "x%f", full + "x%d", full[:79] + "%+",
		full + "x%+", "%tmp", "README.txt", "a%f%", "a%f.", " a%f",
	} {
		if entry, ok := bloblayout.ReadName(name); ok {
			t.Errorf("%q is read as %v", name, entry)
		}
	}
}

func TestHeadersAreThoseOfPython(t *testing.T) {
	t.Parallel()
	const want = "dagblob1\x00\x00\x00\x4d" +
		`{"content_type":"a/b; c=\"<\\>\"","key":"\u00e9\ud83d\ude00\u2028&","size":5}`
	written := bloblayout.WriteHeader("é\U0001F600\u2028&", `a/b; c="<\>"`, 5)
	if string(written) != want {
		t.Errorf("got  %q\nwant %q", written, want)
	}
	header, err := bloblayout.ReadHeader(append(written, "hello"...))
	wanted := bloblayout.Header{
		Key: "é\U0001F600\u2028&", ContentType: `a/b; c="<\>"`, Size: 5, Start: int64(len(written)),
	}
	if header != wanted || err != nil {
		t.Errorf("read as %v (%v)", header, err)
	}
}

func withHeader(text string) string {
	length := len(text)
	return "dagblob1" + string([]byte{0, 0, byte(length >> 8), byte(length)}) + text
}

func TestOtherMembersAreIgnored(t *testing.T) {
	t.Parallel()
	text := `{ "size": 0, "Key": "b", "key": "a", "other": [1], "content_type": "c/d" }`
	header, err := bloblayout.ReadHeader([]byte(withHeader(text)))
	if header.Key != "a" || header.ContentType != "c/d" || err != nil {
		t.Errorf("read as %v (%v)", header, err)
	}
}

func TestDamagedHeadersAreRefused(t *testing.T) {
	t.Parallel()
	long := `{"content_type":"c","key":"` + strings.Repeat("k", 65536) + `","size":0}`
	for _, text := range []string{
		"", "dagblob", "dagblob1", "dagblob2\x00\x00\x00\x02{}", "dagblob1\x00\x00\x00", "dagblob1\x00\x00\x00\x03{}",
		"dagblob1\xff\xff\xff\xff{}", withHeader(""), withHeader("{}"), withHeader("[]"), withHeader("null"),
		withHeader(`{"content_type":"c","key":"a"}`), withHeader(`{"content_type":"c","key":"a","size":null}`),
		withHeader(`{"content_type":"c","key":"a","size":"1"}`), withHeader(`{"content_type":"c","key":"a","size":1.0}`),
		withHeader(`{"content_type":"c","key":"a","size":true}`), withHeader(`{"content_type":"c","key":1,"size":1}`),
		withHeader(`{"content_type":null,"key":"a","size":1}`), withHeader("{\"content_type\":\"c\",\"key\":\"\xff\",\"size\":1}"),
		withHeader(`{"content_type":"c","KEY":"a","size":1}`), withHeader(strings.Repeat("[", 60000)),
		"dagblob1\x00\x01\x00\x30" + long,
	} {
		if header, err := bloblayout.ReadHeader([]byte(text)); err == nil {
			t.Errorf("%.60q is read as %v", text, header)
		}
	}
}
