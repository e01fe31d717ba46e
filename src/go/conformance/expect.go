package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// expectation is what a case expects in the place of a value.
type expectation struct {
	operators map[string]any
	names     *scope
}

// match tells why a value is not as a node expects it, or nil.
func (x *execution) match(expected, got any, names *scope) error {
	want, err := x.evaluate(expected, names)
	if err != nil {
		return err
	}
	return x.matchValue(want, got)
}

// matchValue is match for what was evaluated before, such as a column.
func (x *execution) matchValue(want, got any) error {
	switch want := want.(type) {
	case expectation:
		return x.matchOperators(want.operators, got, want.names)
	case record:
		return x.matchRecord(want, got)
	case []any:
		return x.matchList(want, got)
	case map[string]any:
		return x.matchMap(want, got, true)
	}
	if !equal(want, got) {
		return fmt.Errorf("expected %s, got %s", shown(want), shown(got))
	}
	return nil
}

func (x *execution) matchList(want []any, got any) error {
	list := reflect.ValueOf(got)
	if !isList(list) {
		return fmt.Errorf("expected a list, got %s", shown(got))
	}
	if list.Len() != len(want) {
		return fmt.Errorf("expected %d items, got %d: %s", len(want), list.Len(), shown(got))
	}
	for i, each := range want {
		if err := x.matchValue(each, list.Index(i).Interface()); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	return nil
}

func (x *execution) matchMap(want map[string]any, got any, all bool) error {
	entries := reflect.ValueOf(got)
	if entries.Kind() != reflect.Map {
		return fmt.Errorf("expected a map, got %s", shown(got))
	}
	if all && entries.Len() != len(want) {
		return fmt.Errorf("expected %d entries, got %s", len(want), shown(got))
	}
	for key, each := range want {
		found, ok := entry(entries, key)
		if !ok {
			return fmt.Errorf("entry %q is missing in %s", key, shown(got))
		}
		if err := x.matchValue(each, found); err != nil {
			return fmt.Errorf("entry %q: %w", key, err)
		}
	}
	return nil
}

func (x *execution) matchRecord(want record, got any) error {
	for name, each := range want.fields {
		found, err := x.suite.field(want.name, name, got)
		if err == nil {
			err = x.matchValue(each, found)
		}
		if err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
	}
	return nil
}

func (x *execution) matchOperators(operators map[string]any, got any, names *scope) error {
	for operator, operand := range operators {
		if err := x.matchOperator(operator, operand, got, names); err != nil {
			return err
		}
	}
	return nil
}

func (x *execution) matchOperator(operator string, operand, got any, names *scope) error {
	switch operator {
	case "anything":
		return nil
	case "not":
		if x.match(operand, got, names) == nil {
			return fmt.Errorf("%s is what is not expected", shown(got))
		}
		return nil
	case "one_of":
		return x.matchOneOf(operand.([]any), got, names)
	case "each":
		return x.matchEach(operand, got, names)
	case "contains":
		return x.matchContains(operand, got, names)
	case "has":
		return x.matchMembers(operand.(map[string]any), got, names)
	}
	want, err := x.evaluate(operand, names)
	if err != nil {
		return err
	}
	if !holds(operator, want, got) {
		return fmt.Errorf("expected $%s: %s, got %s", operator, shown(want), shown(got))
	}
	return nil
}

// holds tells whether an operator with a plain operand holds.
func holds(operator string, want, got any) bool {
	switch operator {
	case "between":
		ends := want.([]any)
		return holds("at_least", ends[0], got) && holds("at_most", ends[1], got)
	case "at_least", "at_most", "less_than", "more_than":
		order, ok := order(got, want)
		return ok && map[string]bool{
			"at_least": order >= 0, "at_most": order <= 0, "less_than": order < 0, "more_than": order > 0,
		}[operator]
	case "length":
		size, ok := length(got)
		wanted, isWhole := want.(whole)
		return ok && isWhole && size == int(wanted)
	case "matches", "starts_with", "ends_with":
		return holdsOfText(operator, fmt.Sprint(want), got)
	case "sorted":
		texts, ok := got.([]string)
		return ok && slices.IsSorted(texts) && len(slices.Compact(slices.Clone(texts))) == len(texts)
	case "same_as":
		return identical(want, got)
	default:
		panic(fmt.Sprintf("the operator $%s is not known to this package", operator))
	}
}

func holdsOfText(operator, want string, got any) bool {
	text, ok := got.(string)
	switch operator {
	case "starts_with":
		return ok && strings.HasPrefix(text, want)
	case "ends_with":
		return ok && strings.HasSuffix(text, want)
	default:
		return ok && regexp.MustCompile(`\A(?:`+want+`)\z`).MatchString(text)
	}
}

func length(of any) (int, bool) {
	switch of := of.(type) {
	case string:
		return utf8.RuneCountInString(of), true
	case []byte:
		return len(of), true
	}
	value := reflect.ValueOf(of)
	if isList(value) || value.Kind() == reflect.Map {
		return value.Len(), true
	}
	return 0, false
}

func (x *execution) matchOneOf(choices []any, got any, names *scope) error {
	for _, each := range choices {
		if x.match(each, got, names) == nil {
			return nil
		}
	}
	return fmt.Errorf("%s is none of the %d values expected", shown(got), len(choices))
}

func (x *execution) matchEach(operand, got any, names *scope) error {
	value := reflect.ValueOf(got)
	switch {
	case isList(value):
		for i := range value.Len() {
			if err := x.match(operand, value.Index(i).Interface(), names); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
	case value.Kind() == reflect.Map:
		for _, key := range value.MapKeys() {
			if err := x.match(operand, value.MapIndex(key).Interface(), names); err != nil {
				return fmt.Errorf("entry %v: %w", key, err)
			}
		}
	default:
		return fmt.Errorf("expected a list or a map, got %s", shown(got))
	}
	return nil
}

func (x *execution) matchContains(operand, got any, names *scope) error {
	want, err := x.evaluate(operand, names)
	if err != nil {
		return err
	}
	if list := reflect.ValueOf(got); isList(list) {
		return x.matchItem(want, list)
	}
	found := false
	switch want := want.(type) {
	case string:
		text, ok := got.(string)
		found = ok && strings.Contains(text, want)
	case []byte:
		data, ok := got.([]byte)
		found = ok && bytes.Contains(data, want)
	case map[string]any:
		return x.matchMap(want, got, false)
	}
	if !found {
		return fmt.Errorf("%s does not contain %s", shown(got), shown(want))
	}
	return nil
}

func (x *execution) matchItem(want any, list reflect.Value) error {
	reason := errors.New("it is empty")
	for i := range list.Len() {
		if reason = x.matchValue(want, list.Index(i).Interface()); reason == nil {
			return nil
		}
	}
	return fmt.Errorf("no item of %s is as expected, the last one as %w", shown(list.Interface()), reason)
}

// matchMembers looks at properties and methods without arguments, or at fields of a record.
func (x *execution) matchMembers(operand map[string]any, got any, names *scope) error {
	name := fmt.Sprint(operand["type"])
	for member, expected := range operand["members"].(map[string]any) {
		value, err := x.member(name, member, got)
		if err == nil {
			err = x.match(expected, value, names)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", member, err)
		}
	}
	return nil
}

func (x *execution) member(of, member string, got any) (any, error) {
	if _, ok := x.suite.Records[of]; ok {
		return x.suite.field(of, member, got)
	}
	tree := &typeTree{kind: "interface", name: of}
	if _, ok := x.suite.Subjects[of]; ok && x.suite.Interfaces[of].Name == "" {
		tree.kind = "subject"
	}
	if err := x.suite.check(tree, got); err != nil {
		return nil, err
	}
	result := x.invoke(x.context, binding{got, tree}, member, nil)
	return result.value, errors.Join(result.err, result.fault)
}
