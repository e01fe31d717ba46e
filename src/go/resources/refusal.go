package resources

import (
	"fmt"

	"go.dagstack.dev/contracts"
)

// refused returns a [*contracts.InvalidArgumentError] with a reason of [fmt.Sprintf].
func refused(argument, format string, values ...any) error {
	return &contracts.InvalidArgumentError{Argument: argument, Reason: fmt.Sprintf(format, values...)}
}
