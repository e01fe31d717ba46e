package conformance

import (
	"context"
	"strings"
	"testing"
)

// An implementation that panics fails its case, and not the whole run of the tests.
func TestAPanicInAGoroutineIsTheResultOfItsCall(t *testing.T) {
	begun := begin(t.Context(), func(context.Context) came { panic("out of order") })
	<-begun.done
	for _, err := range []error{begun.result.err, begun.result.fault} {
		if err == nil || !strings.Contains(err.Error(), "out of order") {
			t.Errorf("it ends with %v", err)
		}
	}
}
