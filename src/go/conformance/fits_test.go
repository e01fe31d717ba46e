package conformance

// Fits tells the tests what is wrong with a harness, without executing anything.
func Fits(suite []byte, harness Harness) error {
	_, err := newPlan(suite, harness)
	return err
}
