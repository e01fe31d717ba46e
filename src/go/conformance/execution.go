package conformance

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// execution is one case, or one row of its table, being executed.
type execution struct {
	*plan
	document *caseDocument
	row      int
	context  context.Context
	owner    *Case
	line     atomic.Int64 // of the step under way, or of the case
}

// execute executes a case, or a row (from 1) of its table, and returns why it failed, or nil.
func (p *plan) execute(ctx context.Context, document *caseDocument, row int) error {
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	x := &execution{plan: p, document: document, row: row, context: ctx}
	x.line.Store(int64(document.Line))
	x.owner = &Case{x: x, names: (*scope)(nil).inner()}
	done := make(chan error, 1)
	go func() {
		err := errLeft
		defer func() { done <- err }() // also if t.FailNow ends the goroutine
		err = x.guarded()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	// A call that heeds its context comes back now, and may tell more.
	select {
	case err := <-done:
		if err != nil {
			return err
		}
	default:
	}
	return fmt.Errorf("%s:%d: it took more than %v", p.suite.Source, x.line.Load(), p.limit)
}

var errLeft = errors.New("conformance: a factory or a body has ended its goroutine: return an error in place of t.FailNow")

// guarded executes the case and ends it, whatever panics.
func (x *execution) guarded() (err error) {
	defer func() {
		if closing := x.owner.end(); err == nil && closing != nil {
			err = fmt.Errorf("%s:%d: %w", x.suite.Source, x.document.Line, closing)
		}
	}()
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("%s:%d: it panicked: %v\n%s", x.suite.Source, x.document.Line, panicked, debug.Stack())
		}
	}()
	return x.all()
}

func (x *execution) all() error {
	names := x.owner.names
	if err := x.prepare(names); err != nil {
		return fmt.Errorf("%s:%d: %w", x.suite.Source, x.document.Line, err)
	}
	if x.document.ByHand == "" {
		return x.steps(x.document.Steps, names)
	}
	body, ok := x.body(x.document.Name)
	if !ok {
		return fmt.Errorf("%s:%d: no body: the case is done by hand, give the harness one", x.suite.Source, x.document.Line)
	}
	if err := body(x.owner); err != nil {
		return fmt.Errorf("%s:%d: %w", x.suite.Source, x.document.Line, err)
	}
	return nil
}

// prepare evaluates the row and makes what is given.
func (x *execution) prepare(names *scope) error {
	if x.row > 0 {
		for column, cell := range x.document.Table[x.row-1] {
			value, err := x.evaluate(cell.value, nil)
			if err != nil {
				return fmt.Errorf("column %s: %w", column, err)
			}
			names.names[column] = binding{value: value}
		}
	}
	for _, given := range x.document.Given {
		object, err := x.make(given.Subject, given.Options, names)
		if err != nil {
			return fmt.Errorf("making %s, a %s: %w", given.Name, given.Subject, err)
		}
		names.names[given.Name] = object
	}
	return nil
}

func (x *execution) make(subject string, options map[string]node, names *scope) (binding, error) {
	values, err := x.arguments(options, names)
	if err != nil {
		return binding{}, err
	}
	object, err := x.owner.Make(subject, values)
	return binding{object, &typeTree{kind: "subject", name: subject}}, err
}

func (x *execution) arguments(written map[string]node, names *scope) (map[string]any, error) {
	values := make(map[string]any, len(written))
	for name, each := range written {
		value, err := x.evaluate(each.value, names)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		values[name] = value
	}
	return values, nil
}
