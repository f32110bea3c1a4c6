package main

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"time"

	"aval/bot"
	"aval/internal/law"
	"aval/internal/simulator"
)

// What people ask for under data protection law, and what officers do about it.

// caseStages change the house before it opens.
func caseStages() []act {
	return []act{
		stage("the brand asks for the age before offers", func(h *house) {
			for i := range h.config.Brands[0].Purposes {
				if p := &h.config.Brands[0].Purposes[i]; p.Kind == bot.Marketing {
					p.AskAge = true
				}
			}
		}),
		stage("the brand is in Germany", func(h *house) {
			figures, _ := law.Load() // its own tests say that it loads
			b := h.config.Brands[0]
			b.Country, b.Language, b.Location = "DE", "de", time.FixedZone("CET", 3600)
			b.Clock = figures.Clock([]string{"gdpr"}, "DE", b.Location)
		}),
		stage("orders rest on a legitimate interest", func(h *house) {
			b := h.config.Brands[0]
			p := b.Purposes[0]
			p.ID, p.Kind, p.Basis = "utility", bot.Utility, bot.BasisLegitimate
			p.Name = map[string]string{"pt": "avisos de pedidos", "en": "order updates", "es": "avisos de pedidos", "de": "Bestellhinweise"}
			b.Purposes = append(b.Purposes, p)
		}),
	}
}

// yesWords are the labels of the two acts by language, and the first word.
var yesWords = map[string][2]string{
	"Portuguese": {"Sim, aceito", "Confirmo"},
	"English":    {"Yes, I agree", "I confirm"},
	"German":     {"Ja, ich stimme zu", "Ich bestätige"},
}

// caseActs are requests and what officers do.
func caseActs() []act {
	return []act{
		when(`given (\w+) has agreed to service in (\w+): (.*)`, func(r *rehearsal, m []string) {
			p, yes := r.person(m[0]), yesWords[m[1]]
			r.world.say(p, m[2])
			r.world.tap(p, yes[0])
			r.world.tap(p, yes[1])
			r.silent = true
		}),
		when(`given (\w+): (.*)`, func(r *rehearsal, m []string) {
			r.world.say(r.person(m[0]), m[1])
			r.silent = true
		}),
		when(`the officer (extends|refuses|closes) (\w+)'s (\w+)(?:, told by (\w+))?: (.*)`, func(r *rehearsal, m []string) {
			a := bot.Decision{Ground: map[string]string{"extends": "complex", "refuses": "claims", "closes": ""}[m[0]], Reason: bot.Text(m[4]), Told: m[3]}
			b, ref := r.world.app.bot, r.reference(m[1], m[2])
			do := map[string]func(context.Context, string, bot.Decision) (bot.CaseView, error){
				"extends": b.ExtendCase, "refuses": b.RefuseCase, "closes": b.CloseCase}[m[0]]
			_, err := do(r.world.t.Context(), ref, a)
			r.officer(err)
		}),
		when(`the officer (erases|restricts|lifts|exports) (\w+), by (\w+)(?:, told by (\w+))?`, func(r *rehearsal, m []string) {
			kind := map[string]string{"erases": bot.CaseErase, "restricts": bot.CaseRestrict, "lifts": bot.CaseLift,
				"exports": bot.CaseAccess}[m[0]]
			_, _, err := r.world.app.bot.Request(r.world.t.Context(), r.name(m[1]), bot.Ask{Type: kind, Route: m[2], Evidence: "id-document", Told: m[3]})
			r.officer(err)
		}),
		when(`the officer makes a code for (\w+)'s (\w+)`, func(r *rehearsal, m []string) {
			code, _, err := r.world.app.bot.CodeCase(r.world.t.Context(), r.reference(m[0], m[1]))
			r.code = code
			r.officer(err)
		}),
		when(`(\w+) writes the code`, func(r *rehearsal, m []string) { r.person(m[0]).Text(r.code[:4] + " " + r.code[4:]) }),
		when(`(\w+) writes a wrong code`, func(r *rehearsal, m []string) {
			wrong := "12345678"
			if r.code == wrong {
				wrong = "87654321"
			}
			r.person(m[0]).Text(wrong)
		}),
		when(`(\w+) opens the link that (\w+) was sent`, func(r *rehearsal, m []string) {
			for _, got := range slices.Backward(r.person(m[1]).Inbox()) {
				if link := invitation.FindStringSubmatch(got.Body); link != nil {
					words, err := url.PathUnescape(link[1])
					if err != nil {
						r.world.t.Fatal(err)
					}
					r.person(m[0]).Text(words)
					return
				}
			}
			r.world.t.Fatalf("%s was sent no link", m[1])
		}),
	}
}

// invitation is the link that a child hands to an adult.
var invitation = regexp.MustCompile(`https://wa\.me/\d+\?text=(\S+)`)

// reference finds a person's newest case of a type.
func (r *rehearsal) reference(who, kind string) string {
	v, err := r.world.app.bot.Show(context.Background(), r.name(who), onlooker)
	if err != nil {
		r.world.t.Fatal(err)
	}
	for i := len(v.Cases) - 1; i >= 0; i-- {
		if v.Cases[i].Type == kind {
			return v.Cases[i].Reference
		}
	}
	r.world.t.Fatalf("%s has no case of type %s", who, kind)
	return ""
}

// name is an identifier under which the verbs find a person.
func (r *rehearsal) name(who string) string {
	p := r.person(who).Profile()
	if p.BSUID != "" {
		return p.BSUID
	}
	return "+" + p.Phone
}

// officer notes what an officer was told.
func (r *rehearsal) officer(err error) {
	if err != nil {
		r.told = append(r.told, "refused: "+simulator.Unchanging(err.Error()))
	}
}
