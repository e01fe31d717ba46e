package httpwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"strings"
	"syscall"

	"go.dagstack.dev/resources/internal/httpcheck"
)

const cutOff = "the connection broke in the middle of the response"

// meaning says what an error of [net/http] stands for, in words that hold nothing of the URL.
func meaning(err, handshake error, answered bool) (Failure, string) {
	if detail := tlsDetail(err, handshake); detail != "" {
		return TLS, detail
	}
	var operation *net.OpError
	proxied := errors.As(err, &operation) && operation.Op == "proxyconnect"
	var name *net.DNSError
	var number syscall.Errno
	switch {
	case proxied && errors.As(operation.Err, &number):
		return Connection, "the proxy cannot be reached: " + number.Error()
	case proxied:
		return Connection, "the proxy cannot be reached"
	case errors.As(err, &name) && name.IsNotFound:
		return Connection, "the name of the host is not known"
	case isTimeout(err):
		if answered {
			return Timeout, receiving.late()
		}
		return Timeout, connecting.late()
	case errors.As(err, &name):
		return Connection, "the name of the host cannot be looked up"
	case errors.As(err, &number):
		return Connection, number.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		if answered {
			return Connection, cutOff
		}
		return Connection, "the server closed the connection without a response"
	case isMalformed(err):
		return Malformed, "it is not HTTP, or its headers are too large"
	}
	return Connection, "the connection broke"
}

// tlsDetail says what TLS had to say, or nothing if the trouble is another one.
func tlsDetail(err, handshake error) string {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return "the certificate is not trusted: " + certificate.Err.Error()
	}
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	if errors.As(err, &authority) || errors.As(err, &invalid) || errors.As(err, &host) {
		return "the certificate is not trusted: " + err.Error()
	}
	var record tls.RecordHeaderError
	if errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) {
		return "the server does not speak TLS"
	}
	var alert *net.OpError
	if errors.As(err, &alert) && (alert.Op == "remote error" || alert.Op == "local error") {
		return strings.TrimPrefix(alert.Err.Error(), "tls: ")
	}
	passing := isTimeout(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, new(syscall.Errno)) || errors.Is(err, context.Canceled)
	if handshake != nil && errors.Is(err, handshake) && !passing {
		return strings.TrimPrefix(handshake.Error(), "tls: ")
	}
	return ""
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout() ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}

// isMalformed tells whether an error is about what was read, and not about reading. Most of these
// have no type that could be asked for.
func isMalformed(err error) bool {
	var protocol textproto.ProtocolError
	if errors.As(err, &protocol) {
		return true
	}
	text := err.Error()
	for _, sign := range []string{
		"malformed", "transport connection broken", "bad Content-Length", "response headers exceeded",
		"unsupported transfer encoding", "too many transfer encodings", "invalid", "too many 1xx",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// ofBody says what an error in the middle of a body stands for.
func ofBody(err error) *Error {
	failure, detail := meaning(err, nil, true)
	network := errors.As(err, new(*net.OpError)) || errors.As(err, new(syscall.Errno)) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
	switch {
	case failure == Timeout || failure == TLS:
	case network:
		failure, detail = Connection, "the connection broke in the middle of the body"
	default:
		failure, detail = Malformed, "the body is not framed as HTTP has it"
	}
	return &Error{Failure: failure, Detail: detail, Err: err}
}

// withoutQuery returns the error, or what caused it where it shows what may be secret in the URL.
func withoutQuery(err error, target *httpcheck.Target) error {
	query := strings.TrimPrefix(target.Query, "?")
	for err != nil && query != "" && strings.Contains(err.Error(), query) {
		err = errors.Unwrap(err)
	}
	return err
}
