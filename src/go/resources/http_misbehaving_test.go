package resources_test

import (
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
	"go.dagstack.dev/resources/internal/nobody"
)

const okHead = "HTTP/1.1 200 OK\r\n"

var once = resources.HTTPRetry{MaxAttempts: 1}

// failure is what a request fails with; the client must be fit for use afterwards.
func failure[E error](t *testing.T, open makesClient, settings resources.HTTPSettings, url string, is error) E {
	t.Helper()
	client := open(t, settings)
	_, err := fetch(t, client, url)
	var typed E
	if !errors.Is(err, is) || !errors.As(err, &typed) || !errors.Is(err, contracts.ErrHTTPRequestFailed) {
		t.Fatalf("got %v (%T), want %v", err, err, is)
	}
	checkEqual(t, "text", mustFetch(t, client, serve(t, says(200, "still fit")).url("/")).Text(), "still fit")
	return typed
}

func TestAConnectionThatBreaksIsAFailedConnection(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*rawExchange){
		"closed at once":  hangingUp,
		"reset at once":   (*rawExchange).reset,
		"reset in head":   func(x *rawExchange) { x.send("HTTP/1.1 200 OK\r\ncontent-le"); x.reset() },
		"reset in body":   func(x *rawExchange) { x.send(okHead + "content-length: 10\r\n\r\nabc"); x.reset() },
		"closed in head":  raw("HTTP/1.1 200 OK\r\ncontent-le"),
		"too short":       raw(okHead + "content-length: 10\r\n\r\nabc"),
		"closed in chunk": raw(okHead + "transfer-encoding: chunked\r\n\r\n5\r\nhel"),
		"no last chunk":   raw(okHead + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
		"too short gzip":  raw(okHead + "content-encoding: gzip\r\ncontent-length: 99\r\n\r\n" + gzipped("abc")[:8]),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, open makesClient) {
				if strings.HasSuffix(name, "in head") && strings.HasSuffix(t.Name(), "over") {
					t.Skip("net/http itself takes the rest of a line for a malformed one")
				}
				server := serve(t, answer)
				err := failure[*contracts.HTTPConnectionFailedError](
					t, open, resources.HTTPSettings{Retry: once}, server.url("/a?secret=1"), contracts.ErrHTTPConnectionFailed)
				checkEqual(t, "method", err.Method, "GET")
				checkEqual(t, "attempts", err.Attempts, 1)
				checkEqual(t, "url", err.URL, server.url("/a"))
				if err.Err == nil || errors.Is(err, context.Canceled) {
					t.Errorf("the cause is %v", err.Err)
				}
			})
		})
	}
}

func TestWhatIsNotHTTPIsMalformed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*rawExchange){
		"another protocol": raw("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
		"no status":        raw("HTTP/1.1 two hundred\r\n\r\n"),
		"TLS":              raw(repeated("\x15\x03\x01\x00\x02\x02\x50", 20)),
		"bad name":         raw(okHead + "content-length: 2\r\nx y: z\r\n\r\nok"),
		"bad length":       raw(okHead + "content-length: ten\r\n\r\nok"),
		"two lengths":      raw(okHead + "content-length: 2\r\ncontent-length: 3\r\n\r\nok"),
		"bad chunk":        raw(okHead + "transfer-encoding: chunked\r\n\r\nxyz\r\nok\r\n"),
		"huge header":      raw(okHead + "x-large: " + repeated("x", 200_000) + "\r\n\r\n"),
		"not gzip":         raw(okHead + "content-encoding: gzip\r\ncontent-length: 5\r\n\r\nplain"),
		"cut gzip":         raw(okHead+"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzipped("x")[:20]),
		"more than gzip":   raw(okHead+"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzipped("x"), "y"),
		"more than deflate": raw(okHead+"content-encoding: deflate\r\nconnection: close\r\n\r\n",
			compressed("x", func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }), "y"),
		"not deflate": raw(okHead + "content-encoding: deflate\r\ncontent-length: 4\r\n\r\n\xff\xff\xff\xff"),
		"brotli":      raw(okHead + "content-encoding: br\r\ncontent-length: 4\r\n\r\nabcd"),
		"twice":       raw(okHead + "content-encoding: gzip, gzip\r\ncontent-length: 4\r\n\r\nabcd"),
		"another one": raw("HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nabcd"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, open makesClient) {
				server := serve(t, answer)
				failure[*contracts.HTTPResponseMalformedError](
					t, open, resources.HTTPSettings{}, server.url("/"), contracts.ErrHTTPResponseMalformed)
				checkEqual(t, "requests", len(server.seen()), 1)
			})
		})
	}
}

