package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"runtime/debug"
)

// came is what comes of a call: a value, an error of the method's own, or a fault of the
// implementation, the harness or the case.
type came struct {
	value any
	tree  *typeTree
	err   error
	fault error
}

func faulty(format string, arguments ...any) came {
	return came{fault: fmt.Errorf(format, arguments...)}
}

// invoke calls a method or an action, or reads a property, with evaluated arguments.
func (x *execution) invoke(ctx context.Context, on binding, member string, args map[string]any) came {
	if on.tree == nil {
		return faulty("%s has no members", shown(on.value))
	}
	if on.tree.kind == "interface" {
		return x.invokeInterface(ctx, on, on.tree.name, member, args)
	}
	declared, ok := x.suite.Subjects[on.tree.name]
	if !ok {
		return faulty("%s has no members", shown(on.value))
	}
	if member == "close" {
		return x.closeObject(ctx, on)
	}
	if action, ok := declared.Actions[member]; ok {
		return x.invokeAction(ctx, on, member, action.Params, action.Returns, args)
	}
	if property, ok := declared.Properties[member]; ok {
		return x.invokeAction(ctx, on, member, nil, property.Type, nil)
	}
	for _, name := range declared.Is {
		table := x.suite.Interfaces[name]
		if _, ok := table.Methods[member]; ok {
			return x.invokeInterface(ctx, on, name, member, args)
		}
		if _, ok := table.Properties[member]; ok {
			return x.invokeInterface(ctx, on, name, member, args)
		}
	}
	return faulty("%s has no member %s", on.tree.name, member)
}

func (x *execution) invokeInterface(
	ctx context.Context, on binding, name, member string, args map[string]any,
) came {
	table := x.suite.Interfaces[name]
	method, ok := table.Methods[member]
	if property, isProperty := table.Properties[member]; isProperty {
		method, ok = methodTable{Name: property.Name, Returns: property.Type}, true
	}
	if !ok {
		return faulty("%s has no member %s", name, member)
	}
	function := reflect.ValueOf(on.value).MethodByName(method.Name)
	if !function.IsValid() {
		return faulty("%T has no method %s", on.value, method.Name)
	}
	inputs, err := x.inputs(ctx, method, function.Type(), args)
	if err != nil {
		return came{fault: fmt.Errorf("%s.%s: %w", name, member, err)}
	}
	result := results(function, inputs, !method.Fails)
	result.tree = method.Returns
	return x.checked(result)
}

// checked holds a result against its declared type.
func (x *execution) checked(result came) came {
	if result.err == nil && result.fault == nil {
		if err := x.suite.check(result.tree, result.value); err != nil {
			result.fault = fmt.Errorf("the result is of a wrong type: %w", err)
		}
	}
	return result
}

var contextType = reflect.TypeFor[context.Context]()

// inputs are the arguments of a method: a context if it takes one, params, and the options.
func (x *execution) inputs(
	ctx context.Context, method methodTable, function reflect.Type, args map[string]any,
) ([]reflect.Value, error) {
	var inputs []reflect.Value
	if function.NumIn() > 0 && function.In(0) == contextType {
		inputs = append(inputs, reflect.ValueOf(ctx))
	}
	expected := len(inputs) + len(method.Params)
	if len(method.Options) > 0 {
		expected++
	}
	if function.NumIn() != expected {
		return nil, fmt.Errorf("the method is %v, which takes %d arguments and not %d", function, function.NumIn(), expected)
	}
	for _, param := range method.Params {
		input, err := x.suite.convert(args[param.Name], function.In(len(inputs)))
		if err != nil {
			return nil, fmt.Errorf("argument %s: %w", param.Name, err)
		}
		inputs = append(inputs, input)
	}
	if len(method.Options) == 0 {
		return inputs, nil
	}
	options := reflect.New(function.In(len(inputs))).Elem()
	for _, option := range method.Options {
		field := options.FieldByName(option.Field)
		if !field.IsValid() {
			return nil, fmt.Errorf("%v has no field %s", options.Type(), option.Field)
		}
		value, err := x.suite.convert(args[option.Name], field.Type())
		if err != nil {
			return nil, fmt.Errorf("option %s: %w", option.Name, err)
		}
		field.Set(value)
	}
	return append(inputs, options), nil
}

