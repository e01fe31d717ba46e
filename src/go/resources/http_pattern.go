package resources

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.dagstack.dev/resources/internal/httpcheck"
)

// anyMethod stands for all methods in a pattern.
const anyMethod = "*"

// StubRequest is a request as the wire would have seen it: one for each attempt and each redirect.
type StubRequest struct {
	// Method is in upper case.
	Method string
	// URL is normalized, without user, password and fragment.
	URL string
	// Headers are all that would be sent, by names in lower case.
	Headers map[string]string
	// Body is the bytes of the body, nil if there is none.
	Body []byte
}

// String shows method and URL; headers may be secret.
func (r StubRequest) String() string {
	return r.Method + " " + r.URL
}

// stubPattern is a method and a pattern of URLs: one of a URL, an expression and a function.
type stubPattern struct {
	method     string
	target     *httpcheck.Target
	text       string // of the target, as far as requests must have it
	prefix     bool
	expression *regexp.Regexp // anchored at both ends
	shown      string         // the expression as it was given
	decides    func(StubRequest) bool
}

// urlPattern matches a whole URL, or all that begin with it. It panics if no request could have it.
func urlPattern(method, text string, prefix bool) stubPattern {
	target, err := httpcheck.ParseURL(text)
	if err != nil {
		panic(err)
	}
	pattern := stubPattern{method: method, target: target, prefix: prefix, text: target.Text()}
	if prefix && !strings.HasSuffix(text, "/") {
		pattern.text = strings.TrimSuffix(pattern.text, "/")
	}
	return pattern
}

// matches tells whether a request is meant.
func (p stubPattern) matches(request StubRequest) bool {
	return (p.method == anyMethod || p.method == request.Method) && p.matchesURL(request)
}

func (p stubPattern) matchesURL(request StubRequest) bool {
	switch {
	case p.decides != nil:
		return p.decides(request)
	case p.expression != nil:
		return p.expression.MatchString(request.URL)
	case p.prefix:
		return strings.HasPrefix(request.URL, p.text) && asked(request).SameOrigin(p.target)
	}
	return request.URL == p.text
}

// differences says what would have to be different for a request to match, part by part.
func (p stubPattern) differences(request StubRequest) []string {
	var found []string
	differs := func(part string, is, should any) {
		if is != should {
			found = append(found, fmt.Sprintf("the %s is %v, not %v", part, is, should))
		}
	}
	if p.method != anyMethod {
		differs("method", request.Method, p.method)
	}
	if p.target == nil {
		if !p.matchesURL(request) {
			found = append(found, "the URL does not match "+p.shownURL())
		}
		return found
	}
	is, should := asked(request), p.target
	differs("scheme", is.Scheme, should.Scheme)
	differs("host", is.Host, should.Host)
	if is.Scheme == should.Scheme { // another scheme is another port: that goes without saying
		differs("port", is.Port, should.Port)
	}
	if p.prefix {
		if !strings.HasPrefix(request.URL, p.text) {
			found = append(found, fmt.Sprintf("the path %s does not begin with %s", is.Path, should.Path))
		}
		return found
	}
	differs("path", is.Path, should.Path)
	return append(found, queryDifferences(is.Query, should.Query)...)
}

// String shows method and URL.
func (p stubPattern) String() string {
	return p.method + " " + p.shownURL()
}

func (p stubPattern) shownURL() string {
	switch {
	case p.decides != nil:
		return "a function"
	case p.expression != nil:
		return p.shown
	case p.prefix:
		return p.text + "…"
	}
	return p.text
}

// asked returns the parts of the URL of a request, which was made of some.
func asked(request StubRequest) *httpcheck.Target {
	target, err := httpcheck.ParseURL(request.URL)
	if err != nil {
		panic(err)
	}
	return target
}

func queryDifferences(is, should string) []string {
	is, should = strings.TrimPrefix(is, "?"), strings.TrimPrefix(should, "?")
	if is == should {
		return nil
	}
	// What cannot be parsed is left out, and differs as a whole if nothing else does.
	have, _ := url.ParseQuery(is)
	want, _ := url.ParseQuery(should)
	all := maps.Clone(have)
	maps.Copy(all, want)
	var found []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.Equal(have[name], want[name]) {
			found = append(found, fmt.Sprintf("query %s is %s, not %s", name, shownValues(have[name]), shownValues(want[name])))
		}
	}
	if found == nil {
		found = append(found, fmt.Sprintf("the query is %q, not %q", is, should))
	}
	return found
}

func shownValues(values []string) string {
	if values == nil {
		return "missing"
	}
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = fmt.Sprintf("%q", value)
	}
	return strings.Join(quoted, ", ")
}