func TestSilenceEndsInATimeout(t *testing.T) {
	t.Parallel()
	short := resources.HTTPTimeouts{Connect: 5 * time.Second, Send: time.Second, Receive: time.Second}
	for name, answer := range map[string]func(*rawExchange){
		"at once":     hanging,
		"in the head": func(x *rawExchange) { x.send(okHead + "x-a: 1\r\n"); x.hang() },
		"in the body": func(x *rawExchange) { x.send(okHead + "content-length: 10\r\n\r\nabc"); x.hang() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, open makesClient) {
				server := serve(t, answer)
				err := failure[*contracts.HTTPTimeoutError](
					t, open, resources.HTTPSettings{Retry: once, Timeouts: short}, server.url("/"), contracts.ErrHTTPTimeout)
				checkEqual(t, "detail", err.Detail, "nothing received in time")
				if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v looks like the caller's own", err)
				}
			})
		})
	}
}

func TestAServerThatDripsRunsIntoTheOverallDeadline(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, func(x *rawExchange) {
			x.send(okHead + "content-length: 100000\r\n\r\n")
			for !x.ended {
				x.send("x")
				time.Sleep(10 * time.Millisecond)
			}
		})
		settings := resources.HTTPSettings{Retry: once, Timeouts: resources.HTTPTimeouts{Total: time.Second}}
		err := failure[*contracts.HTTPTimeoutError](t, open, settings, server.url("/"), contracts.ErrHTTPTimeout)
		checkEqual(t, "detail", err.Detail, "the overall deadline passed")
	})
}

func TestASlowBodyInTimeIsNoTimeout(t *testing.T) {
	t.Parallel()
	server := serve(t, func(x *rawExchange) {
		x.send(okHead + "content-length: 12\r\n\r\n")
		for range 12 {
			x.send("x")
			time.Sleep(100 * time.Millisecond)
		}
	})
	client := pooled(t, resources.HTTPSettings{
		Retry: once, Timeouts: resources.HTTPTimeouts{Receive: time.Second},
	})
	checkEqual(t, "text", mustFetch(t, client, server.url("/")).Text(), repeated("x", 12))
}

func TestARequestThatNobodyReadsEndsInATimeout(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		release := make(chan struct{})
		server := serve(t, func(*rawExchange) { <-release })
		server.keepsBody = true
		client := open(t, resources.HTTPSettings{Timeouts: resources.HTTPTimeouts{Send: 300 * time.Millisecond}})
		_, err := client.Post(t.Context(), server.url("/"), contracts.HTTPClientPostOptions{
			JSON: map[string]any{"large": repeated("x", 8_000_000)},
		})
		close(release)
		var late *contracts.HTTPTimeoutError
		if !errors.As(err, &late) || late.Detail != "the request's body was not taken in time" {
			t.Errorf("got %v", err)
		}
	})
}

func TestALargeBodyIsSentWhole(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, says(200, "ok"))
		_, err := open(t, resources.HTTPSettings{}).Put(within(t), server.url("/"), contracts.HTTPClientPutOptions{
			JSON: map[string]any{"large": repeated("x", 5_000_000)},
		})
		if err != nil {
			t.Fatal(err)
		}
		checkEqual(t, "size", len(server.seen()[0].body), 5_000_000+len(`{"large":""}`))
	})
}

func TestWaitingForAFreeConnectionEndsInATimeout(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, byPath(map[string]func(*rawExchange){"/slow": hanging, "/": says(200, "")}))
		client := open(t, resources.HTTPSettings{
			Retry: once, Limits: resources.HTTPLimits{Connections: 1},
			Timeouts: resources.HTTPTimeouts{Connect: time.Second},
		})
		ctx, cancel := context.WithCancel(within(t))
		var holder sync.WaitGroup
		holder.Add(1)
		go func() {
			defer holder.Done()
			_, _ = client.Get(ctx, server.url("/slow"), contracts.HTTPClientGetOptions{})
		}()
		server.waitUntilAsked(t)
		_, err := fetch(t, client, server.url("/"))
		var late *contracts.HTTPTimeoutError
		if !errors.As(err, &late) || late.Detail != "no connection in time" {
			t.Errorf("got %v", err)
		}
		cancel()
		holder.Wait()
		checkEqual(t, "status", mustFetch(t, client, server.url("/")).StatusCode(), 200)
	})
}

