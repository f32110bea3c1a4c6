package webhook

import (
	"net/http"
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"msg_text", "status_delivered", "batch_many"} {
		b.Run(name, func(b *testing.B) {
			body := wireForm(b, payload(b, name))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(body, testNow())
			}
		})
	}
}

// BenchmarkParseFull is a delivery as large as Meta makes them.
func BenchmarkParseFull(b *testing.B) {
	element := `{"id":"wamid.x","status":"sent","timestamp":"1793400000","recipient_id":"15550100001"}`
	body := []byte(`{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{` +
		`"metadata":{"phone_number_id":"1"},"statuses":[` + strings.Repeat(element+",", 999) + element + `]}}]}]}`)
	if n := len(Parse(body, testNow()).Events); n != 1000 {
		b.Fatalf("%d events", n)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		Parse(body, testNow())
	}
}

func BenchmarkSignature(b *testing.B) {
	h := testHandler(b, &recorder{}, nil)
	body := wireForm(b, payload(b, "msg_text"))
	header := http.Header{signatureHeader: {sign(testSecret, body)}}
	b.ReportAllocs()
	for b.Loop() {
		mac, ok := claimed(header)
		if !ok || !h.signed(body, mac) {
			b.Fatal("refused")
		}
	}
}
