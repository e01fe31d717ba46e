package resources

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpcheck"
	"go.dagstack.dev/resources/internal/httpwire"
)

var (
	// httpCredentials is what no other origin may see, whatever the settings say.
	httpCredentials = []string{"authorization", "cookie", "proxy-authorization"}

	// aboutBody goes when the body does.
	aboutBody = names([]string{"content-encoding", "content-language", "content-type"})
)

// follow aims at what a redirect leads to; it returns false if the response is like any other.
//
// The error is an [httpwire.Error] if it leads to where no request may go, or
// [contracts.HTTPTooManyRedirectsError].
func (c *httpCall) follow(received *httpwire.Response) (bool, error) {
	policy := c.caller.settings.Redirects
	location := strings.TrimSpace(received.Headers["location"])
	if !isRedirect(received.Status) || policy.Limit < 0 || location == "" {
		return false, nil
	}
	if c.redirects == policy.Limit {
		return false, &contracts.HTTPTooManyRedirectsError{
			Method:   c.first.Method,
			URL:      c.first.Target.Shown(),
			Attempts: c.attempts,
			Detail:   fmt.Sprintf("more than %d redirects", policy.Limit),
			Limit:    policy.Limit,
		}
	}
	c.redirects++
	next := *c.request
	var err error
	if next.Target, err = locate(c.request.Target, location); err != nil {
		return false, err
	}
	if c.request.Target.Scheme == "https" && next.Target.Scheme == "http" && !policy.AllowDowngrade {
		return false, malformed("it redirects from https to http", nil)
	}
	if !next.Target.SameOrigin(c.request.Target) {
		next.Headers, next.Credentials = without(c.caller.secret, next.Headers), false
	}
	if becomesGet(next.Method, received.Status) {
		next.Method, next.Headers, next.Body = http.MethodGet, without(aboutBody, next.Headers), nil
	}
	c.request = &next
	return true, nil
}

func isRedirect(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// becomesGet tells whether a redirect asks for another document instead of the same elsewhere, as
// browsers understand it.
func becomesGet(method string, status int) bool {
	switch status {
	case 303:
		return method != http.MethodHead
	case 301, 302:
		return method == http.MethodPost
	}
	return false
}

// locate returns what a location means, seen from where it comes from.
func locate(from *httpcheck.Target, location string) (*httpcheck.Target, error) {
	target, err := httpcheck.ParseURL(from.Resolve(strings.ReplaceAll(location, " ", "%20")))
	if err == nil {
		return target, nil
	}
	detail := "it redirects to a URL that cannot be requested"
	var invalid *contracts.InvalidURLError
	if errors.As(err, &invalid) {
		detail += ": " + invalid.Reason
	}
	return nil, malformed(detail, err)
}

func malformed(detail string, err error) error {
	return &httpwire.Error{Failure: httpwire.Malformed, Detail: detail, Err: err}
}

// names returns a set of names in lower case, with those of more lists.
func names(lists ...[]string) map[string]bool {
	set := map[string]bool{}
	for _, name := range slices.Concat(lists...) {
		set[strings.ToLower(name)] = true
	}
	return set
}

// without returns the headers but for those in a set.
func without(set map[string]bool, headers map[string]string) map[string]string {
	left := maps.Clone(headers)
	maps.DeleteFunc(left, func(name, _ string) bool { return set[name] })
	return left
}
