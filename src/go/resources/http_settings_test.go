package resources_test

import (
	"crypto/tls"
	"net/http"
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

func TestSettingsDoNotChangeAfterwards(t *testing.T) {
	t.Parallel()
	headers := map[string]string{"x-a": "1"}
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Headers: headers})
	stub.On("GET", stubURL)
	headers["x-a"] = "2"
	mustFetch(t, stub, stubURL)
	checkEqual(t, "header", stub.Requests()[0].Headers["x-a"], "1")
}
