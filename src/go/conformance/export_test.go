package conformance

import "time"

// SetLimit lets a test wait for less than a minute, and returns what takes that back.
func SetLimit(shorter time.Duration) (undo func()) {
	before := limit
	limit = shorter
	return func() { limit = before }
}

// Fits tells the tests what is wrong with a harness, without executing anything.
func Fits(suite []byte, harness Harness) error {
	_, err := newPlan(suite, harness)
	return err
}