// results calls a function. A panic with an error is a refusal if refuses says so; any other
// panic is a fault.
func results(function reflect.Value, inputs []reflect.Value, refuses bool) (result came) {
	defer func() {
		switch panicked := recover().(type) {
		case nil:
		case runtime.Error:
			result = faulty("it panicked: %v\n%s", panicked, debug.Stack())
		case error:
			if refuses {
				result = came{err: panicked}
				return
			}
			result = faulty("it panicked with %s in place of returning it", shown(panicked))
		default:
			result = faulty("it panicked: %v\n%s", panicked, debug.Stack())
		}
	}()
	outputs := function.Call(inputs)
	if last := len(outputs) - 1; last >= 0 && outputs[last].Type() == reflect.TypeFor[error]() {
		result.err, _ = outputs[last].Interface().(error)
		outputs = outputs[:last]
	}
	if len(outputs) > 0 {
		result.value = outputs[0].Interface()
	}
	return result
}

// invokeAction calls what the harness has for an action or a property, or else the object's own
// method of that name.
func (x *execution) invokeAction(
	ctx context.Context, on binding, member string, params slots, returns *typeTree, args map[string]any,
) came {
	values, err := x.values(params, args)
	if err != nil {
		return came{fault: fmt.Errorf("%s.%s: %w", on.tree.name, member, err)}
	}
	var result came
	if action, ok := x.action(on.tree.name + "." + member); ok {
		result = results(reflect.ValueOf(action), []reflect.Value{
			reflect.ValueOf(ctx), reflect.ValueOf(&on.value).Elem(), reflect.ValueOf(values),
		}, true)
	} else {
		function := reflect.ValueOf(on.value).MethodByName(exported(member))
		if !function.IsValid() {
			return faulty("%T has no method %s: give the harness the action %s.%s",
				on.value, exported(member), on.tree.name, member)
		}
		method := methodTable{}
		for _, param := range params {
			method.Params = append(method.Params, struct{ Name string }{param.name})
		}
		inputs, err := x.inputs(ctx, method, function.Type(), values)
		if err != nil {
			return came{fault: fmt.Errorf("%s.%s: %w", on.tree.name, member, err)}
		}
		result = results(function, inputs, true)
	}
	result.tree = returns
	return x.checked(result)
}

// values gives arguments, or options, the Go types of what is declared, and defaults.
func (x *execution) values(declared slots, given map[string]any) (Values, error) {
	values := Values{}
	for _, each := range declared {
		value, ok := given[each.name]
		if !ok && each.Default.set {
			var err error
			if value, err = x.evaluate(each.Default.value, nil); err != nil {
				return nil, err
			}
		}
		tree := each.Type
		if tree.kind == "maybe" {
			if tree = tree.inner; isNil(value) {
				values[each.name] = nil
				continue
			}
		}
		native, err := x.suite.convert(value, tree.native())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.name, err)
		}
		values[each.name] = native.Interface()
	}
	return values, nil
}

// errNoClose is why an object cannot be closed.
var errNoClose = errors.New("it has no Close: give the harness an action for it")

// closeObject closes what can be closed, in one of Go's ways.
func (x *execution) closeObject(ctx context.Context, on binding) came {
	if action, ok := x.action(on.tree.name + ".close"); ok {
		_, err := action(ctx, on.value, nil)
		return came{err: err}
	}
	var closing func() error
	switch object := on.value.(type) {
	case io.Closer:
		closing = object.Close
	case interface{ Close(context.Context) error }:
		closing = func() error { return object.Close(ctx) }
	case interface{ Close() }:
		closing = func() error { object.Close(); return nil }
	default:
		return came{fault: fmt.Errorf("%T: %w", on.value, errNoClose)}
	}
	return results(reflect.ValueOf(closing), nil, false)
}
