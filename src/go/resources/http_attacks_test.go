package resources_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// badURLs must never reach the wire; {h} stands for a host that would answer.
func badURLs() []string {
	urls := strings.Fields(`
		file:///etc/passwd ftp://{h}/ gopher://{h}/ ws://{h}/ wss://{h}/ unix:///tmp/s data:text/html,x
		javascript:alert(1) about:blank mailto:a@b httpx://{h}/ http+unix://{h}/ http//{h}/ http:/{h}/
		http:{h}/ ://{h}/ //{h}/ /{h}/ {h}/ . http http: http:/ http:// https:// http:///x http://?x
		http://#x http://:80/ http://@/ url:http://{h}/ HTTP//{h}/ hTTps:/{h}/ 1http://{h}/ -http://{h}/
		http://{h}\.evil.test/ http://{h}/\..\x http:\\{h}/ http://{h}/% http://{h}/%z http://{h}/%1
		http://{h}/?q=100% http://{h}/%0g`)
	urls = append(urls, "", "ht tp://{h}/", "\thttp://{h}/", " http://{h}/", "http://{h}/ HTTP/1.1\r\nX: y",
		"http://{h}/\xed\xa0\x80", "http://{h}/?\xff", "http://{h}/\ufeff \n", "http://{h}/"+repeated("x", 70_000))
	for _, host := range strings.Fields(`
		127.1 127.0.1 0x7f000001 0x7f.1 2130706433 017700000001 0177.0.0.1 127.0.0.01 127.0.0.256
		127.0.0.1.2 1.2.3 0 0x 256.256.256.256 1e3.1 127.0.0.1. 127.0.0.1.. 127。0。0。1 １２７.0.0.1
		ⓛocalhost ä.test xn--ä a..test .test -a.test a.-test .. a_b!.test a,b a;b a'b a"b a(b a*b a+b
		a&b a=b a$b a~b a%41 %31%32%37.1 a^b a{b} a|b <a> [::1 ::1] [::1]x [] [1] [::g] [::1%25lo]
		[::1%lo] [v1.a] [127.0.0.1] [::ffff:1.2.3.4.5] [:::1] ::1 [[::1]] a[::1] user@ @ a@b@ a:b@
		127.0.0.1:80:80 127.0.0.1:0 127.0.0.1:65536 127.0.0.1:-1 127.0.0.1:+80 127.0.0.1:80a
		127.0.0.1:٨٠ 127.0.0.1:0x50 127.0.0.1:99999999999999999999 u%zz@127.0.0.1 u<@127.0.0.1
		u[@127.0.0.1 u^:p@127.0.0.1`) {
		urls = append(urls, "http://"+host+"/")
	}
	urls = append(urls, "http://a`b/", "http://loc\u00adalhost/", "http://localhost\u200b/", "http://127.0.0.1:8 0/",
		"http://"+repeated("a", 64)+".test/", "http://"+repeated(repeated("a", 60)+".", 5)+"/")
	for code := range rune(0xa1) {
		if code <= ' ' || 0x7f <= code {
			urls = append(urls, "http://{h}/"+string(code)+"x", "http://{h}"+string(code)+".test/")
		}
	}
	for _, space := range "\u1680\u2003\u2028\u2029\u202f\u205f\u3000" {
		urls = append(urls, "http://{h}/?q="+string(space))
	}
	return urls
}

// badHeaders are names and values that must never reach the wire.
func badHeaders() [][2]string {
	var bad [][2]string
	for _, name := range append(strings.Split("| |a b|a:|:a|a\r\n|a\r\nx|\na|a\x00|a\t|é|☺|a(b)|a,b|a/b|a;b|a<b|a=b|"+
		"a>b|a?b|a@b|a[b]|a\\b|a{b}|a\"b|\x7f|\u212a|\xff", "|"), strings.Fields(
		`connection content-length expect host keep-alive proxy-authorization proxy-connection te trailer
		transfer-encoding upgrade Connection Content-Length HOST Content-LENGTH Te Upgrade`)...) {
		bad = append(bad, [2]string{name, "x"})
	}
	for code := range rune(0xa0) {
		if code < ' ' && code != '\t' || 0x7f <= code {
			bad = append(bad, [2]string{"x-a", "a" + string(code) + "b"})
		}
	}
	for _, value := range []string{
		"a\r\nx-admin: 1", "a\nb", "\r", "\n", "é", "☺", "\xff", "a\u2028b", "a\x00", "\u010d\u010a", "a\uff0db",
	} {
		bad = append(bad, [2]string{"x-a", value})
	}
	return bad
}

