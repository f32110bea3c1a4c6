package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"
)

// drawingState is what the page asks for when a phone has changed. Version is
// another for another picture, and empty while there is none.
type drawingState struct {
	Title   string `json:"title"`
	Version string `json:"version"`
}

// draw asks for the picture of somebody who is known. What is not a harmless
// SVG document is an error, never shown.
func (s *Sim) draw(r *http.Request) (svg, title string, err error) {
	i := slices.IndexFunc(s.people.all(), func(a *account) bool { return a.key() == mux.Vars(r)["person"] })
	if s.cfg.Drawing == nil || i < 0 {
		return "", "", nil
	}
	p := &Person{sim: s, acct: s.people.all()[i]}
	svg, title = s.cfg.Drawing(r.Context(), p.Profile())
	if svg == "" {
		return "", title, nil
	}
	return svg, title, checkSVG(svg)
}

func (a *account) key() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.profile.Key
}

func (s *Sim) getDrawing(w http.ResponseWriter, r *http.Request) {
	svg, title, err := s.draw(r)
	if err != nil {
		badRequest(w, fmt.Errorf("drawing: %w", err))
		return
	}
	state := drawingState{Title: title}
	if svg != "" {
		sum := sha256.Sum256([]byte(svg))
		state.Version = hex.EncodeToString(sum[:8])
	}
	writeJSON(w, http.StatusOK, state)
}

// getDrawingFile serves the picture for an img element, and for a tab of its
// own, where it is in a sandbox.
func (s *Sim) getDrawingFile(w http.ResponseWriter, r *http.Request) {
	svg, _, err := s.draw(r)
	if err != nil || svg == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, svg) // the caller went away
}

// checkSVG refuses what is not one SVG element, and in it everything that
// could run or fetch. The drawings are ours; this keeps a mistake in them from
// becoming a hole in the page.
func checkSVG(svg string) error {
	dec := xml.NewDecoder(strings.NewReader(svg))
	depth, roots := 0, 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("not XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			if depth++; depth == 1 && t.Name.Local != "svg" {
				return fmt.Errorf("the root is %s, not svg", t.Name.Local)
			}
			if err := checkElement(t); err != nil {
				return err
			}
		case xml.EndElement:
			depth--
		case xml.Directive:
			return errors.New("a document type is not allowed")
		}
	}
	if roots != 1 {
		return fmt.Errorf("%d root elements", roots)
	}
	return nil
}

func checkElement(e xml.StartElement) error {
	if slices.Contains([]string{"script", "foreignobject", "iframe", "object", "embed"}, strings.ToLower(e.Name.Local)) {
		return fmt.Errorf("the element %s is not allowed", e.Name.Local)
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		if strings.HasPrefix(name, "on") || name == "href" && !strings.HasPrefix(a.Value, "#") {
			return fmt.Errorf("the attribute %s of %s is not allowed", a.Name.Local, e.Name.Local)
		}
	}
	return nil
}
