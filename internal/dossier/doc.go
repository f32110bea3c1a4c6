// Package dossier makes files of what is known about one person: a signed
// archive for other programs, a PDF to read on the phone with the archive
// inside, and the receipt of a consent. It also reads them back.
//
// Everything is made in memory from the dossier it is given; nothing is
// written to disk and nothing is kept. The same dossier and key give the same
// bytes. docs/package.md describes the files for other systems.
package dossier
