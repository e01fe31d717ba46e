package conformance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// equal tells whether two values are the same one in the specification's terms, whatever Go's types.
func equal(want, got any) bool {
	a, b := reflect.ValueOf(want), reflect.ValueOf(got)
	switch {
	case isList(a) && isList(b):
		return equalLists(a, b)
	case isNil(want) || isNil(got):
		return isNil(want) && isNil(got)
	case a.Kind() == reflect.Map && b.Kind() == reflect.Map:
		return equalMaps(a, b)
	case b.Kind() == reflect.Pointer && a.Kind() != reflect.Pointer:
		return equal(want, b.Elem().Interface())
	}
	if data, ok := want.([]byte); ok {
		other, ok := got.([]byte)
		return ok && bytes.Equal(data, other)
	}
	if order, ok := order(want, got); ok {
		return order == 0
	}
	if isNumber(a) && isNumber(b) {
		return isNaN(want) && isNaN(got)
	}
	return identical(want, got) || reflect.DeepEqual(want, got)
}

func equalLists(a, b reflect.Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !equal(a.Index(i).Interface(), b.Index(i).Interface()) {
			return false
		}
	}
	return true
}

func equalMaps(a, b reflect.Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, key := range a.MapKeys() {
		other, found := entry(b, key.String())
		if !found || !equal(a.MapIndex(key).Interface(), other) {
			return false
		}
	}
	return true
}

// field returns a field of a record by its name in the specification.
func (s *suite) field(recordName, name string, of any) (any, error) {
	value := reflect.Indirect(reflect.ValueOf(of))
	if value.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s is no %s", shown(of), recordName)
	}
	field := value.FieldByName(s.Records[recordName].Fields[name])
	if !field.IsValid() {
		return nil, fmt.Errorf("%T has no field for %s of the record %s", of, name, recordName)
	}
	return field.Interface(), nil
}

// entry returns what a map with texts as keys has under a key.
func entry(entries reflect.Value, key string) (any, bool) {
	if entries.Kind() != reflect.Map || entries.Type().Key().Kind() != reflect.String {
		return nil, false
	}
	found := entries.MapIndex(reflect.ValueOf(key).Convert(entries.Type().Key()))
	if !found.IsValid() {
		return nil, false
	}
	return found.Interface(), true
}

// identical tells whether two values are one object, or for texts and numbers equal ones.
func identical(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if !x.IsValid() || !y.IsValid() {
		return x.IsValid() == y.IsValid()
	}
	if isNumber(x) || x.Kind() == reflect.String {
		order, ok := order(a, b)
		return ok && order == 0
	}
	if x.Type() != y.Type() {
		return false
	}
	switch x.Kind() {
	case reflect.Slice, reflect.Map:
		return x.UnsafePointer() == y.UnsafePointer() && x.Len() == y.Len()
	default:
		return x.Comparable() && y.Comparable() && a == b
	}
}

// order compares two numbers, instants, durations or texts; false if they have no order.
func order(a, b any) (int, bool) {
	switch x := a.(type) {
	case time.Time:
		y, ok := b.(time.Time)
		return x.Compare(y), ok
	case time.Duration:
		y, ok := b.(time.Duration)
		return cmp.Compare(x, y), ok
	}
	if x, ok := rational(a); ok {
		y, ok := rational(b)
		if ok {
			return x.Cmp(y), true
		}
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	switch {
	case isNumber(x) && isNumber(y) && !isNaN(a) && !isNaN(b): // one of them is infinite
		return cmp.Compare(nearest(a), nearest(b)), true
	case x.Kind() == reflect.String && y.Kind() == reflect.String:
		return strings.Compare(x.String(), y.String()), true
	default:
		return 0, false
	}
}

func rational(number any) (*big.Rat, bool) {
	switch number := number.(type) {
	case time.Duration:
		return nil, false
	case *big.Int:
		return new(big.Rat).SetInt(number), true
	case json.Number:
		return new(big.Rat).SetString(number.String())
	}
	value := reflect.ValueOf(number)
	switch {
	case value.CanInt():
		return new(big.Rat).SetInt64(value.Int()), true
	case value.CanUint():
		return new(big.Rat).SetUint64(value.Uint()), true
	case value.CanFloat() && !math.IsInf(value.Float(), 0) && !math.IsNaN(value.Float()):
		return new(big.Rat).SetFloat64(value.Float()), true
	default:
		return nil, false
	}
}

// nearest returns the float nearest to a number, which may be infinite.
func nearest(number any) float64 {
	if exact, ok := rational(number); ok {
		float, _ := exact.Float64()
		return float
	}
	return reflect.ValueOf(number).Float()
}

func isNaN(number any) bool {
	value := reflect.ValueOf(number)
	return value.CanFloat() && math.IsNaN(value.Float())
}

func isNumber(value reflect.Value) bool {
	if !value.IsValid() {
		return false
	}
	switch value.Type() {
	case reflect.TypeFor[*big.Int](), reflect.TypeFor[json.Number]():
		return true
	case reflect.TypeFor[time.Duration]():
		return false
	}
	return value.CanInt() || value.CanUint() || value.CanFloat()
}

func isList(value reflect.Value) bool {
	return (value.Kind() == reflect.Slice || value.Kind() == reflect.Array) &&
		value.Type().Elem().Kind() != reflect.Uint8
}

func isNil(value any) bool {
	if value == nil {
		return true
	}
	switch inside := reflect.ValueOf(value); inside.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Interface, reflect.Chan:
		return inside.IsNil() && inside.Type() != reflect.TypeFor[[]byte]()
	default:
		return false
	}
}

const (
	longest = 300 // characters of a value that a message shows
	ending  = 100 // of these at the end
)

// shown returns a value for messages: quoted where it is text, and cut where it is long.
func shown(value any) string {
	var text string
	switch value := value.(type) {
	case string:
		text = quoted(value)
	case []byte:
		text = "bytes " + quoted(string(value))
	case error:
		text = fmt.Sprintf("%T: %s", value, value.Error())
	case time.Time:
		text = value.Format(time.RFC3339Nano)
	case record:
		text = fmt.Sprintf("%s%v", value.name, value.fields)
	default:
		text = fmt.Sprintf("%#v", value)
		if fmt.Sprintf("%T", value) != "map[string]interface {}" && !isList(reflect.ValueOf(value)) {
			text = fmt.Sprintf("%v", value)
		}
	}
	return cut(strings.ReplaceAll(text, "interface {}", "any"))
}

// quoted quotes no more of a text than a message shows.
func quoted(text string) string {
	if len(text) <= 4*longest {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q … %q (%d bytes)", text[:longest-ending], text[len(text)-ending:], len(text))
}

func cut(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	runes := []rune(text)
	return string(runes[:longest-ending]) + " … " + string(runes[len(runes)-ending:])
}
