package words_test

import (
	"testing"

	"aval/flows/words"
)

// What people really write about their data, and what only sounds like it.
func TestRightsAsWritten(t *testing.T) {
	l := lexicon(t)
	for want, texts := range map[words.Intent][]string{
		words.Access: {"I want a copy of my data", "what data do you keep about me", "quero uma cópia dos meus dados pessoais",
			"qué saben de mí", "Welche Daten sind gespeichert?", "DSGVO Datenauskunft", "quelles données avez-vous sur moi"},
		words.Portability: {"please send me my data as a file", "quero meus dados em arquivo", "meine Daten mitnehmen",
			"quiero mis datos en un archivo", "récupérer mes données"},
		words.Rectify: {"my name is misspelled", "corrijam meu nome", "Meine Daten sind falsch!", "mi nombre está mal escrito"},
		words.Erase: {"delete everything you have about me", "apaguem minha conta", "Lösch meine Daten", "Mein Konto löschen",
			"borren mi cuenta", "supprimez mon compte", "Usuń moje konto"},
		words.Restrict: {"freeze my data", "don't use my data anymore", "never use my data again", "pausar meus dados",
			"bloquear meus dados", "parem de usar meus dados", "não voltem a usar meus dados", "Meine Daten sperren",
			"einschränken", "Nutzt meine Daten nicht mehr", "dejen de usar mis datos", "не используйте мои данные"},
		words.Status: {"where is my request", "What about my request?", "status of my request", "I never got an answer to my request",
			"I do not see my request", "minha solicitação", "onde está minha solicitação?", "status da minha solicitação",
			"Protocolo", "onde está meu pedido de dados", "Meine Anfrage", "Wo ist meine Anfrage?", "Stand meiner Anfrage",
			"mi solicitud", "¿cómo va mi solicitud?", "où en est ma demande ?", "где мой запрос", "我的申请", "내 요청"},
		words.Lift: {"use my data again", "You can use my data again", "unfreeze my data", "lift the restriction",
			"desbloquear meus dados", "podem voltar a usar meus dados", "usem meus dados novamente", "tirar a restrição",
			"Meine Daten wieder nutzen", "ihr dürft meine Daten wieder nutzen", "Einschränkung aufheben",
			"vuelvan a usar mis datos", "débloquez mes données", "снимите ограничение", "解除限制"},
		"": {"my data plan", "freeze my data plan", "mein Datenvolumen ist alle", "meu plano de dados", "bloquear meus dados móveis",
			"delete my order", "lösche meine Bestellung", "apagar meu pedido", "where is my order", "onde está meu pedido",
			"wo ist meine Bestellung", "dónde está mi pedido", "my request for a refund", "minha solicitação de troca",
			"do not unfreeze my data", "não quero desbloquear meus dados"},
	} {
		for _, text := range texts {
			if got := l.Match(text); got.Intent != want {
				t.Errorf("%q means %q, want %q", text, got.Intent, want)
			}
		}
	}
}
