package conformance

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// plan is what is to be done with a suite for one harness.
type plan struct {
	suite   *suite
	harness Harness
	builtin Harness
	lacks   map[string]string
	cases   []*caseDocument
	limit   time.Duration
}

// newPlan reads a suite and holds the harness against it; the error names all that is wrong.
func newPlan(data []byte, harness Harness) (*plan, error) {
	read, err := readSuite(data)
	if err != nil {
		return nil, err
	}
	made := &plan{
		suite: read, harness: harness, builtin: fixtures[read.Suite], lacks: lackings(harness), limit: usualLimit,
	}
	for i := range read.Cases {
		if made.applies(&read.Cases[i]) {
			made.cases = append(made.cases, &read.Cases[i])
		}
	}
	if problems := made.problems(); len(problems) > 0 {
		return nil, fmt.Errorf("%s cannot be put before the suite %s:\n- %s",
			harness.Name, read.Suite, strings.Join(problems, "\n- "))
	}
	return made, nil
}

// lackings returns what the implementation lacks, or Go itself, each for a reason.
func lackings(harness Harness) map[string]string {
	all := together(ofGo, harness.Lacks)
	maps.DeleteFunc(all, func(name, reason string) bool {
		_, declared := harness.Lacks[name]
		return reason == "" && !declared
	})
	return all
}

// applies tells whether a case is about the implementation. All its subjects must be there, and at
// least one of them be the harness's.
func (p *plan) applies(c *caseDocument) bool {
	own := false
	for _, name := range c.subjects() {
		_, judged := p.harness.Subjects[name]
		_, around := p.builtin.Subjects[name]
		if !judged && !around {
			return false
		}
		own = own || judged
	}
	return own
}

// missing returns which capabilities a case needs in vain, and why, or "".
func (p *plan) missing(c *caseDocument) string {
	var reasons []string
	for _, name := range c.Needs {
		if reason, lacking := p.lacks[name]; lacking {
			reasons = append(reasons, name+": "+reason)
		}
	}
	return strings.Join(reasons, "; ")
}

func (p *plan) factory(name string) (Factory, bool) {
	factory, ok := p.harness.Subjects[name]
	if !ok {
		factory, ok = p.builtin.Subjects[name]
	}
	return factory, ok
}

func (p *plan) action(name string) (Action, bool) {
	action, ok := p.harness.Actions[name]
	if !ok {
		action, ok = p.builtin.Actions[name]
	}
	return action, ok
}

func (p *plan) body(name string) (Body, bool) {
	body, ok := p.harness.ByHand[name]
	if !ok {
		body, ok = p.builtin.ByHand[name]
	}
	return body, ok
}

// fixtures are what this package brings to suites, by name: subjects around those under test, and
// bodies of cases by hand.
var fixtures = map[string]Harness{}

// provide adds to the fixtures of a suite.
func provide(suite string, more Harness) {
	merged := fixtures[suite]
	merged.Subjects = together(merged.Subjects, more.Subjects)
	merged.Actions = together(merged.Actions, more.Actions)
	merged.ByHand = together(merged.ByHand, more.ByHand)
	fixtures[suite] = merged
}

func together[V any](first, second map[string]V) map[string]V {
	both := map[string]V{}
	maps.Copy(both, first)
	maps.Copy(both, second)
	return both
}
