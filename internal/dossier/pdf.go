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
// turning or zooming; 11 points on it are read as 8 on paper.
const (
	pageWidth, pageHeight = 100.0, 178.0 // mm
	margin                = 8.0
	textWidth             = pageWidth - 2*margin
	bottom                = 12.0
	bodySize, smallSize   = 11.0, 9.0 // pt
	// leading is the height of a line, in mm for a point of the letters.
	leading = 0.43
	// A label stands left of its value.
	labelWidth = 29.0
	valueLeft  = margin + labelWidth + 2
	valueWidth = pageWidth - margin - valueLeft
	room       = pageHeight - margin - bottom
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
			shown.Items = append(shown.Items, item{show(i.Title), rows(i.Rows), show(i.Note)})
		}
		out.Sections = append(out.Sections, shown)
	}
	return out, lacking
}

// pdf prints what is ready and attaches the archive. It prints twice, the first
// time to count the pages: the library's own way to say "of 12" replaces bytes
// anywhere in a text, and so makes "à" of some words into something else.
func (p *Packer) pdf(r ready, name string, archive bot.File) (bot.File, error) {
	w, made := r.words, r.content.made
	v, lacking := p.fonts.printable(r.view)
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
		return bot.File{}, fmt.Errorf("pdf: %w", err)
	}
	return bot.File{Name: name, Type: "application/pdf", Data: out.Bytes()}, nil
}

// write prints the view with its notes on the first page.
func write(v view, made time.Time, notes []string, page func(n int) string) printer {
	f := printer{fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: pageWidth, Ht: pageHeight}})}
	f.describe(v, made)
	f.SetFooterFunc(func() {
		f.SetXY(margin, -9)
		f.style(smallFont)
		f.CellFormat(textWidth, 4, page(f.PageNo()), "", 0, "L", false, 0, "")
	})
	f.AddPage()
	f.paragraph(titleFont, v.Title)
	f.Ln(1)
	f.paragraph(bodyFont, v.Intro)
	f.Ln(2)
	for _, r := range v.Head {
		f.row(r)
	}
	for _, note := range notes {
		f.Ln(1)
		f.paragraph(smallFont, note)
	}
	for _, s := range v.Sections {
		f.section(s)
	}
	return f
}

// printer writes a view on pages.
type printer struct{ *fpdf.Fpdf }

// short is how high a thing may be that is not torn by the end of a page.
const short = 34.0 // mm

// little is how high a thing may be that a heading takes along whole.
const little = 24.0 // mm

// The greys of the ink.
const black, grey = 20, 95

// font is how a text is printed.
type font struct {
	weight string
	size   float64
	ink    int
}

var (
	titleFont   = font{"B", 19, black}
	headingFont = font{"B", 14, black}
	nameFont    = font{"B", bodySize, black}
	bodyFont    = font{"", bodySize, black}
	smallFont   = font{"", smallSize, grey}
)

func (t font) line() float64 { return t.size * leading }

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

func (f printer) style(t font) {
	f.SetFont("go", t.weight, t.size)
	f.SetTextColor(t.ink, t.ink, t.ink)
}

// height is how high a text becomes.
func (f printer) height(t font, width float64, text string) float64 {
	if text == "" {
		return 0
	}
	f.style(t)
	return t.line() * float64(len(f.SplitText(text, width)))
}

// keep begins a new page unless so much room is left.
func (f printer) keep(high float64) {
	if f.GetY()+high > pageHeight-bottom && f.GetY() > margin {
		f.AddPage()
	}
}

// paragraph prints over the whole width. A short one is not torn.
func (f printer) paragraph(t font, text string) {
	if high := f.height(t, textWidth, text); high < short {
		f.keep(high)
	}
	f.style(t)
	f.MultiCell(0, t.line(), text, "", "L", false)
}

// section keeps its heading with the beginning of what stands below.
func (f printer) section(s section) {
	const gap, rule = 4.5, 2.5
	high := gap + f.height(headingFont, textWidth, s.Title) + rule
	if s.Intro != "" {
		high += min(f.height(bodyFont, textWidth, s.Intro), short) + 1
	}
	if len(s.Items) > 0 {
		high += f.least(s.Items[0])
	}
	f.keep(high)
	if f.GetY() > margin+1 {
		f.Ln(gap)
	}
	f.paragraph(headingFont, s.Title)
	f.SetDrawColor(42, 122, 98)
	f.SetLineWidth(0.5)
	f.Line(margin, f.GetY()+0.8, pageWidth-margin, f.GetY()+0.8)
	f.Ln(rule)
	if s.Intro != "" {
		f.paragraph(bodyFont, s.Intro)
		f.Ln(1)
	}
	for i, it := range s.Items {
		if i > 0 {
			f.Ln(1.8)
		}
		f.item(it)
	}
}

