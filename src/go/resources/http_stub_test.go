package resources_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

const userURL = "https://api.test/users/7?full=1"

func TestAResponseHasWhatItWasGiven(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		answer     resources.Answer
		status     int
		body, kind string
	}{
		{resources.Answer{}, 200, "", ""},
		{resources.Answer{Status: 404}, 404, "", ""},
		{resources.Answer{JSON: []any{1, "ä"}}, 200, `[1,"ä"]`, "application/json"},
		{resources.Answer{JSON: 0}, 200, "0", "application/json"},
		{resources.Answer{Text: "ä"}, 200, "ä", "text/plain; charset=utf-8"},
		{resources.Answer{Content: []byte("\xff")}, 200, "\xff", ""},
		{resources.Answer{Text: "x", Status: 201, Headers: map[string]string{"Content-Type": "text/x"}}, 201, "x", "text/x"},
	} {
		stub := resources.NewStubHTTPClient(nil)
		stub.On("GET", userURL).Then(one.answer)
		response := mustFetch(t, stub, userURL)
		checkEqual(t, "status", response.StatusCode(), one.status)
		checkEqual(t, "body", string(response.Content()), one.body)
		checkEqual(t, "type", response.Headers()["content-type"], one.kind)
	}
}

func TestURLsMatchWholeByPrefixByExpressionOrByFunction(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	stub.OnPrefix("GET", "https://a.test/v1").Then(resources.Answer{Text: "prefix"})
	stub.OnMatch("get", regexp.MustCompile(`https://b\.test/\d|https://b\.test/\d+`)).Then(resources.Answer{Text: "expression"})
	stub.OnFunc("*", func(r resources.StubRequest) bool { return r.Headers["x-me"] != "" }).Then(resources.Answer{Text: "function"})
	stub.On("PUT", "HTTPS://C.test:443/#top").Then(resources.Answer{Text: "whole"})
	checkEqual(t, "text", mustFetch(t, stub, "https://a.test/v1/x?y=1").Text(), "prefix")
	checkEqual(t, "text", mustFetch(t, stub, "https://b.test/123").Text(), "expression")
	deleted, err := stub.Delete(within(t), "https://z.test/", contracts.HTTPClientDeleteOptions{Headers: map[string]string{"X-Me": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	checkEqual(t, "text", deleted.Text(), "function")
	put, err := stub.Put(within(t), "https://c.test", contracts.HTTPClientPutOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checkEqual(t, "text", put.Text(), "whole")
	for _, url := range []string{"https://a.test.evil/v1", "https://b.test/123x", "http://c.test/"} {
		_, err := fetch(t, stub, url)
		isA[*resources.UnmatchedRequestError](t, resources.ErrUnmatchedRequest, err)
	}
}

func texts(t *testing.T, stub *resources.StubHTTPClient, count int) string {
	t.Helper()
	var all strings.Builder
	for range count {
		all.WriteString(mustFetch(t, stub, userURL).Text())
	}
	return all.String()
}

func TestASequenceIsGivenInOrderAndItsLastAnswerForGood(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	route := stub.On("GET", userURL).Then(resources.Answer{Text: "a"}).Then(resources.Answer{Text: "b", Times: 2}).
		Then(resources.Answer{Text: "c"})
	checkEqual(t, "texts", texts(t, stub, 6), "abbccc")
	route.Then(resources.Answer{Text: "d"})
	checkEqual(t, "texts", texts(t, stub, 2), "dd")
}

func TestAnswersThatAreUsedUpAreNoAnswers(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	stub.On("GET", userURL).Then(resources.Answer{Text: "first", Times: 1})
	second := stub.On("GET", userURL).Then(resources.Answer{Text: "second", Times: 1})
	checkEqual(t, "texts", texts(t, stub, 2), "firstsecond")
	_, err := fetch(t, stub, userURL)
	checkEqual(t, "message", fmt.Sprint(err), "no route answers GET "+userURL+": the answers to it are used up")
	checkEqual(t, "calls", second.Calls(), 1)
}

func TestErrorsAreReturnedAsTold(t *testing.T) {
	t.Parallel()
	stub, own := resources.NewStubHTTPClient(nil), errors.New("boom")
	stub.On("GET", userURL).Then(resources.Answer{Err: contracts.ErrHTTPTimeout}).Then(resources.Answer{Err: own}).
		Then(resources.Answer{Err: &contracts.HTTPTLSFailedError{Method: "X", Detail: "my words"}})
	_, err := fetch(t, stub, userURL)
	late := isA[*contracts.HTTPTimeoutError](t, contracts.ErrHTTPTimeout, err)
	checkEqual(t, "method and URL", late.Method+late.URL, "GEThttps://api.test/users/7")
	if _, err := fetch(t, stub, userURL); err != own {
		t.Errorf("got %v", err)
	}
	_, err = fetch(t, stub, userURL)
	failed := isA[*contracts.HTTPTLSFailedError](t, contracts.ErrHTTPTLSFailed, err)
	checkEqual(t, "method and detail", failed.Method+failed.Detail, "GETmy words")
}

func TestADelayTakesTimeOfTheSleeperOnly(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{Retry: once})
	bench.On("GET", userURL).Then(resources.Answer{Delay: 2500 * time.Millisecond, Text: "late"}).
		Then(resources.Answer{Delay: 31 * time.Second, Text: "too late"})
	checkEqual(t, "text", mustFetch(t, bench, userURL).Text(), "late")
	_, err := fetch(t, bench, userURL)
	isA[*contracts.HTTPTimeoutError](t, contracts.ErrHTTPTimeout, err)
	bench.rng.drawn = 2
	bench.checkDelays(t, 2.5, 30)
}

func TestEveryCallIsRecordedWithItsArguments(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Headers: map[string]string{"x-host": "1"}})
	stub.OnPrefix("*", "https://api.test/")
	mustFetch(t, stub, "https://me:pw@api.test/#top")
	headers := map[string]string{"X-A": "1"}
	_, err := stub.Post(within(t), userURL, contracts.HTTPClientPostOptions{JSON: map[string]any{"a": 1}, Headers: headers})
	if err != nil {
		t.Fatal(err)
	}
	headers["X-A"] = "changed"
	calls, requests := stub.Calls(), stub.Requests()
	checkEqual(t, "calls", fmt.Sprint(calls), "[GET https://me:pw@api.test/#top POST "+userURL+"]")
	checkEqual(t, "arguments", fmt.Sprint(calls[0].Headers, calls[1].JSON, calls[1].Headers), "map[] map[a:1] map[X-A:1]")
	checkEqual(t, "first", requests[0].URL+requests[0].Headers["authorization"], "https://api.test/Basic bWU6cHc=")
	checkEqual(t, "second", string(requests[1].Body)+requests[1].Headers["x-host"], `{"a":1}1`)
	if strings.Contains(fmt.Sprintf("%v %+v", requests, requests), "Basic") {
		t.Error("a request shows its secrets")
	}
}

func TestARequestWithoutARouteNamesItselfAndWhatIsNearest(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	const other = "https://api.test/users/8?full=1&x=2"
	stub.On("POST", userURL)
	stub.On("GET", other)
	stub.OnPrefix("GET", "http://other.test:81/")
	stub.OnMatch("GET", regexp.MustCompile(`.*\.png`))
	_, err := fetch(t, stub, userURL)
	unmatched := isA[*resources.UnmatchedRequestError](t, resources.ErrUnmatchedRequest, err)
	checkEqual(t, "message", unmatched.Error(), strings.Join([]string{
		"no route answers GET " + userURL + "; the nearest are:",
		"- POST " + userURL + ": the method is GET, not POST",
		`- GET /.*\.png/: the URL does not match /.*\.png/`,
		"- GET " + other + `: the path is /users/7, not /users/8, query x is missing, not "2"`,
	}, "\n"))
	checkEqual(t, "request", unmatched.Requests[0].URL, userURL)
	if !errors.Is(err, contracts.ErrResource) {
		t.Error("it is no error of a resource")
	}
	_, err = fetch(t, resources.NewStubHTTPClient(nil), userURL)
	checkEqual(t, "message", fmt.Sprint(err), "no route answers GET "+userURL+": the stub has none, see StubHTTPClient.On")
}

func TestEachPartOfAURLThatDiffersIsNamed(t *testing.T) {
	t.Parallel()
	for route, difference := range map[string]string{
		"http://api.test/users/7?full=1":      "the scheme is https, not http",
		"https://api.test:444/users/7?full=1": "the port is 443, not 444",
		"https://b.test/users/7?full=1":       "the host is api.test, not b.test",
		"https://api.test/users/7":            `query full is "1", not missing`,
		"https://api.test/users/7?full=%31":   `the query is "full=1", not "full=%31"`,
	} {
		stub := resources.NewStubHTTPClient(nil)
		stub.On("GET", route)
		_, err := fetch(t, stub, userURL)
		if !strings.HasSuffix(fmt.Sprint(err), ": "+difference) {
			t.Errorf("%s: got %v", route, err)
		}
	}
}

func TestWhatAPluginSwallowsFailsWhenTheStubIsClosed(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	_, _ = fetch(t, stub, userURL)
	_, _ = fetch(t, stub, userURL+"&again")
	unmatched := isA[*resources.UnmatchedRequestError](t, resources.ErrUnmatchedRequest, stub.Close())
	checkEqual(t, "requests", len(unmatched.Requests), 2)
	checkEqual(t, "lines", strings.Count(unmatched.Error(), userURL), 2)
	if err := stub.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	_, err := fetch(t, stub, userURL)
	isA[*contracts.ResourceClosedError](t, contracts.ErrResourceClosed, err)
}

func TestRoutesThatNobodyUsedAreReported(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	used := stub.On("GET", userURL)
	twice := stub.On("PUT", userURL).Then(resources.Answer{Times: 2})
	never := stub.On("DELETE", userURL)
	put := func() {
		if _, err := stub.Put(within(t), userURL, contracts.HTTPClientPutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	mustFetch(t, stub, userURL)
	put()
	checkEqual(t, "done", used.Done(), true)
	unused := isA[*resources.UnusedRoutesError](t, resources.ErrUnusedRoutes, stub.AssertDone())
	if !slices.Equal(unused.Routes, []*resources.Route{twice, never}) {
		t.Errorf("got %v", unused.Routes)
	}
	if !strings.Contains(unused.Error(), "- PUT "+userURL+" (answered 1 times)") {
		t.Errorf("got %v", unused)
	}
	put()
	if _, err := stub.Delete(within(t), userURL, contracts.HTTPClientDeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := stub.AssertDone(); err != nil {
		t.Error(err)
	}
	_, _ = fetch(t, stub, "https://a.test/")
	isA[*resources.UnmatchedRequestError](t, resources.ErrUnmatchedRequest, stub.AssertDone())
}

func TestNothingIsRetriedOrFollowedWithoutSettings(t *testing.T) {
	t.Parallel()
	program := func(stub *resources.StubHTTPClient) {
		stub.On("GET", userURL).Then(resources.Answer{Status: 503}).
			Then(resources.Answer{Status: 302, Headers: map[string]string{"location": userURL}}).Then(resources.Answer{})
	}
	bare, bench := resources.NewStubHTTPClient(nil), newRetryBench(resources.HTTPSettings{})
	program(bare)
	program(bench.StubHTTPClient)
	checkEqual(t, "status", mustFetch(t, bare, userURL).StatusCode(), 503)
	checkEqual(t, "status", mustFetch(t, bare, userURL).StatusCode(), 302)
	checkEqual(t, "status", mustFetch(t, bench, userURL).StatusCode(), 200)
	checkEqual(t, "requests", len(bench.Requests()), 3)
}

func TestWhatCouldNeverHappenCannotBeProgrammed(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	panicsWith(t, contracts.ErrInvalidURL, func() { stub.On("GET", "api.test/users") })
	panicsWith(t, contracts.ErrInvalidURL, func() { stub.OnPrefix("GET", "api.test/users") })
	for argument, answer := range map[string]resources.Answer{
		"headers": {Headers: map[string]string{"x-a": "1\r\nx-b: 2"}},
		"status":  {Status: 103},
		"json":    {JSON: map[string]any{}, Text: "x"},
		"err":     {Err: contracts.ErrHTTPRequestFailed},
		"delay":   {Delay: -1},
		"times":   {Times: -1},
	} {
		told := resources.NewStubHTTPClient(nil)
		route := told.On("GET", userURL)
		err := panicsWith(t, contracts.ErrInvalidArgument, func() { route.Then(answer) })
		checkEqual(t, "routes", len(told.Unused()), 0)
		checkEqual(t, "argument", isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err).Argument, argument)
	}
	panicsWith(t, contracts.ErrInvalidArgument, func() {
		resources.NewStubHTTPClient(&resources.HTTPSettings{Retry: resources.HTTPRetry{MaxAttempts: -1}})
	})
	checkEqual(t, "routes", len(stub.Unused()), 0)
}

func TestResetForgetsEverything(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	stub.On("GET", userURL)
	mustFetch(t, stub, userURL)
	_, _ = fetch(t, stub, "https://a.test/")
	stub.Reset()
	checkEqual(t, "left", len(stub.Calls())+len(stub.Requests())+len(stub.Unused()), 0)
	if err := stub.AssertDone(); err != nil {
		t.Error(err)
	}
}

func TestConcurrentCallsAreRecordedOnceEach(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	route := stub.On("GET", userURL).Then(resources.Answer{Times: 60}).Then(resources.Answer{Status: 201, Times: 40})
	var calls sync.WaitGroup
	statuses := make(chan int, 100)
	for range 100 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			response, err := fetch(t, stub, userURL)
			if err != nil {
				t.Error(err)
				return
			}
			statuses <- response.StatusCode()
		}()
	}
	calls.Wait()
	close(statuses)
	first := 0
	for status := range statuses {
		if status == 200 {
			first++
		}
	}
	checkEqual(t, "first answers", first, 60)
	checkEqual(t, "recorded", fmt.Sprint(len(stub.Calls()), len(stub.Requests()), route.Calls()), "100 100 100")
	if err := stub.AssertDone(); err != nil {
		t.Error(err)
	}
}
