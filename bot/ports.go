package bot

import "context"

// Sender is Meta's side as the domain needs it; package whatsapp implements
// it over HTTP. Errors are *SendError.
type Sender interface {
	// Send hands one message to Meta and returns its wamid. Success means
	// accepted, not delivered.
	Send(ctx context.Context, e Envelope) (wamid string, err error)
	// MarkRead shows the blue ticks for a received message and, with typing,
	// the typing indicator until the next message or 25 seconds.
	MarkRead(ctx context.Context, number, wamid string, typing bool) error
}
