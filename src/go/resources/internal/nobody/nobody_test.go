package nobody_test

import (
	"net"
	"testing"

	"go.dagstack.dev/resources/internal/nobody"
)

func TestAnAddressRefusesAndCannotBeTaken(t *testing.T) {
	t.Parallel()
	address := nobody.Listens(t)
	if conn, err := net.Dial("tcp", address); err == nil {
		_ = conn.Close()
		t.Error("somebody listens")
	}
	if listener, err := net.Listen("tcp", address); err == nil {
		_ = listener.Close()
		t.Error("somebody else may have it")
	}
}
