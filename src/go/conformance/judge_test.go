package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.dagstack.dev/conformance"
	suites "go.dagstack.dev/contracts/conformance"
)

func judged(t *testing.T, harness conformance.Harness) []conformance.Outcome {
	t.Helper()
	outcomes, err := conformance.Judge(counterSuite, harness)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func TestAGoodImplementationPasses(t *testing.T) {
	verdicts := map[conformance.Verdict]int{}
	for _, outcome := range judged(t, harnessOf("")) {
		verdicts[outcome.Outcome]++
		if outcome.Bad() {
			t.Error(outcome)
		}
	}
	if verdicts[conformance.Passed] != 12 || verdicts[conformance.Skipped] != 1 {
		t.Errorf("there are %v", verdicts)
	}
}

func TestEveryFaultIsFoundByItsCase(t *testing.T) {
	for fault, expected := range map[string]string{
		"local times":             "values_arrive: failed: spec/conformance/counter.yaml:77: read counter.made: the result is of a wrong type: its location is Local, not time.UTC",
		"has a path that depends": `values_arrive: failed: spec/conformance/counter.yaml:78: read counter.folder: the result is of a wrong type: "counting" is no absolute path`,
		"forgets":                 "calls_overlap: failed: spec/conformance/counter.yaml:171: call counter.count: result: expected 43, got 35",
		"no limit":                "errors_are_expected: failed: spec/conformance/counter.yaml:136: call counter.add: expected CounterFull, but it returned 4",
		"panics with a text":      "call other.count: it panicked: closed",
		"shares bytes":            `bytes_are_copied, row 1: failed: spec/conformance/counter.yaml:127: check: expected bytes "text", got bytes "\x8b\x9a\x87\x8b"`,
		"returns at once":         "calls_overlap: failed: spec/conformance/counter.yaml:155: pending: five has ended with <nil>, <nil>",
		"swallows a cancellation": "wait never: expected Cancelled, but it returned <nil>",
		"points to nothing":       "call counter.any_of: it panicked: runtime error: invalid memory address or nil pointer dereference",
		"has no child":            "call counter.child: the result is of a wrong type: it is nil, not a Counter",
		"fails to close":          "closing a Counter at the end: it does not close",
		"miscounts":               "by_hand_it_counts, row 2: failed: spec/conformance/counter.yaml:190: the limit is 3 in row 2",
	} {
		t.Run(fault, func(t *testing.T) {
			var failures []string
			for _, outcome := range judged(t, harnessOf(fault)) {
				if outcome.Bad() {
					failures = append(failures, outcome.String())
				}
			}
			if !slices.ContainsFunc(failures, func(text string) bool { return strings.Contains(text, expected) }) {
				t.Errorf("the failures are %q", failures)
			}
		})
	}
}

func TestAHarnessThatDoesNotFitIsRefused(t *testing.T) {
	for _, about := range harnesses(t) {
		t.Run(about.Because, func(t *testing.T) {
			harness := conformance.Harness{
				Name: "Mine", Has: about.Has, Lacks: about.Lacks, ExpectedFailures: about.ExpectedFailures,
				Subjects: map[string]conformance.Factory{},
				Actions:  map[string]conformance.Action{},
				ByHand:   map[string]conformance.Body{},
			}
			for _, name := range about.Subjects {
				harness.Subjects[name] = nil
			}
			for _, name := range about.Actions {
				harness.Actions[name] = nil
			}
			for _, name := range about.ByHand {
				harness.ByHand[name] = nil
			}
			err := conformance.Fits(suitesByName[about.Suite], harness)
			got := ""
			if err != nil {
				got = err.Error()
			}
			want := ""
			if len(about.Problems) > 0 {
				want = "Mine cannot be put before the suite " + about.Suite + ":\n- " + strings.Join(about.Problems, "\n- ")
			}
			if got != want {
				t.Errorf("the error is %q", got)
			}
		})
	}
}

type aboutHarness struct {
	Because, Suite         string
	Subjects, Has, Actions []string
	ByHand                 []string `json:"by_hand"`
	Lacks                  map[string]string
	ExpectedFailures       map[string]string `json:"expected_failures"`
	Problems               []string
}

var suitesByName = map[string][]byte{
	"blob_store": suites.BlobStore, "rng": suites.Rng, "tmpdir": suites.Tmpdir,
}

// harnesses returns those that the runners of all languages are tried with.
func harnesses(t *testing.T) (read []aboutHarness) {
	t.Helper()
	data, err := os.ReadFile("../../../tests/harnesses/harnesses.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestWhatIsNoSuiteIsRefused(t *testing.T) {
	for text, reason := range map[string]string{
		`[]`:            "this is no suite",
		`{"format": 2}`: "the suite has format 2, and this package reads 1",
	} {
		if _, err := conformance.Judge([]byte(text), harnessOf("")); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestAnErrorThatIsOnlyCalledSoIsNoneOfTheSpecification(t *testing.T) {
	elsewhere := bytes.ReplaceAll(counterSuite, []byte("go.dagstack.dev/conformance_test"), []byte("else.where"))
	outcomes, err := conformance.Judge(elsewhere, harnessOf(""))
	if err != nil {
		t.Fatal(err)
	}
	for _, outcome := range outcomes {
		if strings.Contains(outcome.Reason, "expected CounterFullError, got") {
			return
		}
	}
	t.Errorf("it is taken for one: %v", outcomes)
}

func TestKnownFailuresMustFail(t *testing.T) {
	harness := harnessOf("forgets")
	harness.ExpectedFailures = map[string]string{"calls_overlap": "it forgets", "it_counts-2": "it is told to"}
	bad := []string{}
	for _, outcome := range judged(t, harness) {
		if outcome.Case == "calls_overlap" && outcome.Outcome != conformance.ExpectedFailure {
			t.Error(outcome)
		}
		if outcome.Bad() {
			bad = append(bad, outcome.String())
		}
	}
	if fmt.Sprint(bad) != "[it_counts, row 2: unexpected_pass: spec/conformance/counter.yaml:80: it passes, but is to fail: it is told to]" {
		t.Errorf("the failures are %q", bad)
	}
}

func TestWhatIsLackingIsSkippedForItsReason(t *testing.T) {
	harness := harnessOf("")
	harness.Has, harness.Lacks = nil, map[string]string{"twins": "each is the only one"}
	for _, outcome := range judged(t, harness) {
		switch outcome.Case {
		case "twins_are_one":
			if outcome.String() != "twins_are_one: skipped: twins: each is the only one" {
				t.Error(outcome)
			}
		case "not_for_go":
			if outcome.Reason != "dynamic_types: an argument of a wrong type does not compile in Go" {
				t.Error(outcome)
			}
		default:
			if outcome.Outcome != conformance.Passed {
				t.Error(outcome)
			}
		}
	}
}

func TestCasesAboutOthersAreNotCounted(t *testing.T) {
	harness := harnessOf("")
	delete(harness.Subjects, "Log")
	for _, outcome := range judged(t, harness) {
		if outcome.Case == "calls_overlap" || outcome.Case == "operators_hold" {
			t.Error(outcome)
		}
	}
}

func TestWhatCannotBeMadeOrClosedIsSaidSo(t *testing.T) {
	for said, made := range map[string]any{
		"the factory of TempDir returned nil":                    nil,
		"struct {}: it has no Close: give the harness an action": struct{}{},
	} {
		harness := conformance.Harness{
			Subjects: map[string]conformance.Factory{
				"TempDir": func(*conformance.Case, conformance.Values) (any, error) { return made, nil },
			},
			Lacks: map[string]string{"kill": "it does not live", "exit_hooks": "it does not live"},
		}
		outcomes, err := conformance.Judge(suites.Tmpdir, harness)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(outcomes, func(o conformance.Outcome) bool { return strings.Contains(o.Reason, said) }) {
			t.Errorf("nobody says that %s", said)
		}
	}
}

func TestWhatTakesTooLongIsToldByItsStep(t *testing.T) {
	harness := harnessOf("")
	over := make(chan struct{})
	defer close(over)
	harness.Actions["Counter.folder"] = func(context.Context, any, conformance.Values) (any, error) {
		<-over // it heeds no context
		return 0, nil
	}
	outcomes, err := conformance.JudgeWithin(counterSuite, harness, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	reasons := []string{}
	for _, outcome := range outcomes {
		reasons = append(reasons, outcome.Reason)
	}
	if !slices.ContainsFunc(reasons, func(reason string) bool {
		return strings.HasPrefix(reason, "spec/conformance/counter.yaml:78: it took more than 1s")
	}) {
		t.Errorf("the reasons are %q", reasons)
	}
}

func TestABodyIsNeeded(t *testing.T) {
	harness := harnessOf("")
	harness.ByHand = nil
	outcomes := judged(t, harness)
	last := outcomes[len(outcomes)-1].String()
	if last != "by_hand_it_counts, row 2: failed: spec/conformance/counter.yaml:190: no body: the case is done by hand, give the harness one\nits row: {\"limit\":3}" {
		t.Error(last)
	}
}

func TestABodyMayGoWrongInAnyWay(t *testing.T) {
	for what, body := range map[string]conformance.Body{
		"a reason":              func(*conformance.Case) error { return errors.New("a reason") },
		"it panicked: a reason": func(*conformance.Case) error { panic("a reason") },
		"ended its goroutine":   func(*conformance.Case) error { (&testing.T{}).SkipNow(); return nil },
	} {
		harness := harnessOf("")
		harness.ByHand["by_hand_it_counts"] = body
		outcomes := judged(t, harness)
		if last := outcomes[len(outcomes)-1]; last.Outcome != conformance.Failed || !strings.Contains(last.Reason, what) {
			t.Errorf("%s: %v", what, last)
		}
	}
}

func TestOutcomesAreWrittenWhereTheEnvironmentSays(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "folder")
	t.Setenv("DAGSTACK_CONFORMANCE_RESULTS", folder)
	harness := harnessOf("")
	harness.Name = "a/counter"
	conformance.Run(t, counterSuite, harness)
	data, err := os.ReadFile(filepath.Join(folder, "go-counter-a-counter.json"))
	if err != nil {
		t.Fatal(err)
	}
	var written struct {
		Language, Suite, Implementation string
		Outcomes                        []conformance.Outcome
	}
	if err := json.Unmarshal(data, &written); err != nil {
		t.Fatal(err)
	}
	if written.Language != "go" || written.Suite != "counter" || written.Implementation != "a/counter" {
		t.Errorf("it says %v", written)
	}
	if len(written.Outcomes) != 13 || !slices.IsSortedFunc(written.Outcomes, func(a, b conformance.Outcome) int {
		return strings.Compare(fmt.Sprint(a.Case, a.Row), fmt.Sprint(b.Case, b.Row))
	}) {
		t.Errorf("the outcomes are %v", written.Outcomes)
	}
}
