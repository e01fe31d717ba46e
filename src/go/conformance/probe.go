package conformance

import (
	"context"
	"errors"
	"sync"
)

func init() {
	provide("registry", Harness{
		Subjects: map[string]Factory{
			"Journal": func(*Case, Values) (any, error) { return &Journal{}, nil },
			"Probe": func(_ *Case, options Values) (any, error) {
				probe := NewProbe(Value[string](options, "label"), Value[*Journal](options, "journal"))
				probe.fails = Value[bool](options, "fails")
				return probe, nil
			},
		},
		Actions: map[string]Action{
			"Journal.entries": On(func(_ context.Context, j *Journal, _ Values) (any, error) {
				return j.Entries(), nil
			}),
		},
	})
}

// Journal is what happened in a case, in order. It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	entries []string
}

// Entries returns the entries so far.
func (j *Journal) Entries() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string{}, j.entries...)
}

func (j *Journal) write(entry string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
}

// Probe is an object that writes its label to a journal when it is closed. Registries are judged by
// what they do with probes. It is safe for concurrent use.
type Probe struct {
	label   string
	journal *Journal
	fails   bool
	once    sync.Once
}

// NewProbe returns a probe that writes to a journal.
func NewProbe(label string, journal *Journal) *Probe {
	return &Probe{label: label, journal: journal}
}

// Label returns its label.
func (p *Probe) Label() string { return p.label }

// Close writes the label, the first time, and fails then if it is told to.
func (p *Probe) Close() (err error) {
	p.once.Do(func() {
		p.journal.write(p.label)
		if p.fails {
			err = errors.New(p.label + " failed")
		}
	})
	return err
}

// wrapped is what a decorator makes of a probe. It writes nothing and cannot be closed.
type wrapped struct{ label string }

// Label returns the label of the wrap, with that of the object in parentheses.
func (w wrapped) Label() string { return w.label }

// Label returns the label of what a registry gave: a probe, or a wrap of one.
func Label(object any) (string, error) {
	labelled, ok := object.(interface{ Label() string })
	if !ok {
		return "", errors.New("conformance: the object is no probe, and no wrap of one")
	}
	return labelled.Label(), nil
}
