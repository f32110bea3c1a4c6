package bot

import "github.com/fxamacker/cbor/v2"

// Encode makes the bytes of a value that will be sealed. CBOR is used for what
// is stored because it writes personal values as they are, which JSON on
// purpose does not do. Values of this package always encode; a failure is a
// bug here and panics.
func Encode(v any) []byte {
	data, err := encMode.Marshal(v)
	if err != nil {
		panic("bot: internal error: encoding: " + err.Error())
	}
	return data
}

// Decode reads what Encode made. Unknown fields are ignored, so that an older
// server can read what a newer one wrote.
func Decode(data []byte, v any) error { return decMode.Unmarshal(data, v) }

// Times keep their nanoseconds: the order of a stop and a consent may depend
// on less than a second.
var encMode, _ = cbor.EncOptions{Time: cbor.TimeRFC3339NanoUTC}.EncMode()

// Stored values come from us, but a decoder of sealed bytes is still bounded:
// the largest contact has some thousand elements.
var decMode, _ = cbor.DecOptions{MaxArrayElements: 1 << 17, MaxMapPairs: 1 << 17, MaxNestedLevels: 16}.DecMode()
