package conformance

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// whole is an integer that a case has written, as opposed to one that a method returned.
type whole int64

// record is a record that a case has written.
type record struct {
	name   string
	fields map[string]any
}

// evaluate returns what a node stands for: texts, booleans and floats of Go, whole or *big.Int,
// []byte, time.Time, time.Duration, []any, map[string]any, record, or the value of a name.
func (x *execution) evaluate(value any, names *scope) (any, error) {
	switch value := value.(type) {
	case json.Number:
		return number(value)
	case []any:
		return x.evaluateList(value, names)
	case map[string]any:
		if len(value) == 1 {
			for tag, inside := range value {
				if strings.HasPrefix(tag, "$") {
					return x.evaluateTag(tag, inside, names)
				}
			}
		}
		return x.evaluateMap(value, names)
	default:
		return value, nil
	}
}

func number(written json.Number) (any, error) {
	text := written.String()
	if strings.ContainsAny(text, ".eE") {
		return written.Float64()
	}
	integer, err := written.Int64()
	return whole(integer), err
}

func (x *execution) evaluateList(list []any, names *scope) ([]any, error) {
	values := make([]any, len(list))
	for i, each := range list {
		var err error
		if values[i], err = x.evaluate(each, names); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (x *execution) evaluateMap(entries map[string]any, names *scope) (map[string]any, error) {
	values := make(map[string]any, len(entries))
	for key, each := range entries {
		var err error
		if values[key], err = x.evaluate(each, names); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (x *execution) evaluateTag(tag string, inside any, names *scope) (any, error) {
	items, _ := inside.([]any)
	text, err := x.text(inside, names)
	if err != nil {
		return nil, err
	}
	switch tag {
	case "$int", "$int64":
		integer, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, fmt.Errorf("%q is no integer", text)
		}
		if integer.IsInt64() {
			return whole(integer.Int64()), nil
		}
		return integer, nil
	case "$float":
		if text == "nan" {
			return math.NaN(), nil
		}
		return strconv.ParseFloat(text, 64)
	case "$utf8":
		return []byte(text), nil
	case "$hex":
		return hex.DecodeString(text)
	case "$buffer":
		return x.buffer(inside, names)
	case "$datetime":
		when, err := time.Parse(time.RFC3339Nano, text)
		return when.UTC(), err
	case "$duration":
		nanoseconds, err := strconv.ParseInt(text, 10, 64)
		return time.Duration(nanoseconds), err
	case "$path":
		return text, nil
	case "$enum":
		return fmt.Sprint(items[len(items)-1]), nil
	case "$record":
		fields, err := x.evaluateMap(items[1].(map[string]any), names)
		return record{fmt.Sprint(items[0]), fields}, err
	case "$repeat":
		return x.repeated(items, names)
	case "$malformed":
		return fmt.Sprint(items[0]) + "\xff" + fmt.Sprint(items[1]), nil
	case "$ref":
		return x.refer(items, names)
	case "$text":
		return x.joined(items, names)
	case "$expect":
		operators, _ := inside.(map[string]any)
		return expectation{operators, names}, nil
	case "$object":
		return x.evaluateMap(inside.(map[string]any), names)
	default:
		return nil, fmt.Errorf("a value %s is not for Go, or not known to this package", tag)
	}
}

// text returns a text that a tag holds, which may be put together of parts.
func (x *execution) text(inside any, names *scope) (string, error) {
	if parts, ok := inside.(map[string]any); ok && (parts["$text"] != nil || parts["$ref"] != nil) {
		value, err := x.evaluate(inside, names)
		if data, ok := value.([]byte); ok {
			return string(data), err
		}
		return fmt.Sprint(value), err
	}
	text, _ := inside.(string)
	return text, nil
}

func (x *execution) buffer(inside any, names *scope) (any, error) {
	value, err := x.evaluate(inside, names)
	if err != nil {
		return nil, err
	}
	data, ok := value.([]byte)
	if !ok {
		return nil, fmt.Errorf("a buffer holds bytes, not %s", shown(value))
	}
	return append([]byte{}, data...), nil
}

func (x *execution) repeated(items []any, names *scope) (any, error) {
	both, err := x.evaluateList(items, names)
	if err != nil {
		return nil, err
	}
	times, ok := both[1].(whole)
	if !ok {
		return nil, fmt.Errorf("%s is no number of times", shown(both[1]))
	}
	switch value := both[0].(type) {
	case string:
		return strings.Repeat(value, int(times)), nil
	case []byte:
		return []byte(strings.Repeat(string(value), int(times))), nil
	default:
		return nil, fmt.Errorf("%s cannot be repeated", shown(value))
	}
}

// refer returns the value of a name, or of a property of what has the name.
func (x *execution) refer(path []any, names *scope) (any, error) {
	found, err := names.get(fmt.Sprint(path[0]))
	if err != nil || len(path) == 1 {
		return found.value, err
	}
	came := x.invoke(x.context, found, fmt.Sprint(path[1]), nil)
	if came.err != nil {
		return nil, fmt.Errorf("reading %v.%v: %w", path[0], path[1], came.err)
	}
	return came.value, came.fault
}

func (x *execution) joined(parts []any, names *scope) (string, error) {
	var text strings.Builder
	for _, part := range parts {
		value, err := x.evaluate(part, names)
		if err != nil {
			return "", err
		}
		if data, ok := value.([]byte); ok {
			value = string(data)
		}
		fmt.Fprint(&text, value)
	}
	return text.String(), nil
}
