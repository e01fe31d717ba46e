package consumer

import (
	"context"
	"testing"

	"example.com/acme"
	suites "example.com/acme/conformance"
	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
)

type limiter struct{ left int }

var _ acme.Limiter = (*limiter)(nil)

func (l *limiter) Acquire(_ context.Context, permits int) (int, error) {
	if permits < 1 {
		return 0, &contracts.InvalidArgumentError{Argument: "permits", Reason: "too few"}
	}
	if permits > l.left {
		return 0, &acme.ExhaustedError{Left: l.left}
	}
	l.left -= permits
	return l.left, nil
}

// InvalidArgumentError is called like an error of the specification, and is none.
type InvalidArgumentError struct{ Argument string }

func (InvalidArgumentError) Error() string { return "too few" }

type impostor struct{ limiter }

func (l *impostor) Acquire(ctx context.Context, permits int) (int, error) {
	if permits < 1 {
		return 0, &InvalidArgumentError{Argument: "permits"}
	}
	return l.limiter.Acquire(ctx, permits)
}

func harness(made acme.Limiter) conformance.Harness {
	return conformance.Harness{Name: "Limiter", Subjects: map[string]conformance.Factory{
		"Limiter": func(*conformance.Case, conformance.Values) (any, error) { return made, nil },
	}}
}

func TestALimiter(t *testing.T) {
	conformance.Run(t, suites.Limiter, conformance.Harness{Subjects: map[string]conformance.Factory{
		"Limiter": func(*conformance.Case, conformance.Values) (any, error) { return &limiter{10}, nil },
	}})
}

func TestAnImpostor(t *testing.T) {
	outcomes, err := conformance.Judge(suites.Limiter, harness(&impostor{limiter{10}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range outcomes {
		if each.Bad() != (each.Case == "fewer_than_one_are_refused") {
			t.Error(each)
		}
	}
}
