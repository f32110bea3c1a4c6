package dossier

import (
	"encoding/json"
	"time"

	"aval/bot"
	"aval/flows"
)

// content is all that one package holds, as its files have it.
type content struct {
	scope, reference, subject, language string

	made       time.Time
	controller controller

	Profile     profile
	Messages    []message
	Consents    consents
	Notices     []notice
	Preferences preferences
	Cases       []rightsCase

	About      about
	Looks      []look
	Notes      []message
	Inferences []field
}

// gather copies a dossier. What portability must not hold is left out here,
// whatever the dossier has: what we made of the data, who looked at it, and
// fields that come from the business's own systems (GDPR Art. 20(1), WP 242).
func gather(d *bot.Dossier) content {
	lang := or(d.Language, d.Brand.Language)
	c := content{
		scope: d.Scope, reference: d.Reference, subject: string(d.Contact), language: lang,
		made: stamp(d.Made), controller: controllerOf(d.Brand),
		Profile: profile{
			Identifiers: identifiersOf(d.Identifiers), AgeBand: d.Settings.AgeBand,
			Language: language{d.Settings.Language, d.Settings.Chosen},
		},
		Messages:    messagesOf(d.Messages),
		Preferences: preferences{d.Settings.Channel, d.Settings.Hold},
		Consents: consents{
			Context: json.RawMessage(vocabulary), Type: consentsType,
			Standing: standingOf(d.Consents, lang, d.Brand.Language), Records: recordsOf(d.Records),
		},
		Notices: noticesOf(d.Brand, d.Records),
		Cases:   casesOf(d),
	}
	if d.Scope == bot.CasePortability {
		c.Profile.Fields = fieldsOf(d.Fields, func(source string) bool { return source == "person" || source == "observed" })
		return c
	}
	all := func(string) bool { return true }
	c.Profile.Fields, c.Inferences = fieldsOf(d.Fields, all), fieldsOf(d.Inferences, all)
	c.Profile.Created = stamp(d.Created)
	for _, ids := range d.Former {
		c.Profile.Former = append(c.Profile.Former, identifiersOf(ids))
	}
	c.Notes = messagesOf(d.Notes)
	c.Looks = []look{}
	for _, l := range d.Looks {
		c.Looks = append(c.Looks, look{stamp(l.At), l.Role, l.What})
	}
	return c
}

func controllerOf(b *bot.Brand) controller {
	c := b.Controller
	return controller{b.Name, c.Name, c.Address, c.Contact, c.DPO, c.PrivacyURL}
}

func identifiersOf(i bot.Identifiers) identifiers {
	return identifiers{string(i.BSUID), string(i.Parent), string(i.Phone), i.KeyHash}
}

func fieldsOf(list []bot.DossierField, from func(source string) bool) []field {
	all := []field{}
	for _, f := range list {
		if from(f.Source) {
			all = append(all, field{f.Name, f.Label, string(f.Value), f.Purpose, f.Source, stamp(f.Since), stamp(f.Until)})
		}
	}
	return all
}

func messagesOf(list []bot.DossierMessage) []message {
	all := []message{}
	for _, m := range list {
		all = append(all, message{stamp(m.At), direction(m.From), m.From, m.Kind, string(m.Body)})
	}
	return all
}

// casesOf copies the cases. The one that this package answers is answered with
// it: whoever reads the package has the answer.
func casesOf(d *bot.Dossier) []rightsCase {
	all := []rightsCase{}
	for _, c := range d.Cases {
		if c.Reference == d.Reference && flows.CaseOpen(c.State) {
			c.State, c.Done = flows.CaseDelivered, d.Made
		}
		all = append(all, rightsCase{
			Type: c.Type, Reference: c.Reference, State: c.State, Received: stamp(c.Received), Due: stamp(c.Due),
			Doubt: c.Doubt, Tier: c.Tier, Route: c.Route, Proof: c.Evidence, Paused: duration(c.Paused),
			Extended: stamp(c.Extended), Ground: c.Ground, Reason: string(c.Reason), Field: c.Field,
			Value: string(c.Value), Answered: stamp(c.Done), File: c.Hash, Tell: c.Tasks,
		})
	}
	return all
}

func standingOf(list []bot.DossierConsent, lang, fallback string) []standing {
	all := []standing{}
	for _, c := range list {
		all = append(all, standing{
			purpose: purposeOf(c.Purpose, lang, fallback), State: c.State, Status: status(c.State),
			Since: stamp(c.Since), Notice: c.Notice, Record: c.Record,
		})
	}
	return all
}

func purposeOf(p bot.Purpose, lang, fallback string) purpose {
	return purpose{
		p.ID, in(p.Name, lang, fallback), string(p.Kind), string(p.Basis), texts(p.Data), texts(p.Recipients),
		duration(p.Retention), duration(p.Valid),
	}
}

// texts keeps an empty list from being written as null.
func texts(list []string) []string { return append([]string{}, list...) }

func recordsOf(list []bot.ConsentRecord) []record {
	all := []record{}
	for _, r := range list {
		n, e := r.Notice, r.Event
		out := record{
			Type: recordType, Schema: r.Schema, ID: r.ID, Receipt: r.Receipt, Subject: r.Subject, Replaces: r.Replaces,
			Notice: recordNotice{
				n.ID, n.Version, n.Language, digest(n.Layer1), digest(n.Question), n.QuestionMessage, n.Delivery,
				digest(n.Layer2),
			},
			Processing: []processing{}, Parties: []party{}, Line: r.Integrity.Line,
			Event: recordEvent{
				At: stamp(e.At), Received: stamp(e.Received), Valid: duration(e.Valid), By: e.By, Type: e.Type,
				State: e.State, Status: status(e.State), Acts: []act{}, Flow: e.Flow, Identity: e.KeyHash,
				Signature: e.Signature,
			},
		}
		for _, p := range r.Purposes {
			out.Processing = append(out.Processing, processing{
				p.ID, string(p.Kind), string(p.Basis), texts(p.Data), p.Special, p.Optional, texts(p.Controllers),
				texts(p.Recipients), p.Storage, duration(p.Retention), p.Jurisdiction, p.Withdrawal, texts(p.Rights),
				p.Authority,
			})
		}
		for _, p := range r.Parties {
			out.Parties = append(out.Parties, party(p))
		}
		for _, a := range e.Acts {
			out.Event.Acts = append(out.Event.Acts, act{
				a.Message, a.Question, digest(a.Nonce), digest(a.Text), stamp(a.At), stamp(a.Received), a.Method,
				a.Language, digest(a.Notice), a.Delivery,
			})
		}
		all = append(all, out)
	}
	return all
}
