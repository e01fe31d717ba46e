package resources_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// asking is a proxy that asks for the user me with the password hush.
func asking(forward func(*rawExchange) error) func(*rawExchange) {
	return func(x *rawExchange) {
		if x.request.header.Get("proxy-authorization") != "Basic bWU6aHVzaA==" {
			says(407, "", `proxy-authenticate: Basic realm="proxy"`)(x)
			return
		}
		if err := forward(x); err != nil {
			says(502, err.Error())(x)
		}
	}
}

// forwarding passes a request on as it is, but for what is between client and proxy.
func forwarding(x *rawExchange) error {
	request, err := http.NewRequest(x.request.method, x.request.target, nil)
	if err != nil {
		return err
	}
	request.Header = x.request.header.Clone()
	request.Header.Del("proxy-authorization")
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	says(response.StatusCode, string(body))(x)
	return err
}

// tunnelling connects both sides until one of them leaves.
func tunnelling(x *rawExchange) error {
	far, err := net.Dial("tcp", x.request.target)
	if err != nil {
		return err
	}
	x.send(okHead + "\r\n")
	x.hangUp()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(x.Conn, far)
		_ = x.Conn.Close()
	}()
	_, _ = io.Copy(far, x.Conn)
	_ = far.Close()
	<-ended
	return nil
}

func (w *wireBench) goesThroughTheProxy(*conformance.Case) error {
	server := serve(w.t, says(200, "behind"))
	if err := w.goesThrough(forwarding, server, server.url("/a?b=c"), server.url("/a?b=c")); err != nil {
		return err
	}
	private := serveAs(w.t, w.ca.server(w.t, nil), says(200, "behind"))
	return w.goesThrough(tunnelling, private, secure(private), private.listener.Addr().String())
}

// goesThrough expects that the proxy is asked for a target with credentials that the server behind
// does not see.
func (w *wireBench) goesThrough(forward func(*rawExchange) error, server *rawServer, url, target string) error {
	proxy := serve(w.t, asking(forward))
	settings := w.trusting()
	settings.Proxy.URL = strings.Replace(proxy.url(""), "127", "me:hush@127", 1)
	if err := w.expectText(url, settings, "behind"); err != nil {
		return err
	}
	seen, behind := proxy.seen(), server.seen()
	if len(seen) != 1 || seen[0].target != target {
		return fmt.Errorf("the proxy saw %v", seen)
	}
	if len(behind) != 1 || behind[0].header.Get("user-agent") == "" ||
		behind[0].header.Get("proxy-authorization")+behind[0].header.Get("authorization") != "" {
		return fmt.Errorf("the server saw %v", behind)
	}
	return nil
}

func init() {
	conformanceRoles["call directly"] = callDirectly
}

// callDirectly calls a server on loopback, for which net/http never looks for a proxy in the
// environment, and a name that nobody knows.
func callDirectly(ctx context.Context, server string) error {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("nobody is asked for names")
	}}
	client, err := resources.NewPooledHTTPClient(resources.HTTPSettings{
		Retry: once, Timeouts: resources.HTTPTimeouts{Connect: time.Second},
	})
	if err != nil {
		return err
	}
	defer client.Close()
	response, err := client.Get(ctx, server, contracts.HTTPClientGetOptions{})
	if err != nil || response.Text() != "direct" {
		return fmt.Errorf("the server is not reached: %v, %w", response, err)
	}
	_, err = client.Get(ctx, "http://unknown.invalid/", contracts.HTTPClientGetOptions{})
	if !errors.Is(err, contracts.ErrHTTPRequestFailed) {
		return fmt.Errorf("a name that nobody knows ends with %w", err)
	}
	return nil
}

// readsNoEnvironment has another process call: net/http reads the environment once for all.
func (w *wireBench) readsNoEnvironment(c *conformance.Case) error {
	server, proxy := serve(w.t, says(200, "direct")), serve(w.t, says(200, "by proxy"))
	caller := asAnother(c.Context(), "call directly", server.url("/"))
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"} {
		url := proxy.url("")
		if name == "NO_PROXY" {
			url = ""
		}
		caller.Env = append(caller.Env, name+"="+url, strings.ToLower(name)+"="+url)
	}
	err := caller.Run()
	if seen := proxy.seen(); len(seen) != 0 || proxy.accepted() != 0 {
		return fmt.Errorf("the proxy saw %v over %d connections", seen, proxy.accepted())
	}
	return err
}
