package bot

import (
	"slices"

	"aval/flows/sensitive"
)

// unneeded finds out whether a message holds what no purpose of the
// conversation needs: a card, a bank account, an identity number, something
// about the writer's health (MIN-5). It is then not kept anywhere: what stays of
// the message is a word for its kind.
func (t *turn) unneeded() {
	m := *t.ev.Message
	if m.Body == "" || ours(m.Choice) {
		return
	}
	class := sensitive.Find(string(m.Body))
	if class == "" || t.needs(string(class)) {
		return
	}
	m.Body = Text("[" + string(class) + "]")
	t.ev.Message, t.class = &m, class
	t.line(Line{Type: LineUnneeded, Actor: "bot", Object: t.corr, Outcome: string(class)})
}

// needs reports whether a purpose that the message may serve names such data.
func (t *turn) needs(class string) bool {
	ids := []string{t.brand.Serving().ID}
	if f := t.flows.Flow(t.h.Flow.Flow, t.h.Flow.Version); f != nil {
		ids = append(ids, f.Purpose)
		for _, field := range f.Fields {
			ids = append(ids, field.Purpose)
		}
	}
	return slices.ContainsFunc(t.brand.Purposes, func(p Purpose) bool {
		return slices.Contains(ids, p.ID) && slices.Contains(p.Data, class)
	})
}

// notKept tells the person that what they wrote was not kept, and why. It
// answers nothing else: what they wrote with it is gone.
func (t *turn) notKept() bool {
	if t.class == "" {
		return false
	}
	t.say(t.courtesyKind(KindService), t.text("unneeded."+string(t.class), nil))
	return true
}
