package resources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpwire"
)

// nearRoutes is how many routes the error of an unmatched request shows.
const nearRoutes = 3

// ErrUnmatchedRequest is what every [UnmatchedRequestError] is, by [errors.Is].
var ErrUnmatchedRequest = errors.New("a request that no route of a stub answers")

// UnmatchedRequestError is the error of a request, or of several, that no route of a stub answers.
//
// It is [ErrUnmatchedRequest] and [contracts.ErrResource].
type UnmatchedRequestError struct {
	// Requests are what was asked.
	Requests []StubRequest

	message string
}

// Error names the requests and the routes that come nearest.
func (e *UnmatchedRequestError) Error() string {
	return e.message
}

// Unwrap returns the errors that this one also is.
func (e *UnmatchedRequestError) Unwrap() []error {
	return []error{ErrUnmatchedRequest, &contracts.ResourceError{}}
}

// ErrUnusedRoutes is what every [UnusedRoutesError] is, by [errors.Is].
var ErrUnusedRoutes = errors.New("routes of a stub that were not asked for as often as they were told")

// UnusedRoutesError is the error of routes that were not asked for as often as they were told.
//
// It is [ErrUnusedRoutes] and [contracts.ErrResource].
type UnusedRoutesError struct {
	// Routes are the ones that have something left to give.
	Routes []*Route
}

// Error lists the routes.
func (e *UnusedRoutesError) Error() string {
	var text strings.Builder
	text.WriteString("nothing asked for what these routes have to give:")
	for _, route := range e.Routes {
		fmt.Fprintf(&text, "\n- %v", route)
	}
	return text.String()
}

// Unwrap returns the errors that this one also is.
func (e *UnusedRoutesError) Unwrap() []error {
	return []error{ErrUnusedRoutes, &contracts.ResourceError{}}
}

// stubWire is the [httpwire.Engine] that answers by routes.
type stubWire struct {
	settings HTTPSettings

	mu        sync.Mutex
	routes    []*Route
	requests  []StubRequest
	unmatched []*UnmatchedRequestError
}

func (w *stubWire) add(pattern stubPattern) *Route {
	pattern.method = strings.ToUpper(pattern.method)
	route := &Route{pattern: pattern, wire: w}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.routes = append(w.routes, route)
	return route
}

func (w *stubWire) remove(route *Route) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.routes = slices.DeleteFunc(w.routes, func(each *Route) bool { return each == route })
}

func (w *stubWire) programmedRoutes() []*Route {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.routes)
}

func (w *stubWire) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.routes, w.requests, w.unmatched = nil, nil, nil
}

// Exchange answers a request.
func (w *stubWire) Exchange(
	ctx context.Context, request *httpwire.Request, timeLeft time.Duration,
) (*httpwire.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	answer, err := w.find(StubRequest{
		Method:  request.Method,
		URL:     request.Target.Text(),
		Headers: maps.Clone(request.Headers),
		Body:    bytes.Clone(request.Body),
	})
	if err != nil {
		return nil, err
	}
	if err := w.wait(ctx, answer.delay, timeLeft); err != nil {
		return nil, err
	}
	if answer.err != nil {
		return nil, answer.err
	}
	if limit := w.settings.Limits.BodyBytes; len(answer.response.Body) > limit {
		return nil, httpwire.TooLargeBody(limit)
	}
	return &answer.response, nil
}

// CloseIdle does nothing: there are no connections.
func (w *stubWire) CloseIdle() {}

func (w *stubWire) wait(ctx context.Context, delay, timeLeft time.Duration) error {
	if delay == 0 {
		return nil
	}
	limit := min(w.settings.Timeouts.Receive, timeLeft)
	if err := w.settings.Sleeper.Sleep(ctx, min(delay, limit)); err != nil {
		return err
	}
	if delay > limit {
		return &httpwire.Error{Failure: httpwire.Timeout, Detail: "nothing received in time"}
	}
	return nil
}

// find returns the answer to a request. The functions of routes are called without a lock, so that
// they may use the stub.
func (w *stubWire) find(request StubRequest) (preparedAnswer, error) {
	w.mu.Lock()
	w.requests = append(w.requests, request)
	routes := slices.Clone(w.routes)
	w.mu.Unlock()
	usedUp := false
	for _, route := range routes {
		if !route.pattern.matches(request) {
			continue
		}
		if answer, left := route.take(); left {
			return answer, nil
		}
		usedUp = true
	}
	err := &UnmatchedRequestError{
		Requests: []StubRequest{request},
		message:  "no route answers " + request.String() + reasonOf(request, routes, usedUp),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unmatched = append(w.unmatched, err)
	return preparedAnswer{}, err
}

// takeUnmatched returns the error of all requests that had no route, once.
func (w *stubWire) takeUnmatched() error {
	w.mu.Lock()
	unmatched := w.unmatched
	w.unmatched = nil
	w.mu.Unlock()
	if len(unmatched) == 0 {
		return nil
	}
	all := &UnmatchedRequestError{}
	messages := make([]string, len(unmatched))
	for i, one := range unmatched {
		messages[i] = one.message
		all.Requests = append(all.Requests, one.Requests...)
	}
	all.message = strings.Join(messages, "\n")
	return all
}

// reasonOf says why no route answers a request.
func reasonOf(request StubRequest, routes []*Route, usedUp bool) string {
	switch {
	case len(routes) == 0:
		return ": the stub has none, see StubHTTPClient.On"
	case usedUp:
		return ": the answers to it are used up"
	}
	type near struct {
		route *Route
		why   []string
	}
	nearest := make([]near, len(routes))
	for i, route := range routes {
		nearest[i] = near{route, route.pattern.differences(request)}
	}
	slices.SortStableFunc(nearest, func(a, b near) int { return len(a.why) - len(b.why) })
	var text strings.Builder
	text.WriteString("; the nearest are:")
	for _, one := range nearest[:min(len(nearest), nearRoutes)] {
		fmt.Fprintf(&text, "\n- %v: %s", one.route.pattern, strings.Join(one.why, ", "))
	}
	return text.String()
}
