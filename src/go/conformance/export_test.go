package conformance

import "time"

// Fits tells the tests what is wrong with a harness, without executing anything.
func Fits(suite []byte, harness Harness) error {
	_, err := newPlan(suite, harness)
	return err
}

// JudgeWithin is [Judge] with less time for each case.
func JudgeWithin(suite []byte, harness Harness, limit time.Duration) ([]Outcome, error) {
	made, err := newPlan(suite, harness)
	if err != nil {
		return nil, err
	}
	made.limit = limit
	return made.judgeAll(), nil
}
