package resources

import (
	"crypto/rand"
	"encoding/binary"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/draws"
)

const randomRng = "RandomRng"

// RandomRng is the operating system's source of randomness, fit for secrets.
//
// Every draw asks the operating system anew, so there is no state that goroutines could tear or
// that two processes could share. It is safe for concurrent use and need not be closed.
type RandomRng struct {
	closing
}

var _ contracts.Rng = (*RandomRng)(nil)

// NewRandomRng returns a source.
func NewRandomRng() *RandomRng {
	return new(RandomRng)
}

// String says what it is.
func (r *RandomRng) String() string {
	return randomRng
}

// NextFloat returns a float from 0.0 up to and without 1.0, one of the 2^53 multiples of 2^-53. It
// panics with [contracts.ErrResourceClosed] if the source is closed.
func (r *RandomRng) NextFloat() float64 {
	r.mustBeOpen(randomRng)
	return draws.Float(system{})
}

// NextInt returns an integer from low to high, both included, all exactly equally likely. It panics
// with [contracts.ErrInvalidArgument] if low is greater than high, and with
// [contracts.ErrResourceClosed] if the source is closed.
func (r *RandomRng) NextInt(low, high int) int {
	r.mustBeOpen(randomRng)
	mustBeRange(low, high)
	return int(draws.Int(system{}, int64(low), int64(high)))
}

// UUID4 returns a random UUID, version 4 of RFC 9562, with digits in lower case. It panics with
// [contracts.ErrResourceClosed] if the source is closed.
func (r *RandomRng) UUID4() string {
	r.mustBeOpen(randomRng)
	return draws.UUID4(system{})
}

// Choice returns a random element of items; all positions are equally likely. It panics with
// [contracts.ErrInvalidArgument] if items is empty, and with [contracts.ErrResourceClosed] if the
// source is closed. The function [contracts.Choice] is the same with types.
func (r *RandomRng) Choice(items []any) any {
	r.mustBeOpen(randomRng)
	mustHaveItems(items)
	return items[draws.Index(system{}, len(items))]
}

// Close makes every later draw panic. It can be called any number of times and always returns nil.
func (r *RandomRng) Close() error {
	r.first()
	return nil
}

// system draws words from the operating system, which cannot fail.
type system struct{}

func (system) Uint32() uint32 {
	var word [4]byte
	_, _ = rand.Read(word[:]) // it crashes the program rather than return an error
	return binary.LittleEndian.Uint32(word[:])
}

func mustBeRange(low, high int) {
	if low > high {
		panic(refused("low", "%d is greater than high, %d", low, high))
	}
}

func mustHaveItems(items []any) {
	if len(items) == 0 {
		panic(refused("items", "there is nothing to choose from"))
	}
}
