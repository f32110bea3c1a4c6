package dossier

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"aval/bot"
)

// What a package may weigh when it is unpacked. A ZIP of 42 kB can hold four
// petabytes; ours never come near these figures.
const (
	maxBytes = 200 << 20
	maxFiles = 1000
)

// Open reads a package, or the PDF that holds one, and believes nothing before
// the signature is checked: the signature covers the manifest, the manifest
// every other file. verifier holds the public keys that are trusted.
func Open(data []byte, verifier note.Verifiers) (*Imported, error) {
	i, err := open(data, verifier)
	if err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	return i, nil
}

func open(data []byte, verifier note.Verifiers) (*Imported, error) {
	if len(data) > maxBytes {
		return nil, errors.New("is larger than 200 MB")
	}
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		inner, err := attached(data)
		if err != nil {
			return nil, err
		}
		data = inner
	}
	files, err := unzip(data)
	if err != nil {
		return nil, err
	}
	m, signer, err := verify(files, verifier)
	if err != nil {
		return nil, err
	}
	c, err := read(m, files)
	if err != nil {
		return nil, err
	}
	return imported(m, c, signer), nil
}

// attachedFile is how the PDF writer puts an attachment.
var attachedFile = regexp.MustCompile(
	`<< /Type /EmbeddedFile /Length (\d{1,9}) /Filter /FlateDecode [^\n]{0,200}>>\s+stream\r?\n`)

// attached takes the archive out of a PDF of ours. It is no reader of other
// PDFs: what is inside proves itself by its signature.
func attached(pdf []byte) ([]byte, error) {
	found := attachedFile.FindAllSubmatchIndex(pdf, 2)
	if len(found) != 1 {
		return nil, fmt.Errorf("the PDF has %d attachments where one package is expected", len(found))
	}
	at := found[0]
	length, err := strconv.Atoi(string(pdf[at[2]:at[3]]))
	if err != nil || length > len(pdf)-at[1] {
		return nil, errors.New("the PDF is cut off inside its attachment")
	}
	z, err := zlib.NewReader(bytes.NewReader(pdf[at[1] : at[1]+length]))
	if err != nil {
		return nil, errors.New("the attachment of the PDF is damaged")
	}
	data, err := io.ReadAll(io.LimitReader(z, maxBytes+1))
	switch {
	case err != nil:
		return nil, errors.New("the attachment of the PDF is damaged")
	case len(data) > maxBytes:
		return nil, errors.New("the attachment of the PDF is larger than 200 MB")
	}
	return data, nil
}

// unzip reads all files within the bounds.
func unzip(data []byte) (map[string][]byte, error) {
	// Counted before the directory is read, which costs memory by the entry.
	if bytes.Count(data, []byte("PK\x01\x02")) > maxFiles {
		return nil, errors.New("has more than 1000 files")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errors.New("is no ZIP archive and no PDF of this program")
	}
	files := make(map[string][]byte, len(z.File))
	left := int64(maxBytes)
	for _, f := range z.File {
		if _, twice := files[f.Name]; twice {
			return nil, fmt.Errorf("%q is there twice", f.Name)
		}
		content, err := unpack(f, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(content))
		files[f.Name] = content
	}
	return files, nil
}

// unpack reads one file and at most left bytes, whatever its header says.
func unpack(f *zip.File, left int64) ([]byte, error) {
	if strings.ContainsAny(f.Name, `/\:`) || !f.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no plain file name", f.Name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%q is damaged", f.Name)
	}
	content, err := io.ReadAll(io.LimitReader(r, left+1))
	if closed := r.Close(); err == nil {
		err = closed
	}
	switch {
	case int64(len(content)) > left:
		return nil, errors.New("unpacks to more than 200 MB")
	case err != nil:
		return nil, fmt.Errorf("%q is damaged", f.Name)
	}
	return content, nil
}

