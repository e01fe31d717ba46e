//go:build !linux || !amd64

package resources_test

import "go.dagstack.dev/conformance"

func diskBodies() []conformance.Option {
	const reason = "the tests trace system calls on Linux for amd64 only"
	return []conformance.Option{
		conformance.Failing("a_failing_disk_leaves_the_old_blob", reason),
		conformance.Failing("a_put_waits_for_the_disk", reason),
	}
}
