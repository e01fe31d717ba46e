package resources_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	suites "go.dagstack.dev/contracts/conformance"
	"go.dagstack.dev/resources"
)

var suitesByName = map[string][]byte{
	"blob_store":  suites.BlobStore,
	"clock":       suites.Clock,
	"rng":         suites.Rng,
	"http_client": suites.HTTPClient,
	"tmpdir":      suites.Tmpdir,
	"registry":    suites.Registry,
}

// TestMutants shows that the cases catch each fault that tests/mutants lists.
func TestMutants(t *testing.T) {
	text, err := os.ReadFile("../../../tests/mutants/mutants.json")
	if err != nil {
		t.Fatal(err)
	}
	var listed map[string]struct {
		Suite    string   `json:"suite"`
		CaughtBy []string `json:"caught_by"`
	}
	if err := json.Unmarshal(text, &listed); err != nil {
		t.Fatal(err)
	}
	known, wanted := slices.Sorted(maps.Keys(mutants)), slices.Sorted(maps.Keys(listed))
	if !slices.Equal(known, wanted) {
		t.Fatalf("the mutants are %q, but the list has %q", known, wanted)
	}
	caught := map[string][]string{}
	for _, fault := range wanted {
		t.Run(fault, func(t *testing.T) {
			caught[fault] = failing(t, listed[fault].Suite, mutants[fault])
			for _, name := range listed[fault].CaughtBy {
				if !slices.Contains(caught[fault], name) {
					t.Errorf("%s does not fail; these do: %q", name, caught[fault])
				}
			}
		})
	}
	if folder := os.Getenv("DAGSTACK_MUTANT_RESULTS"); folder != "" {
		text, err := json.Marshal(caught)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, "go.json"), text, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestMutantsWithoutFaults shows that what fails of a mutant fails because of its fault.
func TestMutantsWithoutFaults(t *testing.T) {
	for suite, harness := range sound {
		t.Run(suite, func(t *testing.T) {
			if names := failing(t, suite, harness); len(names) != 0 {
				t.Errorf("these fail: %q", names)
			}
		})
	}
}

// failing returns the names of the cases that fail.
func failing(t *testing.T, suite string, harness conformance.Harness) []string {
	t.Helper()
	outcomes, err := conformance.Judge(suitesByName[suite], harness)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, each := range outcomes {
		if each.Bad() {
			names[each.Case] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func judgedStore(change func(*memory) contracts.BlobStore) conformance.Harness {
	return conformance.BlobStoreHarness(func(*conformance.Case) (contracts.BlobStore, error) {
		return change(resources.NewInMemoryBlobStore()), nil
	},
		conformance.Named("Mutant"),
		conformance.Having("content_types"),
		conformance.Lacking("shared", "a mutant"),
		conformance.Lacking("kill", "a mutant"),
	)
}

func judgedClock(change func(*resources.FrozenClock) conformance.FrozenClock) conformance.Harness {
	return conformance.FrozenClockHarness(func(_ *conformance.Case, now time.Time) (conformance.FrozenClock, error) {
		return change(resources.NewFrozenClock(now)), nil
	}, conformance.Named("Mutant"))
}

func judgedRng(change func(*resources.DeterministicRng) conformance.SeededRng) conformance.Harness {
	return conformance.DeterministicRngHarness(func(_ *conformance.Case, seed uint64) (conformance.SeededRng, error) {
		return change(resources.NewDeterministicRng(seed)), nil
	}, conformance.Named("Mutant"))
}

func judgedClient(change func(*resources.StubHTTPClient) any) conformance.Harness {
	return conformance.Harness{
		Name: "Mutant",
		Subjects: map[string]conformance.Factory{
			"HttpClient": func(*conformance.Case, conformance.Values) (any, error) {
				return change(resources.NewStubHTTPClient(nil)), nil
			},
		},
	}
}

func judgedDir(change func(*resources.SystemTempDir) contracts.TempDir) conformance.Harness {
	return conformance.TempDirHarness(func(_ *conformance.Case, parent string) (contracts.TempDir, error) {
		dir, err := resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
		return change(dir), err
	}, append(umaskBody(),
		conformance.Named("Mutant"),
		conformance.Lacking("kill", "a mutant"),
		conformance.Lacking("exit_hooks", "a mutant"),
	)...)
}

func judgedHost(change func(judgedRegistry) conformance.Registry) conformance.Harness {
	return conformance.RegistryHarness(
		func(*conformance.Case) (conformance.Registry, error) {
			return change(judgedRegistry{resources.NewRegistry(resources.RegistryOptions{})}), nil
		},
		func(_ *conformance.Case, seed uint64) (conformance.SeededRng, error) {
			return resources.NewDeterministicRng(seed), nil
		},
		conformance.Named("Mutant"),
	)
}
