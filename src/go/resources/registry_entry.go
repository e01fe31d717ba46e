package resources

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"go.dagstack.dev/contracts"
)

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// entry is one registration: an instance, or a factory.
type entry struct {
	name     string
	resource any
	factory  func(plugin string) (any, error)
	owned    bool
	site     string // the line of the host that registered it
}

func (e *entry) what() string {
	return fmt.Sprintf("resource %s, registered at %s", e.name, e.site)
}

// madeFor returns a product that is the plugin's alone; made is false where all share the instance.
func (e *entry) madeFor(plugin string) (product any, made bool, err error) {
	if e.factory != nil {
		product, err = e.factory(plugin)
		if err != nil {
			err = fmt.Errorf("making %s for plugin %s: %w", e.what(), plugin, err)
		}
		return product, true, err
	}
	if forkable, ok := e.resource.(contracts.ForkableRng); ok && e.name == "rng" {
		product, err = fork(forkable, plugin)
		return product, true, err
	}
	return nil, false, nil
}

// fork returns as an error what the source panics with, such as that it is closed.
func fork(source contracts.ForkableRng, plugin string) (child contracts.Rng, err error) {
	defer func() {
		if refusal := refusalOf(recover()); refusal != nil {
			err = refusal
		}
	}()
	return source.Fork(plugin), nil
}

// decoration is one wish to wrap a resource, for one plugin or, if that is empty, for all.
type decoration struct {
	name   string
	plugin string
	wrap   func(resource any, plugin string) (any, error)
	each   bool // whether wrap looks at the plugin
	site   string
}

// appliedTo returns the resource as the plugin is to see it.
func (d *decoration) appliedTo(resource any, plugin string) (any, error) {
	if d.plugin != "" && d.plugin != plugin {
		return resource, nil
	}
	wrapped, err := d.wrap(resource, plugin)
	if err != nil {
		return nil, fmt.Errorf("wrapping %s for plugin %s at %s: %w", d.name, plugin, d.site, err)
	}
	return wrapped, checkFit(d.name, wrapped, "made by the wrap at "+d.site)
}

func checkName(name string) error {
	if !snakeCase.MatchString(name) {
		return refused("name", "%q is not a name in snake_case", name)
	}
	return nil
}

// callSite returns the file and line of the nearest caller outside this package.
func callSite() string {
	var callers [16]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	for {
		frame, more := frames.Next()
		if frame.PC != 0 && !strings.HasPrefix(frame.Function, "go.dagstack.dev/resources.") {
			return fmt.Sprintf("%s:%d", frame.File, frame.Line)
		}
		if !more {
			return "an unknown line"
		}
	}
}
