package resources_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func gzipped(text string) string {
	return compressed(text, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func compressed(text string, by func(io.Writer) io.WriteCloser) string {
	var packed bytes.Buffer
	writer := by(&packed)
	_, _ = io.WriteString(writer, text)
	_ = writer.Close()
	return packed.String()
}

func chunked(pieces ...string) string {
	var text strings.Builder
	for _, piece := range append(pieces, "") {
		fmt.Fprintf(&text, "%x\r\n%s\r\n", len(piece), piece)
	}
	return text.String()
}

func TestEachMethodIsSentWithPathAndQueryAsGiven(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, says(200, ""))
		client, ctx := open(t, resources.HTTPSettings{}), within(t)
		const target = "/a/../b%2Fc;d//x?q=1&q=%20x&e=[]"
		url := server.url(target + "#fragment")
		body := map[string]any{"a": 1}
		for _, send := range []func() (contracts.HTTPResponse, error){
			func() (contracts.HTTPResponse, error) { return client.Get(ctx, url, contracts.HTTPClientGetOptions{}) },
			func() (contracts.HTTPResponse, error) {
				return client.Post(ctx, url, contracts.HTTPClientPostOptions{JSON: body})
			},
			func() (contracts.HTTPResponse, error) {
				return client.Put(ctx, url, contracts.HTTPClientPutOptions{JSON: body})
			},
			func() (contracts.HTTPResponse, error) {
				return client.Delete(ctx, url, contracts.HTTPClientDeleteOptions{})
			},
		} {
			if _, err := send(); err != nil {
				t.Fatal(err)
			}
		}
		var methods []string
		for _, request := range server.seen() {
			methods = append(methods, request.method)
			checkEqual(t, "target", request.target, target)
			checkEqual(t, "host", request.host, strings.TrimPrefix(server.url(""), "http://"))
		}
		checkEqual(t, "methods", strings.Join(methods, " "), "GET POST PUT DELETE")
	})
}

func TestWhatIsNotASCIIIsPercentEncoded(t *testing.T) {
	t.Parallel()
	server := serve(t, says(200, ""))
	client := pooled(t, resources.HTTPSettings{})
	mustFetch(t, client, server.url("/ä?q=☺"))
	mustFetch(t, client, server.url("/x?"))
	checkEqual(t, "target", server.seen()[0].target, "/%C3%A4?q=%E2%98%BA")
	checkEqual(t, "target", server.seen()[1].target, "/x?")
}

