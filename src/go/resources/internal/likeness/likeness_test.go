package likeness_test

import (
	"slices"
	"testing"

	"go.dagstack.dev/resources/internal/likeness"
)

// What difflib.get_close_matches of CPython finds with a cutoff of 0.5.
func TestNearMissesAreThoseOfPython(t *testing.T) {
	t.Parallel()
	names := []string{
		"clock", "rng", "http_client", "blob_store", "tmpdir", "postgres", "tenant_registry",
		"rate_limiter", "clocks", "block", "lock",
	}
	for name, want := range map[string][]string{
		"clok":       {"clock", "clocks", "lock"},
		"cloc":       {"clock", "clocks", "lock"},
		"blobstore":  {"blob_store", "postgres"},
		"httpclient": {"http_client"},
		"http":       {"http_client"},
		"tmp_dir":    {"tmpdir"},
		"random":     {},
		"rate_limit": {"rate_limiter"},
		"limiter":    {"rate_limiter"},
		"":           {},
		"x":          {},
		"tenant":     {"tenant_registry"},
		"store":      {"blob_store", "postgres"},
		"ock":        {"lock", "clock", "block"},
		"kcolc":      {"clock", "clocks"},
		"cocooo":     {"clock", "clocks"},
		"akboab":     {},
		"ck":         {"lock", "clock", "block"},
		"kla":        {},
		"baobkc":     {"block"},
		"kba":        {},
		"llk":        {"lock", "clock", "block"},
		"baa":        {},
		"bbb":        {},
		"cblo":       {"clock", "block", "clocks"},
		"bbobkca":    {"block"},
		"kbbc":       {},
	} {
		if got := likeness.Near(name, names); !slices.Equal(got, want) || got == nil {
			t.Errorf("Near(%q) = %q, not %q", name, got, want)
		}
	}
}
