// Package httpwire carries one HTTP request to a server and its whole response back. It does not
// follow redirects, repeat requests or keep cookies of its own.
package httpwire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"go.dagstack.dev/resources/internal/httpcheck"
)

// Request is a request to send, checked. It is not changed.
type Request struct {
	// Method is in upper case.
	Method string
	// Target is where it goes.
	Target *httpcheck.Target
	// Headers are by names in lower case.
	Headers map[string]string
	// Body is nil where there is none.
	Body []byte
	// Credentials tells whether an engine may add credentials of its own, if it has any.
	Credentials bool
}

// Response is a response with its whole body, decoded as its content-encoding says.
type Response struct {
	// Status is the status code.
	Status int
	// Headers are by names in lower case; the values of one name are joined by a comma and a space.
	Headers map[string]string
	// Body is the body; it belongs to the caller.
	Body []byte
}

// Engine sends requests, each over one connection. It is safe for concurrent use.
type Engine interface {
	// Exchange sends a request and reads the whole response within timeLeft.
	//
	// It returns an [Error] if there is no whole response, or the error of ctx.
	Exchange(ctx context.Context, request *Request, timeLeft time.Duration) (*Response, error)

	// CloseIdle closes the connections that nobody uses.
	CloseIdle()
}

// Limits are how long the phases of a request may take, and how large a body may be.
type Limits struct {
	// Connect bounds getting a connection: waiting for a free one, the name, TCP and TLS.
	Connect time.Duration
	// Send bounds the time between two pieces of the request's body that the server takes.
	Send time.Duration
	// Receive bounds the time between two pieces of the response, the first one included.
	Receive time.Duration
	// Body bounds the size of a response's body in bytes, decompressed.
	Body int
}

// largeBody is the size in bytes from which sending is a phase of its own: what is smaller is in
// the hands of the operating system at once.
const largeBody = 64 << 10

// wire is the [Engine] over a RoundTripper.
type wire struct {
	limits    Limits
	transport http.RoundTripper
	jar       http.CookieJar // of the host's own client
	timeout   time.Duration  // of the host's own client, for one exchange
	closeIdle func()
}

// Over returns an engine over the transport, the cookie jar and the timeout of a host's own client.
// Nothing of it is closed.
func Over(client *http.Client, limits Limits) Engine {
	transport := client.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &wire{
		limits:    limits,
		transport: transport,
		jar:       client.Jar,
		timeout:   client.Timeout,
		closeIdle: func() {},
	}
}

// CloseIdle closes the connections that nobody uses.
func (w *wire) CloseIdle() {
	w.closeIdle()
}

// Exchange sends a request and reads the whole response.
func (w *wire) Exchange(ctx context.Context, request *Request, timeLeft time.Duration) (*Response, error) {
	if w.timeout > 0 {
		timeLeft = min(timeLeft, w.timeout)
	}
	watched, watch := newWatch(ctx, w.limits, timeLeft)
	defer watch.stop()
	response, err := w.exchange(watched, watch, request)
	if err == nil {
		return response, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, watch.judge(err, request.Target)
}

func (w *wire) exchange(ctx context.Context, watch *watch, request *Request) (*Response, error) {
	sent := w.outgoing(ctx, watch, request)
	received, err := w.transport.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = received.Body.Close() }()
	watch.turn(receiving)
	if received.StatusCode == http.StatusSwitchingProtocols {
		return nil, &Error{Failure: Malformed, Detail: "it switches to a protocol that nobody asked for"}
	}
	if w.jar != nil && request.Credentials {
		if cookies := received.Cookies(); len(cookies) > 0 {
			w.jar.SetCookies(sent.URL, cookies)
		}
	}
	headers, err := headersOf(received)
	if err != nil {
		return nil, err
	}
	body, err := readBody(watchedBody{received.Body, watch}, headers, w.limits.Body)
	if err != nil {
		return nil, err
	}
	return &Response{Status: received.StatusCode, Headers: headers, Body: body}, nil
}

// outgoing makes the request of [net/http].
func (w *wire) outgoing(ctx context.Context, watch *watch, request *Request) *http.Request {
	sent := (&http.Request{
		Method:     request.Method,
		URL:        request.Target.URL(),
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Host:       request.Target.Authority,
		Header:     make(http.Header, len(request.Headers)+1),
	}).WithContext(ctx)
	for name, value := range request.Headers {
		if !strings.HasSuffix(name, "idempotency-key") {
			name = http.CanonicalHeaderKey(name)
		} // else net/http would take it as leave to repeat the request by itself
		sent.Header[name] = []string{value}
	}
	if w.jar != nil && request.Credentials {
		for _, cookie := range w.jar.Cookies(sent.URL) {
			sent.AddCookie(cookie)
		}
	}
	if len(request.Body) == 0 {
		return sent
	}
	sent.ContentLength = int64(len(request.Body))
	sent.GetBody = func() (io.ReadCloser, error) {
		if len(request.Body) < largeBody {
			return io.NopCloser(bytes.NewReader(request.Body)), nil
		}
		return &watchedUpload{Reader: bytes.NewReader(request.Body), watch: watch}, nil
	}
	watch.uploads = len(request.Body) >= largeBody
	sent.Body, _ = sent.GetBody()
	return sent
}

// headersOf returns the headers of a response by their names in lower case. The error is an [Error]:
// net/http lets through names that are none.
func headersOf(received *http.Response) (map[string]string, error) {
	headers := make(map[string]string, len(received.Header)+1)
	for name, values := range received.Header {
		if !httpcheck.IsToken(name) {
			return nil, &Error{Failure: Malformed, Detail: "the name of a header is no token"}
		}
		lowered := strings.ToLower(name)
		joined := readable(strings.Join(values, ", "))
		if before, found := headers[lowered]; found {
			joined = before + ", " + joined
		}
		headers[lowered] = joined
	}
	if len(received.TransferEncoding) > 0 { // which net/http takes out
		headers["transfer-encoding"] = strings.Join(received.TransferEncoding, ", ")
	}
	return headers, nil
}

// readable returns the text of a header: UTF-8, or else Latin-1.
func readable(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	letters := make([]rune, len(value))
	for i := range len(value) {
		letters[i] = rune(value[i])
	}
	return string(letters)
}

// Failure is why there is no whole response.
type Failure int

// The reasons.
const (
	Connection Failure = iota
	TLS
	Timeout
	TooLarge
	Malformed
)

// String names the failure.
func (f Failure) String() string {
	return [...]string{"connection", "TLS", "timeout", "too large", "malformed"}[f]
}

// Error says that there is no whole response.
type Error struct {
	// Failure is the kind.
	Failure Failure
	// Detail is the reason for people, without secrets.
	Detail string
	// Err is the error of the library underneath, without secrets; nil if there is none.
	Err error
}

// Error returns kind and reason.
func (e *Error) Error() string {
	return fmt.Sprintf("%v: %s", e.Failure, e.Detail)
}

// Unwrap returns the error of the library underneath.
func (e *Error) Unwrap() error {
	return e.Err
}
