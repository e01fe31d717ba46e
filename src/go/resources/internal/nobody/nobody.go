// Package nobody has an address for tests that none answers at.
package nobody

import (
	"net"
	"testing"
)

// Listens returns an address on loopback where nobody listens, nor will while the test runs: one
// end of a connection has it, so the system gives it to no other.
func Listens(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	holder, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = holder.Close() })
	return holder.LocalAddr().String()
}
