// Package draws makes values from random words of 32 bits: every source of randomness draws in the
// same way.
package draws

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// Source gives random words.
type Source interface {
	Uint32() uint32
}

// Float draws a multiple of 2^-53 from 0.0 up to and without 1.0.
func Float(source Source) float64 {
	a, b := source.Uint32()>>5, source.Uint32()>>6
	return float64(uint64(a)<<26|uint64(b)) / (1 << 53)
}

// Int draws an integer from low to high, both included, where low is not greater than high.
func Int(source Source, low, high int64) int64 {
	// Modulo 2^64 the sum is right, whatever the signs.
	return int64(uint64(low) + upTo(source, uint64(high)-uint64(low)))
}

// Index draws an index into a list of that many items, at least one.
func Index(source Source, items int) int {
	return int(upTo(source, uint64(items)-1))
}

// upTo draws an integer from 0 to greatest: as many bits as there are in the number of integers,
// and again until the value is one of them.
func upTo(source Source, greatest uint64) uint64 {
	if greatest == 1<<64-1 {
		// Their number, 2^64, has 65 bits: three words for each try.
		for {
			low, high, beyond := source.Uint32(), source.Uint32(), source.Uint32()>>31
			if beyond == 0 {
				return uint64(high)<<32 | uint64(low)
			}
		}
	}
	wanted := bits.Len64(greatest + 1)
	for {
		if value := take(source, wanted); value <= greatest {
			return value
		}
	}
}

// take draws 1 to 64 bits.
func take(source Source, wanted int) uint64 {
	if wanted <= 32 {
		return uint64(source.Uint32() >> (32 - wanted))
	}
	low := source.Uint32()
	return uint64(source.Uint32()>>(64-wanted))<<32 | uint64(low)
}

// UUID4 draws a UUID of version 4 as text; the first word drawn becomes its last 8 digits.
func UUID4(source Source) string {
	var id [16]byte
	for end := len(id); end > 0; end -= 4 {
		binary.BigEndian.PutUint32(id[end-4:end], source.Uint32())
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	digits := hex.EncodeToString(id[:])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}
