package resources_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestClosingEndsWhatRuns(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, hanging)
		client := open(t, resources.HTTPSettings{Retry: once})
		failures := make(chan error, 5)
		for range cap(failures) {
			go func() {
				_, err := client.Get(context.Background(), server.url("/"), contracts.HTTPClientGetOptions{})
				failures <- err
			}()
		}
		for range cap(failures) {
			server.waitUntilAsked(t)
		}
		var closers sync.WaitGroup
		for range 3 {
			closers.Add(1)
			go func() {
				defer closers.Done()
				if err := client.Close(); err != nil {
					t.Error(err)
				}
			}()
		}
		closers.Wait()
		for range cap(failures) {
			isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, <-failures)
		}
		_, err := fetch(t, client, server.url("/"))
		isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
	})
}

func TestClosingEndsAWaitBetweenAttempts(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(stubStart)
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Clock: clock, Rng: &fixedRng{shares: []float64{0.5}}})
	stub.On("GET", stubURL).Then(resources.Answer{Status: 503})
	failure := make(chan error)
	go func() {
		_, err := stub.Get(context.Background(), stubURL, contracts.HTTPClientGetOptions{})
		failure <- err
	}()
	if err := clock.WaitForSleepers(within(t), 1); err != nil {
		t.Fatal(err)
	}
	if err := stub.Close(); err != nil {
		t.Fatal(err)
	}
	isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, <-failure)
}

func TestWhatACallNeedsMayBeClosedBeforeTheClient(t *testing.T) {
	t.Parallel()
	server := serve(t, says(503, ""))
	for name, close := range map[string]func(*resources.FrozenClock, *resources.DeterministicRng) error{
		"FrozenClock":      func(clock *resources.FrozenClock, _ *resources.DeterministicRng) error { return clock.Close() },
		"DeterministicRng": func(_ *resources.FrozenClock, rng *resources.DeterministicRng) error { return rng.Close() },
	} {
		clock, rng := resources.NewFrozenClock(stubStart), resources.NewDeterministicRng(1)
		client := pooled(t, resources.HTTPSettings{Clock: clock, Rng: rng})
		if err := close(clock, rng); err != nil {
			t.Fatal(err)
		}
		_, err := fetch(t, client, server.url("/"))
		closed := isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
		checkEqual(t, "resource", closed.Resource, name)
	}
}

func TestAMistakeOfAHostsOwnRngIsNotTakenForAClosedOne(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Rng: contracts.UnimplementedRng{}})
	stub.On("GET", stubURL).Then(resources.Answer{Status: 503})
	defer func() {
		if cause := recover(); cause == nil {
			t.Error("the panic is swallowed")
		}
	}()
	_, _ = stub.Get(within(t), stubURL, contracts.HTTPClientGetOptions{})
}

func TestClosingLeavesNoConnections(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	server := serve(t, func(x *rawExchange) {
		says(200, "")(x)
		if x.number == 0 {
			go func() { // reads nothing until the client has gone
				_, _ = x.Conn.Read(make([]byte, 1))
				close(gone)
			}()
			<-gone
			x.hangUp()
		}
	})
	client := pooled(t, resources.HTTPSettings{})
	mustFetch(t, client, server.url("/"))
	_ = client.Close()
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the connection stays open")
	}
}

func TestACancelledCallGivesItsConnectionBackOrClosesIt(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, byPath(map[string]func(*rawExchange){
			"/hang": hanging, "/": says(200, "ok"),
			"/half": func(x *rawExchange) { x.send(okHead + "content-length: 9\r\n\r\nabc"); x.hang() },
		}))
		client := open(t, resources.HTTPSettings{
			Retry: once, Limits: resources.HTTPLimits{Connections: 1},
			Timeouts: resources.HTTPTimeouts{Connect: 5 * time.Second},
		})
		for _, path := range []string{"/hang", "/half"} {
			ctx, cancel := context.WithCancel(within(t))
			go func() {
				<-server.asked
				cancel()
			}()
			_, err := client.Get(ctx, server.url(path), contracts.HTTPClientGetOptions{})
			if !errors.Is(err, context.Canceled) || errors.Is(err, contracts.ErrResource) {
				t.Errorf("got %v", err)
			}
			checkEqual(t, "text", mustFetch(t, client, server.url("/")).Text(), "ok")
			<-server.asked
		}
		ctx, cancel := context.WithTimeout(within(t), 50*time.Millisecond)
		defer cancel()
		_, err := client.Get(ctx, server.url("/hang?secret"), contracts.HTTPClientGetOptions{})
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, contracts.ErrHTTPTimeout) ||
			strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
		cancelled, stop := context.WithCancel(context.Background())
		stop()
		_, err = client.Get(cancelled, server.url("/?never"), contracts.HTTPClientGetOptions{})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		for _, request := range server.seen() {
			if request.target == "/?never" {
				t.Error("a call that was cancelled before it began is sent")
			}
		}
	})
}

func TestOneClientServesManyGoroutines(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, func(x *rawExchange) { says(200, x.request.target+x.request.body)(x) })
		client := open(t, resources.HTTPSettings{Limits: resources.HTTPLimits{Connections: 8}})
		var workers sync.WaitGroup
		for worker := range 16 {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for call := range 20 {
					path := fmt.Sprintf("/%d/%d", worker, call)
					response, err := client.Post(within(t), server.url(path), contracts.HTTPClientPostOptions{
						JSON: map[string]any{"call": call},
					})
					if err != nil {
						t.Error(err)
						return
					}
					checkEqual(t, "text", response.Text(), fmt.Sprintf(`%s{"call":%d}`, path, call))
				}
			}()
		}
		workers.Wait()
		// A host's own transport may open more in turn, since it keeps only two that are idle.
		if accepted := server.accepted(); accepted > 8 && strings.HasSuffix(t.Name(), "pooled") {
			t.Errorf("%d connections", accepted)
		}
	})
}

func TestTheJarOfAHostKeepsItsCookies(t *testing.T) {
	t.Parallel()
	there := serve(t, says(200, "there"))
	here := serve(t, byPath(map[string]func(*rawExchange){
		"/": says(200, "", "set-cookie: session=1"), "/next": says(302, "", "location: "+there.url("/")),
	}))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client, err := resources.OverHTTPClient(&http.Client{Transport: transport, Jar: jar}, resources.HTTPSettings{})
	if err != nil {
		t.Fatal(err)
	}
	mustFetch(t, client, here.url("/"))
	mustFetch(t, client, here.url("/next"))
	checkEqual(t, "cookie", here.seen()[1].header.Get("cookie"), "session=1")
	checkEqual(t, "cookie elsewhere", there.seen()[0].header.Get("cookie"), "")
}

func TestTheTimeoutOfAHostsClientCounts(t *testing.T) {
	t.Parallel()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	host := &http.Client{Transport: transport, Timeout: 100 * time.Millisecond}
	client, err := resources.OverHTTPClient(host, resources.HTTPSettings{Retry: once})
	if err != nil {
		t.Fatal(err)
	}
	_, err = fetch(t, client, serve(t, hanging).url("/"))
	isA[*contracts.HTTPTimeoutError](t, contracts.ErrHTTPTimeout, err)
}
