package resources

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpcheck"
	"go.dagstack.dev/resources/internal/httpwire"
)

// Answer is what a [StubHTTPClient] answers: a response, or an error in its place. The zero value
// is an empty response with status 200. It has one of JSON, Text, Content and Err at most.
type Answer struct {
	// Status is that of the response, 200 if zero.
	Status int

	// JSON is a body, sent as JSON; nil is no body.
	JSON any

	// Text is a body, sent as UTF-8; the empty one is no body.
	Text string

	// Content is a body, as it is.
	Content []byte

	// Headers are those of the response; content-type is given by the kind of body if not here.
	Headers map[string]string

	// Err is returned instead of a response. [contracts.ErrHTTPConnectionFailed],
	// [contracts.ErrHTTPTLSFailed], [contracts.ErrHTTPTimeout] and
	// [contracts.ErrHTTPResponseMalformed], or an error of their types with a Detail, are filled in
	// by the stub and seen by the retry policy; any other error is returned as it is.
	Err error

	// Delay is what the answer takes, by the sleeper; one beyond a time limit is the timeout that it
	// would be.
	Delay time.Duration

	// Times is how often this answer is given; if zero once, and the last one without end.
	Times int
}

// Route is what a stub answers to some requests: one answer after the other, the last one for good.
// One that was given no answer has an empty response with status 200.
//
// It is made by the methods of [StubHTTPClient] and is safe for concurrent use.
type Route struct {
	pattern stubPattern
	wire    *stubWire

	mu         sync.Mutex
	answers    []preparedAnswer
	programmed bool // whether any answer was ever given
	given      int  // how often the first of answers was
	calls      int
}

type preparedAnswer struct {
	response httpwire.Response
	err      error
	delay    time.Duration
	times    int
}

// Then adds the next answer.
//
// It panics with [contracts.ErrInvalidArgument], or [contracts.ErrInvalidHeader], which is that as
// well, if the answer could never be received. A route whose first answer that was answers nothing.
func (r *Route) Then(answer Answer) *Route {
	prepared, err := answer.prepare()
	if err != nil {
		r.withdraw()
		panic(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers = append(r.answers, prepared)
	r.programmed = true
	return r
}

// withdraw takes a route back that was given no answer.
func (r *Route) withdraw() {
	r.mu.Lock()
	programmed := r.programmed
	r.mu.Unlock()
	if !programmed {
		r.wire.remove(r)
	}
}

// Calls returns how many requests it has answered.
func (r *Route) Calls() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

// Done tells whether every answer that it has was asked for, as often as it was told.
func (r *Route) Done() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := len(r.answers)
	if left > 0 && r.answers[0].times == 0 && r.given > 0 {
		left--
	}
	return left == 0 && r.calls > 0
}

// String shows what it answers to, and how often it did.
func (r *Route) String() string {
	return fmt.Sprintf("%v (answered %d times)", r.pattern, r.Calls())
}

// take returns the next answer; false if all are used up.
func (r *Route) take() (preparedAnswer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.programmed {
		r.calls++
		return preparedAnswer{response: httpwire.Response{Status: 200, Headers: map[string]string{}}}, true
	}
	if len(r.answers) > 1 && r.answers[0].times == 0 && r.given > 0 {
		r.drop() // it was the last one until another came
	}
	if len(r.answers) == 0 {
		return preparedAnswer{}, false
	}
	answer := r.answers[0]
	r.calls++
	r.given++
	if answer.times == r.given || answer.times == 0 && len(r.answers) > 1 {
		r.drop()
	}
	return answer, true
}

func (r *Route) drop() {
	r.answers, r.given = r.answers[1:], 0
}

// prepare checks an answer.
func (a Answer) prepare() (preparedAnswer, error) {
	bodies := 0
	for _, given := range []bool{a.JSON != nil, a.Text != "", a.Content != nil, a.Err != nil} {
		if given {
			bodies++
		}
	}
	switch {
	case a.Status != 0 && (a.Status < 200 || a.Status > 599):
		return preparedAnswer{}, refused("status", "%d is no status of a final response", a.Status)
	case bodies > 1:
		return preparedAnswer{}, refused("json", "give one of JSON, Text, Content and Err")
	case a.Delay < 0:
		return preparedAnswer{}, refused("delay", "%v is negative", a.Delay)
	case a.Times < 0:
		return preparedAnswer{}, refused("times", "%d is negative", a.Times)
	}
	body, kind, err := a.body()
	if err != nil {
		return preparedAnswer{}, err
	}
	headers := map[string]string{}
	if kind != "" {
		headers["content-type"] = kind
	}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		if err := httpcheck.Header(name, a.Headers[name]); err != nil {
			return preparedAnswer{}, err
		}
		headers[strings.ToLower(name)] = a.Headers[name]
	}
	failure, err := programmed(a.Err)
	if err != nil {
		return preparedAnswer{}, err
	}
	status := a.Status
	if status == 0 {
		status = 200
	}
	response := httpwire.Response{Status: status, Headers: headers, Body: body}
	return preparedAnswer{response, failure, a.Delay, a.Times}, nil
}

func (a Answer) body() (content []byte, kind string, err error) {
	switch {
	case a.JSON != nil:
		content, err = httpcheck.EncodeJSON(a.JSON)
		return content, "application/json", err
	case a.Text != "":
		return []byte(a.Text), "text/plain; charset=utf-8", nil
	}
	return slices.Clone(a.Content), "", nil
}

// programmed returns what an engine returns for an error that a test asked for.
func programmed(asked error) (error, error) {
	var connection *contracts.HTTPConnectionFailedError
	var tls *contracts.HTTPTLSFailedError
	var timeout *contracts.HTTPTimeoutError
	var malformed *contracts.HTTPResponseMalformedError
	filled := func(failure httpwire.Failure, detail string, cause error) (error, error) {
		if detail == "" {
			detail = "as the stub was told"
		}
		return &httpwire.Error{Failure: failure, Detail: detail, Err: cause}, nil
	}
	switch {
	case asked == nil:
		return nil, nil
	case asked == contracts.ErrHTTPConnectionFailed:
		return filled(httpwire.Connection, "", nil)
	case asked == contracts.ErrHTTPTLSFailed:
		return filled(httpwire.TLS, "", nil)
	case asked == contracts.ErrHTTPTimeout:
		return filled(httpwire.Timeout, "", nil)
	case asked == contracts.ErrHTTPResponseMalformed:
		return filled(httpwire.Malformed, "", nil)
	case asked == contracts.ErrHTTPRequestFailed, asked == contracts.ErrHTTPBodyTooLarge,
		asked == contracts.ErrHTTPTooManyRedirects:
		return nil, refused("err", "%v cannot be filled in: give a typed error", asked)
	case errors.As(asked, &connection):
		return filled(httpwire.Connection, connection.Detail, connection.Err)
	case errors.As(asked, &tls):
		return filled(httpwire.TLS, tls.Detail, tls.Err)
	case errors.As(asked, &timeout):
		return filled(httpwire.Timeout, timeout.Detail, timeout.Err)
	case errors.As(asked, &malformed):
		return filled(httpwire.Malformed, malformed.Detail, malformed.Err)
	}
	return asked, nil
}
