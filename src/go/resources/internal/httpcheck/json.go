package httpcheck

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
)

// maxDepth bounds the nesting of values, so that a value that holds itself is refused.
const maxDepth = 10_000

// EncodeJSON writes a JSON value in UTF-8, as compact as it can be.
//
// It returns [contracts.InvalidArgumentError] if the value holds what JSON cannot express, or what
// would silently become something else: text that is not UTF-8, bytes, names that are no text.
func EncodeJSON(value any) ([]byte, error) {
	if err := checkValue(value, 0); err != nil {
		return nil, notJSON(err)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, notJSON(err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

func notJSON(err error) error {
	return &contracts.InvalidArgumentError{Argument: "json", Reason: err.Error()}
}

// checkValue looks for what [encoding/json] would accept and change.
func checkValue(value any, depth int) error {
	switch value := value.(type) {
	case nil, bool, float64, int, int64:
		return nil
	case string:
		return checkText(value)
	case map[string]any:
		return checkMap(value, depth)
	case []any:
		return checkItems(len(value), depth, func(i int) any { return value[i] })
	case json.Marshaler, encoding.TextMarshaler:
		return nil // knows best
	}
	return checkReflected(reflect.ValueOf(value), depth)
}

func checkMap(value map[string]any, depth int) error {
	if depth > maxDepth {
		return errors.New("it holds itself, or is nested too deeply")
	}
	for name, item := range value {
		if err := checkText(name); err != nil {
			return err
		}
		if err := checkValue(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkItems(count, depth int, item func(int) any) error {
	if depth > maxDepth {
		return errors.New("it holds itself, or is nested too deeply")
	}
	for i := range count {
		if err := checkValue(item(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkReflected(value reflect.Value, depth int) error {
	switch value.Kind() {
	case reflect.String:
		return checkText(value.String())
	case reflect.Pointer:
		if value.IsNil() {
			return nil
		}
		return checkItems(1, depth, func(int) any { return value.Elem().Interface() })
	case reflect.Slice, reflect.Array:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			return fmt.Errorf("a %s is not JSON", value.Type())
		}
		return checkItems(value.Len(), depth, func(i int) any { return value.Index(i).Interface() })
	case reflect.Map:
		if value.Type().Key().Kind() != reflect.String {
			return fmt.Errorf("the names of a %s are not text", value.Type())
		}
		items := make(map[string]any, value.Len())
		for entries := value.MapRange(); entries.Next(); {
			items[entries.Key().String()] = entries.Value().Interface()
		}
		return checkMap(items, depth)
	case reflect.Struct:
		for i := range value.NumField() {
			field := value.Type().Field(i)
			if !field.IsExported() || field.Tag.Get("json") == "-" { // it is not sent
				continue
			}
			if err := checkValue(value.Field(i).Interface(), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkText(text string) error {
	if !utf8.ValidString(text) {
		return errors.New("it holds text that is not UTF-8")
	}
	return nil
}
