package conformance

import (
	"fmt"
	"math/big"
	"reflect"
)

// convert makes of a value one of a Go type. Nothing at all is the zero value.
func (s *suite) convert(value any, target reflect.Type) (reflect.Value, error) {
	if isNil(value) {
		return reflect.Zero(target), nil
	}
	switch value := value.(type) {
	case whole, *big.Int:
		return convertInteger(value, target)
	case record:
		return s.convertRecord(value, target)
	}
	source := reflect.ValueOf(value)
	switch {
	case target == anyType:
		return s.convertAny(value)
	case target.Kind() == reflect.Pointer && !source.Type().AssignableTo(target):
		inside, err := s.convert(value, target.Elem())
		if err != nil {
			return inside, err
		}
		pointer := reflect.New(target.Elem())
		pointer.Elem().Set(inside)
		return pointer, nil
	case source.Type().AssignableTo(target) && !holdsWritten(value):
		return source, nil
	case isList(source) && target.Kind() == reflect.Slice:
		return s.convertList(source, target)
	case source.Kind() == reflect.Map && target.Kind() == reflect.Map:
		return s.convertMap(source, target)
	case isNumber(source) == isNumber(reflect.Zero(target)) && source.Type().ConvertibleTo(target) &&
		source.Kind() != reflect.Slice && target.Kind() != reflect.Slice:
		return source.Convert(target), nil
	default:
		return reflect.Value{}, fmt.Errorf("%s does not fit %v", shown(value), target)
	}
}

// holdsWritten tells whether a value may hold integers as a case has written them.
func holdsWritten(value any) bool {
	switch value.(type) {
	case []any, map[string]any:
		return true
	default:
		return false
	}
}

// convertAny gives integers and what holds them the types that a Go caller would use.
func (s *suite) convertAny(value any) (reflect.Value, error) {
	switch value := value.(type) {
	case []any:
		return s.convertList(reflect.ValueOf(value), reflect.TypeFor[[]any]())
	case map[string]any:
		return s.convertMap(reflect.ValueOf(value), reflect.TypeFor[map[string]any]())
	default:
		return reflect.ValueOf(value), nil
	}
}

func convertInteger(value any, target reflect.Type) (reflect.Value, error) {
	integer, ok := value.(*big.Int)
	if written, isWhole := value.(whole); isWhole {
		integer, ok = big.NewInt(int64(written)), true
	}
	result := reflect.New(target).Elem()
	switch {
	case !ok:
	case target == anyType && fits[int](integer):
		return reflect.ValueOf(int(integer.Int64())), nil
	case target == anyType && integer.IsUint64():
		return reflect.ValueOf(integer.Uint64()), nil
	case target == anyType:
		return reflect.ValueOf(integer), nil
	case result.CanInt() && integer.IsInt64() && !result.OverflowInt(integer.Int64()):
		result.SetInt(integer.Int64())
		return result, nil
	case result.CanUint() && integer.IsUint64() && !result.OverflowUint(integer.Uint64()):
		result.SetUint(integer.Uint64())
		return result, nil
	case result.CanFloat():
		nearest, _ := new(big.Float).SetInt(integer).Float64()
		result.SetFloat(nearest)
		return result, nil
	case target.Kind() == reflect.Pointer:
		inside, err := convertInteger(value, target.Elem())
		if err != nil {
			return inside, err
		}
		pointer := reflect.New(target.Elem())
		pointer.Elem().Set(inside)
		return pointer, nil
	}
	return reflect.Value{}, fmt.Errorf("%v does not fit %v", value, target)
}

func fits[T int | int64](integer *big.Int) bool {
	return integer.IsInt64() && int64(T(integer.Int64())) == integer.Int64()
}

func (s *suite) convertList(source reflect.Value, target reflect.Type) (reflect.Value, error) {
	list := reflect.MakeSlice(target, source.Len(), source.Len())
	for i := range source.Len() {
		item, err := s.convert(source.Index(i).Interface(), target.Elem())
		if err != nil {
			return item, fmt.Errorf("item %d: %w", i, err)
		}
		list.Index(i).Set(item)
	}
	return list, nil
}

func (s *suite) convertMap(source reflect.Value, target reflect.Type) (reflect.Value, error) {
	entries := reflect.MakeMapWithSize(target, source.Len())
	for _, key := range source.MapKeys() {
		value, err := s.convert(source.MapIndex(key).Interface(), target.Elem())
		if err != nil {
			return value, fmt.Errorf("entry %v: %w", key, err)
		}
		entries.SetMapIndex(key.Convert(target.Key()), value)
	}
	return entries, nil
}

func (s *suite) convertRecord(value record, target reflect.Type) (reflect.Value, error) {
	if target.Kind() != reflect.Struct {
		return reflect.Value{}, fmt.Errorf("the record %s does not fit %v", value.name, target)
	}
	result := reflect.New(target).Elem()
	for name, each := range value.fields {
		field := result.FieldByName(s.Records[value.name].Fields[name])
		if !field.IsValid() {
			return field, fmt.Errorf("%v has no field for %s of the record %s", target, name, value.name)
		}
		inside, err := s.convert(each, field.Type())
		if err != nil {
			return inside, fmt.Errorf("field %s: %w", name, err)
		}
		field.Set(inside)
	}
	return result, nil
}
