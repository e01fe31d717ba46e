package resources

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/draws"
	"go.dagstack.dev/resources/internal/mt19937"
)

const deterministicRng = "DeterministicRng"

// DeterministicRng is a seeded source for tests: the same seed gives the same stream in every
// language, that of random.Random(seed) in CPython. Its values can be predicted from earlier ones;
// never use it for secrets. It is a [contracts.ForkableRng] as well.
//
// It is safe for concurrent use: each draw is atomic. Who gets which value depends on the order of
// the calls, so give each caller a fork of its own. It need not be closed.
type DeterministicRng struct {
	closing
	seed uint64

	mu     sync.Mutex
	source *mt19937.Generator
}

var (
	_ contracts.Rng         = (*DeterministicRng)(nil)
	_ contracts.ForkableRng = (*DeterministicRng)(nil)
)

// NewDeterministicRng returns a source at the beginning of the seed's stream.
func NewDeterministicRng(seed uint64) *DeterministicRng {
	return &DeterministicRng{seed: seed, source: mt19937.New(seed)}
}

// String says from which seed it began.
func (r *DeterministicRng) String() string {
	return fmt.Sprintf("%s(%d)", deterministicRng, r.seed)
}

// Seed returns the seed from which it began, also after the close.
func (r *DeterministicRng) Seed() uint64 {
	return r.seed
}

// NextFloat returns a float from 0.0 up to and without 1.0, one of the 2^53 multiples of 2^-53. It
// panics with [contracts.ErrResourceClosed] if the source is closed.
func (r *DeterministicRng) NextFloat() float64 {
	r.mustBeOpen(deterministicRng)
	r.mu.Lock()
	defer r.mu.Unlock()
	return draws.Float(r.source)
}

// NextInt returns an integer from low to high, both included, all exactly equally likely. It panics
// with [contracts.ErrInvalidArgument] if low is greater than high, and with
// [contracts.ErrResourceClosed] if the source is closed.
func (r *DeterministicRng) NextInt(low, high int) int {
	r.mustBeOpen(deterministicRng)
	mustBeRange(low, high)
	r.mu.Lock()
	defer r.mu.Unlock()
	return int(draws.Int(r.source, int64(low), int64(high)))
}

// UUID4 returns a random UUID, version 4 of RFC 9562, with digits in lower case. It panics with
// [contracts.ErrResourceClosed] if the source is closed.
func (r *DeterministicRng) UUID4() string {
	r.mustBeOpen(deterministicRng)
	r.mu.Lock()
	defer r.mu.Unlock()
	return draws.UUID4(r.source)
}

// Choice returns a random element of items; all positions are equally likely. It panics with
// [contracts.ErrInvalidArgument] if items is empty, and with [contracts.ErrResourceClosed] if the
// source is closed. The function [contracts.Choice] is the same with types.
func (r *DeterministicRng) Choice(items []any) any {
	r.mustBeOpen(deterministicRng)
	mustHaveItems(items)
	r.mu.Lock()
	defer r.mu.Unlock()
	return items[draws.Index(r.source, len(items))]
}

// Fork returns the child called name, a [*DeterministicRng] that depends on the seed and the name
// alone. Nothing is drawn from this source. The same name gives a child with the same stream again,
// from its beginning; it stays open when this source is closed.
//
// It panics with [contracts.ErrInvalidArgument] if name is not valid UTF-8, and with
// [contracts.ErrResourceClosed] if the source is closed.
func (r *DeterministicRng) Fork(name string) contracts.Rng {
	r.mustBeOpen(deterministicRng)
	if !utf8.ValidString(name) {
		panic(refused("name", "%q is not valid Unicode", name))
	}
	key := binary.BigEndian.AppendUint64([]byte("rng-fork\x00"), r.seed)
	digest := sha256.Sum256(append(append(key, 0), name...))
	return NewDeterministicRng(binary.BigEndian.Uint64(digest[:8]))
}

// Close makes every later draw panic. It can be called any number of times and always returns nil.
func (r *DeterministicRng) Close() error {
	r.first()
	return nil
}
