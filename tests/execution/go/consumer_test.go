// Package consumer uses what is generated from the specs beside it, as a plugin or a host would.
package consumer

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/workshop"
)

func number(value int) *int { return &value }

func text(value string) *string { return &value }

// panicked returns what a function panics with.
func panicked(run func()) (value any) {
	defer func() { value = recover() }()
	run()
	return nil
}

func check[T any](t *testing.T, expected, actual T) {
	t.Helper()
	if !reflect.DeepEqual(expected, actual) {
		t.Errorf("expected %#v, got %#v", expected, actual)
	}
}

// A stub records every call with its arguments.
func TestStubRecordsCalls(t *testing.T) {
	stub := &workshop.StubToolbox{
		AddFunc: func(first, second int, opts workshop.ToolboxAddOptions) int {
			return (first + second) * opts.ScaleOrDefault()
		},
	}
	check(t, 1, stub.Add(1, 0, workshop.ToolboxAddOptions{}))
	check(t, 30, stub.Add(1, 2, workshop.ToolboxAddOptions{Scale: number(10), Note: "x"}))
	expected := []workshop.ToolboxAddCall{
		{First: 1},
		{First: 1, Second: 2, Opts: workshop.ToolboxAddOptions{Scale: number(10), Note: "x"}},
	}
	check(t, expected, stub.AddCalls())
	check(t, 0, len(stub.CheckCalls()))
}

// Who changes the recorded calls changes a copy.
func TestStubCallsAreACopy(t *testing.T) {
	stub := &workshop.StubToolbox{CheckFunc: func(int) (bool, error) { return true, nil }}
	_, _ = stub.Check(1)
	stub.CheckCalls()[0].Size = 99
	check(t, []workshop.ToolboxCheckCall{{Size: 1}}, stub.CheckCalls())
}

// A handler gets the context and may fail.
func TestStubAnswersByItsFunctions(t *testing.T) {
	type key struct{}
	stub := &workshop.StubToolbox{
		FetchFunc: func(ctx context.Context, name string, opts workshop.ToolboxFetchOptions) (workshop.Page, error) {
			if ctx.Value(key{}) != "mine" {
				return workshop.Page{}, errors.New("another context")
			}
			return workshop.Page{Title: text(name + " in " + string(opts.ColourOrDefault()))}, nil
		},
		SaveFunc: func(workshop.Page) error { return &workshop.RefusedError{Argument: "page", Reason: "empty"} },
	}
	ctx := context.WithValue(context.Background(), key{}, "mine")
	page, err := stub.Fetch(ctx, "a", workshop.ToolboxFetchOptions{})
	check(t, nil, err)
	check(t, "a in dark_blue", page.TitleOrDefault())
	if err := stub.Save(page); !errors.Is(err, workshop.ErrRefused) {
		t.Errorf("Save failed with %v", err)
	}
}

// A stub without a function fails with the method's name: by an error, or by a panic where there is none.
func TestUnsetFunctionsFailByName(t *testing.T) {
	stub := &workshop.StubToolbox{}
	ctx := context.Background()
	failing := map[string]func() error{
		"Check": func() error { _, err := stub.Check(1); return err },
		"Fetch": func() error { _, err := stub.Fetch(ctx, "a", workshop.ToolboxFetchOptions{}); return err },
		"List":  func() error { _, err := stub.List(ctx); return err },
		"Save":  func() error { return stub.Save(workshop.Page{}) },
		"Turn":  func() error { _, err := stub.Turn(ctx, nil); return err },
	}
	for name, run := range failing {
		expectUnimplemented(t, "StubToolbox."+name, run())
	}
	panicking := map[string]func(){
		"Add":       func() { stub.Add(1, 2, workshop.ToolboxAddOptions{}) },
		"Tidy":      stub.Tidy,
		"Pick":      func() { stub.Pick(nil) },
		"Label":     func() { stub.Label() },
		"MaxWeight": func() { stub.MaxWeight() },
	}
	for name, run := range panicking {
		err, _ := panicked(run).(error)
		expectUnimplemented(t, "StubToolbox."+name, err)
	}
	check(t, 1, len(stub.AddCalls()))
	check(t, 1, len(stub.FetchCalls()))
}

func expectUnimplemented(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, workshop.ErrUnimplemented) || !strings.Contains(err.Error(), name) {
		t.Errorf("%s failed with %v", name, err)
	}
}

