package filename_test

import (
	"errors"
	"strings"
	"testing"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/filename"
)

func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a", "...", "a.b", ".hidden", "a b", "é", "CON", "1:", "ab:c", ":", "é:", "\u00a0", "\U0001F600",
		strings.Repeat("a", 255), "-rf", "~", "*", "%2e",
	} {
		if err := filename.Check("name", name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestWhatNamesNoFile(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 128)
	for name, reason := range map[string]string{
		"":         `"" is empty`,
		".":        `"." stands for a folder that is there already`,
		"..":       `".." stands for a folder that is there already`,
		"/":        `"/" holds a separator`,
		"../a":     `"../a" holds a separator`,
		`a\b`:      `"a\\b" holds a separator`,
		"a\x00":    `"a\x00" holds a control character`,
		"a\n":      `"a\n" holds a control character`,
		"\x7f":     `"\x7f" holds a control character`,
		"\u0080":   `"\u0080" holds a control character`,
		"\u009f":   `"\u009f" holds a control character`,
		"C:":       `"C:" begins with a drive letter`,
		"z:a":      `"z:a" begins with a drive letter`,
		"\xff":     `"\xff" is not valid Unicode`,
		long:       `"` + strings.Repeat("é", 60) + `…" is longer than 255 bytes in UTF-8: 256`,
		"a\x00/..": `"a\x00/.." holds a separator`,
	} {
		var refusal *contracts.InvalidArgumentError
		if err := filename.Check("suffix", name); !errors.As(err, &refusal) {
			t.Errorf("%q: %v", name, err)
		} else if refusal.Argument != "suffix" || refusal.Reason != reason {
			t.Errorf("%q: %#v", name, refusal)
		}
	}
}
