package dossier

import (
	"time"

	"aval/bot"
)

// Imported is a package that was checked and read, from this installation or
// from another one.
type Imported struct {
	// Scope is access, portability or receipt.
	Scope, Reference, Language string
	Made                       time.Time
	// Controller is who made the package, Signer the name of the key.
	Controller, Signer string

	Subject     string
	Identifiers bot.Identifiers
	Former      []bot.Identifiers
	Created     time.Time
	Fields      []bot.DossierField
	Messages    []bot.DossierMessage
	Settings    bot.DossierSettings
	Cases       []bot.Case
	Looks       []bot.Look
	Notes       []bot.DossierMessage
	Inferences  []bot.DossierField

	Evidence Evidence
}

// Evidence is what was agreed to elsewhere. It proves what another controller
// held and grants nothing here: consent is given by the person's own act, to
// the controller that asks (requirements CNS-7).
type Evidence struct {
	Consents []bot.DossierConsent
	Records  []bot.ConsentRecord
}

// imported turns the files back into the types of the domain.
func imported(m manifest, c content, signer string) *Imported {
	i := &Imported{
		Scope: m.Scope, Reference: m.Reference, Language: m.Language, Made: m.Made, Controller: m.Controller.Name,
		Signer: signer, Subject: m.Subject, Identifiers: c.Profile.Identifiers.back(), Created: c.Profile.Created,
		Fields: backFields(c.Profile.Fields), Messages: backMessages(c.Messages),
		Settings: bot.DossierSettings{
			Language: c.Profile.Language.Tag, Chosen: c.Profile.Language.Chosen, Channel: c.Preferences.Channel,
			Hold: c.Preferences.Hold, AgeBand: c.Profile.AgeBand,
		},
		Notes: backMessages(c.Notes), Inferences: backFields(c.Inferences),
	}
	if c.Consents.Identifiers != nil {
		i.Identifiers = c.Consents.Identifiers.back()
	}
	for _, f := range c.Profile.Former {
		i.Former = append(i.Former, f.back())
	}
	for _, k := range c.Cases {
		i.Cases = append(i.Cases, k.back())
	}
	for _, l := range c.Looks {
		i.Looks = append(i.Looks, bot.Look(l))
	}
	for _, s := range c.Consents.Standing {
		i.Evidence.Consents = append(i.Evidence.Consents, bot.DossierConsent{
			Purpose: s.purpose.back(m.Language), State: s.State, Since: s.Since, Notice: s.Notice, Record: s.Record,
		})
	}
	for _, r := range c.Consents.Records {
		i.Evidence.Records = append(i.Evidence.Records, r.back())
	}
	return i
}

func (i identifiers) back() bot.Identifiers {
	return bot.Identifiers{
		BSUID: bot.BSUID(i.Account), Parent: bot.BSUID(i.Parent), Phone: bot.Phone(i.Phone), KeyHash: i.Identity,
	}
}

func (k rightsCase) back() bot.Case {
	return bot.Case{
		Type: k.Type, Reference: k.Reference, State: k.State, Received: k.Received, Due: k.Due, Doubt: k.Doubt,
		Tier: k.Tier, Route: k.Route, Evidence: k.Proof, Paused: time.Duration(k.Paused), Extended: k.Extended,
		Ground: k.Ground, Reason: bot.Text(k.Reason), Field: k.Field, Value: bot.Text(k.Value), Done: k.Answered,
		Hash: k.File, Tasks: k.Tell,
	}
}

func backFields(list []field) []bot.DossierField {
	var all []bot.DossierField
	for _, f := range list {
		all = append(all, bot.DossierField{
			Name: f.Name, Value: bot.Text(f.Value), Purpose: f.Purpose, Since: f.Since, Until: f.Until, Source: f.Source,
		})
	}
	return all
}

func backMessages(list []message) []bot.DossierMessage {
	var all []bot.DossierMessage
	for _, m := range list {
		all = append(all, bot.DossierMessage{At: m.At, From: m.From, Kind: m.Type, Body: bot.Text(m.Text)})
	}
	return all
}

func (p purpose) back(lang string) bot.Purpose {
	out := bot.Purpose{
		ID: p.ID, Kind: bot.PurposeKind(p.Kind), Basis: bot.Basis(p.Basis), Data: p.Data, Recipients: p.Recipients,
		Retention: time.Duration(p.Retention), Valid: time.Duration(p.Valid),
	}
	if p.Name != "" {
		out.Name = map[string]string{lang: p.Name}
	}
	return out
}

func (r record) back() bot.ConsentRecord {
	n, e := r.Notice, r.Event
	out := bot.ConsentRecord{
		Schema: r.Schema, ID: r.ID, Receipt: r.Receipt, Subject: r.Subject, Replaces: r.Replaces,
		Notice: bot.RecordNotice{
			ID: n.ID, Version: n.Version, Language: n.Language, Layer1: n.Layer1, Question: n.Question,
			QuestionMessage: n.Message, Delivery: n.Delivery, Layer2: n.Layer2,
		},
		Event: bot.RecordEvent{
			At: e.At, Received: e.Received, Valid: time.Duration(e.Valid), By: e.By, Type: e.Type, State: e.State,
			Flow: e.Flow, KeyHash: e.Identity, Signature: e.Signature,
		},
		Integrity: bot.RecordIntegrity{Line: r.Line},
	}
	for _, p := range r.Processing {
		out.Purposes = append(out.Purposes, bot.RecordPurpose{
			ID: p.Purpose, Kind: bot.PurposeKind(p.Kind), Basis: bot.Basis(p.Basis), Data: p.Data, Special: p.Special,
			Optional: p.Optional, Controllers: p.Controllers, Recipients: p.Recipients, Storage: p.Storage,
			Retention: time.Duration(p.Retention), Jurisdiction: p.Jurisdiction, Withdrawal: p.Withdrawal,
			Rights: p.Rights, Authority: p.Authority,
		})
	}
	for _, p := range r.Parties {
		out.Parties = append(out.Parties, bot.RecordParty(p))
	}
	for _, a := range e.Acts {
		out.Event.Acts = append(out.Event.Acts, bot.Act{
			Message: a.Message, Question: a.Question, Nonce: a.Nonce, Text: a.Text, At: a.At, Received: a.Received,
			Method: a.Method, Language: a.Language, Notice: a.Notice, Delivery: a.Delivery,
		})
	}
	return out
}