// least is what of an item must stay with the heading above it: all of a short
// one, of a long one its title and its first rows.
func (f printer) least(i item) float64 {
	high := f.height(nameFont, textWidth, i.Title)
	note := f.height(smallFont, textWidth, i.Note)
	if whole := high + f.high(i.Rows...) + note; whole <= little {
		return whole
	}
	return high + min(f.high(i.Rows[:min(2, len(i.Rows))]...), short)
}

func (f printer) item(i item) {
	f.keep(f.least(i))
	if i.Title != "" {
		f.paragraph(nameFont, i.Title)
	}
	for n, r := range i.Rows {
		if n == len(i.Rows)-1 && i.Note != "" { // the note stays with what it is about
			if high := f.high(r) + f.height(smallFont, textWidth, i.Note); high <= room/3 {
				f.keep(high)
			}
		}
		f.row(r)
	}
	if i.Note != "" {
		f.paragraph(smallFont, i.Note)
	}
}

// A list is drawn in by so much.
const (
	bullet = "• "
	indent = 3.0
)

// rowGap is below each row.
const rowGap = 0.6

// stacked tells that a label and its value cannot stand beside each other: the
// label is too long, or an address or a number in the value would be torn.
func (f printer) stacked(r row) bool {
	if f.height(smallFont, labelWidth, r.Label) > 5*smallFont.line() {
		return true
	}
	f.style(bodyFont)
	for _, word := range strings.Fields(r.Value) {
		if f.GetStringWidth(word) > valueWidth {
			return true
		}
	}
	return false
}

// high is how high rows become.
func (f printer) high(list ...row) float64 {
	all := 0.0
	for _, r := range list {
		switch {
		case r.Label == "" && strings.HasPrefix(r.Value, bullet):
			all += f.height(bodyFont, textWidth-indent, strings.TrimPrefix(r.Value, bullet))
		case r.Label == "":
			all += f.height(bodyFont, textWidth, r.Value)
		case f.stacked(r):
			all += rowGap + f.height(smallFont, textWidth, r.Label) + f.height(bodyFont, textWidth, r.Value)
		default:
			all += max(f.height(smallFont, labelWidth, r.Label)+sink, f.height(bodyFont, valueWidth, r.Value))
		}
		all += rowGap
	}
	return all
}

// sink puts the small letters of a label on the line of its value.
const sink = 0.5

// row prints a label and its value beside it. A value is torn by the end of a
// page only if it is long, and then begins beside its label.
func (f printer) row(r row) {
	if high := f.high(r); high <= room/3 {
		f.keep(high)
	} else {
		f.keep(little)
	}
	if r.Label == "" || f.stacked(r) {
		if r.Label != "" {
			f.SetY(f.GetY() + rowGap)
			f.paragraph(smallFont, r.Label)
		}
		f.style(bodyFont)
		if text, listed := strings.CutPrefix(r.Value, bullet); listed {
			f.CellFormat(indent, bodyFont.line(), bullet, "", 0, "L", false, 0, "")
			f.SetLeftMargin(margin + indent)
			f.MultiCell(0, bodyFont.line(), text, "", "L", false)
			f.SetLeftMargin(margin)
		} else {
			f.MultiCell(0, bodyFont.line(), r.Value, "", "L", false)
		}
		f.SetY(f.GetY() + rowGap)
		return
	}
	page, top := f.PageNo(), f.GetY()
	f.SetY(top + sink)
	f.style(smallFont)
	f.MultiCell(labelWidth, smallFont.line(), r.Label, "", "L", false)
	after := f.GetY()
	f.SetLeftMargin(valueLeft)
	f.SetXY(valueLeft, top)
	f.style(bodyFont)
	f.MultiCell(valueWidth, bodyFont.line(), r.Value, "", "L", false)
	f.SetLeftMargin(margin)
	if f.PageNo() == page {
		f.SetY(max(after, f.GetY()))
	}
	f.SetY(f.GetY() + rowGap)
}
