package dossier

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/rivo/uniseg"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"aval/bot"
)

// The page has the shape of a phone, so that it fills the screen without
// turning or zooming; 12 points on it are read as 8 on paper.
const (
	pageWidth, pageHeight = 100.0, 178.0 // mm
	margin                = 8.0
	textWidth             = pageWidth - 2*margin
	bottom                = 14.0
	bodySize, smallSize   = 12.0, 9.5 // pt
)

const box = "□"

// fonts tell which letters can be printed: Latin, Greek and Cyrillic. The Go
// fonts are free, small and have no name that claims to be another's.
type fonts struct{ regular *sfnt.Font }

func loadFonts() (fonts, error) {
	f, err := sfnt.Parse(goregular.TTF)
	return fonts{f}, err
}

// print returns the text with a box for every sign that the font lacks, and
// whether there was one. Letter and accent are joined first, and what people
// see as one sign becomes one box.
func (f fonts) print(s string) (string, bool) {
	var buffer sfnt.Buffer
	var out strings.Builder
	lacking := false
	for clusters := uniseg.NewGraphemes(norm.NFC.String(s)); clusters.Next(); {
		whole := clusters.Str()
		if whole == "\r\n" || whole == "\r" {
			whole = "\n"
		}
		for _, r := range whole {
			if r == '\n' || r == '\t' {
				continue
			}
			glyph, err := f.regular.GlyphIndex(&buffer, r)
			if err != nil || glyph == 0 || unicode.In(r, unicode.Cc, unicode.Cf) {
				whole, lacking = box, true
				break
			}
		}
		out.WriteString(strings.ReplaceAll(whole, "\t", "    "))
	}
	return out.String(), lacking
}

// printable returns the view as the font can show it.
func (f fonts) printable(v view) (view, bool) {
	lacking := false
	show := func(s string) string {
		out, lacks := f.print(s)
		lacking = lacking || lacks
		return out
	}
	rows := func(list []row) []row {
		var all []row
		for _, r := range list {
			all = append(all, row{show(r.Label), show(r.Value)})
		}
		return all
	}
	out := view{Language: v.Language, Title: show(v.Title), Intro: show(v.Intro), Head: rows(v.Head)}
	for _, s := range v.Sections {
		shown := section{Title: show(s.Title), Intro: show(s.Intro)}
		for _, i := range s.Items {
			shown.Items = append(shown.Items, item{show(i.Title), rows(i.Rows)})
		}
		out.Sections = append(out.Sections, shown)
	}
	return out, lacking
}

// pdf prints the view and attaches the archive. It prints twice, the first
// time to count the pages: the library's own way to say "of 12" replaces bytes
// anywhere in a text, and so makes "à" of some words into something else.
func (p *Packer) pdf(w words, v view, made time.Time, name string, archive bot.File) (bot.File, error) {
	v, lacking := p.fonts.printable(v)
	notes := []string{w.with("file.attached", map[string]any{"Name": archive.Name})}
	if lacking {
		notes = append(notes, w.say("file.lacking"))
	}
	pages := 0
	page := func(n int) string { return w.with("file.page", map[string]any{"Page": n, "Pages": pages}) }
	pages = write(v, made, notes, page).PageCount()
	f := write(v, made, notes, page)
	f.SetAttachments([]fpdf.Attachment{{Content: archive.Data, Filename: archive.Name, Description: v.Title}})
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return bot.File{}, fmt.Errorf("dossier: pdf: %w", err)
	}
	return bot.File{Name: name, Type: "application/pdf", Data: out.Bytes()}, nil
}

// write prints the view with its notes on the first page.
func write(v view, made time.Time, notes []string, page func(n int) string) printer {
	f := printer{fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: pageWidth, Ht: pageHeight}})}
	f.describe(v, made)
	f.SetFooterFunc(func() {
		f.SetY(-10)
		f.style("", smallSize, grey)
		f.CellFormat(textWidth, 4, page(f.PageNo()), "", 0, "L", false, 0, "")
	})
	f.AddPage()
	f.line("B", 20, black, v.Title)
	f.Ln(2)
	f.line("", bodySize, black, v.Intro)
	f.Ln(3)
	f.rows(v.Head)
	for _, note := range notes {
		f.Ln(2)
		f.line("", smallSize, grey, note)
	}
	for _, s := range v.Sections {
		f.section(s)
	}
	return f
}

// printer writes a view on pages.
type printer struct{ *fpdf.Fpdf }

// short is how high a paragraph may be that is not torn by the end of a page.
const short = 45.0 // mm

// The greys of the ink.
const black, grey = 20, 95

// describe sets up the pages. Time and order are fixed, so that the bytes are.
func (f printer) describe(v view, made time.Time) {
	f.AddUTF8FontFromBytes("go", "", goregular.TTF)
	f.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, bottom)
	f.SetCellMargin(0)
	f.SetCatalogSort(true)
	f.SetCreationDate(made)
	f.SetModificationDate(made)
	f.SetProducer("aval", true)
	f.SetTitle(v.Title, true)
	f.SetLang(v.Language)
	f.SetDisplayMode("fullwidth", "continuous")
}

func (f printer) style(weight string, size float64, ink int) {
	f.SetFont("go", weight, size)
	f.SetTextColor(ink, ink, ink)
}

// line prints a paragraph over as many lines as it needs.
func (f printer) line(weight string, size float64, ink int, text string) {
	f.style(weight, size, ink)
	if room := size / 2 * float64(len(f.SplitText(text, textWidth))); room < short {
		f.keep(room)
	}
	f.MultiCell(0, size/2, text, "", "L", false)
}

// keep begins a new page unless so much room is left: a heading stays with
// what it heads.
func (f printer) keep(room float64) {
	if f.GetY()+room > pageHeight-bottom {
		f.AddPage()
	}
}

func (f printer) section(s section) {
	f.keep(35)
	if f.GetY() > margin+1 {
		f.Ln(6)
	}
	f.line("B", 15, black, s.Title)
	f.SetDrawColor(42, 122, 98)
	f.SetLineWidth(0.6)
	f.Line(margin, f.GetY()+1, pageWidth-margin, f.GetY()+1)
	f.Ln(3)
	if s.Intro != "" {
		f.line("", bodySize, black, s.Intro)
		f.Ln(2)
	}
	for _, i := range s.Items {
		f.keep(20)
		if i.Title != "" {
			f.line("B", 11, black, i.Title)
		}
		f.rows(i.Rows)
		f.Ln(3)
	}
}

func (f printer) rows(list []row) {
	for _, r := range list {
		if r.Label != "" {
			f.keep(18)
			f.line("", smallSize, grey, r.Label)
		}
		f.line("", bodySize, black, r.Value)
		f.Ln(1)
	}
}
