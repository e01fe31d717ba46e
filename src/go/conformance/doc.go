// Package conformance judges implementations by the cases that come with their interfaces.
package conformance
