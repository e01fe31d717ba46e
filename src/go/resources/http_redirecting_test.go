package resources_test

import (
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

const redirectStart = "https://a.test/start"

// redirectingStub redirects from one page to a location, and answers all else.
func redirectingStub(location string, status int, policy resources.HTTPRedirects) *resources.StubHTTPClient {
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Redirects: policy, Retry: once})
	stub.On("*", redirectStart).Then(resources.Answer{Status: status, Headers: map[string]string{"location": location}})
	stub.OnPrefix("*", "https://a.test/").Then(resources.Answer{Text: "there"})
	stub.OnPrefix("*", "https://b.test/").Then(resources.Answer{Text: "elsewhere"})
	stub.OnPrefix("*", "http://a.test/").Then(resources.Answer{Text: "in the open"})
	return stub
}

func TestALocationIsFollowedFromWhereItComesFrom(t *testing.T) {
	t.Parallel()
	for location, url := range map[string]string{
		"/next": "https://a.test/next", "next?q=1": "https://a.test/next?q=1", "?q=1": "https://a.test/start?q=1",
		"//b.test/x": "https://b.test/x", "https://B.test:443/x#frag": "https://b.test/x",
		" /a b ": "https://a.test/a%20b", "../x/./y": "https://a.test/x/y",
	} {
		stub := redirectingStub(location, 301, resources.HTTPRedirects{})
		checkEqual(t, location, mustFetch(t, stub, redirectStart).URL(), url)
	}
}

func TestTheMethodAfterARedirectIsWhatBrowsersSend(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		method string
		status int
		after  string
	}{
		{"GET", 301, "GET"}, {"GET", 302, "GET"}, {"GET", 303, "GET"}, {"GET", 307, "GET"},
		{"POST", 301, "GET"}, {"POST", 302, "GET"}, {"POST", 303, "GET"}, {"POST", 307, "POST"}, {"POST", 308, "POST"},
		{"PUT", 301, "PUT"}, {"PUT", 302, "PUT"}, {"PUT", 303, "GET"}, {"PUT", 308, "PUT"},
		{"DELETE", 302, "DELETE"}, {"DELETE", 303, "GET"},
	} {
		stub, ctx, json := redirectingStub("/next", one.status, resources.HTTPRedirects{}), within(t), map[string]any{"a": 1}
		var err error
		switch one.method {
		case "GET":
			_, err = stub.Get(ctx, redirectStart, contracts.HTTPClientGetOptions{})
		case "POST":
			_, err = stub.Post(ctx, redirectStart, contracts.HTTPClientPostOptions{JSON: json})
		case "PUT":
			_, err = stub.Put(ctx, redirectStart, contracts.HTTPClientPutOptions{JSON: json})
		case "DELETE":
			_, err = stub.Delete(ctx, redirectStart, contracts.HTTPClientDeleteOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
		second := stub.Requests()[1]
		checkEqual(t, one.method, second.Method, one.after)
		kept := one.after == "POST" || one.after == "PUT"
		_, typed := second.Headers["content-type"]
		checkEqual(t, "body", second.Body != nil, kept)
		checkEqual(t, "content-type", typed, kept)
	}
}

func TestOtherStatusesAreNoRedirects(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 304, 305, 306} {
		response := mustFetch(t, redirectingStub("/next", status, resources.HTTPRedirects{}), redirectStart)
		checkEqual(t, "status", response.StatusCode(), status)
	}
	unlocated := redirectingStub("", 302, resources.HTTPRedirects{})
	checkEqual(t, "status", mustFetch(t, unlocated, redirectStart).StatusCode(), 302)
	unwanted := redirectingStub("/next", 302, resources.HTTPRedirects{Limit: -1})
	checkEqual(t, "status", mustFetch(t, unwanted, redirectStart).StatusCode(), 302)
}

func TestCredentialsStayWithTheirOrigin(t *testing.T) {
	t.Parallel()
	policy := resources.HTTPRedirects{CredentialHeaders: []string{"X-Api-Key"}, AllowDowngrade: true}
	secrets := map[string]string{"Authorization": "a", "Cookie": "b", "x-api-key": "c", "x-plain": "d"}
	for location, kept := range map[string]int{
		"/next": 4, "https://a.test:443/next": 4, "https://b.test/": 1, "http://a.test/": 1,
	} {
		stub := redirectingStub(location, 302, policy)
		if _, err := stub.Get(within(t), redirectStart, contracts.HTTPClientGetOptions{Headers: secrets}); err != nil {
			t.Fatal(err)
		}
		sent := 0
		for name := range secrets {
			if _, found := stub.Requests()[1].Headers[strings.ToLower(name)]; found {
				sent++
			}
		}
		checkEqual(t, location, sent, kept)
	}
}

