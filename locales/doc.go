// Package locales holds every sentence the house says by itself and every
// word it understands, as files a translator can read: active.<lang>.json
// for the sentences, words/<lang>.yaml for the words.
//
// A sentence belongs to one id in all languages, with the same placeholders.
// A placeholder is {{.Name}} and nothing else of a template is allowed, so a
// translation can never carry logic. Ids say what a text is for; these have a
// length that WhatsApp enforces:
//
//	consent.yes no later confirm cancel, number.yes no    reply button, 20
//	case.yes.*, case.no, unsure.all offers none           reply button, 20
//	guardian.yes undo, suspect.afresh, file.open          reply button, 20
//	language.button, menu.button                          list button, 20
//	language.self, menu.human privacy, age.band.*         list row, 24
//	everything else                                       body, 1024
package locales