type half struct{ workshop.UnimplementedToolbox }

func (half) Label() string { return "half" }

// What embeds the unimplemented base is a Toolbox, and fails by name where it lacks a method.
func TestUnimplementedBase(t *testing.T) {
	var toolbox workshop.Toolbox = half{}
	check(t, "half", toolbox.Label())
	expectUnimplemented(t, "Toolbox.Save", toolbox.Save(workshop.Page{}))
	_, err := toolbox.List(context.Background())
	expectUnimplemented(t, "Toolbox.List", err)
	err, _ = panicked(toolbox.Tidy).(error)
	expectUnimplemented(t, "Toolbox.Tidy", err)
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v is not errors.ErrUnsupported", err)
	}
}

type doubling struct{ workshop.Toolbox }

func (d doubling) Add(first, second int, opts workshop.ToolboxAddOptions) int {
	return d.Toolbox.Add(first*2, second*2, opts)
}

// A decorator embeds the interface and overrides what it changes.
func TestDecoratorByEmbedding(t *testing.T) {
	inner := &workshop.StubToolbox{
		AddFunc:   func(first, second int, _ workshop.ToolboxAddOptions) int { return first + second },
		LabelFunc: func() string { return "inner" },
	}
	outer := doubling{inner}
	check(t, 6, outer.Add(1, 2, workshop.ToolboxAddOptions{}))
	check(t, "inner", outer.Label())
}

type resources map[string]any

func (r resources) Get(name string) (any, error) {
	value, ok := r[name]
	if !ok {
		return nil, errors.New("nothing is called " + name)
	}
	return value, nil
}

type wrong struct{}

func (wrong) Label() int { return 1 }

func (wrong) Tidy() {}

