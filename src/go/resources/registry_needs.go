package resources

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/likeness"
)

// Needs are the names of the resources that a plugin declares.
type Needs struct {
	// Required are those without which the plugin cannot start.
	Required []string

	// Optional are those that [Scope.Get] reads as nil where the host has none.
	Optional []string
}

// declared returns all names once, in alphabetical order.
func (n Needs) declared() []string {
	return distinct(slices.Concat(n.Required, n.Optional))
}

// checkNeeds returns one error that says what each plugin would miss, or nil.
func checkNeeds(needs map[string]Needs, names []string) error {
	var missing []contracts.MissingResource
	var words []string
	for _, plugin := range slices.Sorted(maps.Keys(needs)) {
		for _, name := range distinct(needs[plugin].Required) {
			if slices.Contains(names, name) {
				continue
			}
			near := likeness.Near(name, names)
			missing = append(missing, contracts.MissingResource{Plugin: plugin, Resource: name, Near: near})
			words = append(words, fmt.Sprintf("plugin %s requires %s%s", plugin, name, didYouMean(near)))
		}
	}
	if missing == nil {
		return nil
	}
	return &contracts.MissingResourcesError{Missing: missing, Detail: strings.Join(words, "; ")}
}

// didYouMean returns a question with the near misses, or nothing.
func didYouMean(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", strings.Join(near, " or "))
}

func distinct(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}
