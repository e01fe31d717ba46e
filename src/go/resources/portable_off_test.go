//go:build !portable

package resources_test

// portable tells that the tests run on what systems without openat use.
const portable = false