func TestConnectionsAreLimitedInAll(t *testing.T) {
	t.Parallel()
	client := pooled(t, resources.HTTPSettings{Limits: resources.HTTPLimits{Connections: 2}})
	for range 5 { // more hosts than connections: idle ones make room
		mustFetch(t, client, serve(t, says(200, "")).url("/"))
	}
	gate, arrived := make(chan struct{}), make(chan struct{}, 3)
	var servers []*rawServer
	for range 3 {
		servers = append(servers, serve(t, func(x *rawExchange) {
			arrived <- struct{}{}
			<-gate
			says(200, "")(x)
		}))
	}
	var calls sync.WaitGroup
	for _, server := range servers {
		calls.Add(1)
		go func() {
			defer calls.Done()
			if _, err := fetch(t, client, server.url("/")); err != nil {
				t.Error(err)
			}
		}()
	}
	<-arrived
	<-arrived
	open := 0
	for _, server := range servers {
		open += server.accepted()
	}
	checkEqual(t, "open connections", open, 2)
	close(gate)
	calls.Wait()
}

func TestAPortWhereNobodyListensIsAFailedConnection(t *testing.T) {
	t.Parallel()
	url := fmt.Sprintf("http://%s/x", nobody.Listens(t))
	eachEngine(t, func(t *testing.T, open makesClient) {
		failed := failure[*contracts.HTTPConnectionFailedError](
			t, open, resources.HTTPSettings{Retry: once}, url, contracts.ErrHTTPConnectionFailed)
		want := "GET " + url + " failed: no connection: connection refused (attempts: 1)"
		if !strings.HasPrefix(failed.Error(), want) {
			t.Errorf("got %v", failed)
		}
	})
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for name, answer := range map[string]func(*rawExchange){
		"length":      says(200, repeated("x", limit+1)),
		"until close": raw(okHead+"connection: close\r\n\r\n", repeated("x", limit+1)),
		"compressed":  raw(okHead+"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzipped(repeated("x", limit+1))),
		"bomb":        raw(okHead+"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzipped(repeated("\x00", 50_000_000))),
		"announced":   func(x *rawExchange) { x.send(okHead + "content-length: 99999999999\r\n\r\nabc"); x.hang() },
		"endless": func(x *rawExchange) {
			for x.send(okHead + "transfer-encoding: chunked\r\n\r\n"); !x.ended; {
				x.send("1000\r\n" + repeated("x", 4096) + "\r\n")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, open makesClient) {
				settings := resources.HTTPSettings{Limits: resources.HTTPLimits{BodyBytes: limit}}
				server := serve(t, answer)
				err := failure[*contracts.HTTPBodyTooLargeError](t, open, settings, server.url("/"), contracts.ErrHTTPBodyTooLarge)
				checkEqual(t, "limit", err.Limit, limit)
				checkEqual(t, "requests", len(server.seen()), 1)
			})
		})
	}
}

func TestABodyOfJustTheLimitIsRead(t *testing.T) {
	t.Parallel()
	body := repeated("x", 1000)
	server := serve(t, inTurn(says(200, body), says(200, gzipped(body), "content-encoding: gzip")))
	client := pooled(t, resources.HTTPSettings{Limits: resources.HTTPLimits{BodyBytes: 1000}})
	for range 2 {
		checkEqual(t, "text", mustFetch(t, client, server.url("/")).Text(), body)
	}
}

func TestSecretsOfAURLAreInNoError(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*rawExchange){
		"no connection": hangingUp,
		"malformed":     raw("SSH-2.0\r\n\r\n"),
		"too large":     says(200, repeated("x", 2000)),
		"timeout":       hanging,
		"redirects":     says(302, "", "location: ftp://hush2:hush3@x/?hush1"),
		"loop":          says(302, "", "location: /p?token=hush1"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, open makesClient) {
				server := serve(t, answer)
				settings := resources.HTTPSettings{
					Retry:    once,
					Limits:   resources.HTTPLimits{BodyBytes: 1000},
					Timeouts: resources.HTTPTimeouts{Receive: 100 * time.Millisecond},
				}
				url := strings.Replace(server.url("/p?token=hush1"), "127", "hush2:hush3@127", 1)
				_, err := fetch(t, open(t, settings), url)
				if err == nil {
					t.Fatal("no error")
				}
				for _, shown := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
					if strings.Contains(shown, "hush") {
						t.Errorf("a secret is in %s", shown)
					}
				}
			})
		})
	}
}
