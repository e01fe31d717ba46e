package conformance

import "strings"

// exported returns the Go name of an action or a property of a subject.
func exported(name string) string {
	var spelled strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		switch word {
		case "id", "url", "http", "json", "uuid", "api", "tls":
			spelled.WriteString(strings.ToUpper(word))
		case "":
		default:
			spelled.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return spelled.String()
}
