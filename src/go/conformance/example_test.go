package conformance_test

import (
	"fmt"
	"time"

	"go.dagstack.dev/conformance"
	suites "go.dagstack.dev/contracts/conformance"
)

// localClock shows the right instant in a zone of its own, and the specification asks for UTC.
type localClock struct{ *conformance.WireClock }

func (c localClock) Now() time.Time {
	return c.WireClock.Now().In(time.FixedZone("", 3600))
}

func ExampleJudge() {
	outcomes, err := conformance.Judge(suites.Clock, conformance.Harness{
		Name: "localClock",
		Subjects: map[string]conformance.Factory{
			"Clock": func(*conformance.Case, conformance.Values) (any, error) {
				return localClock{conformance.NewWireClock(time.Now())}, nil
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, outcome := range outcomes {
		if outcome.Bad() {
			fmt.Println(outcome.Case, outcome.Outcome) // outcome.Reason has the line of the suite, and what came
			break
		}
	}
	// Output: now_lies_in_our_time failed
}
