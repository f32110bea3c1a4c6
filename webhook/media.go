package webhook

import "aval/bot"

// file is a picture, recording or document. Its name is not read: nothing is
// stored under a name that a stranger chose.
type file struct {
	ID      loose  `json:"id"`
	Type    loose  `json:"mime_type"`
	Caption string `json:"caption"`
}

// file is the media object that belongs to the type.
func (c *content) file() *file {
	switch c.Type {
	case "image":
		return c.Image
	case "video":
		return c.Video
	case "audio":
		return c.Audio
	case "voice":
		return c.Voice
	case "document":
		return c.Document
	case "sticker":
		return c.Sticker
	}
	return nil
}

// attach points at a file. One that Meta could not take has no object.
func attach(e *bot.Event, f *file) {
	e.Message.Kind = bot.MessageMedia
	if f == nil {
		return
	}
	if f.ID != "" {
		e.Message.Media = &bot.Media{ID: string(f.ID), Type: string(f.Type)}
	}
	if f.Caption != "" {
		e.Message.Body = text(f.Caption)
		e.Traits |= bot.TraitCaption
	}
}
