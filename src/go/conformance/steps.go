package conformance

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// settling is how long a call that should be pending is given to end by mistake.
const settling = 5 * time.Millisecond

// failedStep is a step that failed, so that the steps around it do not name themselves as well.
type failedStep struct{ error }

// Unwrap returns why it failed.
func (f failedStep) Unwrap() error { return f.error }

// steps executes a block in a scope of its own names.
func (x *execution) steps(block []step, names *scope) error {
	for i := range block {
		x.line.Store(int64(block[i].Line))
		what, err := x.step(&block[i], names)
		if _, named := err.(failedStep); named {
			return err
		}
		if err != nil {
			return failedStep{fmt.Errorf("%s:%d: %s: %w", x.suite.Source, block[i].Line, what, err)}
		}
	}
	return nil
}

// step executes one step and says what it was.
func (x *execution) step(s *step, names *scope) (string, error) {
	switch {
	case s.Call != nil:
		return "call " + strings.Join(s.Call, "."), x.call(s, s.Call, names)
	case s.Read != nil:
		return "read " + strings.Join(s.Read, "."), x.call(s, s.Read, names)
	case s.Make != nil:
		return "make " + s.Make.Subject, x.makeStep(s, names)
	case s.Start != nil:
		return "start " + strings.Join(s.Start, "."), x.start(s, names)
	case s.Wait != "":
		return "wait " + s.Wait, x.wait(s, names)
	case s.Cancel != "":
		return "cancel " + s.Cancel, withTask(names, s.Cancel, func(t *task) error { t.cancel(); return nil })
	case s.Pending != nil:
		return "pending", x.pending(s.Pending, names)
	case s.Ended != nil:
		return "ended", x.ended(s.Ended, names)
	case s.Let != nil:
		return "let", x.let(s.Let, names)
	case s.Overwrite.set:
		return "overwrite", x.overwrite(s.Overwrite.value, names)
	case s.Check.set:
		return "check", x.check(s, names)
	case s.For != "" || s.Together != "":
		return "for " + s.For + s.Together, x.loop(s, names)
	case s.Branches != nil:
		return "branches", x.branches(s.Branches, names)
	default:
		return "step", fmt.Errorf("this package does not know what it does")
	}
}

func (x *execution) call(s *step, path []string, names *scope) error {
	on, err := names.get(path[0])
	if err != nil {
		return err
	}
	args, err := x.arguments(s.Args, names)
	if err != nil {
		return err
	}
	return x.conclude(s, x.invoke(x.context, on, path[1], args), names)
}

// conclude compares what came of a call with what the step says of it, and keeps the result.
func (x *execution) conclude(s *step, result came, names *scope) error {
	if result.fault != nil {
		return result.fault
	}
	if s.Raises != nil {
		if result.err == nil {
			return fmt.Errorf("expected %s, but it returned %s", s.Raises.Error, shown(result.value))
		}
		return x.checkRaised(s.Raises, result.err, names)
	}
	if result.err != nil {
		return fmt.Errorf("it failed with %s", shown(result.err))
	}
	if s.Returns.set {
		if err := x.match(s.Returns.value, result.value, names); err != nil {
			return fmt.Errorf("result: %w", err)
		}
	}
	if s.As != "" {
		names.names[s.As] = binding{result.value, result.tree}
	}
	return nil
}

func (x *execution) makeStep(s *step, names *scope) error {
	object, err := x.make(s.Make.Subject, s.Make.Options, names)
	return x.conclude(s, came{value: object.value, tree: object.tree, err: err}, names)
}

func (x *execution) start(s *step, names *scope) error {
	on, err := names.get(s.Start[0])
	if err != nil {
		return err
	}
	args, err := x.arguments(s.Args, names)
	if err != nil {
		return err
	}
	begun := begin(x.context, func(ctx context.Context) came {
		return x.invoke(ctx, on, s.Start[1], args)
	})
	x.owner.Cleanup(begun.cancel)
	names.tasks[s.As] = begun
	return nil
}