func TestCredentialsDoNotComeBack(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{})
	stub.On("GET", redirectStart).Then(resources.Answer{Status: 302, Headers: map[string]string{"location": "https://b.test/"}})
	stub.On("GET", "https://b.test/").Then(resources.Answer{Status: 302, Headers: map[string]string{"location": "https://a.test/back"}})
	stub.On("GET", "https://a.test/back")
	mustFetch(t, stub, strings.Replace(redirectStart, "a.test", "me:secret@a.test", 1))
	for i, request := range stub.Requests() {
		_, held := request.Headers["authorization"]
		checkEqual(t, request.URL, held, i == 0)
	}
}

func TestWhereNoRequestMayGoNoRedirectLeads(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"ftp://a.test/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "https://",
		"https://a.test:99999/", "http://127.1/", "https://[::1%25lo]/", "https://a\\@b.test/", "https://a.test/%zz",
		"//[::1", "https:next",
	} {
		stub := redirectingStub(location, 302, resources.HTTPRedirects{})
		_, err := fetch(t, stub, redirectStart)
		failed := isA[*contracts.HTTPResponseMalformedError](t, contracts.ErrHTTPResponseMalformed, err)
		if !strings.Contains(failed.Detail, "redirects to a URL that cannot be requested") {
			t.Errorf("%s: %s", location, failed.Detail)
		}
		checkEqual(t, "requests", len(stub.Requests()), 1)
	}
}

func TestARedirectFromHTTPSToHTTPIsRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	_, err := fetch(t, redirectingStub("http://a.test/", 302, resources.HTTPRedirects{}), redirectStart)
	failed := isA[*contracts.HTTPResponseMalformedError](t, contracts.ErrHTTPResponseMalformed, err)
	checkEqual(t, "detail", failed.Detail, "it redirects from https to http, at https://a.test/start after 1 redirects")
	allowed := redirectingStub("http://a.test/", 302, resources.HTTPRedirects{AllowDowngrade: true})
	checkEqual(t, "text", mustFetch(t, allowed, redirectStart).Text(), "in the open")
}

func TestRedirectsOverTheWire(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		there := serve(t, says(200, "there"))
		here := serve(t, byPath(map[string]func(*rawExchange){
			"/":            says(302, "", "location: /a\u00e4 b"),
			"/a%C3%A4%20b": says(307, "", "location: "+there.url("/end?q=1")),
			"/loop":        says(302, "", "location: /loop"),
			"/unparsable":  says(302, "", "location: https://a\x7f/"),
			"/without":     says(302, ""),
		}))
		client := open(t, resources.HTTPSettings{Headers: map[string]string{"x-all": "1"}})
		response, err := buffered(client.Put(within(t), here.url("/"), contracts.HTTPClientPutOptions{
			JSON: map[string]any{"a": 1}, Headers: map[string]string{"authorization": "secret", "cookie": "a=1"},
		}))
		if err != nil {
			t.Fatal(err)
		}
		checkEqual(t, "url", response.URL(), there.url("/end?q=1"))
		checkEqual(t, "authorization", here.seen()[1].header.Get("authorization"), "secret")
		seen := there.seen()[0]
		checkEqual(t, "authorization", seen.header.Get("authorization")+seen.header.Get("cookie"), "")
		checkEqual(t, "x-all", seen.header.Get("x-all"), "1")
		checkEqual(t, "host", seen.host, strings.TrimPrefix(there.url(""), "http://"))
		checkEqual(t, "body", seen.method+seen.body, `PUT{"a":1}`)

		before := len(here.seen())
		_, err = fetch(t, client, here.url("/loop"))
		isA[*contracts.HTTPTooManyRedirectsError](t, contracts.ErrHTTPTooManyRedirects, err)
		checkEqual(t, "requests", len(here.seen())-before, 11)
		_, err = fetch(t, client, here.url("/unparsable"))
		isA[*contracts.HTTPResponseMalformedError](t, contracts.ErrHTTPResponseMalformed, err)
		checkEqual(t, "status", mustFetch(t, client, here.url("/without")).StatusCode(), 302)
	})
}
