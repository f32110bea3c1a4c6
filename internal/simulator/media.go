package simulator

import (
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Sizes of files, as Meta documents them and in the strictest reading.
const (
	maxDocument  = 100_000_000
	maxRecording = 16_000_000 // sound and film
	maxImage     = 5_000_000
	maxSticker   = 500_000
)

// mediaKind is a type of file that Meta takes.
type mediaKind struct {
	mime  string
	as    []string // message types that show it; every file may be a document
	limit int
}

// mediaKinds is never written to. The order is that of Meta's refusal.
var mediaKinds = []mediaKind{
	{"audio/aac", []string{"audio"}, maxRecording},
	{"audio/mp4", []string{"audio"}, maxRecording},
	{"audio/mpeg", []string{"audio"}, maxRecording},
	{"audio/amr", []string{"audio"}, maxRecording},
	{"audio/ogg", []string{"audio"}, maxRecording},
	{"audio/opus", []string{"audio"}, maxRecording},
	{"application/vnd.ms-powerpoint", nil, maxDocument},
	{"application/msword", nil, maxDocument},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", nil, maxDocument},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation", nil, maxDocument},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", nil, maxDocument},
	{"application/pdf", nil, maxDocument},
	{"text/plain", nil, maxDocument},
	{"application/vnd.ms-excel", nil, maxDocument},
	{"image/jpeg", []string{"image"}, maxImage},
	{"image/png", []string{"image"}, maxImage},
	{"image/webp", []string{"sticker"}, maxSticker},
	{"video/mp4", []string{"video"}, maxRecording},
	{"video/3gpp", []string{"video"}, maxRecording},
}

// kindOf finds a type, whatever parameters it has.
func kindOf(contentType string) (mediaKind, bool) {
	name, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return mediaKind{}, false
	}
	i := slices.IndexFunc(mediaKinds, func(k mediaKind) bool { return k.mime == name })
	if i < 0 {
		return mediaKind{}, false
	}
	return mediaKinds[i], true
}

// upload is the form of POST /{number}/media.
type upload struct {
	product, kind string
	file          bool
	name, mime    string // of the file
	content       []byte
}

// readUpload reads the form part by part, so that no file lies on the disk.
func readUpload(w http.ResponseWriter, r *http.Request) (upload, *apiError) {
	var u upload
	r.Body = http.MaxBytesReader(w, r.Body, maxDocument+maxRequest)
	form, err := r.MultipartReader()
	if err != nil {
		return u, refuseFor(100, "A file and messaging_product are required.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return u, u.check()
		}
		if err == nil {
			err = u.take(part)
		}
		if err != nil {
			return u, u.broken(err)
		}
	}
}

func (u *upload) take(part *multipart.Part) error {
	limit := int64(1 << 10)
	if part.FormName() == "file" {
		limit = maxDocument + 1
	}
	content, err := io.ReadAll(io.LimitReader(part, limit))
	if err != nil {
		return err
	}
	switch part.FormName() {
	case "messaging_product":
		u.product = string(content)
	case "type":
		u.kind = string(content)
	case "file":
		u.file, u.name, u.mime, u.content = true, part.FileName(), part.Header.Get("Content-Type"), content
	}
	return nil
}

// broken is the refusal of a form that could not be read to its end.
func (u *upload) broken(err error) *apiError {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return tooLarge()
	}
	return refuseFor(131053, "The upload broke off.")
}

func tooLarge() *apiError { return badParam("Param file is larger than its type allows.") }

// check holds an upload to what Meta takes. The type that counts is that of
// the file's own part.
func (u *upload) check() *apiError {
	kind, known := kindOf(u.mime)
	switch {
	case u.product != "whatsapp" || !u.file:
		return refuseFor(100, "A file and messaging_product are required.")
	case !known:
		names := make([]string, len(mediaKinds))
		for i, k := range mediaKinds {
			names[i] = k.mime
		}
		return badParam("Param file must be a file with one of the following types: %s.", strings.Join(names, ", "))
	case len(u.content) > kind.limit:
		return tooLarge()
	case len(u.content) == 0:
		return refuseFor(131053, "The file is empty.")
	}
	return nil
}