func withTask(names *scope, name string, do func(*task) error) error {
	found, err := names.task(name)
	if err != nil {
		return err
	}
	return do(found)
}

func (x *execution) wait(s *step, names *scope) error {
	return withTask(names, s.Wait, func(t *task) error {
		select {
		case <-t.done:
			return x.conclude(s, t.result, names)
		case <-x.context.Done():
			return fmt.Errorf("it has not ended within %v", x.limit)
		}
	})
}

func (x *execution) pending(tasks []string, names *scope) error {
	timer := time.NewTimer(settling)
	defer timer.Stop()
	<-timer.C
	for _, name := range tasks {
		err := withTask(names, name, func(t *task) error {
			select {
			case <-t.done:
				return fmt.Errorf("%s has ended with %s, %v", name, shown(t.result.value), t.result.err)
			default:
				return nil
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *execution) ended(tasks []string, names *scope) error {
	var last int64
	for _, name := range tasks {
		err := withTask(names, name, func(t *task) error {
			select {
			case <-t.done:
			default:
				return fmt.Errorf("%s has not ended", name)
			}
			if t.end < last {
				return fmt.Errorf("%s ended before the one that is expected before it", name)
			}
			last = t.end
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *execution) let(pairs [][2]node, names *scope) error {
	for _, pair := range pairs {
		value, err := x.evaluate(pair[1].value, names)
		if err != nil {
			return err
		}
		names.names[fmt.Sprint(pair[0].value)] = binding{value: value}
	}
	return nil
}

func (x *execution) overwrite(what any, names *scope) error {
	value, err := x.evaluate(what, names)
	if data, ok := value.([]byte); ok {
		for i := range data {
			data[i] ^= 0xff
		}
	}
	return err
}

func (x *execution) check(s *step, names *scope) error {
	value, err := x.evaluate(s.Check.value, names)
	if err != nil {
		return err
	}
	return x.match(s.Is.value, value, names)
}

func (x *execution) loop(s *step, names *scope) error {
	items, err := x.items(s.In.value, names)
	if err != nil {
		return err
	}
	blocks := make([]func() error, len(items))
	for i, item := range items {
		own := names.inner()
		own.names[s.For+s.Together] = binding{value: item}
		blocks[i] = func() error { return x.steps(s.Do, own) }
	}
	if s.Together != "" {
		return atOnce(blocks)
	}
	for _, block := range blocks {
		if err := block(); err != nil {
			return err
		}
	}
	return nil
}

func (x *execution) items(in any, names *scope) ([]any, error) {
	value, err := x.evaluate(in, names)
	if err != nil {
		return nil, err
	}
	if ends, ok := value.(map[string]any); ok {
		from, _ := ends["from"].(whole)
		to, _ := ends["to"].(whole)
		var items []any
		for n := from; n <= to; n++ {
			items = append(items, n)
		}
		return items, nil
	}
	list := reflect.ValueOf(value)
	if !isList(list) {
		return nil, fmt.Errorf("%s is no list", shown(value))
	}
	items := make([]any, list.Len())
	for i := range items {
		items[i] = list.Index(i).Interface()
	}
	return items, nil
}

func (x *execution) branches(lists [][]step, names *scope) error {
	blocks := make([]func() error, len(lists))
	for i, list := range lists {
		own := names.inner()
		blocks[i] = func() error { return x.steps(list, own) }
	}
	return atOnce(blocks)
}

// atOnce runs blocks in goroutines of their own, which begin together, and returns the first
// failure by their order.
func atOnce(blocks []func() error) error {
	failures := make([]error, len(blocks))
	started := make(chan struct{})
	var running sync.WaitGroup
	for i, block := range blocks {
		running.Add(1)
		go func() {
			defer running.Done()
			defer func() {
				if panicked := recover(); panicked != nil {
					failures[i] = fmt.Errorf("it panicked: %v", panicked)
				}
			}()
			<-started
			failures[i] = block()
		}()
	}
	close(started)
	running.Wait()
	for _, failed := range failures {
		if failed != nil {
			return failed
		}
	}
	return nil
}
