package resources

import (
	"context"
	"net/http"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpwire"
)

// PooledHTTPClient is the production [contracts.HTTPClient]: pooled connections, TLS, limits,
// redirects and retries, over [net/http]. It speaks HTTP/1.1.
//
// One instance serves a whole host and is safe for concurrent use. Its responses are
// [BufferedResponse]. A call whose context ends returns an error that is that of the context, and
// gives its connection back or closes it.
type PooledHTTPClient struct {
	caller *httpCaller
}

var _ contracts.HTTPClient = (*PooledHTTPClient)(nil)

// NewPooledHTTPClient makes a client; connections come with the first request.
//
// It returns [contracts.ErrInvalidArgument] if a number is out of its range, settings exclude each
// other, or a file that they name cannot be used; [contracts.ErrInvalidHeader] and
// [contracts.ErrInvalidURL], which are that as well, for a header or the URL of the proxy.
func NewPooledHTTPClient(settings HTTPSettings) (*PooledHTTPClient, error) {
	settings, err := settings.checked()
	if err != nil {
		return nil, err
	}
	config, err := settings.TLS.config()
	if err != nil {
		return nil, err
	}
	proxy, err := settings.Proxy.chooser()
	if err != nil {
		return nil, err
	}
	engine := httpwire.NewPool(httpwire.PoolSettings{
		Limits:             settings.wireLimits(),
		Connections:        settings.Limits.Connections,
		ConnectionsPerHost: settings.Limits.ConnectionsPerHost,
		Idle:               settings.Limits.Idle,
		TLS:                config,
		Proxy:              proxy,
	})
	return &PooledHTTPClient{newHTTPCaller("PooledHTTPClient", engine, settings)}, nil
}

// OverHTTPClient makes a client over a host's own [http.Client], with the same promises.
//
// That client's transport, timeout and cookie jar stay as the host set them up, and it is not
// closed. Redirects are followed by the settings and not by CheckRedirect, hop by hop, without the
// jar once they leave the origin. Limits of connections do not apply; TLS and Proxy are refused,
// since they belong to the transport. An [http.Transport] repeats a GET by itself if a connection
// that it used before breaks; that counts as one attempt.
//
// It returns [contracts.ErrInvalidArgument] like [NewPooledHTTPClient], and if client is nil.
func OverHTTPClient(client *http.Client, settings HTTPSettings) (*PooledHTTPClient, error) {
	if client == nil {
		return nil, refused("client", "it is nil")
	}
	if settings.TLS != (HTTPTLS{}) {
		return nil, refused("tls", "it belongs to the transport of the host's own client")
	}
	if settings.Proxy.URL != "" {
		return nil, refused("proxy", "it belongs to the transport of the host's own client")
	}
	settings, err := settings.checked()
	if err != nil {
		return nil, err
	}
	engine := httpwire.Over(client, settings.wireLimits())
	return &PooledHTTPClient{newHTTPCaller("PooledHTTPClient", engine, settings)}, nil
}

// Get sends a GET request; see [contracts.HTTPClient].
func (c *PooledHTTPClient) Get(
	ctx context.Context, url string, opts contracts.HTTPClientGetOptions,
) (contracts.HTTPResponse, error) {
	return c.caller.call(ctx, http.MethodGet, url, nil, opts.Headers)
}

// Post sends a POST request with opts.JSON as its body; see [contracts.HTTPClient].
func (c *PooledHTTPClient) Post(
	ctx context.Context, url string, opts contracts.HTTPClientPostOptions,
) (contracts.HTTPResponse, error) {
	return c.caller.call(ctx, http.MethodPost, url, opts.JSON, opts.Headers)
}

// Put sends a PUT request with opts.JSON as its body; see [contracts.HTTPClient].
func (c *PooledHTTPClient) Put(
	ctx context.Context, url string, opts contracts.HTTPClientPutOptions,
) (contracts.HTTPResponse, error) {
	return c.caller.call(ctx, http.MethodPut, url, opts.JSON, opts.Headers)
}

// Delete sends a DELETE request; see [contracts.HTTPClient].
func (c *PooledHTTPClient) Delete(
	ctx context.Context, url string, opts contracts.HTTPClientDeleteOptions,
) (contracts.HTTPResponse, error) {
	return c.caller.call(ctx, http.MethodDelete, url, nil, opts.Headers)
}

// Close closes the connections. Calls that run then end with [contracts.ErrResourceClosed], as do
// all later ones. It can be called any number of times, by several goroutines at once, and always
// returns nil.
func (c *PooledHTTPClient) Close() error {
	c.caller.close()
	return nil
}

// String says what it is, and nothing of its settings.
func (c *PooledHTTPClient) String() string {
	return c.caller.name
}