// An accessor gives what fits, and of what does not it lists the methods that are missing or others.
func TestAccessors(t *testing.T) {
	stub := &workshop.StubLamp{}
	lamp, err := workshop.LampFrom(resources{"lamp": stub})
	check(t, nil, err)
	check(t, workshop.Lamp(stub), lamp)

	_, err = workshop.ToolboxFrom(resources{"toolbox": wrong{}})
	if err == nil {
		t.Fatal("a wrong object was accepted")
	}
	missing := []string{"Add", "Check", "Fetch", "List", "MaxWeight", "Pick", "Save", "Turn"}
	for _, name := range missing {
		if !strings.Contains(err.Error(), "no method "+name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
	if !strings.Contains(err.Error(), "method Label is func() int, not func() string") {
		t.Errorf("%q does not say what is wrong with Label", err)
	}
	if strings.Contains(err.Error(), "Tidy") {
		t.Errorf("%q names a method that is there", err)
	}

	_, err = workshop.LampFrom(resources{"lamp": workshop.StubLamp{}}) //nolint:govet // a copy is the point
	if err == nil || !strings.Contains(err.Error(), "a pointer to it would be one") {
		t.Errorf("a value in place of a pointer gave %v", err)
	}
	for _, source := range []resources{{}, {"lamp": nil}} {
		if _, err := workshop.LampFrom(source); err == nil {
			t.Errorf("%v has a lamp", source)
		}
	}
	check(t, nil, workshop.CheckResource("lamp", stub))
	if workshop.CheckResource("lamp", wrong{}) == nil {
		t.Error("a wrong lamp was accepted")
	}
}

// Errors are told apart by errors.Is, up the tree and to Go's own.
func TestErrorTree(t *testing.T) {
	cases := []struct {
		err  error
		is   []error
		isNo []error
	}{
		{&workshop.FailedError{}, []error{workshop.ErrFailed}, []error{workshop.ErrMissing, fs.ErrNotExist}},
		{&workshop.MissingError{}, []error{workshop.ErrMissing, workshop.ErrFailed, fs.ErrNotExist}, []error{workshop.ErrGone}},
		{&workshop.GoneError{}, []error{workshop.ErrGone, workshop.ErrMissing, workshop.ErrFailed, fs.ErrNotExist}, []error{workshop.ErrLate}},
		{&workshop.RefusedError{}, []error{workshop.ErrRefused, workshop.ErrFailed, fs.ErrInvalid}, []error{fs.ErrExist}},
		{&workshop.TakenError{}, []error{workshop.ErrTaken, workshop.ErrFailed, fs.ErrExist}, []error{fs.ErrNotExist}},
		{&workshop.LateError{}, []error{workshop.ErrLate, workshop.ErrFailed, os.ErrDeadlineExceeded}, []error{fs.ErrInvalid}},
		{&workshop.CutOffError{}, []error{workshop.ErrCutOff, workshop.ErrFailed}, []error{workshop.ErrLate}},
		{workshop.ErrGone, []error{workshop.ErrMissing, workshop.ErrFailed, fs.ErrNotExist}, []error{workshop.ErrTaken}},
	}
	for _, each := range cases {
		for _, target := range each.is {
			if !errors.Is(each.err, target) {
				t.Errorf("%T is not %v", each.err, target)
			}
		}
		for _, target := range each.isNo {
			if errors.Is(each.err, target) {
				t.Errorf("%T is %v", each.err, target)
			}
		}
	}
}

// Fields are reached by errors.As, also those of the parent, and a cause stays reachable.
func TestErrorFields(t *testing.T) {
	cause := errors.New("the disk")
	var err error = &workshop.GoneError{Key: "a", Uses: 3, Why: "it was eaten", Err: cause}
	var gone *workshop.GoneError
	var missing *workshop.MissingError
	if !errors.As(err, &gone) || gone.Uses != 3 {
		t.Errorf("%v has no uses", err)
	}
	if !errors.As(err, &missing) || missing.Key != "a" {
		t.Errorf("%v has no key", err)
	}
	if !errors.Is(err, cause) {
		t.Errorf("%v has lost its cause", err)
	}
	check(t, "a is gone, after 3 uses: it was eaten: the disk", err.Error())
	check(t, "size: too large", (&workshop.RefusedError{Argument: "size", Reason: "too large"}).Error())
	check(t, "it failed", (&workshop.FailedError{}).Error())
}

// A timeout is one for those who know net.Error alone.
func TestTimeout(t *testing.T) {
	var timeout interface{ Timeout() bool }
	if !errors.As(error(&workshop.LateError{}), &timeout) || !timeout.Timeout() {
		t.Error("LateError is no timeout")
	}
}

// The generic helpers give a method its types.
func TestGenericHelpers(t *testing.T) {
	stub := &workshop.StubToolbox{
		PickFunc: func(items []any) any { return items[len(items)-1] },
		TurnFunc: func(_ context.Context, items []any) ([]any, error) {
			turned := slices.Clone(items)
			slices.Reverse(turned)
			return turned, nil
		},
	}
	check(t, "b", workshop.Pick(stub, []string{"a", "b"}))
	turned, err := workshop.Turn(context.Background(), stub, []int{1, 2, 3})
	check(t, nil, err)
	check(t, []int{3, 2, 1}, turned)
	empty := workshop.Pick(&workshop.StubToolbox{PickFunc: func([]any) any { return nil }}, []error{nil})
	check(t, nil, empty)
}

// A record has its defaults, and its JSON the names of the spec.
func TestRecordsAndEnums(t *testing.T) {
	page := workshop.Page{Number: 1, NextPage: &workshop.Page{Number: 2, Title: text("b")}}
	check(t, "untitled", page.TitleOrDefault())
	check(t, "b", page.NextPage.TitleOrDefault())
	data, err := json.Marshal(page)
	check(t, nil, err)
	check(t, `{"number":1,"next_page":{"number":2,"title":"b"}}`, string(data))
	var again workshop.Page
	check(t, nil, json.Unmarshal(data, &again))
	check(t, page, again)
	check(t, "dark_blue", string(workshop.ColourDarkBlue))
	check(t, true, workshop.ColourRed.Valid())
	check(t, false, workshop.Colour("green").Valid())
}

// A stub can be shared by goroutines.
func TestStubIsSafeForConcurrentUse(t *testing.T) {
	stub := &workshop.StubToolbox{CheckFunc: func(int) (bool, error) { return true, nil }}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for call := range 100 {
				_, _ = stub.Check(worker*100 + call)
				_ = stub.CheckCalls()
			}
		}()
	}
	group.Wait()
	sizes := make([]int, 0, 800)
	for _, call := range stub.CheckCalls() {
		sizes = append(sizes, call.Size)
	}
	slices.Sort(sizes)
	for index, size := range sizes {
		if index != size {
			t.Fatalf("call %d was not recorded", index)
		}
	}
	check(t, 800, len(sizes))
}
