package resources

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestStreamsOfCPython draws what tests/streams wrote down, line by line.
func TestStreamsOfCPython(t *testing.T) {
	path := os.Getenv("DAGSTACK_RNG_STREAMS")
	if path == "" {
		t.Skip("DAGSTACK_RNG_STREAMS names no file; tests/streams makes one")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rng := NewDeterministicRng(0)
	draws := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if words[0] == "seed" {
			seed, err := strconv.ParseUint(words[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			rng = NewDeterministicRng(seed)
			continue
		}
		draws++
		if drawn := draw(t, rng, words); drawn != lines.Text() {
			t.Fatalf("draw %d: %s, but CPython: %s", draws, drawn, lines.Text())
		}
	}
	t.Logf("%d draws", draws)
}

func draw(t *testing.T, rng *DeterministicRng, words []string) string {
	number := func(at int) int {
		value, err := strconv.Atoi(words[at])
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	switch words[0] {
	case "f":
		return fmt.Sprintf("f %016x", math.Float64bits(rng.NextFloat()))
	case "i":
		return fmt.Sprintf("i %d %d %d", number(1), number(2), rng.NextInt(number(1), number(2)))
	case "c":
		items := make([]any, number(1))
		for i := range items {
			items[i] = i
		}
		return fmt.Sprintf("c %d %d", len(items), rng.Choice(items))
	case "u":
		return "u " + rng.UUID4()
	default:
		t.Fatalf("no draw is called %q", words[0])
		return ""
	}
}
