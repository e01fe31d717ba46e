package resources

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/httpcheck"
	"go.dagstack.dev/resources/internal/httpwire"
)

// HTTPSettings are all that a host settles about its HTTP client. The zero value is fit for
// production; so is every zero field. They are read when the client is made, and not afterwards.
type HTTPSettings struct {
	// Headers are sent with every request, unless the call has one of the same name.
	Headers map[string]string

	// Timeouts are how long things may take.
	Timeouts HTTPTimeouts

	// Limits are how much may be used.
	Limits HTTPLimits

	// Retry says when a request is tried again.
	Retry HTTPRetry

	// Redirects says which are followed.
	Redirects HTTPRedirects

	// TLS says whom to trust.
	TLS HTTPTLS

	// Proxy says through what to go. The environment's HTTP_PROXY and the like are never read.
	Proxy HTTPProxy

	// Clock tells the time for the overall deadline and for dates in Retry-After; the machine's own
	// if nil. It stays open when the client is closed.
	Clock contracts.Clock

	// Sleeper waits between attempts; if nil it is Clock, if that is a Sleeper, or else the
	// machine's own.
	Sleeper contracts.Sleeper

	// Rng gives the jitter of the waits, one float for each; the machine's randomness if nil.
	Rng contracts.Rng
}

// HTTPTimeouts are how long each phase of a request may take. Zero stands for the default; less
// is refused.
type HTTPTimeouts struct {
	// Connect bounds getting a connection: waiting for a free one, looking up the name, TCP and
	// TLS. It is 10 s by default.
	Connect time.Duration

	// Send bounds the time between two pieces of the request's body that the server takes. It is
	// 30 s by default.
	Send time.Duration

	// Receive bounds the time between two pieces of the response that arrive, the first one
	// included. It is 30 s by default.
	Receive time.Duration

	// Total bounds the whole call: all attempts, all redirects and the waits between them. It is
	// 60 s by default.
	Total time.Duration
}

// HTTPLimits are how much the client may use at a time. Zero stands for the default; less is
// refused.
type HTTPLimits struct {
	// Connections is how many may be open at most, 100 by default.
	Connections int

	// ConnectionsPerHost is how many of these may be open to one scheme, host and port, 100 by
	// default.
	ConnectionsPerHost int

	// Idle is the time after which an unused connection is closed, 15 s by default.
	Idle time.Duration

	// BodyBytes is the size of a response's body at most, after decompression too; 32 MiB by
	// default.
	BodyBytes int
}

// HTTPRedirects says which redirects are followed.
type HTTPRedirects struct {
	// Limit is how many are followed at most for one call, 10 by default. With a negative one none
	// is, and a redirect is a response like any other.
	Limit int

	// AllowDowngrade tells whether one may lead from https to http.
	AllowDowngrade bool

	// CredentialHeaders are the names of headers that no other origin may see, besides
	// authorization, cookie and proxy-authorization.
	CredentialHeaders []string
}

// HTTPProxy is a proxy for all requests.
type HTTPProxy struct {
	// URL is where it is, http or https, with user and password if it asks for them. If it is
	// empty, there is no proxy.
	URL string

	// Bypass are the hosts that are reached directly: a name means itself, one that begins with a
	// dot all names that end in it, without regard to case.
	Bypass []string
}

// String says what they are; headers and the URL of a proxy may be secret.
func (s HTTPSettings) String() string {
	return "HTTPSettings"
}

// GoString is String.
func (s HTTPSettings) GoString() string {
	return s.String()
}

// String says whether there is a proxy; its URL may hold a password.
func (p HTTPProxy) String() string {
	if p.URL == "" {
		return "no HTTPProxy"
	}
	return "HTTPProxy"
}

// GoString is String.
func (p HTTPProxy) GoString() string {
	return p.String()
}

// checked returns the settings with all defaults filled in, in copies that nobody else changes.
func (s HTTPSettings) checked() (HTTPSettings, error) {
	if _, err := httpcheck.Headers(s.Headers); err != nil {
		return s, err
	}
	for _, one := range []struct {
		name     string
		value    *time.Duration
		standard time.Duration
	}{
		{"connect", &s.Timeouts.Connect, 10 * time.Second},
		{"send", &s.Timeouts.Send, 30 * time.Second},
		{"receive", &s.Timeouts.Receive, 30 * time.Second},
		{"total", &s.Timeouts.Total, 60 * time.Second},
		{"idle", &s.Limits.Idle, 15 * time.Second},
	} {
		if *one.value < 0 {
			return s, refused(one.name, "%v is not a time above zero", *one.value)
		}
		if *one.value == 0 {
			*one.value = one.standard
		}
	}
	for _, one := range []struct {
		name     string
		value    *int
		standard int
	}{
		{"connections", &s.Limits.Connections, 100},
		{"connections_per_host", &s.Limits.ConnectionsPerHost, 100},
		{"body_bytes", &s.Limits.BodyBytes, 32 << 20},
		{"limit", &s.Redirects.Limit, 10},
	} {
		if *one.value < 0 && one.name != "limit" {
			return s, refused(one.name, "%d is not above zero", *one.value)
		}
		if *one.value == 0 {
			*one.value = one.standard
		}
	}
	// One byte more is read, to see whether there is one.
	s.Limits.BodyBytes = min(s.Limits.BodyBytes, math.MaxInt-1)
	s.Headers = maps.Clone(s.Headers)
	s.Redirects.CredentialHeaders = slices.Clone(s.Redirects.CredentialHeaders)
	s.Proxy.Bypass = slices.Clone(s.Proxy.Bypass)
	for i, name := range s.Proxy.Bypass {
		s.Proxy.Bypass[i] = strings.ToLower(name)
	}
	var err error
	s.Retry, err = s.Retry.checked()
	s.supply()
	return s, err
}

// supply fills in the machine's own time and chance where none are given.
func (s *HTTPSettings) supply() {
	if s.Sleeper == nil {
		s.Sleeper, _ = s.Clock.(contracts.Sleeper)
	}
	if s.Clock == nil || s.Sleeper == nil {
		system := NewSystemClock()
		if s.Clock == nil {
			s.Clock = system
		}
		if s.Sleeper == nil {
			s.Sleeper = system
		}
	}
	if s.Rng == nil {
		s.Rng = NewRandomRng()
	}
}

func (s HTTPSettings) wireLimits() httpwire.Limits {
	return httpwire.Limits{
		Connect: s.Timeouts.Connect,
		Send:    s.Timeouts.Send,
		Receive: s.Timeouts.Receive,
		Body:    s.Limits.BodyBytes,
	}
}

// chooser returns what says for each URL through which proxy to go, nil for none.
func (p HTTPProxy) chooser() (func(*url.URL) *url.URL, error) {
	if p.URL == "" {
		return func(*url.URL) *url.URL { return nil }, nil
	}
	target, err := httpcheck.ParseURL(p.URL)
	if err != nil {
		return nil, err
	}
	proxy := target.URL()
	proxy.User = target.User()
	return func(asked *url.URL) *url.URL {
		if p.bypasses(asked.Hostname()) {
			return nil
		}
		return proxy
	}, nil
}

func (p HTTPProxy) bypasses(host string) bool {
	return slices.ContainsFunc(p.Bypass, func(name string) bool {
		return host == name || strings.HasPrefix(name, ".") && strings.HasSuffix(host, name)
	})
}
