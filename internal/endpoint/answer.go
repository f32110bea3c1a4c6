package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"aval/flows"
)

// answerLimit bounds what a business system may answer: a status and some
// words, never a page.
const answerLimit = 64 << 10

// read takes from a JSON object the strings, numbers and truths at the wanted
// paths. What stands elsewhere in the answer goes no further.
func read(body io.Reader, wants []string) (map[string]flows.Answer, error) {
	data, err := io.ReadAll(io.LimitReader(body, answerLimit+1))
	if err != nil || len(data) > answerLimit {
		return nil, errors.New("answer too large or cut off")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // an order number of twenty digits stays what it is
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, errors.New("answer is no JSON object")
	}
	fields := make(map[string]flows.Answer, len(wants))
	for _, path := range wants {
		if text, ok := leaf(at(object, path)); ok {
			fields[path] = flows.Answer(text)
		}
	}
	return fields, nil
}

// at follows a path of names and positions: "delivery.day", "items.0.state".
// A name with a point in it is found when it stands at the top.
func at(object map[string]any, path string) any {
	if v, ok := object[path]; ok {
		return v
	}
	var v any = object
	for step := range strings.SplitSeq(path, ".") {
		switch inside := v.(type) {
		case map[string]any:
			v = inside[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(inside) {
				return nil
			}
			v = inside[i]
		default:
			return nil
		}
	}
	return v
}

func leaf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