// verify checks the signature, then the manifest, then every file against it.
func verify(files map[string][]byte, verifier note.Verifiers) (manifest, string, error) {
	var m manifest
	n, err := signature(files, verifier)
	if err != nil {
		return m, "", err
	}
	if err := strict(files[manifestFile], &m); err != nil {
		return m, "", fmt.Errorf("%s: %w", manifestFile, err)
	}
	if m.Schema != schemaName || m.Version != schemaVersion {
		return m, "", fmt.Errorf("%s: schema %q version %d is not known here", manifestFile, m.Schema, m.Version)
	}
	if signedText(m.Reference, files[manifestFile]) != n.Text {
		return m, "", fmt.Errorf("%s does not belong to this %s", sigFile, manifestFile)
	}
	seen := map[string]bool{manifestFile: true, sigFile: true}
	for _, l := range m.Files {
		data, there := files[l.Name]
		switch {
		case seen[l.Name]:
			return m, "", fmt.Errorf("%s names %q twice", manifestFile, l.Name)
		case !there:
			return m, "", fmt.Errorf("%q is missing", l.Name)
		case int64(len(data)) != l.Size || sha256.Sum256(data) != l.SHA256:
			return m, "", fmt.Errorf("%q was changed after it was signed", l.Name)
		}
		seen[l.Name] = true
	}
	for name := range files {
		if !seen[name] {
			return m, "", fmt.Errorf("%q was added after the package was signed", name)
		}
	}
	return m, n.Sigs[0].Name, nil
}

// signature checks the note and that it speaks of this manifest.
func signature(files map[string][]byte, verifier note.Verifiers) (*note.Note, error) {
	for _, name := range []string{manifestFile, sigFile} {
		if _, there := files[name]; !there {
			return nil, fmt.Errorf("%q is missing", name)
		}
	}
	n, err := note.Open(files[sigFile], verifier)
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return nil, fmt.Errorf("%s is signed by %q, a key that is not trusted here", sigFile, unknown.Note.UnverifiedSigs[0].Name)
	case err != nil:
		return nil, fmt.Errorf("%s is no valid signature", sigFile)
	}
	sum := sha256.Sum256(files[manifestFile])
	if !strings.HasSuffix(n.Text, fmt.Sprintf("\n%x\n", sum)) {
		return nil, fmt.Errorf("%s was changed after it was signed", manifestFile)
	}
	return n, nil
}

// read parses the files that the manifest's scope asks for, all of them and no
// others.
func read(m manifest, files map[string][]byte) (content, error) {
	var c content
	into := map[string]func([]byte) error{
		consentsFile: object(&c.Consents), noticesFile: object(&c.Notices),
	}
	switch m.Scope {
	case bot.CaseAccess:
		into["about.json"] = object(&c.About)
		into["looks.json"] = object(&c.Looks)
		into["notes.jsonl"] = list(&c.Notes)
		into["inferences.json"] = object(&c.Inferences)
		fallthrough
	case bot.CasePortability:
		into["profile.json"] = object(&c.Profile)
		into["messages.jsonl"] = list(&c.Messages)
		into["preferences.json"] = object(&c.Preferences)
		into["cases.json"] = object(&c.Cases)
	case scopeReceipt:
	default:
		return c, fmt.Errorf("%s: scope %q is not known here", manifestFile, m.Scope)
	}
	for _, l := range m.Files {
		parse, known := into[l.Name]
		if !known {
			if strings.HasSuffix(l.Name, ".csv") || strings.HasSuffix(l.Name, ".html") {
				continue // twins
			}
			return c, fmt.Errorf("%q is no file of a package for %s", l.Name, m.Scope)
		}
		if err := parse(files[l.Name]); err != nil {
			return c, fmt.Errorf("%s: %w", l.Name, err)
		}
		delete(into, l.Name)
	}
	for name := range into {
		return c, fmt.Errorf("%q is missing", name)
	}
	return c, c.agrees()
}

// agrees checks what the schema cannot say.
func (c content) agrees() error {
	for i, s := range c.Consents.Standing {
		if s.Status != status(s.State) {
			return fmt.Errorf("%s: standing %d: state %q is not %q", consentsFile, i+1, s.State, s.Status)
		}
	}
	for i, r := range c.Consents.Records {
		if r.Event.Status != status(r.Event.State) {
			return fmt.Errorf("%s: record %d: state %q is not %q", consentsFile, i+1, r.Event.State, r.Event.Status)
		}
	}
	for i, m := range c.Messages {
		if m.Direction != direction(m.From) {
			return fmt.Errorf("messages.jsonl: line %d: direction %q does not fit from", i+1, m.Direction)
		}
	}
	return c.agreed()
}

// OpenWithKey is Open for one public key, as /package-key of an installation
// shows it.
func OpenWithKey(data []byte, key string) (*Imported, error) {
	v, err := note.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		return nil, errors.New("package: the public key is not one; it looks like aval-packages+0f1e2d3c+Base64")
	}
	return Open(data, note.VerifierList(v))
}
