package resources

import (
	"fmt"
	"reflect"
	"strings"

	"go.dagstack.dev/contracts"
)

// standardInterfaces are those that contracts.CheckResource checks, by the name of the resource. A
// test holds the two together.
var standardInterfaces = map[string]reflect.Type{
	"blob_store":  reflect.TypeFor[contracts.BlobStore](),
	"clock":       reflect.TypeFor[contracts.Clock](),
	"http_client": reflect.TypeFor[contracts.HTTPClient](),
	"rng":         reflect.TypeFor[contracts.Rng](),
	"tmpdir":      reflect.TypeFor[contracts.TempDir](),
}

// checkFit refuses what is not the resource that its standard name promises, with a
// [*contracts.UnfitResourceError], and nil, which stands for a missing resource. The origin says
// where the resource comes from.
func checkFit(name string, resource any, origin string) error {
	if isNil(resource) {
		return refused("resource", "%s, %s, is nil, which stands for a missing resource", name, origin)
	}
	err := contracts.CheckResource(name, resource)
	if err == nil {
		return nil
	}
	unfit := &contracts.UnfitResourceError{
		Argument: "resource", Resource: name, Interface: name, Problems: []string{err.Error()},
	}
	if want, known := standardInterfaces[name]; known {
		unfit.Interface, unfit.Problems = want.Name(), lacks(reflect.TypeOf(resource), want)
	}
	unfit.Reason = fmt.Sprintf("%s (%s has type %T)", strings.Join(unfit.Problems, "; "), origin, resource)
	return unfit
}

// lacks lists the methods of an interface that a type does not have, or has in another form.
func lacks(have, want reflect.Type) []string {
	if have.Kind() != reflect.Pointer && reflect.PointerTo(have).Implements(want) {
		return []string{fmt.Sprintf("only a pointer to %v has all the methods", have)}
	}
	var problems []string
	for i := range want.NumMethod() {
		method := want.Method(i)
		found, there := have.MethodByName(method.Name)
		switch {
		case !there:
			problems = append(problems, "no method "+signature(method.Name, method.Type, 0))
		case signature("", found.Type, 1) != signature("", method.Type, 0):
			problems = append(problems, fmt.Sprintf("method %s, not %s",
				signature(method.Name, found.Type, 1), signature(method.Name, method.Type, 0)))
		}
	}
	return problems
}

// signature writes a method as its declaration has it, without its first parameters.
func signature(name string, method reflect.Type, without int) string {
	var in, out []string
	for i := without; i < method.NumIn(); i++ {
		in = append(in, method.In(i).String())
	}
	for i := range method.NumOut() {
		out = append(out, method.Out(i).String())
	}
	written := name + "(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
		return written
	case 1:
		return written + " " + out[0]
	}
	return written + " (" + strings.Join(out, ", ") + ")"
}

// isNil reports whether a value is nil, also one that hides in a type.
func isNil(value any) bool {
	if value == nil {
		return true
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return v.IsNil()
	default:
		return false
	}
}
