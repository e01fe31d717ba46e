package conformance

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"slices"
)

// answer is what the server was told, and the body of it as it is sent.
type answer struct {
	told    map[string]any
	body    []byte
	chunked bool
}

func answersOf(told []any) ([]answer, error) {
	answers := make([]answer, len(told))
	for i, each := range told {
		made := &answers[i]
		made.told, _ = each.(map[string]any)
		var err error
		if made.body, made.chunked, err = bodyOf(made.told); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// bodyOf returns the bytes of a body as they are sent.
func bodyOf(told map[string]any) (body []byte, chunked bool, err error) {
	pieces, chunked, err := piecesOf(told)
	if err != nil {
		return nil, false, err
	}
	if told["gzip"] == true {
		pieces = compressed(pieces)
	}
	if !chunked {
		return bytes.Join(pieces, nil), false, nil
	}
	var framed bytes.Buffer
	for _, piece := range pieces {
		fmt.Fprintf(&framed, "%x\r\n%s\r\n", len(piece), piece)
	}
	framed.WriteString("0\r\n\r\n")
	return framed.Bytes(), true, nil
}

func piecesOf(told map[string]any) (pieces [][]byte, chunked bool, err error) {
	switch {
	case told["text"] != nil:
		return [][]byte{[]byte(fmt.Sprint(told["text"]))}, false, nil
	case told["hex"] != nil:
		data, err := hex.DecodeString(fmt.Sprint(told["hex"]))
		return [][]byte{data}, false, err
	case told["repeat"] != nil:
		both, _ := told["repeat"].([]any)
		times, ok := both[1].(int)
		if !ok {
			return nil, false, fmt.Errorf("%v is no number of times", both[1])
		}
		return [][]byte{bytes.Repeat([]byte(fmt.Sprint(both[0])), times)}, false, nil
	case told["chunks"] != nil:
		chunks, _ := told["chunks"].([]any)
		for _, chunk := range chunks {
			pieces = append(pieces, []byte(fmt.Sprint(chunk)))
		}
		return pieces, true, nil
	default:
		return nil, false, nil
	}
}

// compressed compresses pieces to as many, of which none is empty.
func compressed(pieces [][]byte) [][]byte {
	var packed [][]byte
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	for i, piece := range pieces {
		_, _ = writer.Write(piece)
		if i == len(pieces)-1 {
			_ = writer.Close()
		} else {
			_ = writer.Flush()
		}
		packed = append(packed, slices.Clone(buffer.Bytes()))
		buffer.Reset()
	}
	return packed
}
