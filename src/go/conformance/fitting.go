package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// problems returns all that is wrong with a harness, in the words of every language's runner.
func (p *plan) problems() []string {
	found := slices.Concat(p.checkCapabilities(), p.checkSubjects(), p.checkBodies(), p.checkFailures())
	slices.Sort(found)
	return slices.Compact(found)
}

func (p *plan) checkCapabilities() (problems []string) {
	for _, name := range p.harness.Has {
		if _, both := p.harness.Lacks[name]; both {
			problems = append(problems, fmt.Sprintf("capability %s is both had and lacking", name))
		}
	}
	for _, name := range slices.Concat(p.harness.Has, slices.Collect(maps.Keys(p.harness.Lacks))) {
		_, isSuites := p.suite.Capabilities[name]
		_, isGos := ofGo[name]
		switch {
		case !isSuites && !isGos:
			problems = append(problems, fmt.Sprintf(
				"the suite has no capability %s; it has: %s", name, listed(p.suite.Capabilities)))
		case !isSuites && slices.Contains(p.harness.Has, name):
			problems = append(problems, fmt.Sprintf(
				"capability %s belongs to the language: an implementation may lack it, not have it", name))
		}
	}
	for name, reason := range p.harness.Lacks {
		if isBlank(reason) {
			problems = append(problems, fmt.Sprintf("capability %s is lacking without a reason", name))
		}
	}
	for name, summary := range p.suite.Capabilities {
		if _, lacking := p.harness.Lacks[name]; !lacking && !slices.Contains(p.harness.Has, name) {
			problems = append(problems, fmt.Sprintf("capability %s is neither had nor lacking: %s", name, summary))
		}
	}
	return problems
}

func (p *plan) checkSubjects() (problems []string) {
	for name := range p.harness.Subjects {
		if _, ok := p.suite.Subjects[name]; !ok {
			problems = append(problems, fmt.Sprintf(
				"the suite has no subject %s; it has: %s", name, listed(p.suite.Subjects)))
		}
	}
	for name := range p.harness.Actions {
		of, member, _ := strings.Cut(name, ".")
		declared, exists := p.suite.Subjects[of]
		_, isAction := declared.Actions[member]
		_, isProperty := declared.Properties[member]
		if !exists || !isAction && !isProperty && member != "close" {
			problems = append(problems, fmt.Sprintf("the suite has no action or property %s", name))
		}
	}
	return problems
}

func (p *plan) checkBodies() (problems []string) {
	for name := range p.harness.ByHand {
		switch found := p.find(name); {
		case found == nil || found.Name != name:
			problems = append(problems, fmt.Sprintf("the suite has no case %s, for which there is a body", name))
		case found.ByHand == "":
			problems = append(problems, fmt.Sprintf("case %s is done in steps, not by hand", name))
		}
	}
	return problems
}

func (p *plan) checkFailures() (problems []string) {
	if len(p.cases) == 0 {
		alone := "no subject"
		if len(p.harness.Subjects) > 0 {
			alone = listed(p.harness.Subjects) + " alone"
		}
		problems = append(problems, "no case of the suite is about it: it stands for "+alone)
	}
	for name, reason := range p.harness.ExpectedFailures {
		found := p.find(name)
		switch {
		case found == nil:
			problems = append(problems, fmt.Sprintf("the suite has no case %s, which is to fail", name))
		case !slices.Contains(p.cases, found):
			problems = append(problems, fmt.Sprintf("case %s is to fail, but is not about it", name))
		case p.missing(found) != "":
			problems = append(problems, fmt.Sprintf("case %s is to fail, but is skipped: %s", name, p.missing(found)))
		}
		if isBlank(reason) {
			problems = append(problems, fmt.Sprintf("case %s is to fail without a reason", name))
		}
	}
	return problems
}

// find returns the case of this name, or that of the row of this name, or nil.
func (p *plan) find(name string) *caseDocument {
	for i := range p.suite.Cases {
		each := &p.suite.Cases[i]
		if each.Name == name {
			return each
		}
		for row := range each.Table {
			if rowName(each, row+1) == name {
				return each
			}
		}
	}
	return nil
}

// rowName returns what a row of a case is called among expected failures.
func rowName(c *caseDocument, row int) string { return fmt.Sprintf("%s-%d", c.Name, row) }

func isBlank(reason string) bool { return strings.TrimSpace(reason) == "" }

func listed[V any](named map[string]V) string {
	if len(named) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(named)), ", ")
}
