package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// errAbsent is what a step ends with that names nothing.
var errAbsent = errors.New("nothing has that name")

// binding is a value with what is known of its type: that of a subject or an interface has members.
type binding struct {
	value any
	tree  *typeTree
}

// scope holds the names of a block. What runs at the same time writes to scopes of its own.
type scope struct {
	outer *scope
	names map[string]binding
	tasks map[string]*task
}

func (s *scope) inner() *scope {
	return &scope{outer: s, names: map[string]binding{}, tasks: map[string]*task{}}
}

func (s *scope) get(name string) (binding, error) {
	for at := s; at != nil; at = at.outer {
		if found, ok := at.names[name]; ok {
			return found, nil
		}
	}
	return binding{}, fmt.Errorf("%q: %w", name, errAbsent)
}

func (s *scope) task(name string) (*task, error) {
	for at := s; at != nil; at = at.outer {
		if found, ok := at.tasks[name]; ok {
			return found, nil
		}
	}
	return nil, fmt.Errorf("call %q: %w", name, errAbsent)
}

// task is a call that was begun.
type task struct {
	cancel context.CancelFunc
	done   chan struct{}
	result came
	end    int64 // when it ended: counts up
}

var ends atomic.Int64

// begin calls a function in a goroutine of its own. If it panics, that is what came of it.
func begin(ctx context.Context, call func(context.Context) came) *task {
	ctx, cancel := context.WithCancel(ctx)
	begun := &task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(begun.done)
		defer func() {
			if panicked := recover(); panicked != nil {
				fault := fmt.Errorf("it panicked: %v", panicked)
				begun.result = came{err: fault, fault: fault}
			}
			begun.end = ends.Add(1)
		}()
		begun.result = call(ctx)
	}()
	return begun
}
