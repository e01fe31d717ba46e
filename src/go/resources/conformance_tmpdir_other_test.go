//go:build !unix

package resources_test

import "go.dagstack.dev/conformance"

func umaskBody() []conformance.Option { return nil }

func tempDirBodies() []conformance.Option {
	return []conformance.Option{conformance.Lacking("kill", "the tests kill processes on Unix only")}
}
