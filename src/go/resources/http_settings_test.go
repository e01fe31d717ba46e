package resources_test

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestSettingsOutOfTheirRangeAreRefused(t *testing.T) {
	t.Parallel()
	for argument, settings := range map[string]resources.HTTPSettings{
		"connect":              {Timeouts: resources.HTTPTimeouts{Connect: -1}},
		"send":                 {Timeouts: resources.HTTPTimeouts{Send: -1}},
		"receive":              {Timeouts: resources.HTTPTimeouts{Receive: -1}},
		"total":                {Timeouts: resources.HTTPTimeouts{Total: -1}},
		"connections":          {Limits: resources.HTTPLimits{Connections: -1}},
		"connections_per_host": {Limits: resources.HTTPLimits{ConnectionsPerHost: -1}},
		"idle":                 {Limits: resources.HTTPLimits{Idle: -1}},
		"body_bytes":           {Limits: resources.HTTPLimits{BodyBytes: -1}},
		"max_attempts":         {Retry: resources.HTTPRetry{MaxAttempts: -1}},
		"methods":              {Retry: resources.HTTPRetry{Methods: []string{"GET", "GET /"}}},
		"headers":              {Headers: map[string]string{"Host": "evil"}},
	} {
		_, err := resources.NewPooledHTTPClient(settings)
		checkEqual(t, "argument", isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err).Argument, argument)
		_, err = resources.OverHTTPClient(&http.Client{}, settings)
		checkEqual(t, "argument", isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err).Argument, argument)
	}
}

func TestWhatBelongsToTheHostsOwnClientIsRefused(t *testing.T) {
	t.Parallel()
	for argument, settings := range map[string]resources.HTTPSettings{
		"tls":   {TLS: resources.HTTPTLS{Config: &tls.Config{}}},
		"proxy": {Proxy: resources.HTTPProxy{URL: "http://p.test/"}},
	} {
		_, err := resources.OverHTTPClient(&http.Client{}, settings)
		checkEqual(t, "argument", isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err).Argument, argument)
	}
	_, err := resources.OverHTTPClient(nil, resources.HTTPSettings{})
	checkEqual(t, "argument", isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err).Argument, "client")
}

func TestMethodsAndHostsAreNamedWithoutRegardToCase(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{Retry: resources.HTTPRetry{Methods: []string{"get"}}})
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503}).Then(resources.Answer{})
	checkEqual(t, "status", mustFetch(t, bench, stubURL).StatusCode(), 200)

	server, proxy := serve(t, says(200, "direct")), serve(t, says(200, "by proxy"))
	client := through(t, resources.HTTPProxy{URL: proxy.url(""), Bypass: []string{"LocalHost"}}, resources.HTTPTLS{})
	url := strings.Replace(server.url("/"), "127.0.0.1", "localhost", 1)
	checkEqual(t, "text", mustFetch(t, client, url).Text(), "direct")
}

func TestSettingsDoNotChangeAfterwards(t *testing.T) {
	t.Parallel()
	headers := map[string]string{"x-a": "1"}
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Headers: headers})
	stub.On("GET", stubURL)
	headers["x-a"] = "2"
	mustFetch(t, stub, stubURL)
	checkEqual(t, "header", stub.Requests()[0].Headers["x-a"], "1")
}
