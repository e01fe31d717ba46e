package conformance

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
)

// Harness describes an implementation that is to be judged by a suite.
type Harness struct {
	// Name is what the implementation is called in results.
	Name string

	// Subjects make the subjects of the suite for which the implementation stands, by name.
	Subjects map[string]Factory

	// Actions are actions and properties of subjects that the objects have no methods for, by
	// subject and name: "FrozenClock.advance".
	Actions map[string]Action

	// Has lists the capabilities of the suite that the implementation has.
	Has []string

	// Lacks gives a reason for each capability of the suite that the implementation lacks.
	Lacks map[string]string

	// ByHand are the bodies of cases that data cannot say, by name, in place of those that this
	// package has itself.
	ByHand map[string]Body

	// ExpectedFailures gives a reason for each case that is known to fail, by name, or by name and
	// row as in "it_counts-2". One that passes nevertheless is a failure.
	ExpectedFailures map[string]string
}

// Factory makes a subject from its options, which are all there, with their defaults. What it
// returns is closed when the case ends, in any of Go's ways.
type Factory func(c *Case, options Values) (any, error)

// Action does something with a subject, or reads a property of it, in place of a method of the
// subject's own. It panics with an error, or returns one, where the case expects an error.
type Action func(ctx context.Context, object any, arguments Values) (any, error)

// Body is a case by hand. It is given what the case is given.
type Body func(c *Case) error

// Values are arguments or options by their names in the suite; see [Value].
type Values map[string]any

// Value returns the value of a name as a T, or T's zero value if it is nothing. Integers are int,
// or int64 where the suite says so; instants are [time.Time], durations [time.Duration], lists and
// maps of what they hold, subjects what their factories returned. It panics if it is no T.
func Value[T any](values Values, name string) T {
	var none T
	value, ok := values[name]
	if !ok || value == nil {
		return none
	}
	typed, ok := value.(T)
	if !ok {
		panic(fmt.Sprintf("conformance: %s is a %T, not a %v", name, value, reflect.TypeFor[T]()))
	}
	return typed
}

// On makes an action of a function that knows the type of its object.
func On[T any](call func(ctx context.Context, object T, arguments Values) (any, error)) Action {
	return func(ctx context.Context, object any, arguments Values) (any, error) {
		typed, ok := object.(T)
		if !ok {
			return nil, fmt.Errorf("conformance: the object is a %T, not a %v", object, reflect.TypeFor[T]())
		}
		return call(ctx, typed, arguments)
	}
}

// ofGo are the capabilities that Go has or lacks, whatever the implementation.
var ofGo = map[string]string{
	"cancellation":    "",
	"dynamic_types":   "an argument of a wrong type does not compile in Go",
	"naive_datetimes": "every time.Time has a location",
	"ordered_tasks":   "goroutines run in any order",
	"threads":         "",
	"forks":           "goroutines would not survive a fork",
	"int64":           "",
}

func init() {
	if strconv.IntSize < 64 {
		ofGo["int64"] = "an int has 32 bits here"
	}
}
