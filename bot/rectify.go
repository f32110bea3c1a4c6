package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"aval/flows"
)

// Kept is an answer that a flow keeps beyond its end, for the purpose and the
// time that its field declares.
type Kept struct {
	Value   flows.Answer
	Purpose string
	At      time.Time
	Until   time.Time
	// Source is one of the source words, or the controller it was brought from.
	Source string
}

// Where a kept answer comes from.
const (
	sourcePerson = "person"   // written by the person
	sourceSystem = "business" // told by a system of the business in a flow
)

// answerField begins the answers that choose what to correct.
const answerField = "f"

// correctable are the kept fields that a person can write anew, in the order of
// their names.
func (t *turn) correctable() []string {
	var names []string
	for name := range t.h.Kept {
		if f, ok := t.field(name); ok && f.Typable() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names[:min(len(names), fieldsMost)]
}

// fieldsMost fit in a list beside the way out.
const fieldsMost = 9

// field finds the declaration of a kept field among the brand's flows.
func (t *turn) field(name string) (flows.Field, bool) {
	for _, id := range t.brand.Flows {
		f := t.flows.Latest(id)
		if f == nil {
			continue
		}
		if field, ok := f.Fields[name]; ok && field.Keep > 0 {
			return field, true
		}
	}
	return flows.Field{}, false
}

func (t *turn) label(f flows.Field) string { return f.Label.Render(t.h.Language, nil, t.lookup) }

// named is what the brand's flows call a field, kept or not; "" if none does.
func (t *turn) named(name string) string {
	for _, id := range t.brand.Flows {
		f := t.flows.Latest(id)
		if f == nil {
			continue
		}
		if field, ok := f.Fields[name]; ok {
			if label := t.label(field); label != "" {
				return label
			}
		}
	}
	return ""
}

// askField shows what is kept, each with its value as it stands, to choose from.
func (t *turn) askField(k *Case) {
	var choices []Choice
	var values []string
	for i, name := range t.correctable() {
		f, _ := t.field(name)
		value := flows.Shown(t.h.Kept[name].Value, t.h.Language)
		choices = append(choices, Choice{ID: answerField + strconv.Itoa(i), Label: Text(t.label(f)), Hint: Text(value)})
		values = append(values, t.label(f)+": "+value)
	}
	choices = append(choices, t.choice(answerNo, "case.no"))
	about := t.about(k)
	about["Values"] = strings.Join(values, "\n")
	t.askCase(k, t.text("case.ask.rectify", about), choices...).personal = true
}

// askValue asks for the new value below the old one.
func (t *turn) askValue(k *Case, index string) {
	names := t.correctable()
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(names) {
		t.verify(k)
		return
	}
	k.tapped()
	k.Field = names[i]
	f, _ := t.field(k.Field)
	t.askCase(k, t.text("rectify.value", t.with("Field", t.label(f), "Value", flows.Shown(t.h.Kept[k.Field].Value, t.h.Language))),
		t.choice(answerNo, "case.no")).personal = true
	k.Writing = true
}

// valueTyped takes the new value, if one is waited for, and shows both before
// anything changes.
func (t *turn) valueTyped() bool {
	k := t.writing()
	if k == nil || t.ev.Traits != 0 || t.doubt() {
		return false
	}
	if t.escapes() || t.ev.Message.Choice != "" {
		k.Writing = false
		return false
	}
	f, ok := t.field(k.Field)
	if !ok {
		k.Writing = false
		return false
	}
	value, fits := flows.Answer(""), false
	if t.ev.Message.Kind == MessageText {
		value, fits = f.Read(flows.Answer(t.ev.Message.Body), t.h.Language)
	}
	if !fits {
		t.speak(k, t.text("input."+f.Type, nil))
		return true
	}
	k.Value = Text(value)
	t.askCase(k, t.text("rectify.confirm", t.with("Field", t.label(f),
		"Old", flows.Shown(t.h.Kept[k.Field].Value, t.h.Language), "New", flows.Shown(value, t.h.Language))),
		t.choice(answerYes, "case.yes.rectify"), t.choice(answerNo, "case.no")).personal = true
	return true
}

func (t *turn) writing() *Case {
	for i := range t.h.Cases {
		if k := &t.h.Cases[i]; k.Writing && flows.CaseOpen(k.State) {
			return k
		}
	}
	return nil
}

// correct puts the new value in the old one's place. Who received the old one
// must be told (GDPR 19): that is a task for the officer, and the person learns
// who they are.
func (t *turn) correct(k *Case) {
	kept, ok := t.h.Kept[k.Field]
	if !ok { // its time was over meanwhile
		t.byHand(k)
		return
	}
	p, _ := t.brand.Purpose(kept.Purpose)
	kept.Value, kept.At, kept.Source = flows.Answer(k.Value), t.now, sourcePerson
	t.h.Kept[k.Field] = kept
	k.Value, k.Tasks = "", slices.Clone(p.Recipients)
	t.line(Line{Type: LineRectified, Object: k.Reference, Purpose: kept.Purpose, Outcome: k.Field})
	f, _ := t.field(k.Field)
	t.turnCase(k, flows.Deliver, "")
	t.tell(k, t.text("rectify.done", t.with("Field", t.label(f), "Value", flows.Shown(kept.Value, t.h.Language),
		"Reference", k.Reference))).personal = true
}

// recipients are all who receive data of the brand's people (GDPR 19).
func (t *turn) recipients() []string {
	var all []string
	for _, p := range t.brand.Purposes {
		for _, r := range p.Recipients {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// keepFields keeps what a flow that is over wants kept. Without a basis for its
// purpose, nothing is.
func (t *turn) keepFields(f *flows.Flow, vars flows.Vars) {
	for name, value := range vars {
		field, ok := f.Fields[name]
		p, declared := t.brand.Purpose(field.Purpose)
		if !ok || field.Keep <= 0 || value == "" || !declared || !t.allowed(p) {
			continue
		}
		if was, there := t.h.Kept[name]; there && was.Value == value {
			continue
		}
		source := sourcePerson
		if f.Told(name) {
			source = sourceSystem
		}
		t.keepField(name, field, value, source)
	}
}

// keepField keeps one answer for as long as its field says.
func (t *turn) keepField(name string, field flows.Field, value flows.Answer, source string) {
	if t.h.Kept == nil {
		t.h.Kept = map[string]Kept{}
	}
	t.h.Kept[name] = Kept{Value: value, Purpose: field.Purpose, At: t.now, Until: t.now.Add(field.Keep), Source: source}
}

// known are the kept answers that a flow may begin with: those of its own
// fields, whose purpose still has its basis.
func (t *turn) known(f *flows.Flow) flows.Vars {
	vars := flows.Vars{}
	for name, k := range t.h.Kept {
		field, ok := f.Fields[name]
		p, declared := t.brand.Purpose(k.Purpose)
		if ok && declared && field.Purpose == k.Purpose && t.allowed(p) {
			vars[name] = k.Value
		}
	}
	return vars
}
