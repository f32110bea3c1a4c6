package dossier

import (
	"encoding/json"
	"time"

	"aval/flows"
)

// vocabulary says what the words of consents.jsonld mean in the W3C Data Privacy
// Vocabulary and Dublin Core. It stands in the file: nobody needs to fetch it.
const vocabulary = `{
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "@vocab": "urn:aval:consent:1#",
    "records": "dpv:hasRecordOfActivity",
    "schema": "dct:conformsTo",
    "record": "dct:identifier",
    "receipt": "urn:aval:consent:1#receipt",
    "subject": "dpv:hasDataSubject",
    "replaces": "dct:replaces",
    "notice": "dpv:hasNotice",
    "version": "dct:hasVersion",
    "language": "dct:language",
    "processing": "dpv:hasProcess",
    "purpose": "dpv:hasPurpose",
    "legal_basis": "dpv:hasLegalBasis",
    "data": "dpv:hasPersonalData",
    "controllers": "dpv:hasDataController",
    "recipients": "dpv:hasRecipient",
    "storage": "dpv:hasStorageCondition",
    "jurisdiction": "dpv:hasJurisdiction",
    "rights": "dpv:hasRight",
    "parties": "dpv:hasEntity",
    "name": "dpv:hasName",
    "address": "dpv:hasAddress",
    "contact": "dpv:hasContact",
    "status": {"@id": "dpv:hasConsentStatus", "@type": "@id"},
    "at": "dpv:isIndicatedAtTime",
    "by": "dpv:isIndicatedBy",
    "method": "dpv:hasIndicationMethod",
    "valid": "dpv:hasDuration"
  }`

const (
	consentsType = "Consents"
	recordType   = "dpv:ConsentRecord"
)

// status is the DPV term of a state (requirements 2.3). The states of purposes
// that do not rest on consent have none.
func status(state string) string {
	switch state {
	case flows.None:
		return "dpv:ConsentUnknown"
	case flows.Asked, flows.Pending, flows.Stale:
		return "dpv:ConsentRequested"
	case flows.Given:
		return "dpv:ConsentGiven"
	case flows.Renewed:
		return "dpv:RenewedConsentGiven"
	case flows.Deferred:
		return "dpv:ConsentRequestDeferred"
	case flows.Refused:
		return "dpv:ConsentRefused"
	case flows.Withdrawn:
		return "dpv:ConsentWithdrawn"
	case flows.Expired:
		return "dpv:ConsentExpired"
	case flows.Invalid:
		return "dpv:ConsentInvalidated"
	case flows.Revoked:
		return "dpv:ConsentRevoked"
	}
	return ""
}

type consents struct {
	Context json.RawMessage `json:"@context"`
	Type    string          `json:"@type"`
	// Identifiers are in receipts only; a package has them in profile.json.
	Identifiers *identifiers `json:"identifiers,omitempty"`
	Standing    []standing   `json:"standing"`
	Records     []record     `json:"records"`
}

// standing is where one purpose stands on the day the package was made.
type standing struct {
	purpose
	State  string    `json:"state"`
	Status string    `json:"status,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	Notice int       `json:"notice,omitempty"`
	Record string    `json:"record,omitempty"`
}

type record struct {
	Type       string       `json:"@type"`
	Schema     string       `json:"schema"`
	ID         string       `json:"record"`
	Receipt    string       `json:"receipt"`
	Subject    string       `json:"subject"`
	Replaces   string       `json:"replaces,omitempty"`
	Notice     recordNotice `json:"notice"`
	Processing []processing `json:"processing"`
	Parties    []party      `json:"parties"`
	Event      recordEvent  `json:"event"`
	Line       uint64       `json:"ledger_line"`
}

type recordNotice struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Language string `json:"language"`
	Layer1   digest `json:"layer1_sha256"`
	Question digest `json:"question_sha256"`
	Message  string `json:"question_message,omitempty"`
	Delivery string `json:"delivery,omitempty"`
	Layer2   digest `json:"layer2_sha256"`
}

type processing struct {
	Purpose      string   `json:"purpose"`
	Kind         string   `json:"kind"`
	Basis        string   `json:"legal_basis"`
	Data         []string `json:"data"`
	Special      bool     `json:"special_category"`
	Optional     bool     `json:"optional"`
	Controllers  []string `json:"controllers"`
	Recipients   []string `json:"recipients"`
	Storage      string   `json:"storage"`
	Retention    duration `json:"retention"`
	Jurisdiction string   `json:"jurisdiction"`
	Withdrawal   string   `json:"withdrawal"`
	Rights       []string `json:"rights"`
	Authority    string   `json:"authority"`
}

type party struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Contact string `json:"contact,omitempty"`
	Type    string `json:"type"`
	Role    string `json:"role"`
}

type recordEvent struct {
	At        time.Time `json:"at"`
	Received  time.Time `json:"received"`
	Valid     duration  `json:"valid"`
	By        string    `json:"by"`
	Type      string    `json:"consent_type"`
	State     string    `json:"state"`
	Status    string    `json:"status,omitempty"`
	Acts      []act     `json:"acts"`
	Flow      string    `json:"flow"`
	Identity  string    `json:"identity_hash,omitempty"`
	Signature string    `json:"signature"`
}

type act struct {
	Message  string    `json:"message"`
	Question string    `json:"question"`
	Nonce    digest    `json:"nonce_sha256"`
	Text     digest    `json:"text_sha256"`
	At       time.Time `json:"at"`
	Received time.Time `json:"received"`
	Method   string    `json:"method"`
	Language string    `json:"language"`
	Notice   digest    `json:"layer1_sha256"`
	Delivery string    `json:"delivery,omitempty"`
}
