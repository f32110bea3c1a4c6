package whatsapp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"aval/bot"
	"aval/internal/whatsapp"
)

func ExampleClient_Send() {
	graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":{"message":"quotes the number","code":131047,"fbtrace_id":"AexampleTrace01"}}`)
	}))
	defer graph.Close()

	client, err := whatsapp.New(whatsapp.Config{GraphURL: graph.URL, Token: "not-real", Development: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	_, err = client.Send(context.Background(), bot.Envelope{
		Number: "100000000000001", To: bot.Identifiers{Phone: "+15550100001"}, Content: bot.Outgoing{Body: "Hello"},
	})

	var refused *bot.SendError
	if errors.As(err, &refused) {
		fmt.Println(refused.Class, refused.Code, whatsapp.Reason(refused.Code))
	}
	fmt.Println(err)
	// Output:
	// POST /100000000000001/messages
	// window 131047 24 hours have passed since the person wrote
	// graph call: refused: meta refused or lost the message: window 131047
}

func ExampleLimiter() {
	limiter := whatsapp.NewLimiter(map[string]int{"100000000000001": 4})
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for range 4 {
		fmt.Println(limiter.Reserve("100000000000001", now))
	}
	// Output:
	// 0s
	// 0s
	// 250ms
	// 500ms
}