// refusals tries all of them on a client, by all methods in turn.
func refusals(t *testing.T, client contracts.HTTPClient, host string) {
	t.Helper()
	turn := 0
	send := func(url string, headers map[string]string) error {
		turn++
		ctx := within(t)
		var err error
		switch turn % 4 {
		case 0:
			_, err = client.Get(ctx, url, contracts.HTTPClientGetOptions{Headers: headers})
		case 1:
			_, err = client.Post(ctx, url, contracts.HTTPClientPostOptions{Headers: headers})
		case 2:
			_, err = client.Put(ctx, url, contracts.HTTPClientPutOptions{Headers: headers})
		case 3:
			_, err = client.Delete(ctx, url, contracts.HTTPClientDeleteOptions{Headers: headers})
		}
		return err
	}
	for _, url := range badURLs() {
		err := send(strings.ReplaceAll(url, "{h}", host), nil)
		var invalid *contracts.InvalidURLError
		if !errors.As(err, &invalid) || !errors.Is(err, contracts.ErrInvalidArgument) || invalid.Argument != "url" {
			t.Errorf("%.80q: got %v", url, err)
		}
	}
	for _, header := range badHeaders() {
		err := send("http://"+host+"/", map[string]string{header[0]: header[1]})
		if !errors.Is(err, contracts.ErrInvalidHeader) {
			t.Errorf("%q: got %v", header, err)
		}
	}
	for _, headers := range []map[string]string{{"a": "1", "A": "2"}, {"x-a": "1", "X-A": "1"}} {
		if err := send("http://"+host+"/", headers); !errors.Is(err, contracts.ErrInvalidHeader) {
			t.Errorf("%v: got %v", headers, err)
		}
	}
}

func TestNoAttackReachesTheWire(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, says(200, ""))
		refusals(t, open(t, resources.HTTPSettings{}), fmt.Sprintf("127.0.0.1:%d", server.port()))
		checkEqual(t, "connections", server.accepted(), 0)
	})
}

func TestTheStubIsAsStrictAsTheWire(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	stub.OnFunc("*", func(resources.StubRequest) bool { return true })
	refusals(t, stub, "127.0.0.1:8080")
	checkEqual(t, "calls and requests", len(stub.Calls())+len(stub.Requests()), 0)
}

func TestJSONThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	stub.OnFunc("*", func(resources.StubRequest) bool { return true })
	circular := map[string]any{}
	circular["a"] = circular
	infinity := math.Inf(1)
	for name, value := range map[string]any{
		"infinity": infinity, "number as name": map[int]any{1: 2}, "not UTF-8": "\xed\xa0\x80",
		"name not UTF-8": map[string]any{"\xff": 1}, "function": func() {}, "channel": make(chan int),
		"bytes": []byte("x"), "inner": []any{map[string]any{"b": []string{"\xff"}}}, "circular": circular,
		"field": struct{ A []byte }{[]byte("x")},
		"field called -": struct {
			//lint:ignore SA5008 it is sent, unlike one whose tag has no comma
			A []byte `json:"-,"`
		}{[]byte("x")},
	} {
		json := map[string]any{"a": value}
		_, postErr := stub.Post(context.Background(), "http://a.test/", contracts.HTTPClientPostOptions{JSON: json})
		_, putErr := stub.Put(context.Background(), "http://a.test/", contracts.HTTPClientPutOptions{JSON: json})
		for _, err := range []error{postErr, putErr} {
			var invalid *contracts.InvalidArgumentError
			if !errors.As(err, &invalid) || invalid.Argument != "json" {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	checkEqual(t, "requests", len(stub.Requests()), 0)
}

func TestRefusalsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	stub := resources.NewStubHTTPClient(nil)
	for url, message := range map[string]string{
		"ftp://a.test/":        "url cannot be requested: its scheme is ftp, not http or https",
		"http://a.test/\r\n":   `url cannot be requested: it holds '\r' at position 14`,
		"http://a.test/\\":     `url cannot be requested: it holds '\\' at position 14`,
		"http://ä.test/\u00a0": `url cannot be requested: it holds '\xa0' at position 14`,
		"http://me:hush@1.2/":  "url cannot be requested: its host ends in a number and is no IPv4 address",
	} {
		_, err := fetch(t, stub, url)
		checkEqual(t, url, fmt.Sprint(err), message)
	}
	_, err := stub.Get(within(t), "http://a.test/", contracts.HTTPClientGetOptions{
		Headers: map[string]string{"x\r\ny": "1"},
	})
	checkEqual(t, "message", fmt.Sprint(err), `header x\r\ny cannot be sent: its name is no token as HTTP has them`)
}
