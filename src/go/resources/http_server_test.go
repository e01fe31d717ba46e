package resources_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// rawRequest is a request as a rawServer read it.
type rawRequest struct {
	method     string
	target     string
	header     http.Header
	host       string
	body       string
	connection int
}

// rawServer is a server on loopback that says exactly what a test tells it to.
type rawServer struct {
	listener  net.Listener
	answer    func(*rawExchange)
	keepsBody bool // whether it leaves bodies unread

	mu          sync.Mutex
	requests    []rawRequest
	connections int
	open        sync.WaitGroup
	asked       chan struct{}
}

// rawExchange is one request that waits for its answer.
type rawExchange struct {
	net.Conn
	request rawRequest
	number  int // from 0, in the order of the server's requests
	ended   bool
}

func (x *rawExchange) send(pieces ...string) {
	for _, piece := range pieces {
		if _, err := io.WriteString(x.Conn, piece); err != nil {
			x.ended = true
		}
	}
}

// hangUp closes the connection in good order.
func (x *rawExchange) hangUp() {
	x.ended = true
}

// reset closes the connection so that the other side sees a reset.
func (x *rawExchange) reset() {
	if plain, ok := x.Conn.(*net.TCPConn); ok {
		_ = plain.SetLinger(0)
	}
	x.ended = true
}

// hang answers nothing more until the client has gone.
func (x *rawExchange) hang() {
	_, _ = io.Copy(io.Discard, x.Conn)
	x.ended = true
}

func serve(t *testing.T, answer func(*rawExchange)) *rawServer {
	t.Helper()
	return serveAs(t, nil, answer)
}

// serveAs serves over TLS if there is a configuration.
func serveAs(t *testing.T, config *tls.Config, answer func(*rawExchange)) *rawServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{listener: listener, answer: answer, asked: make(chan struct{}, 1000)}
	var live sync.Map
	s.open.Add(1)
	go func() {
		defer s.open.Done()
		for {
			plain, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.connections++
			number := s.connections
			s.mu.Unlock()
			conn := plain
			if config != nil {
				conn = tls.Server(plain, config)
			}
			live.Store(plain, true)
			s.open.Add(1)
			go func() {
				defer s.open.Done()
				defer live.Delete(plain)
				defer func() { _ = conn.Close() }()
				s.serve(conn, number)
			}()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		live.Range(func(conn, _ any) bool {
			_ = conn.(net.Conn).Close()
			return true
		})
		s.open.Wait()
	})
	return s
}

func (s *rawServer) serve(conn net.Conn, number int) {
	reader := bufio.NewReader(conn)
	for {
		read, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		request := rawRequest{
			method: read.Method, target: read.RequestURI, header: read.Header, host: read.Host, connection: number,
		}
		if !s.keepsBody {
			body, err := io.ReadAll(read.Body)
			if err != nil {
				return
			}
			request.body = string(body)
		} else if plain, ok := conn.(*net.TCPConn); ok {
			_ = plain.SetReadBuffer(4096) // or the system itself might take it all
		}
		s.mu.Lock()
		exchange := &rawExchange{Conn: conn, request: request, number: len(s.requests)}
		s.requests = append(s.requests, request)
		s.mu.Unlock()
		s.asked <- struct{}{}
		s.answer(exchange)
		if exchange.ended {
			return
		}
	}
}

func (s *rawServer) seen() []rawRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]rawRequest(nil), s.requests...)
}

func (s *rawServer) accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

func (s *rawServer) port() int {
	return s.listener.Addr().(*net.TCPAddr).Port
}

func (s *rawServer) url(path string) string {
	return fmt.Sprintf("http://127.0.0.1:%d%s", s.port(), path)
}

func (s *rawServer) waitUntilAsked(t *testing.T) {
	t.Helper()
	select {
	case <-s.asked:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody asked the server")
	}
}

// says answers with a status and a body of known length.
func says(status int, body string, headers ...string) func(*rawExchange) {
	return func(x *rawExchange) {
		head := fmt.Sprintf("HTTP/1.1 %d X\r\ncontent-length: %d\r\n", status, len(body))
		for _, header := range headers {
			head += header + "\r\n"
		}
		x.send(head + "\r\n" + body)
	}
}

// raw answers with exactly these bytes, and hangs up.
func raw(pieces ...string) func(*rawExchange) {
	return func(x *rawExchange) {
		x.send(pieces...)
		x.hangUp()
	}
}

func hanging(x *rawExchange) { x.hang() }

func hangingUp(x *rawExchange) { x.hangUp() }

// inTurn gives one answer after the other, the last one for good.
func inTurn(answers ...func(*rawExchange)) func(*rawExchange) {
	return func(x *rawExchange) {
		answers[min(x.number, len(answers)-1)](x)
	}
}

func byPath(answers map[string]func(*rawExchange)) func(*rawExchange) {
	return func(x *rawExchange) {
		path, _, _ := strings.Cut(x.request.target, "?")
		answers[path](x)
	}
}

// makesClient is one of the two ways to a production client.
type makesClient func(t *testing.T, settings resources.HTTPSettings) *resources.PooledHTTPClient

func pooled(t *testing.T, settings resources.HTTPSettings) *resources.PooledHTTPClient {
	t.Helper()
	client, err := resources.NewPooledHTTPClient(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// overHost makes a client over a host's own, configured for the same.
func overHost(t *testing.T, settings resources.HTTPSettings) *resources.PooledHTTPClient {
	t.Helper()
	transport := &http.Transport{
		MaxConnsPerHost: settings.Limits.Connections, MaxResponseHeaderBytes: 64 << 10,
	}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := resources.OverHTTPClient(&http.Client{Transport: transport}, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// eachEngine runs a test over the pool and over a host's own client.
func eachEngine(t *testing.T, test func(t *testing.T, open makesClient)) {
	t.Helper()
	for name, open := range map[string]makesClient{"pooled": pooled, "over": overHost} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func fetch(t *testing.T, client contracts.HTTPClient, url string) (*resources.BufferedResponse, error) {
	t.Helper()
	return buffered(client.Get(within(t), url, contracts.HTTPClientGetOptions{}))
}

func mustFetch(t *testing.T, client contracts.HTTPClient, url string) *resources.BufferedResponse {
	t.Helper()
	response, err := fetch(t, client, url)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func buffered(response contracts.HTTPResponse, err error) (*resources.BufferedResponse, error) {
	if err != nil {
		if response != nil {
			return nil, errors.Join(err, errors.New("there is a response besides the error"))
		}
		return nil, err
	}
	return response.(*resources.BufferedResponse), nil
}

// within is a context that ends before the test's patience does.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func checkEqual[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func repeated(text string, times int) string {
	return string(bytes.Repeat([]byte(text), times))
}
