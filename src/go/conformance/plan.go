package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// plan is what is to be done with a suite for one harness.
type plan struct {
	suite   *suite
	harness Harness
	builtin Harness
	lacks   map[string]string
	cases   []*caseDocument
}

// newPlan reads a suite and holds the harness against it; the error names all that is wrong.
func newPlan(data []byte, harness Harness) (*plan, error) {
	read, err := readSuite(data)
	if err != nil {
		return nil, err
	}
	made := &plan{suite: read, harness: harness, builtin: fixtures[read.Suite], lacks: map[string]string{}}
	problems := slices.Concat(
		made.checkCapabilities(), made.checkSubjects(), made.checkCases(),
	)
	if len(problems) > 0 {
		slices.Sort(problems)
		return nil, fmt.Errorf("conformance: the harness of %s does not fit the suite %s:\n- %s",
			harness.Name, read.Suite, strings.Join(problems, "\n- "))
	}
	for i := range read.Cases {
		if made.applies(&read.Cases[i]) {
			made.cases = append(made.cases, &read.Cases[i])
		}
	}
	return made, nil
}

func (p *plan) checkCapabilities() (problems []string) {
	known := func(name string) {
		_, isSuites := p.suite.Capabilities[name]
		_, isGos := ofGo[name]
		switch {
		case isGos && !isSuites:
			problems = append(problems, fmt.Sprintf("capability %s belongs to the language, not to the harness", name))
		case !isSuites:
			problems = append(problems, fmt.Sprintf("capability %s does not exist", name))
		}
	}
	for _, name := range p.harness.Has {
		known(name)
		if _, both := p.harness.Lacks[name]; both {
			problems = append(problems, fmt.Sprintf("capability %s is both had and lacking", name))
		}
	}
	for name, reason := range ofGo {
		if reason != "" {
			p.lacks[name] = reason
		}
	}
	for name, reason := range p.harness.Lacks {
		known(name)
		if reason == "" {
			problems = append(problems, fmt.Sprintf("capability %s is lacking without a reason", name))
		}
		p.lacks[name] = reason
	}
	for name := range p.suite.Capabilities {
		_, lacking := p.harness.Lacks[name]
		_, isGos := ofGo[name]
		if !lacking && !isGos && !slices.Contains(p.harness.Has, name) {
			problems = append(problems, fmt.Sprintf("capability %s is neither had nor lacking", name))
		}
	}
	return problems
}

func (p *plan) checkSubjects() (problems []string) {
	if len(p.harness.Subjects) == 0 {
		problems = append(problems, "it stands for no subject")
	}
	for name := range p.harness.Subjects {
		if _, ok := p.suite.Subjects[name]; !ok {
			problems = append(problems, fmt.Sprintf("subject %s does not exist", name))
		}
	}
	for name := range p.harness.Actions {
		of, member, _ := strings.Cut(name, ".")
		declared := p.suite.Subjects[of]
		_, isAction := declared.Actions[member]
		_, isProperty := declared.Properties[member]
		if !isAction && !isProperty && member != "close" {
			problems = append(problems, fmt.Sprintf("action %s does not exist", name))
		}
	}
	return problems
}

func (p *plan) checkCases() (problems []string) {
	rows, byHand := map[string]int{}, map[string]bool{}
	for _, each := range p.suite.Cases {
		rows[each.Name] = len(each.Table)
		byHand[each.Name] = each.ByHand != ""
	}
	for name := range p.harness.ByHand {
		if _, exists := rows[name]; !exists {
			problems = append(problems, fmt.Sprintf("case %s does not exist", name))
		} else if !byHand[name] {
			problems = append(problems, fmt.Sprintf("case %s has steps and is not done by hand", name))
		}
	}
	for name, reason := range p.harness.ExpectedFailures {
		bare, row, hasRow := strings.Cut(name, "-")
		count, exists := rows[bare]
		var number int
		if hasRow {
			_, err := fmt.Sscanf(row, "%d", &number)
			exists = exists && err == nil && number >= 1 && number <= count
		}
		if !exists {
			problems = append(problems, fmt.Sprintf("case %s, which is to fail, does not exist", name))
		}
		if reason == "" {
			problems = append(problems, fmt.Sprintf("case %s is to fail without a reason", name))
		}
	}
	return problems
}

// applies tells whether a case is about the implementation. All its subjects must be there, and at
// least one of them be the harness's; a case by hand may make that one in its body.
func (p *plan) applies(c *caseDocument) bool {
	own := c.ByHand != ""
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

// missing returns why a case cannot be executed, or "".
func (p *plan) missing(c *caseDocument) string {
	var reasons []string
	for _, name := range slices.Sorted(slices.Values(c.Needs)) {
		if reason, lacking := p.lacks[name]; lacking {
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(slices.Compact(reasons), "; ")
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
