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

// match tells why a value is not as a node expects it, or nil.
func (x *execution) match(expected, got any, names *scope) error {
	switch expected := expected.(type) {
	case []any:
		return x.matchList(expected, got, names)
	case map[string]any:
		if operators, ok := expected["$expect"].(map[string]any); ok && len(expected) == 1 {
			return x.matchOperators(operators, got, names)
		}
		if inside, ok := expected["$object"].(map[string]any); ok && len(expected) == 1 {
			return x.matchMap(inside, got, names, true)
		}
		if items, ok := expected["$record"].([]any); ok && len(expected) == 1 {
			return x.matchRecord(items, got, names)
		}
		if !isTagged(expected) {
			return x.matchMap(expected, got, names, true)
		}
	}
	want, err := x.evaluate(expected, names)
	if err != nil {
		return err
	}
	if !x.suite.equal(want, got) {
		return fmt.Errorf("expected %s, got %s", shown(want), shown(got))
	}
	return nil
}

func isTagged(value map[string]any) bool {
	for key := range value {
		return len(value) == 1 && strings.HasPrefix(key, "$")
	}
	return false
}

func (x *execution) matchList(expected []any, got any, names *scope) error {
	list := reflect.ValueOf(got)
	if !isList(list) {
		return fmt.Errorf("expected a list, got %s", shown(got))
	}
	if list.Len() != len(expected) {
		return fmt.Errorf("expected %d items, got %d: %s", len(expected), list.Len(), shown(got))
	}
	for i, each := range expected {
		if err := x.match(each, list.Index(i).Interface(), names); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	return nil
}

func (x *execution) matchMap(expected map[string]any, got any, names *scope, all bool) error {
	entries := reflect.ValueOf(got)
	if entries.Kind() != reflect.Map {
		return fmt.Errorf("expected a map, got %s", shown(got))
	}
	if all && entries.Len() != len(expected) {
		return fmt.Errorf("expected %d entries, got %s", len(expected), shown(got))
	}
	for key, each := range expected {
		found, ok := entry(entries, key)
		if !ok {
			return fmt.Errorf("entry %q is missing in %s", key, shown(got))
		}
		if err := x.match(each, found, names); err != nil {
			return fmt.Errorf("entry %q: %w", key, err)
		}
	}
	return nil
}

func (x *execution) matchRecord(items []any, got any, names *scope) error {
	name := fmt.Sprint(items[0])
	for field, each := range items[1].(map[string]any) {
		found, err := x.suite.field(name, field, got)
		if err == nil {
			err = x.match(each, found, names)
		}
		if err != nil {
			return fmt.Errorf("field %s: %w", field, err)
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
	if part, ok := operand.(map[string]any); ok && !isTagged(part) {
		return x.matchMapOrItem(part, got, names)
	}
	value := reflect.ValueOf(got)
	if isList(value) {
		return x.matchItem(operand, value, names)
	}
	want, err := x.evaluate(operand, names)
	if err != nil {
		return err
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
		return x.matchMap(want, got, names, false)
	}
	if !found {
		return fmt.Errorf("%s does not contain %s", shown(got), shown(want))
	}
	return nil
}

func (x *execution) matchMapOrItem(part map[string]any, got any, names *scope) error {
	if value := reflect.ValueOf(got); isList(value) {
		return x.matchItem(part, value, names)
	}
	return x.matchMap(part, got, names, false)
}

func (x *execution) matchItem(operand any, list reflect.Value, names *scope) error {
	reason := errors.New("it is empty")
	for i := range list.Len() {
		if reason = x.match(operand, list.Index(i).Interface(), names); reason == nil {
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
	if err := x.suite.check(tree, got); err != nil {
		return nil, err
	}
	came := x.invoke(x.context, binding{got, tree}, member, nil)
	if came.err != nil {
		return nil, came.err
	}
	return came.value, came.fault
}
