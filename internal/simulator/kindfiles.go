package simulator

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"
)

// inboundMediaLife is how long Meta keeps what people send, since October 2025.
const inboundMediaLife = 7 * 24 * time.Hour

func (p *Person) upload(kind, mime, name string, content []byte) (fields, *File) {
	item := p.sim.media.put(mediaItem{
		mime: mime, name: name, number: p.number.ID, content: content, until: p.sim.Now().Add(inboundMediaLife),
	}, p.sim.Now())
	p.sim.media.hand(item, name)
	body := fields{"id": item.id, "mime_type": mime, "sha256": item.sumBase64()}
	if p.sim.cfg.BaseURL != "" {
		body["url"] = p.sim.media.link(p.sim.cfg.BaseURL, item, p.sim.Now())
	}
	return body, &File{Kind: kind, Name: name, Type: mime, Size: len(content), MediaID: item.id}
}

// captioned leaves the key out when there is no caption.
func captioned(body fields, caption string) fields {
	if caption != "" {
		body["caption"] = caption
	}
	return body
}

func sendImage(p *Person, m *wireMessage, caption string) (Message, error) {
	body, file := p.upload("image", "image/png", "", demoPicture())
	m.Type, m.Image = "image", captioned(body, caption)
	return Message{Body: caption, File: file}, nil
}

