package resources

import (
	"errors"
	"fmt"

	"go.dagstack.dev/contracts"
)

// refused returns a [*contracts.InvalidArgumentError] with a reason of [fmt.Sprintf].
func refused(argument, format string, values ...any) error {
	return &contracts.InvalidArgumentError{Argument: argument, Reason: fmt.Sprintf(format, values...)}
}

// refusalOf returns the error that a resource panicked with, as one without an error to return does
// when it is closed; nil if nothing panicked. Any other cause panics on.
func refusalOf(cause any) error {
	if cause == nil {
		return nil
	}
	refusal, ok := cause.(error)
	if !ok || !errors.Is(refusal, contracts.ErrResource) {
		panic(cause)
	}
	return refusal
}
