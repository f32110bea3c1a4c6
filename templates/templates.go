// Package templates holds the files that ship with the server and that people
// who do not program may read and change: the flows of a demo shop, Casa Lima.
package templates

import (
	"embed"
	"io/fs"
)

//go:embed flows/*.yaml
var files embed.FS

// Flows is the folder of flow files, one flow each.
func Flows() fs.FS {
	folder, err := fs.Sub(files, "flows")
	if err != nil {
		// The folder is part of the program; Sub only refuses invalid names.
		return files
	}
	return folder
}
