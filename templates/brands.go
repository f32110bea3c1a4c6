package templates

import (
	"embed"
	"io/fs"
)

//go:embed brands
var brands embed.FS

// Demo holds the aval.yaml and the notices of the brand that development mode
// runs when nothing is configured.
func Demo() (fs.FS, error) { return fs.Sub(brands, "brands/demo") }
