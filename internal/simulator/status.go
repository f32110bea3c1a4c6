package simulator

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// statusFirst sends the sent status and waits until the business has answered
// it, so that it surely arrives before Graph's own answer. Two seconds are
// enough for any server that works; longer and the answer goes anyway.
func (s *Sim) statusFirst(r *http.Request, sd *sending) {
	if sd.faults.NoStatuses || sd.failure != 0 {
		return
	}
	arrived := make(chan struct{})
	s.emit(&sd.to.lane, s.statusOf(sd, "sent", sd.price), func() {
		s.mark(sd, "sent")
		close(arrived)
	})
	timer := time.NewTimer(2 * time.Second)
	defer timer.Stop()
	select {
	case <-arrived:
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// follow queues the statuses of an accepted message.
func (s *Sim) follow(sd *sending) {
	if sd.to == nil || sd.faults.NoStatuses {
		return
	}
	step := ms(sd.faults.StatusMS)
	if sd.failure != 0 {
		s.emitAfter(&sd.to.lane, step, s.failedOf(sd), nil)
		s.fail(sd)
		return
	}
	price := sd.price
	for i, status := range sd.happy() {
		if status == "sent" && sd.faults.StatusFirst {
			continue
		}
		if status == "read" {
			price = nil // the price comes with sent and delivered only
		}
		c := s.statusOf(sd, status, price)
		s.emitAfter(&sd.to.lane, step*time.Duration(i+1), c, func() { s.mark(sd, status) })
	}
}

// happy are the statuses a message goes through when nothing fails.
func (sd *sending) happy() []string {
	sd.to.mu.Lock()
	blocked := sd.to.blocked
	sd.to.mu.Unlock()
	if blocked || sd.req.Type == "reaction" {
		return []string{"sent"}
	}
	out := []string{"sent"}
	if !sd.faults.DropDelivered {
		out = append(out, "delivered")
	}
	if !sd.faults.Unread {
		out = append(out, "read")
	}
	return out
}

// mark puts ticks on the bubble.
func (s *Sim) mark(sd *sending, status string) {
	if s.cfg.Quiet {
		return
	}
	s.amend(sd.to, sd.id, func(m *Message) {
		if rank(status) > rank(m.Status) {
			m.Status = status
		}
	})
}

func (s *Sim) fail(sd *sending) {
	if s.cfg.Quiet {
		return
	}
	s.amend(sd.to, sd.id, func(m *Message) { m.Status, m.Code = "failed", sd.failure })
}

func (s *Sim) statusOf(sd *sending, status string, price *wirePricing) change {
	contact := sd.to.contact(status != "sent")
	return s.statusChange(sd, []wireContact{contact}, wireStatus{
		Status: status, Pricing: price,
		RecipientID: contact.WaID, RecipientUserID: contact.UserID, KeyHash: contact.KeyHash,
	})
}

// failedOf is a failed status: no contacts, and no user id when the message
// went to a phone number.
func (s *Sim) failedOf(sd *sending) change {
	st := wireStatus{Status: "failed", Errors: failure(sd.failure), RecipientUserID: sd.req.Recipient}
	if sd.req.To != "" {
		st.RecipientID, st.RecipientUserID = strings.TrimPrefix(sd.req.To, "+"), ""
	}
	return s.statusChange(sd, nil, st)
}

func (s *Sim) statusChange(sd *sending, contacts []wireContact, st wireStatus) change {
	st.ID, st.Callback = sd.id, sd.req.Callback
	st.Timestamp = strconv.FormatInt(s.Now().Unix(), 10)
	return change{field: "messages", value: wireValue{
		Product:  "whatsapp",
		Metadata: wireMetadata{Display: sd.line.Display, ID: sd.line.ID},
		Contacts: contacts,
		Statuses: []wireStatus{st},
	}}
}

// pricing is what Meta charges: templates always, anything else after the free
// messages of the month.
func (s *Sim) pricing(sd *sending) *wirePricing {
	price := &wirePricing{Billable: true, Model: "PMP", Type: "regular", Category: "service"}
	switch {
	case sd.template.Name != "":
		price.Category = strings.ToLower(sd.template.Category)
	case sd.line.free.take(s.Now()):
		price.Billable, price.Type = false, "free_customer_service"
	}
	return price
}
