package conformance

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"time"
)

// typeTree is a type of the specification.
type typeTree struct {
	kind  string // a scalar's name, or list, map, maybe, interface, record, enum, error, variable, subject
	name  string // of what is declared
	inner *typeTree
}

func (t *typeTree) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &t.kind); err == nil {
		return nil
	}
	var tree map[string]json.RawMessage
	if err := json.Unmarshal(data, &tree); err != nil {
		return err
	}
	for kind, inside := range tree {
		t.kind = kind
		switch kind {
		case "list", "maybe":
			t.inner = &typeTree{}
			return json.Unmarshal(inside, t.inner)
		case "map":
			t.inner = &typeTree{}
			return json.Unmarshal(inside, &[]any{&typeTree{}, t.inner})
		default:
			return json.Unmarshal(inside, &t.name)
		}
	}
	return fmt.Errorf("%s is no type", data)
}

var anyType = reflect.TypeFor[any]()

// native returns the Go type in which a harness is given values of a type.
func (t *typeTree) native() reflect.Type {
	if t == nil {
		return anyType
	}
	switch t.kind {
	case "bool":
		return reflect.TypeFor[bool]()
	case "int":
		return reflect.TypeFor[int]()
	case "int64":
		return reflect.TypeFor[int64]()
	case "float":
		return reflect.TypeFor[float64]()
	case "string", "path", "enum":
		return reflect.TypeFor[string]()
	case "bytes":
		return reflect.TypeFor[[]byte]()
	case "datetime":
		return reflect.TypeFor[time.Time]()
	case "duration":
		return reflect.TypeFor[time.Duration]()
	case "list":
		return reflect.SliceOf(t.inner.native())
	case "map":
		return reflect.MapOf(reflect.TypeFor[string](), t.inner.native())
	default:
		return anyType
	}
}

// check tells whether a result is what its type promises beyond what Go's own types say.
func (s *suite) check(t *typeTree, result any) error {
	if t == nil {
		return nil
	}
	switch t.kind {
	case "datetime":
		when, ok := result.(time.Time)
		if !ok {
			return fmt.Errorf("it is a %T, not a time.Time", result)
		}
		if when.Location() != time.UTC {
			return fmt.Errorf("its location is %v, not time.UTC", when.Location())
		}
	case "path":
		if path, ok := result.(string); !ok || !filepath.IsAbs(path) {
			return fmt.Errorf("%v is no absolute path", shown(result))
		}
	case "interface":
		return s.checkInterface(t.name, result)
	case "list":
		list := reflect.ValueOf(result)
		if !isList(list) {
			return fmt.Errorf("it is a %T, not a list", result)
		}
		for i := range list.Len() {
			if err := s.check(t.inner, list.Index(i).Interface()); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
	}
	return nil
}

func (s *suite) checkInterface(name string, result any) error {
	if isNil(result) {
		return fmt.Errorf("it is nil, not a %s", s.Interfaces[name].Name)
	}
	value := reflect.ValueOf(result)
	for _, method := range s.Interfaces[name].Methods {
		if !value.MethodByName(method.Name).IsValid() {
			return fmt.Errorf("%T has no method %s", result, method.Name)
		}
	}
	for _, property := range s.Interfaces[name].Properties {
		if !value.MethodByName(property.Name).IsValid() {
			return fmt.Errorf("%T has no method %s", result, property.Name)
		}
	}
	return nil
}
