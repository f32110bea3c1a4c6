package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// object returns a parser of one strict JSON value.
func object[T any](into *T) func([]byte) error {
	return func(data []byte) error { return strict(data, into) }
}

// list returns a parser of JSON Lines.
func list[T any](into *[]T) func([]byte) error {
	return func(data []byte) error {
		for n := 1; len(data) > 0; n++ {
			line, rest, ended := bytes.Cut(data, []byte("\n"))
			if !ended {
				return fmt.Errorf("line %d is cut off", n)
			}
			var v T
			if err := strict(line, &v); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
			*into, data = append(*into, v), rest
		}
		return nil
	}
}

// strict parses one JSON value and nothing after it: no field that is not
// known, none that is there twice, no text that is not UTF-8.
func strict(data []byte, into any) error {
	if !utf8.Valid(data) {
		return errors.New("is not UTF-8")
	}
	if err := once(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return plain(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return plain(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("goes on after its end")
	}
	return nil
}

// plain says what is wrong without quoting what may be personal.
func plain(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("is no JSON from byte %d on", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("%q holds a %s", kind.Field, kind.Value)
	case errors.As(err, &moment):
		return errors.New("holds something else where a time belongs")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("is cut off")
	}
	return err
}

// once walks a value and refuses a name that an object has twice, in whatever
// letters: the decoder would take the last one, another reader the first.
func once(d *json.Decoder) error {
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') && open != json.Delim('[') {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			key := strings.ToLower(name.(string)) //nolint:forcetypeassert // a name is always a string
			if seen[key] {
				return fmt.Errorf("%q is there twice", name)
			}
			seen[key] = true
		}
		if err := once(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
