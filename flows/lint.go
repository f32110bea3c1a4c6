package flows

import (
	"strings"
	"time"
)

// Rules are what the house knows and a flow file does not. Everything that is
// missing here is refused there: a Rules without purposes allows none.
type Rules struct {
	// Languages that every text must have.
	Languages []string
	Purposes  map[string]PurposeRule
	// Endpoints are the business systems that may be called.
	Endpoints map[string]EndpointRule
	// Templates are the approved message templates, by name.
	Templates map[string]TemplateRule
	// IsStop tells the words that stop everything. They can never lead
	// anywhere else (requirement FLW-1).
	IsStop func(string) bool
	// HasKey tells the keys that the locales hold in every language.
	HasKey func(string) bool
	// Fold is the one that Input will have.
	Fold func(string) string
}

// PurposeRule is what a flow must know of a purpose.
type PurposeRule struct {
	// Marketing needs consent before a word is said, and takes no data that
	// was given for something else.
	Marketing bool
	// Health data is used for nothing else.
	Health bool
	// Retention is the longest that a field of this purpose may be kept; zero
	// sets no bound.
	Retention time.Duration
}

// EndpointRule is what a flow must know of a business system.
type EndpointRule struct {
	// Purpose covers handing data over to it.
	Purpose string
}

// TemplateRule is what a flow must know of a message template.
type TemplateRule struct {
	// Languages in which it is approved; "pt_BR" and "pt-BR" are the same.
	Languages []string
	// Params is how many places it has; negative where that is not known.
	Params int
	// Marketing is how Meta sees it, whatever the flow calls it.
	Marketing bool
}

// linter collects the faults of flows against the rules.
type linter struct {
	rules  Rules
	faults Faults
	flow   *Flow
	all    []*Flow
	byID   map[string]*Flow
	typed  map[*Flow]map[string]bool // fields that hold what people typed freely

	circular map[*Flow]bool // has a loop, so times in it mean nothing
	chains   map[*state]int // steps that one starts without asking
}

// Lint checks whether flows may be published together: the law of the house,
// WhatsApp's limits, and that nobody gets lost. It returns every fault it
// finds, in the order of the files.
//
// A way to a person is one of two things: every state leads to a handover, or
// the flow says "human: house", which means that the author relies on the
// house's own word. The house understands that word in every state anyway;
// the line is there so that leaving out a handover is a decision. A state in
// which the flow is over needs neither: the next message is the house's.
func Lint(flows []*Flow, r Rules) Faults {
	l := &linter{rules: r, all: flows, byID: map[string]*Flow{}, circular: map[*Flow]bool{}, chains: map[*state]int{}}
	for _, f := range flows {
		l.byID[f.ID] = f
	}
	l.taint()
	for _, f := range flows {
		l.flow = f
		l.purposes()
		l.graph()
		l.texts()
		l.words()
		l.answers()
		l.privacy()
		l.templates()
		l.parts()
	}
	l.together()
	l.window()
	return l.faults.sorted()
}

func (l *linter) fault(at spot, format string, args ...any) {
	l.faults.add(l.flow.file, at, format, args...)
}

func (l *linter) fold(s string) string {
	if l.rules.Fold != nil {
		return l.rules.Fold(s)
	}
	return foldCase(s)
}

// purposes checks that everything that says, asks or keeps has a purpose that
// the brand declares (COR-3, LB-1).
func (l *linter) purposes() {
	f := l.flow
	if f.Purpose != "" {
		l.purpose(target{f.Purpose, f.at["purpose"]}, "The flow")
	}
	for _, name := range names(f.Fields) {
		field := f.Fields[name]
		if field.Purpose == "" {
			continue
		}
		l.purpose(target{field.Purpose, field.at}, "Field '"+name+"'")
		bound := l.rules.Purposes[field.Purpose].Retention
		if bound > 0 && field.Keep > bound {
			l.fault(field.at, "Field '%s' is kept %d days; its purpose '%s' allows %d.",
				name, days(field.Keep), field.Purpose, days(bound))
		}
	}
	for _, s := range f.order {
		l.statePurpose(s)
		if s.call != nil && s.call.endpoint.name != "" {
			if _, ok := l.rules.Endpoints[s.call.endpoint.name]; !ok {
				l.fault(s.call.endpoint.at, "%s calls '%s', which is not an endpoint of this brand. %s",
					capital(s.label()), s.call.endpoint.name, didYouMean(s.call.endpoint.name, names(l.rules.Endpoints)))
			}
		}
		if s.consent != nil && s.consent.purpose.name != "" {
			l.purpose(s.consent.purpose, capital(s.label()))
		}
	}
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

func (l *linter) statePurpose(s *state) {
	does := s.speaks() || s.asks() || s.call != nil || s.later != nil
	if s.purpose.name == "" && l.flow.Purpose == "" && does {
		l.fault(s.at, "%s has no purpose. Choose: %s.", capital(s.label()), strings.Join(l.known(), ", "))
		return
	}
	if s.purpose.name != "" {
		l.purpose(s.purpose, capital(s.label()))
	}
}

func (l *linter) purpose(t target, who string) {
	if _, ok := l.rules.Purposes[t.name]; !ok {
		l.fault(t.at, "%s names the purpose '%s', which this brand does not have. %s",
			who, t.name, didYouMean(t.name, l.known()))
	}
}

// known lists the purposes with the everyday ones first.
func (l *linter) known() []string {
	var out []string
	usual := []string{"service", "utility", "marketing", "health"}
	listed := map[string]bool{}
	for _, p := range append(usual, names(l.rules.Purposes)...) {
		if _, ok := l.rules.Purposes[p]; ok && !listed[p] {
			listed[p] = true
			out = append(out, p)
		}
	}
	return out
}

// together checks what only shows when flows stand side by side.
func (l *linter) together() {
	ids := map[string]string{}
	owners := map[string]string{}
	for _, f := range l.all {
		l.flow = f
		if other, taken := ids[f.ID]; taken && f.ID != "" {
			l.fault(f.at["id"], "The id '%s' is taken by %s. Give this flow its own.", f.ID, other)
		}
		ids[f.ID] = f.file
		l.entries(owners)
	}
}

// entries finds words that two flows want to begin with. Languages do not
// matter: people write in any of them.
func (l *linter) entries(owners map[string]string) {
	e := l.flow.Entry
	for _, lang := range names(e.Keywords) {
		for _, word := range e.Keywords[lang] {
			l.owned(owners, "keyword", word, l.flow.at["keyword "+lang+" "+word])
		}
	}
	for kind, words := range map[string][]string{"link": e.Links, "button": e.Buttons, "ad": e.Ads} {
		for _, word := range words {
			l.owned(owners, kind, word, l.flow.at[kind+" "+word])
		}
	}
}

func (l *linter) owned(owners map[string]string, kind, word string, at spot) {
	key := kind + " " + l.fold(word)
	owner, taken := owners[key]
	if taken && owner != l.flow.file {
		l.fault(at, "The %s '%s' belongs to %s already. One word starts one flow.", kind, word, owner)
	}
	if !taken {
		owners[key] = l.flow.file
	}
}
