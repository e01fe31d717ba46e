package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// format is the version of the documents that this package reads.
const format = 1

// A suite is a document of cases, with the names that Go uses; see docs/conformance-format.md.
type suite struct {
	Format       int
	Suite        string
	Source       string
	Capabilities map[string]string
	Subjects     map[string]subject
	Interfaces   map[string]interfaceTable
	Records      map[string]recordTable
	Errors       map[string]errorTable
	Cases        []caseDocument
}

// subject is what a case can be given.
type subject struct {
	Is         []string
	Options    slots
	Properties map[string]struct{ Type *typeTree }
	Actions    map[string]action
}

type action struct {
	Params  slots
	Returns *typeTree
}

// slots are params or options in their order.
type slots []slot

type slot struct {
	name    string
	Type    *typeTree
	Default node
}

type interfaceTable struct {
	Name       string
	Methods    map[string]methodTable
	Properties map[string]propertyTable
}

type methodTable struct {
	Name    string
	Params  []struct{ Name string }
	Options []struct{ Name, Field string }
	Returns *typeTree
	Fails   bool
}

type propertyTable struct {
	Name string
	Type *typeTree
}

type recordTable struct {
	Name   string
	Fields map[string]string
}

type errorTable struct {
	Name   string
	Home   string // the import path of its package
	Fields map[string]struct {
		Name string
		Type *typeTree
	}
}

type caseDocument struct {
	Name    string
	Line    int
	Summary string
	Needs   []string
	Given   []struct {
		Name, Subject string
		Options       map[string]node
	}
	Table  []map[string]node
	Steps  []step
	ByHand string `json:"by_hand"`
}

// step is one step of a case; which fields are set says what it does.
type step struct {
	Line      int
	Call      []string
	Read      []string
	Start     []string
	Args      map[string]node
	Make      *making
	As        string
	Returns   node
	Raises    *raises
	Wait      string
	Cancel    string
	Pending   []string
	Ended     []string
	Let       [][2]node
	Overwrite node
	Check     node
	Is        node
	For       string
	Together  string
	In        node
	Do        []step
	Branches  [][]step
}

type making struct {
	Subject string
	Options map[string]node
}

type raises struct {
	Error  string
	Fields map[string]node
}

// node is a value as the document has it. It tells null from nothing at all.
type node struct {
	set   bool
	value any
}

func (n *node) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	n.set = true
	return decoder.Decode(&n.value)
}

func (s *slots) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		each := slot{name: fmt.Sprint(name)}
		if err := decoder.Decode(&each); err != nil {
			return err
		}
		*s = append(*s, each)
	}
	return nil
}

// readSuite reads a document.
func readSuite(data []byte) (*suite, error) {
	read := &suite{}
	if err := json.Unmarshal(data, read); err != nil {
		return nil, fmt.Errorf("conformance: this is no suite: %w", err)
	}
	if read.Format != format {
		return nil, fmt.Errorf(
			"conformance: the suite has format %d, and this package reads %d: use the versions that belong together",
			read.Format, format,
		)
	}
	return read, nil
}

// subjects returns the names of all subjects that a case is given or makes.
func (c *caseDocument) subjects() []string {
	var names []string
	for _, given := range c.Given {
		names = append(names, given.Subject)
	}
	return append(names, made(c.Steps)...)
}

func made(steps []step) []string {
	var names []string
	for _, each := range steps {
		if each.Make != nil {
			names = append(names, each.Make.Subject)
		}
		names = append(names, made(each.Do)...)
		for _, branch := range each.Branches {
			names = append(names, made(branch)...)
		}
	}
	return names
}
