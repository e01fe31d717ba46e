package resources

import (
	"testing"

	"go.dagstack.dev/contracts"
)

// standard are the names that the generated catalogue knows: those of its accessors.
var standard = map[string]func(contracts.Resources) error{
	"blob_store":  func(s contracts.Resources) error { _, err := contracts.BlobStoreFrom(s); return err },
	"clock":       func(s contracts.Resources) error { _, err := contracts.ClockFrom(s); return err },
	"http_client": func(s contracts.Resources) error { _, err := contracts.HTTPClientFrom(s); return err },
	"rng":         func(s contracts.Resources) error { _, err := contracts.RngFrom(s); return err },
	"tmpdir":      func(s contracts.Resources) error { _, err := contracts.TempDirFrom(s); return err },
}

func TestTheCatalogueAndTheInterfacesAgree(t *testing.T) {
	t.Parallel()
	if len(standard) != len(standardInterfaces) {
		t.Errorf("%d names, but %d interfaces", len(standard), len(standardInterfaces))
	}
	for name, want := range standardInterfaces {
		if standard[name] == nil || contracts.CheckResource(name, struct{}{}) == nil {
			t.Errorf("%s is not in the catalogue", name)
		}
		if want.Name() == "" || want.NumMethod() == 0 {
			t.Errorf("%s has the interface %v", name, want)
		}
	}
}
