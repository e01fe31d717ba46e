package bloblayout

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	magic       = "dagblob1"
	fixed       = len(magic) + 4
	headerLimit = 65536
)

// FirstRead is how much of a file holds its header, at most.
const FirstRead = headerLimit

// Header is what a file says about the blob in it.
type Header struct {
	// Key is the blob's key.
	Key string

	// ContentType is the blob's content type.
	ContentType string

	// Size is the number of bytes of the blob.
	Size int64

	// Start is where in the file the blob begins.
	Start int64
}

// The ways in which a file does not hold a blob.
var (
	errNoBlob     = errors.New("it does not begin like the file of a blob")
	errCutOff     = errors.New("its header is cut off")
	errUnreadable = errors.New("its header cannot be read")
)

// WriteHeader returns the beginning of a blob's file; the blob follows. It is the same in all
// languages, byte for byte.
func WriteHeader(key, contentType string, size int) []byte {
	header := append([]byte(`{"content_type":`), quoted(contentType)...)
	header = append(append(header, `,"key":`...), quoted(key)...)
	header = append(strconv.AppendInt(append(header, `,"size":`...), int64(size), 10), '}')
	length := binary.BigEndian.AppendUint32([]byte(magic), uint32(len(header)))
	return append(length, header...)
}

// quoted writes text without control characters as JSON in ASCII.
func quoted(text string) []byte {
	written := []byte{'"'}
	for _, char := range text {
		switch {
		case char == '"' || char == '\\':
			written = append(written, '\\', byte(char))
		case char < utf8.RuneSelf:
			written = append(written, byte(char))
		case char > 0xffff:
			high, low := utf16.EncodeRune(char)
			written = appendEscape(appendEscape(written, high), low)
		default:
			written = appendEscape(written, char)
		}
	}
	return append(written, '"')
}

func appendEscape(written []byte, unit rune) []byte {
	return append(written, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}

// ReadHeader reads the header of a file of which at least the first [FirstRead] bytes are given, or
// all of it. The error says why the file holds no blob.
func ReadHeader(beginning []byte) (Header, error) {
	if !bytes.HasPrefix(beginning, []byte(magic)) {
		return Header{}, errNoBlob
	}
	if len(beginning) < fixed {
		return Header{}, errCutOff
	}
	start := int64(fixed) + int64(binary.BigEndian.Uint32(beginning[len(magic):fixed]))
	if start > int64(min(len(beginning), headerLimit)) {
		return Header{}, errCutOff
	}
	text := beginning[fixed:start]
	// A map and not a struct, for whose fields upper and lower case are the same.
	var fields map[string]json.RawMessage
	if !utf8.Valid(text) || json.Unmarshal(text, &fields) != nil {
		return Header{}, errUnreadable
	}
	var key, contentType *string
	var size *int64
	for name, into := range map[string]any{"key": &key, "content_type": &contentType, "size": &size} {
		if field, there := fields[name]; !there || json.Unmarshal(field, into) != nil {
			return Header{}, errUnreadable
		}
	}
	if key == nil || contentType == nil || size == nil {
		return Header{}, errUnreadable
	}
	return Header{Key: *key, ContentType: *contentType, Size: *size, Start: start}, nil
}
