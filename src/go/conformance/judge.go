package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
)

// Verdict is what came of a case, or of a row of its table.
type Verdict string

// The verdicts.
const (
	Passed          Verdict = "passed"
	Failed          Verdict = "failed"
	Skipped         Verdict = "skipped"          // a capability is lacking
	ExpectedFailure Verdict = "expected_failure" // it is known to fail
	UnexpectedPass  Verdict = "unexpected_pass"  // it was known to fail; this counts as a failure
)

// Outcome is what came of a case, or of a row of its table.
type Outcome struct {
	Case    string  `json:"case"`
	Row     int     `json:"row"` // from 1; 0 for a case without a table
	Outcome Verdict `json:"outcome"`
	Reason  string  `json:"reason"` // why it was skipped, or failed
}

// Bad tells whether the outcome is a failure.
func (o Outcome) Bad() bool { return o.Outcome == Failed || o.Outcome == UnexpectedPass }

// String says which case it is and what came of it.
func (o Outcome) String() string {
	text := o.Case
	if o.Row > 0 {
		text = fmt.Sprintf("%s, row %d", text, o.Row)
	}
	text += ": " + string(o.Outcome)
	if o.Reason != "" {
		text += ": " + o.Reason
	}
	return text
}

// Judge executes all cases of a suite that are about an implementation, and tells what came of
// each. It returns an error if suite is no suite, or the harness does not fit it. See [Run] for
// tests.
func Judge(suite []byte, harness Harness) ([]Outcome, error) {
	made, err := newPlan(suite, harness)
	if err != nil {
		return nil, err
	}
	return made.judgeAll(), nil
}

func (p *plan) judgeAll() (outcomes []Outcome) {
	for _, each := range p.cases {
		for _, row := range rows(each) {
			outcomes = append(outcomes, p.judge(context.Background(), each, row))
		}
	}
	return outcomes
}

// Run executes all cases of a suite that are about an implementation, each as a subtest of its
// name, with the rows of its table as subtests of that by their numbers. It fails the test at once
// if suite is no suite, or the harness does not fit it. Without a name the harness is called after
// the test.
//
// If the environment variable DAGSTACK_CONFORMANCE_RESULTS names a folder, the outcomes are written
// there.
func Run(t *testing.T, suite []byte, harness Harness) {
	t.Helper()
	if harness.Name == "" {
		harness.Name = called(t.Name())
	}
	made, err := newPlan(suite, harness)
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []Outcome
	for _, each := range made.cases {
		t.Run(each.Name, func(t *testing.T) {
			for _, row := range rows(each) {
				tell := func(t *testing.T) {
					outcome := made.judge(t.Context(), each, row)
					outcomes = append(outcomes, outcome)
					report(t, outcome)
				}
				if row == 0 {
					tell(t)
				} else {
					t.Run(fmt.Sprint(row), tell)
				}
			}
		})
	}
	if err := keep(made, outcomes); err != nil {
		t.Error(err)
	}
}

func report(t *testing.T, outcome Outcome) {
	t.Helper()
	switch {
	case outcome.Bad():
		t.Error(outcome)
	case outcome.Outcome == Skipped:
		t.Skip(outcome.Reason)
	case outcome.Outcome == ExpectedFailure:
		t.Log(outcome)
	}
}

// shownRow returns what a row has in its columns, for a line of its own.
func shownRow(c *caseDocument, row int) string {
	if row == 0 {
		return ""
	}
	cells := map[string]any{}
	for column, cell := range c.Table[row-1] {
		cells[column] = cell.value
	}
	text, err := json.Marshal(cells)
	if err != nil {
		return ""
	}
	return "\nits row: " + cut(string(text))
}

// rows returns the numbers of a case's rows; a case without a table has the one row 0.
func rows(c *caseDocument) []int {
	numbers := []int{}
	for i := range c.Table {
		numbers = append(numbers, i+1)
	}
	if len(numbers) == 0 {
		numbers = append(numbers, 0)
	}
	return numbers
}

func (p *plan) judge(ctx context.Context, c *caseDocument, row int) Outcome {
	outcome := Outcome{Case: c.Name, Row: row}
	if reason := p.missing(c); reason != "" {
		outcome.Outcome, outcome.Reason = Skipped, reason
		return outcome
	}
	expected, known := p.harness.ExpectedFailures[c.Name]
	if !known {
		expected, known = p.harness.ExpectedFailures[rowName(c, row)]
	}
	err := p.execute(ctx, c, row)
	switch {
	case err == nil && known:
		outcome.Outcome = UnexpectedPass
		outcome.Reason = fmt.Sprintf("%s:%d: it passes, but is to fail: %s", p.suite.Source, c.Line, expected)
	case err == nil:
		outcome.Outcome = Passed
	case known:
		outcome.Outcome, outcome.Reason = ExpectedFailure, expected
	default:
		outcome.Outcome, outcome.Reason = Failed, err.Error()+shownRow(c, row)
	}
	return outcome
}
