package resources

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpwire"
)

// httpCall is one call, which may take several requests: attempts, and redirects hop by hop.
type httpCall struct {
	caller    *httpCaller
	first     *httpwire.Request
	request   *httpwire.Request
	attempts  int
	redirects int
	start     int64 // by the clock's monotonic reading
}

// run sends requests until there is a response to return, or nothing is left to try.
func (c *httpCall) run(ctx context.Context) (answer *BufferedResponse, err error) {
	ctx, end := c.caller.enter(ctx)
	defer end()
	defer func() {
		// A host that closes all does not wait for the calls that run: the clock may be closed first.
		if refusal := refusalOf(recover()); refusal != nil {
			answer, err = nil, c.ended(ctx, refusal)
		}
	}()
	settings := &c.caller.settings
	c.start = settings.Clock.MonotonicNs()
	timeLeft := settings.Timeouts.Total.Seconds()
	for {
		received, err := c.caller.engine.Exchange(ctx, c.request, inTime(timeLeft))
		if err == nil {
			var followed bool
			if followed, err = c.follow(received); followed && err == nil {
				if timeLeft = c.timeLeft(); timeLeft > 0 {
					continue
				}
				err = &httpwire.Error{Failure: httpwire.Timeout, Detail: "the overall deadline passed"}
			}
		}
		var failed *httpwire.Error
		switch {
		case err != nil && !errors.As(err, &failed):
			return nil, c.ended(ctx, err)
		case err != nil:
			received = nil
		case !slices.Contains(settings.Retry.Statuses, received.Status):
			return c.response(received), nil
		}
		delay, again := c.delay(received, failed)
		if !again {
			return c.outcome(received, failed)
		}
		if err := settings.Sleeper.Sleep(ctx, inMicroseconds(delay)); err != nil {
			return nil, c.ended(ctx, err)
		}
		if err := c.caller.refusal(c.caller.name); err != nil {
			return nil, err
		}
		if timeLeft = c.timeLeft(); timeLeft <= 0 { // the sleeper took longer than it was asked to
			return c.outcome(received, failed)
		}
		c.attempts++
	}
}

// inTime returns seconds as a duration, also if they are more than one can hold.
func inTime(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/1e9 {
		return math.MaxInt64
	}
	return time.Duration(seconds * 1e9)
}

// ended returns the error of a call that was cancelled or failed outside the wire.
func (c *httpCall) ended(ctx context.Context, err error) error {
	cancelled := ctx.Err() // read before its cause, as the client may be closed just now
	if errors.Is(context.Cause(ctx), errHTTPClientClosed) {
		return &contracts.ResourceClosedError{Resource: c.caller.name}
	}
	if cancelled != nil {
		return fmt.Errorf("%s %s: %w", c.first.Method, c.first.Target.Shown(), cancelled)
	}
	if closed := c.caller.refusal(c.caller.name); closed != nil && errors.Is(err, contracts.ErrResourceClosed) {
		return closed // what it needs was closed as well, and that was noticed first
	}
	return err
}

func (c *httpCall) outcome(received *httpwire.Response, failed *httpwire.Error) (*BufferedResponse, error) {
	if received != nil {
		return c.response(received), nil
	}
	return nil, c.failure(failed)
}

func (c *httpCall) response(received *httpwire.Response) *BufferedResponse {
	return &BufferedResponse{
		statusCode: received.Status,
		headers:    received.Headers,
		content:    received.Body,
		url:        c.request.Target.Text(),
		attempts:   c.attempts,
	}
}

// timeLeft returns the seconds until the overall deadline, by the clock.
func (c *httpCall) timeLeft() float64 {
	passed := c.caller.settings.Clock.MonotonicNs() - c.start
	return c.caller.settings.Timeouts.Total.Seconds() - float64(passed)/1e9
}

// delay returns the seconds to wait before the next attempt, if there is to be one. It draws from
// the rng only if all else allows it.
func (c *httpCall) delay(received *httpwire.Response, failed *httpwire.Error) (float64, bool) {
	settings := &c.caller.settings
	passing := failed == nil || failed.Failure == httpwire.Connection || failed.Failure == httpwire.Timeout
	repeatable := settings.Retry.repeats(c.request.Method, c.request.Headers)
	if !repeatable || !passing || c.attempts >= settings.Retry.MaxAttempts {
		return 0, false
	}
	asked := 0.0
	if received != nil && received.Headers["retry-after"] != "" {
		asked = parseRetryAfter(received.Headers["retry-after"], settings.Clock.Now())
	}
	timeLeft := c.timeLeft()
	if asked >= timeLeft {
		return 0, false
	}
	delay := settings.Retry.delay(c.attempts, settings.Rng.NextFloat(), asked)
	return delay, delay < timeLeft
}

// failure returns the error of the specification, with the URL that the caller knows.
func (c *httpCall) failure(failed *httpwire.Error) error {
	method, url, detail := c.first.Method, c.first.Target.Shown(), failed.Detail
	if c.redirects > 0 {
		at := c.request.Target.Shown()
		detail = fmt.Sprintf("%s, at %s after %d redirects", detail, at, c.redirects)
	}
	about := contracts.HTTPRequestFailedError{
		Method: method, URL: url, Attempts: c.attempts, Detail: detail, Err: failed.Err,
	}
	switch failed.Failure {
	case httpwire.Connection:
		made := contracts.HTTPConnectionFailedError(about)
		return &made
	case httpwire.TLS:
		made := contracts.HTTPTLSFailedError(about)
		return &made
	case httpwire.Timeout:
		made := contracts.HTTPTimeoutError(about)
		return &made
	case httpwire.TooLarge:
		return &contracts.HTTPBodyTooLargeError{
			Method: method, URL: url, Attempts: c.attempts, Detail: detail,
			Limit: c.caller.settings.Limits.BodyBytes, Err: failed.Err,
		}
	case httpwire.Malformed:
		made := contracts.HTTPResponseMalformedError(about)
		return &made
	}
	panic(fmt.Sprintf("no error for a failure of kind %d", failed.Failure))
}
