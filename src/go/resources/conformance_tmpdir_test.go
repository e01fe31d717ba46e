package resources_test

import (
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestConformanceOfSystemTempDir(t *testing.T) {
	options := append(tempDirBodies(),
		conformance.Named("SystemTempDir"),
		conformance.Lacking("exit_hooks", "Go has no hook for the end of a process"),
	)
	conformance.TestTempDir(t, func(_ *conformance.Case, parent string) (contracts.TempDir, error) {
		return resources.NewSystemTempDir(resources.TempDirOptions{Parent: parent})
	}, options...)
}
