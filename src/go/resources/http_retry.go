package resources

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.dagstack.dev/resources/internal/httpcheck"
)

// HTTPRetry says when a request is tried again, and how long to wait before.
//
// The wait before retry n is a random share ("full jitter") of Base * 2^(n-1), or of Cap if that is
// less. A Retry-After of the response is added to it.
type HTTPRetry struct {
	// MaxAttempts is how often a call may be tried, 3 by default; 1 means no retries.
	MaxAttempts int

	// Methods are those that may be repeated, without regard to case; if nil, those that RFC 9110
	// lets anyone repeat.
	Methods []string

	// Statuses are those of responses that are worth another attempt; if nil, 429, 502, 503 and
	// 504.
	Statuses []int

	// Base is the limit of the first wait, 500 ms by default; a negative one means none.
	Base time.Duration

	// Cap is the limit of every wait, Retry-After apart, 30 s by default; a negative one means
	// none is waited.
	Cap time.Duration

	// IdempotencyKey tells whether a request of another method may be repeated, too, if it has a
	// header idempotency-key.
	IdempotencyKey bool
}

// checked returns the policy with all defaults filled in.
func (r HTTPRetry) checked() (HTTPRetry, error) {
	switch {
	case r.MaxAttempts < 0:
		return r, refused("max_attempts", "%d is less than 1", r.MaxAttempts)
	case r.MaxAttempts == 0:
		r.MaxAttempts = 3
	}
	r.Methods = slices.Clone(r.Methods)
	if r.Methods == nil {
		r.Methods = []string{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}
	}
	for i, method := range r.Methods {
		if !httpcheck.IsToken(method) {
			return r, refused("methods", "%q is not the name of a method", method)
		}
		r.Methods[i] = strings.ToUpper(method)
	}
	r.Statuses = slices.Clone(r.Statuses)
	if r.Statuses == nil {
		r.Statuses = []int{429, 502, 503, 504}
	}
	if r.Base == 0 {
		r.Base = 500 * time.Millisecond
	}
	if r.Cap == 0 {
		r.Cap = 30 * time.Second
	}
	r.Base, r.Cap = max(r.Base, 0), max(r.Cap, 0)
	return r, nil
}

// repeats tells whether a request may be sent again.
func (r HTTPRetry) repeats(method string, headers map[string]string) bool {
	if slices.Contains(r.Methods, method) {
		return true
	}
	_, keyed := headers["idempotency-key"]
	return r.IdempotencyKey && keyed
}

// delay returns the seconds to wait after an attempt has failed, by its number from 1, a random
// share from 0 to 1, and the seconds that the server asks for.
func (r HTTPRetry) delay(attempt int, share, asked float64) float64 {
	// Beyond 2^60 the cap has long decided, and the power would not fit a float at last.
	limit := min(r.Cap.Seconds(), math.Ldexp(r.Base.Seconds(), min(attempt-1, 60)))
	return asked + share*limit
}

// inMicroseconds rounds seconds to microseconds, half to even. All languages wait for whole ones,
// so that a seeded rng gives the same waits in each.
func inMicroseconds(seconds float64) time.Duration {
	whole, part := math.Modf(seconds)
	micro := math.RoundToEven(part * 1e6)
	return time.Duration(whole)*time.Second + time.Duration(micro)*time.Microsecond
}

// parseRetryAfter returns the seconds that a Retry-After asks for: at least 0, as for a date that
// has passed; infinity for a number beyond reason; 0 for what makes no sense.
func parseRetryAfter(value string, now time.Time) float64 {
	const digits = 18
	text := strings.TrimSpace(value)
	if text != "" && strings.Trim(text, "0123456789") == "" {
		if len(text) > digits {
			return math.Inf(1)
		}
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil { // digits alone are a number
			panic(err)
		}
		return seconds
	}
	when, err := http.ParseTime(text)
	if err != nil {
		if when, err = time.Parse(time.RFC1123Z, text); err != nil {
			return 0
		}
	}
	return max(0, when.Sub(now.Truncate(time.Microsecond)).Seconds())
}
