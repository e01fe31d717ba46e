package resources

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/charset"
	"go.dagstack.dev/resources/internal/httpcheck"
)

// excerptLength is the number of characters of a body that an error shows.
const excerptLength = 200

// BufferedResponse is a response with its whole body, and how it came about.
//
// It does not change, is safe for concurrent use, and stays readable after the client is closed.
type BufferedResponse struct {
	statusCode int
	headers    map[string]string
	content    []byte
	url        string
	attempts   int
}

var _ contracts.HTTPResponse = (*BufferedResponse)(nil)

// StatusCode returns the status, such as 200 or 404.
func (r *BufferedResponse) StatusCode() int {
	return r.statusCode
}

// Headers returns a copy of the headers, with names in lower case. The values of a repeated header
// are joined by a comma and a space.
func (r *BufferedResponse) Headers() map[string]string {
	return maps.Clone(r.headers)
}

// Content returns a copy of the body's bytes, decompressed.
func (r *BufferedResponse) Content() []byte {
	return bytes.Clone(r.content)
}

// URL returns the URL that answered, after redirects; without user, password and fragment.
func (r *BufferedResponse) URL() string {
	return r.url
}

// Attempts returns the number of times that the request was tried; redirects do not count.
func (r *BufferedResponse) Attempts() int {
	return r.attempts
}

// JSON parses the body as JSON, read as UTF-8, into the types that [json.Unmarshal] has for any:
// numbers are float64. Who needs integers beyond 2^53 decodes [BufferedResponse.Content].
//
// It returns [contracts.InvalidJSONError] if the body is not JSON.
func (r *BufferedResponse) JSON() (any, error) {
	content := bytes.TrimPrefix(r.content, []byte("\ufeff"))
	var value any
	err := errors.New("it is not UTF-8")
	if utf8.Valid(content) {
		err = json.Unmarshal(content, &value)
	}
	if err == nil {
		return value, nil
	}
	return nil, &contracts.InvalidJSONError{StatusCode: r.statusCode, Excerpt: r.excerpt(), Err: err}
}

// Text decodes the body by the charset of content-type, or else as UTF-8. It knows UTF-8, US-ASCII,
// ISO-8859-1 and UTF-16.
func (r *BufferedResponse) Text() string {
	return charset.Decode(r.content, r.headers["content-type"])
}

// String shows the status and the size, and nothing that may be secret.
func (r *BufferedResponse) String() string {
	return fmt.Sprintf("BufferedResponse %d, %d bytes", r.statusCode, len(r.content))
}

// GoString is String: not even a debugger's format shows what may be secret.
func (r *BufferedResponse) GoString() string {
	return r.String()
}

func (r *BufferedResponse) excerpt() string {
	text := []rune(r.Text())
	return httpcheck.Printable(string(text[:min(len(text), excerptLength)]))
}
