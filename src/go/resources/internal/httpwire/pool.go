package httpwire

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxHead = 64 << 10 // bytes of a response's head

	// slotInterval is how often those who wait for a slot look for connections that fell idle.
	slotInterval = 20 * time.Millisecond
)

// PoolSettings are what a pool of connections needs to know.
type PoolSettings struct {
	// Limits are those of every exchange.
	Limits Limits
	// Connections is how many may be open at most.
	Connections int
	// ConnectionsPerHost is how many of these may be open to one scheme, host and port.
	ConnectionsPerHost int
	// Idle is how long an unused connection stays open.
	Idle time.Duration
	// TLS is the configuration to use; it is not changed.
	TLS *tls.Config
	// Proxy returns the proxy for a URL, or nil if there is none.
	Proxy func(*url.URL) *url.URL
}

// NewPool returns an engine over a pool of connections. It speaks HTTP/1.1, asks for no
// compression of its own, and reads nothing from the environment.
func NewPool(settings PoolSettings) Engine {
	slots := &slots{free: make(chan struct{}, settings.Connections)}
	dialer := net.Dialer{Timeout: settings.Limits.Connect}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	transport := &http.Transport{
		Proxy: func(request *http.Request) (*url.URL, error) {
			return settings.Proxy(request.URL), nil
		},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, settings.Limits.Connect)
			defer cancel()
			if err := slots.take(ctx); err != nil {
				return nil, err
			}
			plain, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				slots.give()
				return nil, err
			}
			return &conn{Conn: plain, slots: slots}, nil
		},
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			detail := fmt.Sprintf("the proxy answered with status %d", answer.StatusCode)
			return &Error{Failure: Connection, Detail: detail}
		},
		TLSClientConfig:        settings.TLS,
		TLSHandshakeTimeout:    settings.Limits.Connect,
		DisableCompression:     true,
		MaxIdleConns:           settings.Connections,
		MaxIdleConnsPerHost:    settings.ConnectionsPerHost,
		MaxConnsPerHost:        min(settings.ConnectionsPerHost, settings.Connections),
		IdleConnTimeout:        settings.Idle,
		MaxResponseHeaderBytes: maxHead,
		Protocols:              &protocols,
	}
	slots.closeIdle = transport.CloseIdleConnections
	return &wire{
		limits:    settings.Limits,
		transport: transport,
		closeIdle: transport.CloseIdleConnections,
	}
}

// slots bound the number of open connections, which net/http bounds for each host only.
type slots struct {
	free      chan struct{}
	closeIdle func()
}

// take waits until one more connection may be opened. Idle ones make room.
func (s *slots) take(ctx context.Context) error {
	select {
	case s.free <- struct{}{}:
		return nil
	default:
	}
	ticker := time.NewTicker(slotInterval)
	defer ticker.Stop()
	for {
		s.closeIdle()
		select {
		case s.free <- struct{}{}:
			return nil
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *slots) give() {
	<-s.free
}

// conn gives its slot back when it is closed, and tells the watch of its exchange when it breaks.
type conn struct {
	net.Conn
	slots  *slots
	closed sync.Once
	user   atomic.Pointer[watch]
}

// connOf returns the connection below any layers of TLS, or nil if it is none of a pool.
func connOf(layered net.Conn) *conn {
	for {
		switch layer := layered.(type) {
		case *conn:
			return layer
		case *tls.Conn:
			layered = layer.NetConn()
		default:
			return nil
		}
	}
}

func (c *conn) Read(piece []byte) (int, error) {
	n, err := c.Conn.Read(piece)
	if err != nil && n == 0 {
		if user := c.user.Load(); user != nil {
			user.broke(err)
		}
	}
	return n, err
}

func (c *conn) Write(piece []byte) (int, error) {
	if user := c.user.Load(); user != nil {
		user.wrote.Store(true)
	}
	return c.Conn.Write(piece)
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.closed.Do(c.slots.give)
	return err
}
