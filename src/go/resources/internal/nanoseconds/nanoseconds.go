// Package nanoseconds turns seconds into whole nanoseconds without losing any.
package nanoseconds

import (
	"math"
	"math/big"
	"time"
)

// OfSeconds returns the duration nearest to a number of seconds, the even one of two as near. The
// number is taken as exactly what it is, so nothing is lost before that one rounding. It reports
// false if seconds is not finite or does not fit.
func OfSeconds(seconds float64) (time.Duration, bool) {
	if math.IsNaN(seconds) || math.IsInf(seconds, 0) {
		return 0, false
	}
	exact := new(big.Rat).SetFloat64(seconds)
	exact.Mul(exact, big.NewRat(int64(time.Second), 1))
	whole, rest := new(big.Int).DivMod(exact.Num(), exact.Denom(), new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(exact.Denom()) {
	case 1:
		whole.Add(whole, big.NewInt(1))
	case 0:
		whole.Add(whole, big.NewInt(int64(whole.Bit(0))))
	}
	if !whole.IsInt64() {
		return 0, false
	}
	return time.Duration(whole.Int64()), true
}