// postMedia is POST /{number}/media.
func (s *Sim) postMedia(l *line, w http.ResponseWriter, r *http.Request) {
	u, refusal := readUpload(w, r)
	if refusal != nil {
		s.refuse(w, refusal)
		return
	}
	item := s.media.put(mediaItem{
		mime: u.mime, name: u.name, number: l.ID, content: u.content, until: s.Now().Add(uploadedMediaLife),
	}, s.Now())
	writeJSON(w, http.StatusOK, map[string]string{"id": item.id})
}

type mediaAnswer struct {
	Product string `json:"messaging_product"`
	URL     string `json:"url"`
	Mime    string `json:"mime_type"`
	Sum     string `json:"sha256"` // hex here, base64 in webhooks
	Size    string `json:"file_size"`
	ID      string `json:"id"`
}

// mine refuses a file of another number, if the query says whose it must be.
func (m *mediaItem) mine(r *http.Request) *apiError {
	if number := r.URL.Query().Get("phone_number_id"); number != "" && number != m.number {
		return badParam("Param phone_number_id is not a valid whatsapp business phone number id ID")
	}
	return nil
}

func (s *Sim) getMedia(item *mediaItem, w http.ResponseWriter, r *http.Request) {
	if refusal := item.mine(r); refusal != nil {
		s.refuse(w, refusal)
		return
	}
	base := orText(s.cfg.BaseURL, "http://"+r.Host)
	writeJSON(w, http.StatusOK, mediaAnswer{
		Product: "whatsapp", URL: s.media.link(base, item, s.Now()), Mime: item.mime,
		Sum: hex.EncodeToString(item.sum[:]), Size: strconv.Itoa(len(item.content)), ID: item.id,
	})
}

func (s *Sim) deleteMedia(item *mediaItem, w http.ResponseWriter, r *http.Request) {
	if refusal := item.mine(r); refusal != nil {
		s.refuse(w, refusal)
		return
	}
	s.media.remove(item)
	s.succeed(nil, w, r)
}

// download is the other host of Meta's, the one that serves the bytes.
func (s *Sim) download(w http.ResponseWriter, r *http.Request) {
	until, err := strconv.ParseInt(r.URL.Query().Get("ext"), 10, 64)
	item := s.media.get(r.URL.Query().Get("mid"), s.Now())
	if err != nil || item == nil || s.Now().Unix() > until {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", item.mime)
	_, _ = w.Write(item.content) // the caller went away
}

// attachment is the file that a message uses, and as which kind of message;
// nil for messages without one.
func (r *sendRequest) attachment() (kind string, m *mediaBody) {
	if m := r.media(); m != nil {
		return r.Type, m
	}
	if r.Type == "template" {
		return r.Template.attachment()
	}
	if r.Type != "interactive" || r.Interactive == nil || r.Interactive.Header == nil {
		return "", nil
	}
	h := r.Interactive.Header
	return h.Type, map[string]*mediaBody{"image": h.Image, "video": h.Video, "document": h.Document}[h.Type]
}

// attachment is the file in the header, if the send gives one.
func (b *templateBody) attachment() (kind string, m *mediaBody) {
	if b == nil {
		return "", nil
	}
	for _, p := range b.params("header") {
		if m := map[string]*mediaBody{"image": p.Image, "video": p.Video, "document": p.Document}[p.Type]; m != nil {
			return p.Type, m
		}
	}
	return "", nil
}

// findMedia looks up the uploaded file of a message. Meta refuses an id that
// it does not know, and finds out later that a file is of the wrong kind.
func (s *Sim) findMedia(sd *sending) *apiError {
	kind, m := sd.req.attachment()
	if m == nil || m.ID == "" {
		return nil
	}
	sd.media = s.media.get(m.ID, s.Now())
	if sd.media == nil {
		return badParam("Param %s['id'] is not a valid whatsapp business account media attachment ID", kind)
	}
	k, _ := kindOf(sd.media.mime)
	sd.unusable = kind != "document" && !slices.Contains(k.as, kind)
	return nil
}
