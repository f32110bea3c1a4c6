package webhook_test

import (
	"fmt"
	"time"

	"aval/webhook"
)

func ExampleParse() {
	body := []byte(`{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{
		"metadata":{"phone_number_id":"100000000000001"},
		"messages":[
			{"id":"wamid.1","from":"15550100001","timestamp":"1793400000","type":"text","text":{"body":"STOP"}},
			{"id":"wamid.2","from":"15550100001","timestamp":"1793400001","type":"text","text":"?"}
		]}}]}]}`)
	d := webhook.Parse(body, time.Unix(1793400002, 0))
	e := d.Events[0]
	fmt.Println(e.Kind, e.ID, e.From.Phone.Masked(), e.At.UTC().Format(time.TimeOnly), e.Message.Body)
	fmt.Println(d.Unreadable[0].Reason)
	// Output:
	// message wamid.1 +15 •••• 0001 22:40:00 [personal]
	// message not understood
}
