package httpcheck

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
)

// own are the headers that frame a message or say where it goes: a second opinion about these
// smuggles requests.
var own = map[string]bool{
	"connection":          true,
	"content-length":      true,
	"expect":              true,
	"host":                true,
	"keep-alive":          true,
	"proxy-authorization": true,
	"proxy-connection":    true,
	"te":                  true,
	"trailer":             true,
	"transfer-encoding":   true,
	"upgrade":             true,
}

// OwnHeaders returns the names of the headers that only the client itself may send, sorted.
func OwnHeaders() []string {
	return slices.Sorted(maps.Keys(own))
}

// Headers returns the headers to send by their names in lower case, without spaces around values.
//
// It returns [contracts.InvalidHeaderError] if one cannot be sent, is the client's own, or is there
// twice.
func Headers(headers map[string]string) (map[string]string, error) {
	checked := make(map[string]string, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) { // or of two wrong ones either is named
		value := headers[name]
		if err := Header(name, value); err != nil {
			return nil, err
		}
		lowered := strings.ToLower(name)
		if own[lowered] {
			return nil, refused(name, "the client sets it by itself")
		}
		if _, twice := checked[lowered]; twice {
			return nil, refused(name, "it is given twice, in different case")
		}
		checked[lowered] = strings.Trim(value, " \t")
	}
	return checked, nil
}

// Header checks that a header can be written down.
//
// It returns [contracts.InvalidHeaderError] if its name is no token, or its value holds what no
// value may.
func Header(name, value string) error {
	if !IsToken(name) {
		return refused(escapedASCII(name), "its name is no token as HTTP has them")
	}
	for at, c := range value {
		if c == '\t' || ' ' <= c && c < 0x7f {
			continue
		}
		if _, size := utf8.DecodeRuneInString(value[at:]); c == utf8.RuneError && size == 1 {
			return refused(name, "its value holds bytes that are not ASCII")
		}
		return refused(name, "its value holds "+quotedRune(c))
	}
	return nil
}

// IsToken tells whether a header can have a name.
func IsToken(name string) bool {
	return name != "" && consistsOf(name, isTokenByte)
}

func refused(header, reason string) error {
	return &contracts.InvalidHeaderError{Argument: "headers", Reason: reason, Header: header}
}
