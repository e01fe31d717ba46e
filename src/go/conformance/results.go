package conformance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// resultsFolder is the environment variable that says where to write outcomes.
const resultsFolder = "DAGSTACK_CONFORMANCE_RESULTS"

type resultsFile struct {
	Language       string    `json:"language"`
	Suite          string    `json:"suite"`
	Implementation string    `json:"implementation"`
	Outcomes       []Outcome `json:"outcomes"`
}

// keep writes outcomes for those who compare implementations, if the environment asks for it.
func keep(p *plan, outcomes []Outcome) error {
	folder := os.Getenv(resultsFolder)
	if folder == "" {
		return nil
	}
	outcomes = slices.Clone(outcomes)
	slices.SortFunc(outcomes, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(a.Case, b.Case), cmp.Compare(a.Row, b.Row))
	})
	data, err := json.MarshalIndent(resultsFile{"go", p.suite.Suite, p.harness.Name, outcomes}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	name := fmt.Sprintf("go-%s-%s.json", p.suite.Suite, strings.ReplaceAll(p.harness.Name, string(filepath.Separator), "-"))
	return os.WriteFile(filepath.Join(folder, name), append(data, '\n'), 0o666)
}

// called returns the name of an implementation from that of its test.
func called(test string) string {
	return strings.TrimPrefix(test, "Test")
}
