package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
)

func init() {
	provide("http_client", Harness{
		Subjects: map[string]Factory{"Server": newServer},
		Actions: map[string]Action{
			"Server.url":     On(func(_ context.Context, s *server, _ Values) (any, error) { return s.url, nil }),
			"Server.address": On(func(_ context.Context, s *server, _ Values) (any, error) { return s.address, nil }),
			"Server.requests": On(func(_ context.Context, s *server, _ Values) (any, error) {
				return s.requests(), nil
			}),
		},
	})
}

// outOfAnswers is the status where no answer is left.
const outOfAnswers = 599

// server answers requests in turn, byte for byte as it was told.
type server struct {
	url     string
	address string
	accepts net.Listener
	running sync.WaitGroup

	mu      sync.Mutex
	answers []answer
	seen    []any
	open    map[net.Conn]bool // nil once it is closed
}

func newServer(_ *Case, options Values) (any, error) {
	// Before anybody waits for an answer: a large body takes its time to compress.
	answers, err := answersOf(Value[[]any](options, "answers"))
	if err != nil {
		return nil, err
	}
	accepts, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := accepts.Addr().String()
	s := &server{
		url: "http://" + address, address: address, accepts: accepts,
		answers: answers, open: map[net.Conn]bool{},
	}
	s.running.Add(1)
	go s.accept()
	return s, nil
}

func (s *server) accept() {
	defer s.running.Done()
	for {
		connection, err := s.accepts.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.open == nil {
			s.mu.Unlock()
			_ = connection.Close()
			return
		}
		s.open[connection] = true
		s.running.Add(1)
		s.mu.Unlock()
		go s.serve(connection)
	}
}

// Close ends all connections, also those that hang.
func (s *server) Close() error {
	s.mu.Lock()
	for connection := range s.open {
		_ = connection.Close()
	}
	s.open = nil
	s.mu.Unlock()
	_ = s.accepts.Close()
	s.running.Wait()
	return nil
}

func (s *server) requests() []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// serve answers requests on a connection until one side ends it.
func (s *server) serve(connection net.Conn) {
	defer s.running.Done()
	defer func() {
		_ = connection.Close()
		s.mu.Lock()
		delete(s.open, connection)
		s.mu.Unlock()
	}()
	reader := bufio.NewReader(connection)
	for {
		request, err := readRequest(reader)
		if err != nil {
			return
		}
		if goOn, err := s.respond(connection, reader, request, s.next(request)); err != nil || !goOn {
			return
		}
	}
}

// next notes a request and takes its answer.
func (s *server) next(request map[string]any) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, request)
	if len(s.answers) == 0 {
		return answer{told: map[string]any{"status": outOfAnswers}}
	}
	taken := s.answers[0]
	s.answers = s.answers[1:]
	return taken
}

func readRequest(reader *bufio.Reader) (map[string]any, error) {
	text := textproto.NewReader(reader)
	line, err := text.ReadLine()
	if err != nil {
		return nil, err
	}
	method, rest, _ := strings.Cut(line, " ")
	target, _, _ := strings.Cut(rest, " ")
	received, err := text.ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	headers := map[string]any{}
	for name, values := range received {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	var body []byte
	if strings.EqualFold(received.Get("Transfer-Encoding"), "chunked") {
		body, err = io.ReadAll(httputil.NewChunkedReader(reader))
	} else if length := received.Get("Content-Length"); length != "" {
		size, _ := strconv.Atoi(length)
		body = make([]byte, size)
		_, err = io.ReadFull(reader, body)
	}
	return map[string]any{"method": method, "target": target, "headers": headers, "body": string(body)}, err
}

// respond sends an answer, and tells whether the connection goes on.
func (s *server) respond(connection net.Conn, reader io.Reader, request map[string]any, given answer) (bool, error) {
	if raw, ok := given.told["raw"].(string); ok {
		_, err := io.WriteString(connection, strings.ReplaceAll(raw, "{url}", s.url))
		return false, orDone(err, connection, reader)
	}
	if given.told["hang"] == true {
		_, err := io.Copy(io.Discard, reader) // until the client leaves, or the server is closed
		return false, err
	}
	if given.told["reset"] == true {
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		return false, nil
	}
	body := given.body
	if _, err := io.WriteString(connection, s.head(request, given)); err != nil {
		return false, err
	}
	if cut, ok := given.told["cut"].(int); ok {
		_, err := connection.Write(body[:min(cut, len(body))])
		return false, orDone(err, connection, reader)
	}
	if stall, ok := given.told["stall"].(int); ok {
		if _, err := connection.Write(body[:min(stall, len(body))]); err != nil {
			return false, err
		}
		_, err := io.Copy(io.Discard, reader) // until the client leaves, or the server is closed
		return false, err
	}
	_, err := connection.Write(body)
	return true, err
}

// orDone ends the sending side and waits for the client to leave, so that nothing of what was sent
// is lost in a reset.
func orDone(err error, connection net.Conn, reader io.Reader) error {
	if tcp, ok := connection.(*net.TCPConn); ok && err == nil {
		err = tcp.CloseWrite()
	}
	if err == nil {
		_, err = io.Copy(io.Discard, reader)
	}
	return err
}

func (s *server) head(request map[string]any, given answer) string {
	status := http.StatusOK
	if told, ok := given.told["status"].(int); ok {
		status = told
	}
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %d Status\r\n", status)
	headers, _ := given.told["headers"].(map[string]any)
	filling := strings.NewReplacer("{url}", s.url, "{target}", fmt.Sprint(request["target"]))
	hasLength := given.chunked || status == http.StatusNoContent || status == http.StatusNotModified
	for name, value := range headers {
		hasLength = hasLength || strings.EqualFold(name, "content-length")
		fmt.Fprintf(&head, "%s: %s\r\n", name, filling.Replace(fmt.Sprint(value)))
	}
	if given.told["gzip"] == true {
		head.WriteString("content-encoding: gzip\r\n")
	}
	if given.chunked {
		head.WriteString("transfer-encoding: chunked\r\n")
	}
	if !hasLength {
		fmt.Fprintf(&head, "content-length: %d\r\n", len(given.body))
	}
	return head.String() + "\r\n"
}
