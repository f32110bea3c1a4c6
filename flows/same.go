package flows

import (
	"bytes"

	"github.com/goccy/go-yaml"
)

// Same reports whether two flow files say the same, whatever their comments and
// their layout. Files that cannot be read are the same when their bytes are.
func Same(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	left, err := yaml.YAMLToJSON(a)
	if err != nil {
		return false
	}
	right, err := yaml.YAMLToJSON(b)
	return err == nil && bytes.Equal(left, right)
}
