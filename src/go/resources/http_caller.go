package resources

import (
	"context"
	"errors"
	"maps"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpcheck"
	"go.dagstack.dev/resources/internal/httpwire"
)

// errHTTPClientClosed is why the context of a call ends when its client is closed.
var errHTTPClientClosed = errors.New("the client was closed")

var httpDefaults = map[string]string{
	"accept":          "*/*",
	"accept-encoding": httpwire.AcceptEncoding,
	"user-agent":      "dagstack-resources",
}

// httpCaller is an HTTP client over an engine: everything but the wire. It is safe for concurrent
// use.
type httpCaller struct {
	closing
	name     string
	engine   httpwire.Engine
	settings HTTPSettings
	headers  map[string]string // of the host, and the defaults
	secret   map[string]bool   // names of headers that no other origin may see

	alive context.Context // ends when the client is closed
	kill  context.CancelCauseFunc
}

// newHTTPCaller makes a client of checked settings.
func newHTTPCaller(name string, engine httpwire.Engine, settings HTTPSettings) *httpCaller {
	c := &httpCaller{name: name, engine: engine, settings: settings}
	own, err := httpcheck.Headers(settings.Headers)
	if err != nil { // they were checked with the settings
		panic(err)
	}
	c.headers = maps.Clone(httpDefaults)
	maps.Copy(c.headers, own)
	c.secret = names(httpCredentials, settings.Redirects.CredentialHeaders)
	c.alive, c.kill = context.WithCancelCause(context.Background())
	return c
}

// begin checks the arguments of a call.
func (c *httpCaller) begin(method, url string, json map[string]any, headers map[string]string) (*httpCall, error) {
	if err := c.refusal(c.name); err != nil {
		return nil, err
	}
	target, err := httpcheck.ParseURL(url)
	if err != nil {
		return nil, err
	}
	own, err := httpcheck.Headers(headers)
	if err != nil {
		return nil, err
	}
	sent := maps.Clone(c.headers)
	maps.Copy(sent, own)
	var body []byte
	if json != nil {
		if body, err = httpcheck.EncodeJSON(json); err != nil {
			return nil, err
		}
		if _, given := sent["content-type"]; !given {
			sent["content-type"] = "application/json"
		}
	}
	if _, given := sent["authorization"]; !given && target.Authorization != "" {
		sent["authorization"] = target.Authorization
	}
	request := &httpwire.Request{
		Method: method, Target: target, Headers: sent, Body: body, Credentials: true,
	}
	return &httpCall{caller: c, first: request, request: request, attempts: 1}, nil
}

// enter returns a context that also ends when the client is closed, and what to do at the end.
func (c *httpCaller) enter(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.alive, func() { cancel(errHTTPClientClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
		if c.begun.Load() { // what this call used has fallen idle only now
			c.engine.CloseIdle()
		}
	}
}

// call checks the arguments of a call and makes it.
func (c *httpCaller) call(
	ctx context.Context, method, url string, json map[string]any, headers map[string]string,
) (contracts.HTTPResponse, error) {
	call, err := c.begin(method, url, json, headers)
	if err != nil {
		return nil, err
	}
	return call.result(ctx)
}

// result makes the call; a nil response is a nil interface.
func (c *httpCall) result(ctx context.Context) (contracts.HTTPResponse, error) {
	response, err := c.run(ctx)
	if err != nil {
		return nil, err
	}
	return response, nil
}

// close ends the calls that run and the connections; only the first time does anything.
func (c *httpCaller) close() bool {
	if !c.first() {
		return false
	}
	c.kill(errHTTPClientClosed)
	c.engine.CloseIdle()
	return true
}
