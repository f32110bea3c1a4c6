package sensitive

// label is what a word says of the number beside it.
type label int

const (
	none      label = iota
	order           // a number of a business: an order, a parcel, an invoice
	phone           // a number to call
	card            // a payment card
	account         // an account at a bank
	document        // a passport or an identity card, whose numbers have no public check
	nif             // Portugal
	bsn             // the Netherlands
	pesel           // Poland
	ssn             // the United States
	nino            // the United Kingdom
	aadhaar         // India
	dni             // Spain with a letter, Argentina and Peru without
	otherwise       // a number whose check suffices
)

// labelWords are compared with flat words, in any language at once.
var labelWords = map[string]label{
	"PEDIDO": order, "PEDIDOS": order, "ENCOMENDA": order, "RASTREIO": order, "RASTREAMENTO": order, "PROTOCOLO": order,
	"ORDER": order, "TRACKING": order, "PARCEL": order, "INVOICE": order, "TICKET": order, "SHIPMENT": order,
	"FATURA": order, "FACTURA": order, "RASTREO": order, "SEGUIMIENTO": order, "PAQUETE": order, "ENVIO": order,
	"BESTELLUNG": order, "BESTELLNUMMER": order, "SENDUNG": order, "SENDUNGSNUMMER": order, "RECHNUNG": order,
	"PAKET": order, "COMMANDE": order, "COLIS": order, "ORDINE": order, "BESTELLING": order, "EAN": order, "SKU": order,
	"IMEI": order, "CODIGO": order, "CODE": order, "ARTIKELNUMMER": order, "NFE": order, "REF": order,

	"TEL": phone, "TELEFONE": phone, "TELEFONO": phone, "TELEFON": phone, "PHONE": phone, "FONE": phone, "CELULAR": phone,
	"WHATSAPP": phone, "ZAP": phone, "MOVIL": phone, "HANDY": phone, "MOBILE": phone, "CALL": phone, "LIGUE": phone,
	"LIGAR": phone, "LLAMA": phone, "LLAMAR": phone, "ANRUFEN": phone, "TELEMOVEL": phone,

	"CARTAO": card, "CARD": card, "TARJETA": card, "KARTE": card, "KREDITKARTE": card, "CARTE": card, "CARTA": card,
	"VISA": card, "MASTERCARD": card, "AMEX": card, "ELO": card, "HIPERCARD": card, "KREDITKARTENNUMMER": card,
	"CC": card, "CREDITCARD": card, "MAESTRO": card, "DEBIT": card, "CREDITO": card, "DEBITO": card,

	"IBAN": account, "KONTO": account, "KONTONUMMER": account,

	"PASSAPORTE": document, "PASSPORT": document, "PASAPORTE": document, "REISEPASS": document, "PASSEPORT": document,
	"PASSAPORTO": document, "PASPOORT": document, "REISEPASSNUMMER": document, "PASSNUMMER": document,
	"AUSWEIS": document, "PERSONALAUSWEIS": document, "AUSWEISNUMMER": document, "PERSONALAUSWEISNUMMER": document,
	"RG": document, "IDENTIDADE": document, "CNH": document, "CEDULA": document, "FUHRERSCHEIN": document,
	"FUEHRERSCHEIN": document, "IDENTIDAD": document,

	"NIF": nif, "CONTRIBUINTE": nif, "NIPC": nif, "BSN": bsn, "BURGERSERVICENUMMER": bsn, "SOFINUMMER": bsn,
	"PESEL": pesel, "SSN": ssn, "SOCIAL": ssn, "NINO": nino, "NI": nino, "INSURANCE": nino, "AADHAAR": aadhaar,
	"AADHAR": aadhaar, "ADHAAR": aadhaar, "DNI": dni, "CPF": otherwise, "CNPJ": otherwise, "STEUER": otherwise,
	"STEUERID": otherwise, "SVNR": otherwise,
	"IDNR": otherwise, "STEUERNUMMER": otherwise, "STEUERIDENTIFIKATIONSNUMMER": otherwise, "IDENTIFIKATIONSNUMMER": otherwise,
}

// farBefore and farAfter are how many words may stand between a number and the
// word that names it.
const (
	farBefore = 5
	farAfter  = 3
)

// labels returns what the word at a token says.
func (r *reading) labels(i int) label {
	if t := r.tokens[i]; t.digits > 0 || t.letters < 2 {
		return none
	}
	return labelWords[string(r.word(i))]
}

// label returns what the words near the tokens first to last say. Another number
// between ends their reach. "CPF for the order" is about a CPF: what names a
// number wins, but for a phone that stands right beside it.
func (r *reading) label(first, last int) label {
	weak := none
	hear := func(i int) label {
		switch l := r.labels(i); l {
		case order, phone:
			if l == phone && i == first-1 {
				return l
			}
			if weak == none {
				weak = l
			}
			return none
		default:
			return l
		}
	}
	for i := first - 1; i >= max(first-farBefore, 0) && r.tokens[i].digits == 0; i-- {
		if l := hear(i); l != none {
			return l
		}
	}
	for i := last + 1; i < min(last+1+farAfter, len(r.tokens)) && r.tokens[i].digits == 0; i++ {
		if l := hear(i); l != none {
			return l
		}
	}
	return weak
}
