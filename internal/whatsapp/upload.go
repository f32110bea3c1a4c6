package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"aval/bot"
)

// maxUpload is Meta's limit for documents, read strictly.
const maxUpload = 100_000_000

// mediaGone is Meta's code, with its sub-code, for an object that is not there.
const mediaGone = 33

const (
	errFileEmpty unfit = "the file is empty"
	errFileSize  unfit = "the file is larger than 100 MB"
	errFileType  unfit = "the type of the file is no MIME type"
	errMedia     unfit = "the media id is none"
)

// Upload hands Meta a file, which it keeps for thirty days, and returns its
// media id. Nobody gets anything by it, so where a message would be in doubt
// an upload may be repeated: it is never bot.SendUnknown.
func (c *Client) Upload(ctx context.Context, number string, f bot.File) (string, error) {
	kind, parts, err := form(f)
	if err != nil {
		return "", never(err)
	}
	a, err := c.call(ctx, errand{
		method: http.MethodPost, number: number, path: number + "/media", kind: kind, parts: parts, door: &door{},
	})
	if err != nil {
		return "", repeatable(err)
	}
	media := parseUploaded(a.body)
	if media == "" {
		return "", repeatable(a.unreadable())
	}
	return media, nil
}

// Discard deletes an uploaded file. One that is gone already is no error. Meta
// deletes it only if the number is the one that uploaded it.
func (c *Client) Discard(ctx context.Context, number, media string) error {
	// The id becomes a part of the address.
	if !mediaID(media) {
		return never(errMedia)
	}
	a, err := c.call(ctx, errand{
		method: http.MethodDelete, number: number, path: media + "?phone_number_id=" + number, door: &door{},
	})
	switch {
	case gone(err):
		return nil
	case err != nil:
		return repeatable(err)
	case !parseSuccess(a.body):
		return repeatable(a.unreadable())
	}
	return nil
}

// gone reports whether Meta refused because there is no such file.
func gone(err error) bool {
	var e *bot.SendError
	if !errors.As(err, &e) {
		return false
	}
	return e.Code == mediaGone || e.HTTP == http.StatusNotFound && (e.Code == 0 || e.Code == 100)
}

// repeatable turns a doubt into another attempt: a second upload or deletion
// does no harm.
func repeatable(err error) error {
	var e *bot.SendError
	if errors.As(err, &e) && e.Class == bot.SendUnknown {
		e.Class = bot.SendLater
	}
	return err
}

// form is the body of an upload, around the file's own bytes, and its content
// type.
func form(f bot.File) (kind string, parts [][]byte, err error) {
	switch {
	case len(f.Data) == 0:
		return "", nil, errFileEmpty
	case len(f.Data) > maxUpload:
		return "", nil, errFileSize
	case !only(f.Type, 100, "/.+-") || strings.Count(f.Type, "/") != 1:
		return "", nil, errFileType
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", `form-data; name="file"; filename="`+plainName(f.Name)+`"`)
	head.Set("Content-Type", f.Type)
	err = errors.Join(w.WriteField("messaging_product", "whatsapp"), w.WriteField("type", f.Type))
	if _, e := w.CreatePart(head); err != nil || e != nil {
		return "", nil, fmt.Errorf("form: %w", errors.Join(err, e))
	}
	before := b.Len()
	if err := w.Close(); err != nil {
		return "", nil, fmt.Errorf("form: %w", err)
	}
	around := b.Bytes()
	return w.FormDataContentType(), [][]byte{around[:before], f.Data, around[before:]}, nil
}

// plainName is a file name that is safe in a header. The person never sees it:
// the message brings the real one.
func plainName(s string) string {
	name := []byte(cut(fileName(s), maxFileName))
	for i, c := range name {
		if !only(string(c), 1, "._-") {
			name[i] = '_'
		}
	}
	if len(name) == 0 {
		return "file"
	}
	return string(name)
}

// parseUploaded returns the id of an uploaded file, or "" if there is none.
func parseUploaded(body []byte) string {
	var r struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(body, &r) != nil {
		return ""
	}
	// Meta's ids are strings of digits, which some servers write as numbers.
	if id := strings.Trim(string(r.ID), `"`); mediaID(id) {
		return id
	}
	return ""
}

func mediaID(s string) bool { return only(s, 128, "_-") && s != "null" }
