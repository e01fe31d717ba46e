// Package mt19937 is the Mersenne Twister of Matsumoto and Nishimura, with words of 32 bits.
package mt19937

const (
	size  = 624
	shift = 397

	upper = 0x80000000
	lower = 0x7fffffff
	twist = 0x9908b0df
)

// Generator is the state of the generator. It is not safe for concurrent use.
type Generator struct {
	words [size]uint32
	next  int
}

// New returns a generator seeded by init_by_array, as its authors call it, with the words of seed,
// the least significant first and without a high word that is zero. CPython's random.Random does
// the same.
func New(seed uint64) *Generator {
	low, high := uint32(seed), uint32(seed>>32)
	if high == 0 {
		return FromKey([]uint32{low})
	}
	return FromKey([]uint32{low, high})
}

// FromKey returns a generator seeded by init_by_array with a key of at least one word.
func FromKey(key []uint32) *Generator {
	g := &Generator{next: size}
	g.words[0] = 19650218
	for i := uint32(1); i < size; i++ {
		g.words[i] = 1812433253*g.before(i) + i
	}
	i, j := uint32(1), uint32(0)
	for range max(size, len(key)) {
		g.words[i] = (g.words[i] ^ g.before(i)*1664525) + key[j] + j
		i = g.after(i)
		if j++; int(j) == len(key) {
			j = 0
		}
	}
	for range size - 1 {
		g.words[i] = (g.words[i] ^ g.before(i)*1566083941) - i
		i = g.after(i)
	}
	g.words[0] = upper
	return g
}

// before mixes the word before the one at i, as all steps of seeding do.
func (g *Generator) before(i uint32) uint32 {
	return g.words[i-1] ^ g.words[i-1]>>30
}

// after returns the place after i; at the end it begins anew, with the last word in the first
// place.
func (g *Generator) after(i uint32) uint32 {
	if i+1 < size {
		return i + 1
	}
	g.words[0] = g.words[size-1]
	return 1
}

// Uint32 draws the next word.
func (g *Generator) Uint32() uint32 {
	if g.next == size {
		g.renew()
	}
	word := g.words[g.next]
	g.next++
	word ^= word >> 11
	word ^= word << 7 & 0x9d2c5680
	word ^= word << 15 & 0xefc60000
	return word ^ word>>18
}

// renew makes the next 624 words.
func (g *Generator) renew() {
	for i := range g.words {
		mixed := g.words[i]&upper | g.words[(i+1)%size]&lower
		word := g.words[(i+shift)%size] ^ mixed>>1
		if mixed&1 != 0 {
			word ^= twist
		}
		g.words[i] = word
	}
	g.next = 0
}
