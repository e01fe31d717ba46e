package resources_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// responseOf is a response with a body.
func responseOf(t *testing.T, status int, content, contentType string) *resources.BufferedResponse {
	t.Helper()
	stub := resources.NewStubHTTPClient(nil)
	stub.On("GET", stubURL).Then(resources.Answer{
		Status: status, Content: []byte(content), Headers: map[string]string{"content-type": contentType},
	})
	return mustFetch(t, stub, stubURL)
}

func TestJSONIsReadAsUTF8(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]any{
		`{"a": 1, "a": 2, "b": {"c": 1}, "b": {"d": 2}}`: map[string]any{"a": 2.0, "b": map[string]any{"d": 2.0}},
		`["ä"]`:                  []any{"ä"},
		" null ":                 nil,
		"\xef\xbb\xbf{\"a\": 1}": map[string]any{"a": 1.0},
	} {
		response := responseOf(t, 200, content, "application/json; charset=utf-16")
		for range 2 {
			value, err := response.JSON()
			if err != nil || !reflect.DeepEqual(value, want) {
				t.Errorf("%q: got %v, %v", content, value, err)
			}
			if made, isMap := value.(map[string]any); isMap {
				made["a"] = "changed" // each call makes a new one
			}
		}
	}
}

func TestAnythingElseIsNotJSON(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		"", "{", "NaN", "[Infinity]", "-Infinity", "{'a': 1}", "\xff", "\"\xff\"", "\"\xed\xa0\x80\"", "1 2", "[1,]",
		"{\x00\"\x00a\x00", repeated("[", 100_000), repeated("1", 5000),
	} {
		_, err := responseOf(t, 500, content, "").JSON()
		invalid := isA[*contracts.InvalidJSONError](t, contracts.ErrInvalidJSON, err)
		checkEqual(t, "status", invalid.StatusCode, 500)
		if strings.ContainsFunc(invalid.Excerpt, func(c rune) bool { return c < ' ' }) || len([]rune(invalid.Excerpt)) > 800 {
			t.Errorf("%.20q: the excerpt is %q", content, invalid.Excerpt)
		}
	}
	_, err := responseOf(t, 502, "<html>\x1b[31m"+repeated("x", 500), "").JSON()
	excerpt := isA[*contracts.InvalidJSONError](t, contracts.ErrInvalidJSON, err).Excerpt
	checkEqual(t, "excerpt", excerpt, `<html>\x1b[31m`+repeated("x", 189))
}

func TestTextGoesByTheCharset(t *testing.T) {
	t.Parallel()
	checkEqual(t, "text", responseOf(t, 200, "\xe4", "text/plain; charset=iso-8859-1").Text(), "ä")
	checkEqual(t, "text", responseOf(t, 200, "\xef\xbb\xbfä\xff", "").Text(), "ä\ufffd")
	checkEqual(t, "text", responseOf(t, 200, "", "").Text(), "")
}

func TestAResponseIsItsOwnAndShowsNoSecrets(t *testing.T) {
	t.Parallel()
	response := responseOf(t, 200, "secret", "")
	response.Content()[0] = 'S'
	checkEqual(t, "text", response.Text(), "secret")
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		checkEqual(t, format, fmt.Sprintf(format, response), "BufferedResponse 200, 6 bytes")
	}
}
