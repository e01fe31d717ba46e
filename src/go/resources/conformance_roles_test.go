package resources_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
)

const (
	conformanceRole  = "DAGSTACK_TEST_CONFORMANCE_ROLE"
	conformancePlace = "DAGSTACK_TEST_CONFORMANCE_PLACE"
)

// asAnother prepares a copy of the test program that only plays a role.
func asAnother(ctx context.Context, role, place string) *exec.Cmd {
	another := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestConformanceRole$")
	another.Env = append(os.Environ(), conformanceRole+"="+role, conformancePlace+"="+place)
	another.Stderr = os.Stderr
	return another
}

// conformanceRoles are what copies of the test program can do.
var conformanceRoles = map[string]func(ctx context.Context, place string) error{}

// TestConformanceRole is no test by itself.
func TestConformanceRole(t *testing.T) {
	role := os.Getenv(conformanceRole)
	if role == "" {
		t.Skip("only for copies of the test program")
	}
	if err := conformanceRoles[role](t.Context(), os.Getenv(conformancePlace)); err != nil {
		t.Fatal(err)
	}
}