func TestHeadersOfACallWinOverThoseOfTheHost(t *testing.T) {
	t.Parallel()
	server := serve(t, says(200, ""))
	client := pooled(t, resources.HTTPSettings{Headers: map[string]string{"X-Team": "host", "User-Agent": "host/1"}})
	_, err := client.Get(within(t), server.url("/"), contracts.HTTPClientGetOptions{
		Headers: map[string]string{"x-team": "plugin", "X-Own": " a b\t"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"x-team": "plugin", "x-own": "a b", "user-agent": "host/1", "accept": "*/*", "accept-encoding": "gzip, deflate",
	} {
		checkEqual(t, name, strings.Join(server.seen()[0].header.Values(name), "|"), value)
	}
}

func TestJSONIsSentAsUTF8WithItsType(t *testing.T) {
	t.Parallel()
	type kept struct {
		Key []byte `json:"-"`
	}
	server := serve(t, says(200, ""))
	client, ctx := pooled(t, resources.HTTPSettings{}), within(t)
	for _, options := range []contracts.HTTPClientPostOptions{
		{JSON: map[string]any{"ä": []any{1, nil, map[string]any{"b": "☺<&"}}}},
		{JSON: map[string]any{}, Headers: map[string]string{"Content-Type": "application/x+json"}},
		{},
		{JSON: map[string]any{"a": kept{[]byte("secret")}}},
	} {
		if _, err := client.Post(ctx, server.url("/"), options); err != nil {
			t.Fatal(err)
		}
	}
	seen := server.seen()
	checkEqual(t, "body", seen[0].body, `{"ä":[1,null,{"b":"☺<&"}]}`)
	checkEqual(t, "type", seen[0].header.Get("content-type"), "application/json")
	checkEqual(t, "body", seen[1].body, "{}")
	checkEqual(t, "type", seen[1].header.Get("content-type"), "application/x+json")
	checkEqual(t, "body", seen[2].body, "")
	checkEqual(t, "types", len(seen[2].header.Values("content-type")), 0)
	checkEqual(t, "body", seen[3].body, `{"a":{}}`)
}

func TestAnyStatusIsAResponse(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 204, 304, 400, 404, 418, 500, 599} {
		server := serve(t, says(status, ""))
		response := mustFetch(t, pooled(t, resources.HTTPSettings{}), server.url("/"))
		checkEqual(t, "status", response.StatusCode(), status)
	}
}

func TestABodyArrivesWholeHoweverItIsFramed(t *testing.T) {
	t.Parallel()
	const body = `{"hello": "world"}`
	var bytewise []string
	for _, b := range []byte(gzipped(body)) {
		bytewise = append(bytewise, string([]byte{b}))
	}
	zlibbed := compressed(body, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	bare := compressed(body, func(w io.Writer) io.WriteCloser { made, _ := flate.NewWriter(w, 9); return made })
	for name, framed := range map[string][2]string{
		"length":        {"content-length: 18", body},
		"chunked":       {"transfer-encoding: chunked", chunked(body[:5], body[5:6], body[6:])},
		"until close":   {"connection: close", body},
		"identity":      {"content-encoding: identity\r\ncontent-length: 18", body},
		"gzip":          {"connection: close\r\ncontent-encoding: gzip", gzipped(body)},
		"GZIP":          {"connection: close\r\ncontent-encoding: GZIP", gzipped(body)},
		"two members":   {"connection: close\r\ncontent-encoding: x-gzip", gzipped(body[:9]) + gzipped(body[9:])},
		"zlib deflate":  {"connection: close\r\ncontent-encoding: deflate", zlibbed},
		"bare deflate":  {"connection: close\r\ncontent-encoding: deflate", bare},
		"gzip bytewise": {"content-encoding: gzip\r\ntransfer-encoding: chunked", chunked(bytewise...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, raw("HTTP/1.1 200 OK\r\n"+framed[0]+"\r\n\r\n", framed[1]))
			response := mustFetch(t, pooled(t, resources.HTTPSettings{}), server.url("/"))
			checkEqual(t, "body", string(response.Content()), body)
		})
	}
}

func TestAnEmptyBodyMayClaimToBeCompressed(t *testing.T) {
	t.Parallel()
	server := serve(t, says(200, "", "content-encoding: gzip"))
	checkEqual(t, "length", len(mustFetch(t, pooled(t, resources.HTTPSettings{}), server.url("/")).Content()), 0)
}

func TestInterimResponsesAreSkipped(t *testing.T) {
	t.Parallel()
	const early = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
	server := serve(t, raw(early, early, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
	checkEqual(t, "text", mustFetch(t, pooled(t, resources.HTTPSettings{}), server.url("/")).Text(), "ok")
}

func TestHeadersAreInLowerCaseAndJoined(t *testing.T) {
	t.Parallel()
	server := serve(t, raw("HTTP/1.1 200 OK\r\nX-A: 1\r\nSet-Cookie: a=1\r\nx-a: 2\r\n"+
		"X-B: caf\xe9\r\nX-C: \xc3\xa9\r\nset-cookie: b=2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"))
	response := mustFetch(t, pooled(t, resources.HTTPSettings{}), server.url("/"))
	headers := response.Headers()
	for name, value := range map[string]string{
		"x-a": "1, 2", "set-cookie": "a=1, b=2", "x-b": "café", "x-c": "é", "transfer-encoding": "chunked",
	} {
		checkEqual(t, name, headers[name], value)
	}
	checkEqual(t, "count", len(headers), 5)
	headers["x-a"] = "changed"
	checkEqual(t, "x-a", response.Headers()["x-a"], "1, 2")
}

func TestUserAndPasswordOfAURLBecomeAHeader(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, says(200, ""))
		url := strings.Replace(server.url("/"), "127", "me:s%3Acret@127", 1)
		response := mustFetch(t, open(t, resources.HTTPSettings{}), url)
		checkEqual(t, "header", server.seen()[0].header.Get("authorization"), "Basic bWU6czpjcmV0")
		checkEqual(t, "url", response.URL(), server.url("/"))
	})
}

func TestNoCookiesAreKept(t *testing.T) {
	t.Parallel()
	server := serve(t, says(200, "", "set-cookie: session=1"))
	client := pooled(t, resources.HTTPSettings{})
	for range 2 {
		mustFetch(t, client, server.url("/"))
	}
	checkEqual(t, "cookie", server.seen()[1].header.Get("cookie"), "")
}

func TestNoEngineRepeatsARequestByItself(t *testing.T) {
	t.Parallel()
	const enough, most = 20, 500 // whichever of two goroutines of net/http comes first
	again := 0
	for range most {
		server := serve(t, inTurn(says(200, ""), hangingUp, says(200, "")))
		client := pooled(t, resources.HTTPSettings{Retry: once})
		mustFetch(t, client, server.url("/"))
		if _, err := fetch(t, client, server.url("/")); !errors.Is(err, contracts.ErrHTTPConnectionFailed) {
			t.Fatalf("got %v", err)
		}
		checkEqual(t, "requests", len(server.seen()), 2)
		if server.accepted() > 1 {
			continue // net/http keeps no connection that it has not heard of within 50 ms
		}
		if again++; again == enough {
			return
		}
	}
	t.Errorf("a connection was used again in %d of %d rounds", again, most)
}

func TestAKeyForIdempotencyIsNoLeaveToRepeat(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, inTurn(says(200, ""), hangingUp, says(200, "")))
		client := open(t, resources.HTTPSettings{})
		mustFetch(t, client, server.url("/"))
		_, err := client.Post(within(t), server.url("/"), contracts.HTTPClientPostOptions{
			JSON: map[string]any{}, Headers: map[string]string{"Idempotency-Key": "1"},
		})
		if !errors.Is(err, contracts.ErrHTTPConnectionFailed) {
			t.Fatalf("got %v", err)
		}
		checkEqual(t, "requests", len(server.seen()), 2)
		checkEqual(t, "key", server.seen()[1].header.Get("idempotency-key"), "1")
	})
}
