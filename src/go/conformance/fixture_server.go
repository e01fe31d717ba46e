package conformance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
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
	answers []any
	seen    []any
	open    map[net.Conn]bool // nil once it is closed
}

func newServer(_ *Case, options Values) (any, error) {
	accepts, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := accepts.Addr().String()
	s := &server{
		url: "http://" + address, address: address, accepts: accepts,
		answers: slices.Clone(Value[[]any](options, "answers")), open: map[net.Conn]bool{},
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
func (s *server) next(request map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, request)
	if len(s.answers) == 0 {
		return map[string]any{"status": outOfAnswers}
	}
	answer, _ := s.answers[0].(map[string]any)
	s.answers = s.answers[1:]
	return answer
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
func (s *server) respond(connection net.Conn, reader io.Reader, request, answer map[string]any) (bool, error) {
	if raw, ok := answer["raw"].(string); ok {
		_, err := io.WriteString(connection, strings.ReplaceAll(raw, "{url}", s.url))
		return false, orDone(err, connection, reader)
	}
	if answer["hang"] == true {
		_, err := io.Copy(io.Discard, reader) // until the client leaves, or the server is closed
		return false, err
	}
	if answer["reset"] == true {
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		return false, nil
	}
	body, chunked, err := bodyOf(answer)
	if err != nil {
		return false, err
	}
	if _, err := io.WriteString(connection, s.head(request, answer, len(body), chunked)); err != nil {
		return false, err
	}
	if cut, ok := answer["cut"].(int); ok {
		_, err := connection.Write(body[:min(cut, len(body))])
		return false, orDone(err, connection, reader)
	}
	if stall, ok := answer["stall"].(int); ok {
		if _, err := connection.Write(body[:min(stall, len(body))]); err != nil {
			return false, err
		}
		_, err := io.Copy(io.Discard, reader) // until the client leaves, or the server is closed
		return false, err
	}
	_, err = connection.Write(body)
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

func (s *server) head(request, answer map[string]any, length int, chunked bool) string {
	status := http.StatusOK
	if told, ok := answer["status"].(int); ok {
		status = told
	}
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %d Status\r\n", status)
	given, _ := answer["headers"].(map[string]any)
	filling := strings.NewReplacer("{url}", s.url, "{target}", fmt.Sprint(request["target"]))
	hasLength := chunked || status == http.StatusNoContent || status == http.StatusNotModified
	for name, value := range given {
		hasLength = hasLength || strings.EqualFold(name, "content-length")
		fmt.Fprintf(&head, "%s: %s\r\n", name, filling.Replace(fmt.Sprint(value)))
	}
	if answer["gzip"] == true {
		head.WriteString("content-encoding: gzip\r\n")
	}
	if chunked {
		head.WriteString("transfer-encoding: chunked\r\n")
	}
	if !hasLength {
		fmt.Fprintf(&head, "content-length: %d\r\n", length)
	}
	return head.String() + "\r\n"
}

// bodyOf returns the bytes of a body as they are sent.
func bodyOf(answer map[string]any) (body []byte, chunked bool, err error) {
	pieces, chunked, err := piecesOf(answer)
	if err != nil {
		return nil, false, err
	}
	if answer["gzip"] == true {
		pieces = compressed(pieces)
	}
	if !chunked {
		return bytes.Join(pieces, nil), false, nil
	}
	var framed bytes.Buffer
	for _, piece := range pieces {
		fmt.Fprintf(&framed, "%x\r\n%s\r\n", len(piece), piece)
	}
	framed.WriteString("0\r\n\r\n")
	return framed.Bytes(), true, nil
}

func piecesOf(answer map[string]any) (pieces [][]byte, chunked bool, err error) {
	switch {
	case answer["text"] != nil:
		return [][]byte{[]byte(fmt.Sprint(answer["text"]))}, false, nil
	case answer["hex"] != nil:
		data, err := hex.DecodeString(fmt.Sprint(answer["hex"]))
		return [][]byte{data}, false, err
	case answer["repeat"] != nil:
		both, _ := answer["repeat"].([]any)
		times, ok := both[1].(int)
		if !ok {
			return nil, false, fmt.Errorf("%v is no number of times", both[1])
		}
		return [][]byte{bytes.Repeat([]byte(fmt.Sprint(both[0])), times)}, false, nil
	case answer["chunks"] != nil:
		chunks, _ := answer["chunks"].([]any)
		for _, chunk := range chunks {
			pieces = append(pieces, []byte(fmt.Sprint(chunk)))
		}
		return pieces, true, nil
	default:
		return nil, false, nil
	}
}

// compressed compresses pieces to as many, of which none is empty.
func compressed(pieces [][]byte) [][]byte {
	var packed [][]byte
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	for i, piece := range pieces {
		_, _ = writer.Write(piece)
		if i == len(pieces)-1 {
			_ = writer.Close()
		} else {
			_ = writer.Flush()
		}
		packed = append(packed, slices.Clone(buffer.Bytes()))
		buffer.Reset()
	}
	return packed
}
