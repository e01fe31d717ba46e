package resources_test

import (
	"errors"
	"testing"
)

// panicsWith checks that a call panics with an error that is want, and returns it.
func panicsWith(t *testing.T, want error, call func()) error {
	t.Helper()
	var got error
	func() {
		defer func() {
			value := recover()
			err, isError := value.(error)
			if !isError {
				t.Fatalf("the call panicked with %v, not with an error", value)
			}
			got = err
		}()
		call()
	}()
	if !errors.Is(got, want) {
		t.Fatalf("the call panicked with %v, not with %v", got, want)
	}
	return got
}

// isA checks that an error is want, and returns it as an E.
func isA[E error](t *testing.T, want, err error) E {
	t.Helper()
	var typed E
	if !errors.Is(err, want) || !errors.As(err, &typed) {
		t.Fatalf("%v (%T) is not %v", err, err, want)
	}
	return typed
}
