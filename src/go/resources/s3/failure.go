package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// plainCode is what a service may call its errors; anything else is free text.
var plainCode = regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`)

// brokenBody is the error of an answer that ended too early.
type brokenBody struct {
	err error
}

func (b *brokenBody) Error() string {
	return "the answer ended too early: " + b.err.Error()
}

func (b *brokenBody) Unwrap() error {
	return b.err
}

// statusOf returns the status of the answer that is the trouble, or 0 if there was none.
func statusOf(err error) int {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

// codeOf returns the service's own name for the error, such as NoSuchBucket, if it gave one.
func codeOf(err error) string {
	var named smithy.APIError
	if errors.As(err, &named) && plainCode.MatchString(named.ErrorCode()) && named.ErrorCode() != "UnknownError" {
		return named.ErrorCode()
	}
	return ""
}

// explain says what happened in a few words, without URLs, keys, credentials and free text of the
// service.
func explain(err error) string {
	status := statusOf(err)
	switch {
	case 300 <= status && status < 400:
		return "the service redirects, so the region or the endpoint is probably wrong"
	case status >= 400:
		detail := strings.TrimSpace(fmt.Sprintf("the service answered %d %s", status, http.StatusText(status)))
		if code := codeOf(err); code != "" {
			detail += " (" + code + ")"
		}
		return detail
	}
	var timeout net.Error
	var operation *net.OpError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "the service: it did not answer in time"
	case errors.As(err, &operation) && operation.Op == "dial":
		return "the service: it cannot be reached"
	case operation != nil, isBroken(err):
		return "the service: the connection broke"
	case errors.As(err, new(*smithy.DeserializationError)), status != 0:
		return "the service: its answer cannot be read"
	case errors.As(err, new(*smithyhttp.RequestSendError)):
		return "the service: it cannot be reached"
	}
	return "no request could be made, perhaps for want of credentials"
}

func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(syscall.Errno)) ||
		errors.As(err, new(*brokenBody))
}

// cause is an error of the SDK whose text, with URLs, keys and answers of the service, stays apart.
type cause struct {
	err  error
	text string
}

// Error names the request as the service knows it, for those who run the service.
func (c *cause) Error() string {
	return c.text
}

// Unwrap returns the error of the SDK.
func (c *cause) Unwrap() error {
	return c.err
}

// withoutSecrets returns the error with a text that holds nothing but names and numbers.
func withoutSecrets(err error) error {
	text := "an error of the library"
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		text = operation.ServiceID + " " + operation.OperationName
	}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && plainCode.MatchString(answer.ServiceRequestID()) {
		text += ", request " + answer.ServiceRequestID()
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		text += ", " + number.Error()
	}
	return &cause{err, text}
}
