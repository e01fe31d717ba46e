package resources

import (
	"sync/atomic"

	"go.dagstack.dev/contracts"
)

// closing tells whether a resource has been closed; the zero value is open. It is safe for
// concurrent use.
type closing struct {
	begun atomic.Bool
}

// first reports whether this call is the one that closes; all later ones have nothing to do.
func (c *closing) first() bool {
	return c.begun.CompareAndSwap(false, true)
}

// refusal returns a [*contracts.ResourceClosedError] after the close, and nil before.
func (c *closing) refusal(resource string) error {
	if c.begun.Load() {
		return &contracts.ResourceClosedError{Resource: resource}
	}
	return nil
}

// mustBeOpen panics with a [*contracts.ResourceClosedError] after the close; it is for methods that
// have no error to return.
func (c *closing) mustBeOpen(resource string) {
	if err := c.refusal(resource); err != nil {
		panic(err)
	}
}
