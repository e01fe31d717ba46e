package resources

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"go.dagstack.dev/contracts"
)

// StubHTTPClient is a [contracts.HTTPClient] for tests, programmed by On and the methods beside it.
// It never touches the network.
//
// It refuses what the production client refuses, with the same errors. A request that no route
// answers is an [UnmatchedRequestError]; if the plugin swallows that, Close and AssertDone return it
// again. Without settings nothing is retried and no redirect is followed, so each call is one
// request; with them the code of the production client does both.
//
// It is safe for concurrent use.
//
//	stub := resources.NewStubHTTPClient(nil)
//	stub.On("GET", "https://api.example/users/7").Then(resources.Answer{JSON: user})
//	err := plugin.Run(ctx, stub)
//	…
//	err = stub.AssertDone()
type StubHTTPClient struct {
	caller *httpCaller
	wire   *stubWire

	mu    sync.Mutex
	calls []StubCall
}

var _ contracts.HTTPClient = (*StubHTTPClient)(nil)

// StubCall is a call as the plugin made it.
type StubCall struct {
	// Method is in upper case.
	Method string
	// URL is as it was given.
	URL string
	// JSON is what is to be sent as the body; it is not copied.
	JSON map[string]any
	// Headers are those that the plugin gave.
	Headers map[string]string
}

// String shows method and URL; headers may be secret.
func (c StubCall) String() string {
	return c.Method + " " + c.URL
}

// NewStubHTTPClient makes a stub that answers nothing yet. With settings, retries and redirects
// happen as in production, on their clock, sleeper and rng.
//
// It panics with [contracts.ErrInvalidArgument] where [NewPooledHTTPClient] returns that.
func NewStubHTTPClient(settings *HTTPSettings) *StubHTTPClient {
	given := HTTPSettings{Retry: HTTPRetry{MaxAttempts: 1}, Redirects: HTTPRedirects{Limit: -1}}
	if settings != nil {
		given = *settings
	}
	given, err := given.checked()
	if err != nil {
		panic(err)
	}
	wire := &stubWire{settings: given}
	return &StubHTTPClient{caller: newHTTPCaller("StubHTTPClient", wire, given), wire: wire}
}

// On answers requests of a method, or of any with "*", for one whole URL. Of several routes that
// match, the first one answers that has an answer left.
//
// It panics with [contracts.ErrInvalidURL] if url could never be requested.
func (s *StubHTTPClient) On(method, url string) *Route {
	return s.wire.add(urlPattern(method, url, false))
}

// OnPrefix is like On for all URLs that begin with url, at its host and port.
func (s *StubHTTPClient) OnPrefix(method, url string) *Route {
	return s.wire.add(urlPattern(method, url, true))
}

// OnMatch is like On for all URLs that an expression matches from beginning to end.
func (s *StubHTTPClient) OnMatch(method string, url *regexp.Regexp) *Route {
	whole := regexp.MustCompile(`^(?:` + url.String() + `)$`)
	return s.wire.add(stubPattern{method: method, expression: whole, shown: "/" + url.String() + "/"})
}

// OnFunc is like On for all requests that a function wants answered.
func (s *StubHTTPClient) OnFunc(method string, wants func(StubRequest) bool) *Route {
	return s.wire.add(stubPattern{method: method, decides: wants})
}

// Calls returns the calls that were not refused, in order: what the plugin asked for.
func (s *StubHTTPClient) Calls() []StubCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Requests returns the requests in order, with those for retries and redirects: what was sent.
func (s *StubHTTPClient) Requests() []StubRequest {
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	return slices.Clone(s.wire.requests)
}

// Unused returns the routes that still have something to give that was never asked for.
func (s *StubHTTPClient) Unused() []*Route {
	s.wire.mu.Lock()
	routes := slices.Clone(s.wire.routes)
	s.wire.mu.Unlock()
	return slices.DeleteFunc(routes, (*Route).Done)
}

// Reset forgets all routes, calls and unmatched requests.
func (s *StubHTTPClient) Reset() {
	s.mu.Lock()
	s.calls = nil
	s.mu.Unlock()
	s.wire.reset()
}

// AssertDone checks that every request had its route, and every route its requests.
//
// It returns an [UnmatchedRequestError] if a request had none, also if the plugin swallowed the
// error then; an [UnusedRoutesError] if a route was not asked for as often as it was told.
func (s *StubHTTPClient) AssertDone() error {
	if err := s.wire.takeUnmatched(); err != nil {
		return err
	}
	if unused := s.Unused(); len(unused) > 0 {
		return &UnusedRoutesError{Routes: unused}
	}
	return nil
}

// Get answers a GET request; see [contracts.HTTPClient].
func (s *StubHTTPClient) Get(
	ctx context.Context, url string, opts contracts.HTTPClientGetOptions,
) (contracts.HTTPResponse, error) {
	return s.call(ctx, StubCall{Method: http.MethodGet, URL: url, Headers: opts.Headers})
}

// Post answers a POST request; see [contracts.HTTPClient].
func (s *StubHTTPClient) Post(
	ctx context.Context, url string, opts contracts.HTTPClientPostOptions,
) (contracts.HTTPResponse, error) {
	return s.call(ctx, StubCall{Method: http.MethodPost, URL: url, JSON: opts.JSON, Headers: opts.Headers})
}

// Put answers a PUT request; see [contracts.HTTPClient].
func (s *StubHTTPClient) Put(
	ctx context.Context, url string, opts contracts.HTTPClientPutOptions,
) (contracts.HTTPResponse, error) {
	return s.call(ctx, StubCall{Method: http.MethodPut, URL: url, JSON: opts.JSON, Headers: opts.Headers})
}

// Delete answers a DELETE request; see [contracts.HTTPClient].
func (s *StubHTTPClient) Delete(
	ctx context.Context, url string, opts contracts.HTTPClientDeleteOptions,
) (contracts.HTTPResponse, error) {
	return s.call(ctx, StubCall{Method: http.MethodDelete, URL: url, Headers: opts.Headers})
}

// Close closes the stub. The first time it returns an [UnmatchedRequestError] if requests had no
// route; all later ones do nothing.
func (s *StubHTTPClient) Close() error {
	if !s.caller.close() {
		return nil
	}
	return s.wire.takeUnmatched()
}

// String says what it is.
func (s *StubHTTPClient) String() string {
	return fmt.Sprintf("%s with %d routes", s.caller.name, len(s.wire.programmedRoutes()))
}

func (s *StubHTTPClient) call(ctx context.Context, asked StubCall) (contracts.HTTPResponse, error) {
	call, err := s.caller.begin(asked.Method, asked.URL, asked.JSON, asked.Headers)
	if err != nil {
		return nil, err
	}
	asked.Headers = maps.Clone(asked.Headers)
	s.mu.Lock()
	s.calls = append(s.calls, asked)
	s.mu.Unlock()
	return call.result(ctx)
}
