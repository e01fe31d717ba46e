package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"time"
)

// usualLimit is how long a case, or a row of its table, may take.
const usualLimit = 60 * time.Second

// Case is a case that is executed, or one row of its table. Factories and bodies by hand are given
// it. It is safe for concurrent use.
type Case struct {
	x     *execution
	names *scope

	mu       sync.Mutex
	folder   string
	made     []binding
	cleanups []func()
}

// Name returns the case's name in the suite.
func (c *Case) Name() string { return c.x.document.Name }

// Row returns the number of the row, from 1; it is 0 for a case without a table.
func (c *Case) Row() int { return c.x.row }

// ID returns a text of lower case letters, digits and hyphens that no other case of the suite and
// no other row has.
func (c *Case) ID() string { return fmt.Sprintf("%d-%d", c.x.document.Line, c.x.row) }

// Context returns the context of the case, which ends with it.
func (c *Case) Context() context.Context { return c.x.context }

// Folder returns a folder of the case's own, the same one at each call. It is removed at the end.
func (c *Case) Folder() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.folder != "" {
		return c.folder, nil
	}
	folder, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return "", err
	}
	c.folder = folder
	c.cleanups = append(c.cleanups, func() { _ = os.RemoveAll(folder) })
	return folder, nil
}

// Cleanup calls a function when the case has ended, after its subjects were closed. Later
// functions are called first.
func (c *Case) Cleanup(call func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cleanups = append(c.cleanups, call)
}

// Make makes another subject, from options by name; those that are left out have their defaults.
func (c *Case) Make(subject string, options Values) (any, error) {
	factory, ok := c.x.factory(subject)
	if !ok {
		return nil, fmt.Errorf("conformance: nothing stands for %s", subject)
	}
	values, err := c.x.values(c.x.suite.Subjects[subject].Options, options)
	if err != nil {
		return nil, fmt.Errorf("conformance: %s: %w", subject, err)
	}
	object, err := factory(c, values)
	if err != nil {
		return nil, err
	}
	if isNil(object) {
		return nil, fmt.Errorf("the factory of %s returned nil", subject)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, binding{object, &typeTree{kind: "subject", name: subject}})
	return object, nil
}

// Given returns what a case is given under a name, or the value of a column, as a T. It panics if
// that is no T.
func Given[T any](c *Case, name string) T {
	found, err := c.names.get(name)
	if err != nil {
		panic(fmt.Sprintf("conformance: %s: %v", c.Name(), err))
	}
	if integer, ok := found.value.(whole); ok {
		found.value = int(integer)
	}
	typed, ok := found.value.(T)
	if !ok {
		panic(fmt.Sprintf("conformance: %s: %s is a %T, not a %v", c.Name(), name, found.value, reflect.TypeFor[T]()))
	}
	return typed
}

// Do calls a method or an action of what the case is given under a name, or reads a property of it,
// with arguments by name.
func (c *Case) Do(name, member string, arguments Values) (any, error) {
	on, err := c.names.get(name)
	if err != nil {
		return nil, err
	}
	result := c.x.invoke(c.x.context, on, member, arguments)
	if result.fault != nil {
		return nil, fmt.Errorf("conformance: %s.%s: %w", name, member, result.fault)
	}
	return result.value, result.err
}

// end closes what was made, the last one first, and cleans up. It returns the first failure of
// something that is judged.
func (c *Case) end() error {
	c.mu.Lock()
	made, cleanups := c.made, c.cleanups
	c.made, c.cleanups = nil, nil
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.x.context), c.x.limit)
	defer cancel()
	var first error
	for i := len(made) - 1; i >= 0; i-- {
		closed := c.x.closeObject(ctx, made[i])
		failed := closed.fault
		if failed == nil {
			failed = closed.err
		}
		_, judged := c.x.harness.Subjects[made[i].tree.name]
		if failed != nil && judged && first == nil && !errors.Is(failed, errNoClose) {
			first = fmt.Errorf("closing a %s at the end: %w", made[i].tree.name, failed)
		}
	}
	for i := len(cleanups) - 1; i >= 0; i-- {
		cleanups[i]()
	}
	return first
}
