package httpwire

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// AcceptEncoding is what accept-encoding says by default.
const AcceptEncoding = "gzip, deflate"

// firstPiece is the room in bytes that a body begins with; what a header says is not trusted.
const firstPiece = 4 << 10

// readBody reads a whole body and decodes it, never beyond the limit.
func readBody(raw io.Reader, headers map[string]string, limit int) ([]byte, error) {
	source := &faultySource{reader: raw}
	encoding := strings.ToLower(strings.TrimSpace(headers["content-encoding"]))
	if encoding == "" || encoding == "identity" {
		length, err := strconv.ParseInt(headers["content-length"], 10, 64)
		if err == nil && length > int64(limit) {
			return nil, TooLargeBody(limit)
		}
		return readLimited(source, source, limit, min(max(int(length), 0)+1, limit+1))
	}
	buffered := bufio.NewReader(source)
	if _, err := buffered.Peek(1); errors.Is(err, io.EOF) && source.err == nil {
		return nil, nil // nothing, whatever it is said to be
	}
	var decoded io.Reader
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		decoded, err = gzip.NewReader(buffered)
	case "deflate":
		decoded, err = inflater(buffered)
	default:
		return nil, &Error{Failure: Malformed, Detail: "its content-encoding is not gzip or deflate"}
	}
	if err != nil {
		return nil, source.blame(err)
	}
	body, err := readLimited(decoded, source, limit, min(firstPiece, limit+1))
	if err != nil {
		return nil, err
	}
	if _, err := buffered.ReadByte(); err == nil {
		return nil, &Error{Failure: Malformed, Detail: "something follows its compressed body"}
	} else if source.err != nil {
		return nil, source.blame(err)
	}
	return body, nil
}

// inflater undoes deflate. RFC 9110 means zlib's format; some servers send the bare stream.
func inflater(compressed *bufio.Reader) (io.Reader, error) {
	const deflated = 8
	head, err := compressed.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&15 == deflated && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(compressed)
	}
	return flate.NewReader(compressed), nil
}

// readLimited reads all there is, and one byte more than is allowed to see whether there is one.
func readLimited(reader io.Reader, source *faultySource, limit, room int) ([]byte, error) {
	body := make([]byte, 0, min(max(room, 512), 1<<20, limit+1))
	for {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := reader.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if len(body) > limit {
			return nil, TooLargeBody(limit)
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, source.blame(err)
		}
	}
}

// faultySource remembers what went wrong below what decodes.
type faultySource struct {
	reader io.Reader
	err    error
}

func (s *faultySource) Read(piece []byte) (int, error) {
	n, err := s.reader.Read(piece)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// blame says whose fault an error is: of the connection, of the framing, or of what was compressed.
func (s *faultySource) blame(err error) error {
	if s.err != nil {
		return ofBody(s.err)
	}
	return &Error{Failure: Malformed, Detail: "its body is not whole compressed data", Err: err}
}

// TooLargeBody returns the [Error] of a body beyond its limit.
func TooLargeBody(limit int) *Error {
	return &Error{Failure: TooLarge, Detail: fmt.Sprintf("the body is larger than %d bytes", limit)}
}
