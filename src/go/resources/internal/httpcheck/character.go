package httpcheck

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable puts escapes where a terminal or a log would not show a character.
func Printable(text string) string {
	if !strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return text
	}
	var shown strings.Builder
	for _, c := range text {
		if unicode.IsPrint(c) {
			shown.WriteRune(c)
		} else {
			shown.WriteString(escaped(c))
		}
	}
	return shown.String()
}

// quotedRune shows a character in quotes and in ASCII.
func quotedRune(c rune) string {
	switch {
	case c == '\\' || c == '\'':
		return `'\` + string(c) + `'`
	case ' ' <= c && c < utf8.RuneSelf && c != 0x7f:
		return "'" + string(c) + "'"
	}
	return "'" + escaped(c) + "'"
}

func escaped(c rune) string {
	switch {
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case c < 0x100:
		return fmt.Sprintf(`\x%02x`, c)
	case c < 0x10000:
		return fmt.Sprintf(`\u%04x`, c)
	}
	return fmt.Sprintf(`\U%08x`, c)
}

// escapedASCII shows text in ASCII, with escapes also for letters that others would show.
func escapedASCII(text string) string {
	var shown strings.Builder
	for at, c := range text {
		if _, size := utf8.DecodeRuneInString(text[at:]); c == utf8.RuneError && size == 1 {
			fmt.Fprintf(&shown, `\x%02x`, text[at])
		} else if c == '\\' {
			shown.WriteString(`\\`)
		} else if ' ' <= c && c < 0x7f {
			shown.WriteRune(c)
		} else {
			shown.WriteString(escaped(c))
		}
	}
	return shown.String()
}

func consistsOf(text string, fits func(byte) bool) bool {
	for i := range len(text) {
		if !fits(text[i]) {
			return false
		}
	}
	return true
}

func isASCII(text string) bool {
	return consistsOf(text, func(b byte) bool { return b < utf8.RuneSelf })
}

func isDigit(b byte) bool {
	return '0' <= b && b <= '9'
}

func isLetter(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

func isHex(b byte) bool {
	return isDigit(b) || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

func isNameByte(b byte) bool {
	return isLetter(b) || isDigit(b) || b == '-' || b == '_'
}

func isPathByte(b byte) bool {
	return isLetter(b) || isDigit(b) || b == '%' || strings.IndexByte(pathMarks, b) >= 0
}

func isUserByte(b byte) bool {
	return isLetter(b) || isDigit(b) || b == '%' || strings.IndexByte(userMarks, b) >= 0
}

func isTokenByte(b byte) bool {
	return isLetter(b) || isDigit(b) || strings.IndexByte("!#$%&'*+-.^_`|~", b) >= 0
}