func sendVideo(p *Person, m *wireMessage, caption string) (Message, error) {
	body, file := p.upload("video", "video/mp4", "", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"))
	m.Type, m.Video = "video", captioned(body, caption)
	return Message{Body: caption, File: file}, nil
}

func sendVoice(p *Person, m *wireMessage, _ string) (Message, error) {
	body, file := p.upload("voice", "audio/ogg; codecs=opus", "", []byte("OggS simulated voice note"))
	body["voice"] = true
	m.Type, m.Audio = "audio", body
	return Message{File: file}, nil
}

func sendAudio(p *Person, m *wireMessage, _ string) (Message, error) {
	body, file := p.upload("audio", "audio/mpeg", "", []byte("ID3 simulated sound"))
	body["voice"] = false
	m.Type, m.Audio = "audio", body
	return Message{File: file}, nil
}

// sendDocument takes the name of the file and, after a bar, the caption.
func sendDocument(p *Person, m *wireMessage, text string) (Message, error) {
	name, caption := halves(text)
	mime, content := "text/plain", "A simulated document.\n"
	if strings.HasSuffix(strings.ToLower(name), ".pdf") {
		mime, content = "application/pdf", "%PDF-1.7 simulated\n"
	}
	body, file := p.upload("document", mime, name, []byte(content))
	body["filename"] = name
	m.Type, m.Document = "document", captioned(body, caption)
	return Message{Body: caption, File: file}, nil
}

// halves splits a text at its first bar.
func halves(text string) (first, second string) {
	first, second, _ = strings.Cut(text, "|")
	return strings.TrimSpace(first), strings.TrimSpace(second)
}

// tinyWebP is a picture of one pixel.
const tinyWebP = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

func sendSticker(animated bool) func(*Person, *wireMessage, string) (Message, error) {
	return func(p *Person, m *wireMessage, _ string) (Message, error) {
		body, file := p.upload("sticker", "image/webp", "", []byte(tinyWebP))
		body["animated"] = animated
		m.Type, m.Sticker = "sticker", body
		return Message{File: file}, nil
	}
}

func sendTooLarge(_ *Person, m *wireMessage, _ string) (Message, error) {
	m.Type = "document"
	m.Errors = []fields{inboundError(131052, "Media download error", "Media file size too big. Max file size we currently "+
		"support: 100MB. Please communicate with your customer to send a media file that is less than 100MB")}
	return Message{Body: "A file over 100 MB"}, nil
}

// inboundError is an error as Meta puts it into a person's message.
func inboundError(code int, title, details string) fields {
	return fields{"code": code, "title": title, "message": title, "error_data": fields{"details": details}}
}

func sendPin(p *Person, m *wireMessage, _ string) (Message, error) {
	p.answers(m, "location")
	return pin(m, 52.370216, 4.895168), nil
}

func pin(m *wireMessage, latitude, longitude float64) Message {
	m.Type, m.Location = "location", fields{"latitude": latitude, "longitude": longitude}
	return Message{Body: fmt.Sprintf("%.4f, %.4f", latitude, longitude), Place: &Place{Latitude: latitude, Longitude: longitude}}
}

func sendPlace(_ *Person, m *wireMessage, name string) (Message, error) {
	place := &Place{Latitude: 52.370216, Longitude: 4.895168, Name: name, Address: "1 Example Street, Springfield"}
	m.Type, m.Location = "location", fields{
		"latitude": place.Latitude, "longitude": place.Longitude, "name": place.Name, "address": place.Address,
		"url": "https://example.org/park",
	}
	return Message{Place: place}, nil
}

func sendCard(_ *Person, m *wireMessage, name string) (Message, error) {
	first, last, _ := strings.Cut(name, " ")
	full := fields{"formatted_name": name, "first_name": first}
	if last != "" {
		full["last_name"] = last
	}
	m.Type, m.Contacts = "contacts", []fields{{
		"name": full, "org": fields{"company": "Example Ltd"},
		"phones":   []fields{{"phone": "+1 (555) 010-0099", "wa_id": "15550100099", "type": "MOBILE"}},
		"emails":   []fields{{"email": "bo@example.org", "type": "WORK"}},
		"birthday": "1990-01-31",
		"urls":     []fields{{"url": "https://example.org", "type": "WORK"}},
		"addresses": []fields{{"street": "1 Example St", "city": "Springfield", "state": "IL", "zip": "00000",
			"country": "United States", "country_code": "us", "type": "HOME"}},
	}}
	return Message{Cards: []Card{{Name: name, Phones: []string{"+1 (555) 010-0099"}, Company: "Example Ltd"}}}, nil
}

// sendVCard is the card of somebody else in answer to a request for a number.
func sendVCard(p *Person, m *wireMessage, name string) (Message, error) {
	const phone = "+15550100099"
	p.answers(m, "contact")
	m.Type, m.Contacts = "contacts", []fields{{
		"origin": "other", "vcard": "BEGIN:VCARD\nVERSION:3.0\nFN:" + name + "\nTEL:" + phone + "\nEND:VCARD",
		"name": fields{"formatted_name": name}, "phones": []fields{{"phone": phone}},
	}}
	return Message{Cards: []Card{{Name: name, Phones: []string{phone}}}}, nil
}

func sendOwnCard(p *Person, m *wireMessage, _ string) (Message, error) {
	p.answers(m, "contact")
	who := p.Profile()
	phone := orText(who.Phone, "15550199999")
	m.Type, m.Contacts = "contacts", []fields{{
		"origin": "contact_request",
		"name":   fields{"formatted_name": who.Name, "first_name": who.Name},
		"phones": []fields{{"phone": "+" + phone, "wa_id": phone, "type": "MOBILE"}},
	}}
	return Message{Body: "My number: +" + phone}, nil
}

// demoPicture is a small landscape.
func demoPicture() []byte {
	const width, height = 240, 150
	sky, sea := color.RGBA{0x9c, 0xd3, 0xe8, 0xff}, color.RGBA{0x2f, 0x7f, 0x8f, 0xff}
	sand := color.RGBA{0xe9, 0xd8, 0xa6, 0xff}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			switch dx, dy := x-180, y-40; {
			case dx*dx+dy*dy < 400:
				img.Set(x, y, color.RGBA{0xff, 0xd1, 0x66, 0xff})
			case y < 80:
				img.Set(x, y, sky)
			case y < 115:
				img.Set(x, y, sea)
			default:
				img.Set(x, y, sand)
			}
		}
	}
	var out bytes.Buffer
	if png.Encode(&out, img) != nil {
		return nil // a picture in memory can be written
	}
	return out.Bytes()
}
