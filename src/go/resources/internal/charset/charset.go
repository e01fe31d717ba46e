// Package charset decodes the bodies of responses as text. Its functions are pure.
package charset

import (
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var named = regexp.MustCompile(`(?i);\s*charset\s*=\s*"?([^\s;"]+)`)

// Decode decodes content by the charset that a content-type names: UTF-8, US-ASCII, ISO-8859-1 or
// UTF-16. It takes content for UTF-8 if the content-type names none, or another one. A byte order
// mark at the beginning is dropped; bytes that do not decode become U+FFFD.
func Decode(content []byte, contentType string) string {
	name := ""
	if found := named.FindStringSubmatch(contentType); found != nil {
		name = strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(found[1]))
	}
	var text string
	switch name {
	case "us-ascii", "ascii":
		text = wide(content, 0x7f)
	case "iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1":
		text = wide(content, 0xff)
	case "utf-16", "utf16":
		text = fromUTF16(content, orderOf(content))
	case "utf-16le", "utf-16-le":
		text = fromUTF16(content, binary.LittleEndian)
	case "utf-16be", "utf-16-be":
		text = fromUTF16(content, binary.BigEndian)
	default:
		text = fromUTF8(content)
	}
	return strings.TrimPrefix(text, "\ufeff")
}

// wide makes a letter of each byte up to the last one that the charset has.
func wide(content []byte, last byte) string {
	letters := make([]rune, len(content))
	for i, b := range content {
		letters[i] = rune(b)
		if b > last {
			letters[i] = utf8.RuneError
		}
	}
	return string(letters)
}

// orderOf returns the byte order that the byte order mark says, little-endian without one.
func orderOf(content []byte) binary.ByteOrder {
	if len(content) >= 2 && content[0] == 0xfe && content[1] == 0xff {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func fromUTF16(content []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(content)/2+1)
	for ; len(content) >= 2; content = content[2:] {
		units = append(units, order.Uint16(content))
	}
	if len(content) == 1 {
		units = append(units, utf8.RuneError)
	}
	return string(utf16.Decode(units))
}

// fromUTF8 puts one U+FFFD for each sequence that breaks off, as Unicode recommends and browsers
// and Python do; Go's own loops would put one for each byte.
func fromUTF8(content []byte) string {
	if utf8.Valid(content) {
		return string(content)
	}
	var text strings.Builder
	for len(content) > 0 {
		letter, size := utf8.DecodeRune(content)
		if letter == utf8.RuneError && size == 1 {
			size = brokenLength(content)
		}
		text.WriteRune(letter)
		content = content[size:]
	}
	return text.String()
}

// brokenLength returns how many bytes begin a sequence that is not completed, at least 1.
func brokenLength(content []byte) int {
	want, low, high := 0, byte(0x80), byte(0xbf)
	switch first := content[0]; {
	case 0xc2 <= first && first <= 0xdf:
		want = 1
	case first == 0xe0:
		want, low = 2, 0xa0
	case first == 0xed:
		want, high = 2, 0x9f
	case 0xe1 <= first && first <= 0xef:
		want = 2
	case first == 0xf0:
		want, low = 3, 0x90
	case first == 0xf4:
		want, high = 3, 0x8f
	case 0xf1 <= first && first <= 0xf3:
		want = 3
	}
	length := 1
	for length <= want && length < len(content) && low <= content[length] && content[length] <= high {
		length++
		low, high = 0x80, 0xbf
	}
	return length
}
