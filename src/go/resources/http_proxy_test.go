package resources_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
	"go.dagstack.dev/resources/internal/nobody"
)

func through(t *testing.T, proxy resources.HTTPProxy, tls resources.HTTPTLS) *resources.PooledHTTPClient {
	t.Helper()
	return pooled(t, resources.HTTPSettings{Proxy: proxy, TLS: tls, Retry: once})
}

func TestAPlainRequestGoesThroughTheProxy(t *testing.T) {
	t.Parallel()
	proxy := serve(t, says(200, "by proxy"))
	client := through(t, resources.HTTPProxy{URL: strings.Replace(proxy.url("/"), "127", "me:pw@127", 1)}, resources.HTTPTLS{})
	checkEqual(t, "text", mustFetch(t, client, "http://unreachable.test/a?b=c").Text(), "by proxy")
	seen := proxy.seen()[0]
	checkEqual(t, "target", seen.target, "http://unreachable.test/a?b=c")
	checkEqual(t, "host", seen.host, "unreachable.test")
	checkEqual(t, "proxy-authorization", seen.header.Get("proxy-authorization"), "Basic bWU6cHc=")
	checkEqual(t, "authorization", seen.header.Get("authorization"), "")
}

func TestASecureRequestGoesThroughATunnel(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	server := ca.server(t, nil)
	proxy := serve(t, func(x *rawExchange) {
		x.send("HTTP/1.1 200 OK\r\n\r\n")
		inner := tls.Server(x.Conn, server)
		buffer := make([]byte, 1000)
		if n, err := inner.Read(buffer); err == nil && strings.HasPrefix(string(buffer[:n]), "GET /secret HTTP/1.1") {
			_, _ = fmt.Fprint(inner, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndeep")
		}
		x.hang()
	})
	client := through(t, resources.HTTPProxy{URL: proxy.url("")}, resources.HTTPTLS{CABundle: ca.bundle})
	checkEqual(t, "text", mustFetch(t, client, "https://127.0.0.1:9/secret").Text(), "deep")
	checkEqual(t, "target", proxy.seen()[0].method+proxy.seen()[0].target, "CONNECT127.0.0.1:9")
}

func TestAProxyThatRefusesATunnelIsAFailedConnection(t *testing.T) {
	t.Parallel()
	proxy := serve(t, says(403, ""))
	client := through(t, resources.HTTPProxy{URL: strings.Replace(proxy.url("/"), "127", "me:hush@127", 1)}, resources.HTTPTLS{})
	_, err := fetch(t, client, "https://unreachable.test/secret")
	failed := isA[*contracts.HTTPConnectionFailedError](t, contracts.ErrHTTPConnectionFailed, err)
	checkEqual(t, "detail", failed.Detail, "the proxy answered with status 403")
	checkEqual(t, "target", proxy.seen()[0].target, "unreachable.test:443")
	if strings.Contains(err.Error(), "hush") {
		t.Errorf("a secret is in %v", err)
	}
}

func TestHostsMayBeReachedDirectly(t *testing.T) {
	t.Parallel()
	server, nowhere := serve(t, says(200, "direct")), "http://me:hush@"+nobody.Listens(t)
	client := through(t, resources.HTTPProxy{URL: nowhere, Bypass: []string{"127.0.0.1", ".host"}}, resources.HTTPTLS{})
	checkEqual(t, "text", mustFetch(t, client, server.url("/")).Text(), "direct")
	_, err := fetch(t, client, strings.Replace(server.url("/"), "127.0.0.1", "localhost", 1))
	failed := isA[*contracts.HTTPConnectionFailedError](t, contracts.ErrHTTPConnectionFailed, err)
	checkEqual(t, "detail", failed.Detail, "the proxy cannot be reached: connection refused")
	if strings.Contains(err.Error(), "hush") {
		t.Errorf("a secret is in %v", err)
	}
}

func TestAProxyIsAURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"socks5://127.0.0.1:1080", "127.0.0.1:8080"} {
		_, err := resources.NewPooledHTTPClient(resources.HTTPSettings{Proxy: resources.HTTPProxy{URL: url}})
		if !errors.Is(err, contracts.ErrInvalidURL) {
			t.Errorf("%s: got %v", url, err)
		}
	}
	settings := resources.HTTPSettings{
		Proxy: resources.HTTPProxy{URL: "http://me:hush@p.test/"}, Headers: map[string]string{"authorization": "hush"},
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if shown := fmt.Sprintf(format+format, settings, settings.Proxy); strings.Contains(shown, "hush") {
			t.Errorf("%s shows %s", format, shown)
		}
	}
}
