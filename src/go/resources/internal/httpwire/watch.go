package httpwire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http/httptrace"
	"net/textproto"
	"sync"
	"sync/atomic"
	"time"

	"go.dagstack.dev/resources/internal/httpcheck"
)

// phase is what an exchange does, and so which limit counts.
type phase int32

const (
	receiving phase = iota
	connecting
	sending
)

// late says what it is to be late in a phase.
func (p phase) late() string {
	return [...]string{
		receiving:  "nothing received in time",
		connecting: "no connection in time",
		sending:    "the request's body was not taken in time",
	}[p]
}

const deadlinePassed = "the overall deadline passed"

var errLate = errors.New("a time limit ran out")

// watch ends an exchange that is late, by cancelling its context.
//
// It begins as receiving: a RoundTripper of the host's own need not say when it has a connection.
// It has one timer, which goes off when the first limit might have passed, looks when something
// last happened, and is set again; setting it for every piece would cost more than reading that.
type watch struct {
	limits   Limits
	shortest time.Duration
	deadline time.Duration
	begun    time.Time
	uploads  bool // whether sending is a phase of its own; set before anything is sent

	phase    atomic.Int32
	seen     atomic.Int64 // when something last happened, in nanoseconds after begun
	wrote    atomic.Bool  // whether anything was written to the current connection
	answered atomic.Bool  // whether any of the response has come

	cancel context.CancelCauseFunc
	timer  *time.Timer

	mu        sync.Mutex
	stopped   bool
	verdict   string // how it was late, if it was
	broken    error  // what broke the connection before any response
	cut       bool   // whether the connection broke after a response had begun
	handshake error  // what TLS had to say
	held      *conn
}

// newWatch begins to watch an exchange that runs in the returned context.
func newWatch(parent context.Context, limits Limits, timeLeft time.Duration) (context.Context, *watch) {
	w := &watch{
		limits:   limits,
		shortest: min(limits.Connect, limits.Send, limits.Receive),
		deadline: timeLeft,
		begun:    time.Now(),
	}
	ctx, cancel := context.WithCancelCause(parent)
	w.cancel = cancel
	w.mu.Lock()
	w.timer = time.AfterFunc(min(w.shortest, timeLeft), w.ring)
	w.mu.Unlock()
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              func(string) { w.turn(connecting) },
		GotConn:              w.connected,
		WroteRequest:         func(httptrace.WroteRequestInfo) { w.turn(receiving) },
		GotFirstResponseByte: func() { w.answered.Store(true); w.turn(receiving) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.handshake = err
		},
	}), w
}

// connected takes note of the connection that the exchange has got.
func (w *watch) connected(info httptrace.GotConnInfo) {
	if held := connOf(info.Conn); held != nil {
		w.mu.Lock()
		w.held = held
		w.mu.Unlock()
		w.wrote.Store(false)
		held.user.Store(w)
	}
	if w.uploads {
		w.turn(sending)
	} else {
		w.turn(receiving)
	}
}

// broke ends the exchange if the connection broke after the request was written and before any
// response: net/http would repeat some requests then, unseen by the retry policy.
func (w *watch) broke(err error) {
	if !w.wrote.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answered.Load() {
		w.cut = true
		return
	}
	if w.broken == nil {
		w.broken = err
	}
	w.cancel(err)
}

// turn begins another phase.
func (w *watch) turn(next phase) {
	w.phase.Store(int32(next))
	w.progress()
}

// progress takes note that something happened.
func (w *watch) progress() {
	w.seen.Store(int64(time.Since(w.begun)))
}

// ring looks whether the exchange is late.
func (w *watch) ring() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	now, current := time.Since(w.begun), phase(w.phase.Load())
	limit := map[phase]time.Duration{
		receiving: w.limits.Receive, connecting: w.limits.Connect, sending: w.limits.Send,
	}[current]
	late := time.Duration(w.seen.Load()) + limit
	if due := min(late, w.deadline); now < due {
		if current != receiving { // the phase that follows may have a shorter limit
			due = min(due, now+w.shortest)
		}
		w.timer.Reset(due - now)
		return
	}
	w.verdict = current.late()
	if w.deadline <= late {
		w.verdict = deadlinePassed
	}
	w.cancel(errLate)
}

// stop ends the watch, and gives free what the context holds.
func (w *watch) stop() {
	w.mu.Lock()
	w.stopped = true
	w.timer.Stop()
	held := w.held
	w.mu.Unlock()
	if held != nil {
		held.user.CompareAndSwap(w, nil)
	}
	w.cancel(nil)
}

// judge returns the [Error] that an error of the exchange stands for.
func (w *watch) judge(err error, target *httpcheck.Target) *Error {
	w.mu.Lock()
	verdict, broken, cut, handshake := w.verdict, w.broken, w.cut, w.handshake
	w.mu.Unlock()
	var made *Error
	switch {
	case verdict != "":
		return &Error{Failure: Timeout, Detail: verdict}
	case errors.As(err, &made):
		return made
	case broken != nil:
		err = broken
	case cut && errors.As(err, new(textproto.ProtocolError)):
		// net/http takes the piece of a line at the end for a whole one.
		return &Error{Failure: Connection, Detail: cutOff, Err: err}
	}
	failure, detail := meaning(err, handshake, w.answered.Load())
	return &Error{Failure: failure, Detail: detail, Err: withoutQuery(err, target)}
}

// watchedBody tells the watch of every piece of a response's body.
type watchedBody struct {
	body  io.Reader
	watch *watch
}

func (b watchedBody) Read(piece []byte) (int, error) {
	n, err := b.body.Read(piece)
	b.watch.progress()
	return n, err
}

// watchedUpload is a large body of a request; who asks for the next piece has sent the last one.
type watchedUpload struct {
	io.Reader
	watch *watch
}

func (u *watchedUpload) Read(piece []byte) (int, error) {
	if phase(u.watch.phase.Load()) == sending {
		u.watch.progress()
	}
	return u.Reader.Read(piece)
}

func (u *watchedUpload) Close() error {
	return nil
}
