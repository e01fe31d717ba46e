package resources_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"time"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	suites "go.dagstack.dev/contracts/conformance"
	"go.dagstack.dev/resources"
)

// asSettled says with the names of this package what the suite settles.
func asSettled(wire conformance.WireSettings) resources.HTTPSettings {
	settings := resources.HTTPSettings{
		Headers:   wire.Headers,
		Timeouts:  resources.HTTPTimeouts{Receive: wire.Receive, Total: wire.Total},
		Limits:    resources.HTTPLimits{BodyBytes: wire.BodyBytes},
		Retry:     resources.HTTPRetry{MaxAttempts: wire.Attempts, Base: wire.Base, Cap: wire.Cap},
		Redirects: resources.HTTPRedirects{Limit: wire.Redirects},
		Clock:     wire.Clock,
		Rng:       resources.NewDeterministicRng(wire.Seed),
	}
	if wire.Base == 0 {
		settings.Retry.Base = -1
	}
	if wire.RetryPost {
		settings.Retry.Methods = []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPost}
	}
	return settings
}

func TestConformanceOfPooledHTTPClient(t *testing.T) {
	conformance.TestHTTPClient(t, func(_ *conformance.Case, wire conformance.WireSettings) (contracts.HTTPClient, error) {
		return resources.NewPooledHTTPClient(asSettled(wire))
	}, append(wireBodies(t), conformance.Named("PooledHttpClient"))...)
}

// repeats is why what counts attempts is not to be had over a host's own client.
const repeats = "an http.Transport repeats a GET by itself if a connection that it used before breaks"

// repeating repeats what an [http.Transport] repeats, also where that did not keep the connection,
// as on a machine that is slow just then: the cases shall fail on every machine.
type repeating struct {
	*http.Transport
	used atomic.Bool // whether any connection was
}

func (r *repeating) RoundTrip(request *http.Request) (*http.Response, error) {
	var connections, answered atomic.Int32
	ctx := httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { connections.Add(1) },
		GotFirstResponseByte: func() { answered.Add(1) },
	})
	used := r.used.Load()
	response, err := r.Transport.RoundTrip(request.WithContext(ctx))
	if err == nil {
		r.used.Store(true)
	}
	broke := err != nil && connections.Load() == 1 && answered.Load() == 0 && ctx.Err() == nil
	if broke && used && request.Method == http.MethodGet {
		return r.Transport.RoundTrip(request)
	}
	return response, err
}

func TestConformanceOfAHostsOwnHTTPClient(t *testing.T) {
	conformance.TestHTTPClient(t, func(c *conformance.Case, wire conformance.WireSettings) (contracts.HTTPClient, error) {
		transport := &http.Transport{}
		c.Cleanup(transport.CloseIdleConnections)
		return resources.OverHTTPClient(&http.Client{Transport: &repeating{Transport: transport}}, asSettled(wire))
	}, append(wireBodies(t), conformance.Named("PooledHttpClient.over"),
		conformance.Failing("a_connection_that_breaks_is_a_failed_connection-3",
			"net/http takes a header that is cut off for a malformed one"),
		conformance.Failing("a_used_connection_that_breaks_is_not_repeated_in_secret", repeats),
		conformance.Failing("attempts_are_bounded", repeats),
	)...)
}

// programmedStub keeps the routes of a stub, as those of one method and URL go on with each other.
type programmedStub struct {
	*resources.StubHTTPClient
	routes map[string]*resources.Route
}

var stubErrors = map[string]error{
	"HttpConnectionFailed":  contracts.ErrHTTPConnectionFailed,
	"HttpTlsFailed":         contracts.ErrHTTPTLSFailed,
	"HttpTimeout":           contracts.ErrHTTPTimeout,
	"HttpResponseMalformed": contracts.ErrHTTPResponseMalformed,
}

func (p *programmedStub) answer(values conformance.Values) {
	method, url := conformance.Value[string](values, "method"), conformance.Value[string](values, "url")
	prefix := conformance.Value[bool](values, "prefix")
	key := fmt.Sprint(method, url, prefix)
	route, known := p.routes[key]
	switch {
	case known:
	case prefix:
		route = p.OnPrefix(method, url)
	default:
		route = p.On(method, url)
	}
	route.Then(resources.Answer{
		Status:  conformance.Value[int](values, "status"),
		Headers: conformance.Value[map[string]string](values, "headers"),
		Text:    conformance.Value[string](values, "text"),
		JSON:    values["json"],
		Err:     stubErrors[conformance.Value[string](values, "error")],
		Times:   conformance.Value[int](values, "times"),
	})
	p.routes[key] = route
}

func recordedCalls(stub *resources.StubHTTPClient) []any {
	calls := []any{}
	for _, call := range stub.Calls() {
		recorded := map[string]any{"method": call.Method, "url": call.URL, "json": nil, "headers": nil}
		if call.JSON != nil {
			recorded["json"] = call.JSON
		}
		if call.Headers != nil {
			recorded["headers"] = call.Headers
		}
		calls = append(calls, recorded)
	}
	return calls
}

func TestConformanceOfStubHTTPClient(t *testing.T) {
	stub := func(*conformance.Case, conformance.Values) (any, error) {
		return &programmedStub{resources.NewStubHTTPClient(nil), map[string]*resources.Route{}}, nil
	}
	conformance.Run(t, suites.HTTPClient, conformance.Harness{
		Name:     "StubHttpClient",
		Subjects: map[string]conformance.Factory{"HttpClient": stub, "StubHttpClient": stub},
		Actions: map[string]conformance.Action{
			"StubHttpClient.answer": conformance.On(
				func(_ context.Context, stub *programmedStub, values conformance.Values) (any, error) {
					stub.answer(values)
					return nil, nil
				}),
			"StubHttpClient.calls": conformance.On(
				func(_ context.Context, stub *programmedStub, _ conformance.Values) (any, error) {
					return recordedCalls(stub.StubHTTPClient), nil
				}),
		},
		ByHand: map[string]conformance.Body{
			"a_late_answer_of_the_stub_takes_no_real_time": answersLate,
		},
	})
}

func answersLate(c *conformance.Case) error {
	clock := conformance.NewWireClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{
		Clock: clock, Retry: resources.HTTPRetry{MaxAttempts: 1}, Timeouts: resources.HTTPTimeouts{Receive: 10 * time.Second},
	})
	stub.On("GET", "https://api.test/").
		Then(resources.Answer{Text: "late", Delay: 2500 * time.Millisecond}).
		Then(resources.Answer{Text: "too late", Delay: 11 * time.Second})
	response, err := stub.Get(c.Context(), "https://api.test/", contracts.HTTPClientGetOptions{})
	if err != nil || response.Text() != "late" {
		return fmt.Errorf("a late answer is %v, %w", response, err)
	}
	if waits := clock.Waits(); len(waits) != 1 || waits[0] != 2_500_000_000 {
		return fmt.Errorf("the sleeper was asked for %v", waits)
	}
	_, err = stub.Get(c.Context(), "https://api.test/", contracts.HTTPClientGetOptions{})
	if !errors.Is(err, contracts.ErrHTTPTimeout) {
		return fmt.Errorf("an answer that is too late is %w", err)
	}
	if waits := clock.Waits(); len(waits) != 2 || waits[1] != 10_000_000_000 {
		return fmt.Errorf("the sleeper was asked for %v until the time limit", waits)
	}
	return nil
}
