//go:build !unix

package resources_test

import (
	"testing"

	"go.dagstack.dev/conformance"
)

func processBodies(*testing.T) []conformance.Option {
	return []conformance.Option{conformance.Lacking("kill", "the tests kill processes on Unix only")}
}
