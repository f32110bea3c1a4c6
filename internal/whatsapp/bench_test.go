package whatsapp

import (
	"net/http/httptest"
	"testing"

	"aval/bot"
)

func BenchmarkRender(b *testing.B) {
	question := bot.Outgoing{
		Body:    repeat("May Example Clinic remind you of appointments? ", 10),
		Footer:  "Reply STOP at any time",
		Choices: choices("Yes, I agree", "No thanks", "Talk to a person"),
	}
	rows := question
	rows.Choices = choices("a", "b", "c", "d", "e", "f", "g", "h", "i", "An invitation to long labels")
	for name, o := range map[string]bot.Outgoing{
		"text":    {Body: question.Body},
		"buttons": question,
		"list":    rows,
		"template": {Template: &bot.TemplateUse{Name: "order_ok", Language: "pt_BR",
			Params: []bot.Text{"Ada Lovelace", "12 de novembro às 10:30"}, Buttons: []string{"ok:1", "no:1"}}},
	} {
		e := bot.Envelope{To: phone, Callback: "out:42", Content: o}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := render(e, "Menu"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSend(b *testing.B) {
	server := httptest.NewServer(reply(200, `{"messages":[{"id":"`+wamid+`"}]}`))
	defer server.Close()
	c, err := New(Config{GraphURL: server.URL, Token: token, Development: true})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Send(background(), letter()); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
