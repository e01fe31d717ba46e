package conformance

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// cancelled and failures are names of errors that belong to no specification.
const (
	cancelled = "Cancelled"
	failures  = "Failures"
)

// find returns the error of a class of the specification in the tree of an error. A class of the same
// name in another package is none: errors.Is and errors.As would not know it.
func find(err error, class errorTable) (reflect.Value, bool) {
	pending := []error{err}
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		if next == nil {
			continue
		}
		value := reflect.Indirect(reflect.ValueOf(next))
		if value.IsValid() && value.Type().Name() == class.Name && value.Type().PkgPath() == class.Home {
			return value, true
		}
		pending = append(pending, children(next)...)
	}
	return reflect.Value{}, false
}

func children(err error) []error {
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		return []error{wrapper.Unwrap()}
	case interface{ Unwrap() []error }:
		return wrapper.Unwrap()
	default:
		return nil
	}
}

// messages returns the texts of all errors that one bundles, or its own. A bundle shows what is in
// it, unlike an error that unwraps to what it also is.
func messages(err error) []string {
	if texts := bundled(err); len(texts) > 0 {
		return texts
	}
	return []string{err.Error()}
}

func bundled(err error) (texts []string) {
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		if inner := wrapper.Unwrap(); inner != nil {
			return bundled(inner)
		}
	case interface{ Unwrap() []error }:
		for _, each := range wrapper.Unwrap() {
			if !strings.Contains(err.Error(), each.Error()) {
				return nil
			}
			texts = append(texts, messages(each)...)
		}
	}
	return texts
}

// checkRaised compares an error with what a step says of it.
func (x *execution) checkRaised(want *raises, err error, names *scope) error {
	fields := func(name string) (any, error) { return nil, fmt.Errorf("nothing has a field %s", name) }
	switch want.Error {
	case failures:
	case cancelled:
		if !errors.Is(err, context.Canceled) {
			return fmt.Errorf("expected context.Canceled, got %s", shown(err))
		}
	default:
		class := x.suite.Errors[want.Error]
		found, ok := find(err, class)
		if !ok {
			return fmt.Errorf("expected %s, got %s", class.Name, shown(err))
		}
		fields = func(name string) (any, error) {
			field := found.FieldByName(class.Fields[name].Name)
			if !field.IsValid() {
				return nil, fmt.Errorf("%s has no field for %s", class.Name, name)
			}
			return field.Interface(), nil
		}
	}
	for name, expected := range want.Fields {
		var got any
		var failed error
		switch name {
		case "message":
			got = err.Error()
		case "messages":
			got = messages(err)
		default:
			got, failed = fields(name)
		}
		if failed == nil {
			failed = x.match(expected.value, got, names)
		}
		if failed != nil {
			return fmt.Errorf("%s of %s: %w", name, shown(err), failed)
		}
	}
	return nil
}
