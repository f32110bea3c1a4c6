package words_test

import (
	"slices"
	"strings"
	"testing"

	"aval/flows/words"
)

// small is a lexicon of a made-up corner of English, so that a test says what
// each rule takes and what it leaves.
func small(t testing.TB) *words.Lexicon {
	t.Helper()
	lists := map[string]map[string][]string{
		"stop": {"en": {"stop", "take me off the list"}}, "unsure": {"en": {"not again"}}, "yes": {"en": {"sure", "I want to"}},
		"no": {"en": {"no", "don't want to"}}, "later": {"en": {"next week"}}, "false_friends": {"en": {"bus stop", "text me to stop"}},
		"greeting": {"en": {"hello"}},
	}
	for class, entries := range map[string]string{
		"halt": "stop|stopp*|turn .. off", "out": "unsubscribe", "leave": "remove|take", "cancel": "cancel", "not": "not|dont|no|never",
		"write": "text|texting|message|contact", "send": "send|sending", "want": "want", "get": "get|receive", "mail": "messages|ads|texts",
		"list": "list", "me": "me|+ey", "it": "it|this", "again": "again|anymore", "enough": "enough|sick of", "withdraw": "withdraw",
		"consent": "consent", "upset": "annoying", "much": "so many", "keep": "keep sending", "ask": "why|when", "unless": "before|instead",
		"other": "order|pain|massages", "erase": "delete|remove", "data": "data", "mine": "my", "show": "show|send", "fix": "change",
		"name": "address", "talk": "talk", "human": "somebody", "begin": "start", "back": "sign me up", "use": "use", "nod": "please|well",
		"filler": "the|to|of|you|i|from|can|a|now|that|would|is|do|how do i|immediately|your", "joint": "and|because", "tie": "that",
		"not+send": "unsend", "privacy": "privacy",
	} {
		lists["speech."+class] = map[string][]string{"en": strings.Split(entries, "|")}
	}
	l, err := words.New(lists)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSentences(t *testing.T) {
	l := small(t)
	for intent, texts := range map[words.Intent][]string{
		words.Stop: {
			"stop texting me", "stop the messages", "can you turn the ads off", "texting me stop", // any order
			"I would unsubscribe", "how do I unsubscribe", "remove me", "take me off the list", "cancel the messages", "remove my list",
			"don't text", "do not send me a text", "I dont want to get messages", "no messages", "never text me again", "sick of the ads",
			"withdraw my consent", "I do not consent to messages", "unsend the messages", "textey dont", // classes joined, an affix
			"bought the house already. Stop texting me", "bought the house and stop texting me", // another clause nobody knows
			"bought the house stop texting me",                                          // nothing unknown after the core
			"stop texting me wonderful people",                                          // a strong core beside unknown words
			"I dont want, that you text me",                                             // a comma that parts nothing
			"can you stop, texting me",                                                  // a comma after what is left open
			"stopping the messages",                                                     // a stem
			"stop txeting me", "unsubscirbe", "stpo texting me now", "I unsubscrbe now", // misspelt
			"please stop", "hello stop", "stop stop", "s t o p", "ѕтор", "st0p", "takemeoffthelist", "well stop please",
		},
		words.Unsure:   {"this is annoying", "so many messages", "can you stop", "not again", "stop it now", "enough", "dont send"},
		words.Erase:    {"delete my data", "can you delete my wonderful data"},
		words.Access:   {"show me my data", "can you send me a show of my data"},
		words.Rectify:  {"change my address"},
		words.Human:    {"can I talk to somebody now"},
		words.Privacy:  {"is the privacy", "how do I use my data"},
		words.Restrict: {"dont use my data"},
		words.Resume:   {"start the messages", "please sign me up", "start sending me ads again"},
		words.Yes:      {"sure", "well sure", "I want to", "sure please"},
		words.No:       {"no", "no please", "don't want to"},
		words.Later:    {"next week", "well next week please", "no next week"},
		"": {
			"cancel the order", "how do I stop the pain", "stop the wonderful music", // unknown words and others
			"don't stop texting me", "I dont want to unsubscribe", "never remove me", // turned around
			"keep sending me messages, do not stop", "why do you stop texting me", "don't text me before ten", "send messages instead",
			"text me", "send me the messages", "I receive no messages", "is this the list", "remove it from me",
			"my bus stop", "stop massages", "sure I want messages", "sure, show me shoes", "nextweek wonderful",
			"the the the the the the the the the the the the the the the the the the the the the the the the the stop texting me",
			"", ",",
		},
	} {
		for _, text := range texts {
			all := l.All(text)
			if intent == "" && len(all) > 0 || intent != "" && !slices.ContainsFunc(all, func(m words.Match) bool { return m.Intent == intent }) {
				t.Errorf("%q means %v, want %q\n%s", text, all, intent, l.Explain(text, "en"))
			}
			if intent != words.Stop && l.IsStop(text) {
				t.Errorf("%q stops", text)
			}
		}
	}
}

// A stop in any language stops, also beside another language's words.
func TestLanguagesApart(t *testing.T) {
	l, err := words.New(map[string]map[string][]string{
		"stop":          {"pt": {"parar"}, "und": {"🛑"}},
		"greeting":      {"pt": {"oi"}},
		"speech.halt":   {"en": {"stop"}, "und": {"stopp"}},
		"speech.write":  {"en": {"texting"}, "pt": {"escrever"}},
		"speech.me":     {"en": {"me"}, "pt": {"me"}},
		"speech.filler": {"en": {"the"}, "pt": {"o"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]words.Match{
		"stop texting me":     {Intent: words.Stop, Language: "en"},
		"oi stop texting me":  {Intent: words.Stop, Language: "en"},
		"stopp escrever me":   {Intent: words.Stop, Language: "pt"},
		"Oi, stop texting me": {Intent: words.Stop, Language: "en"},
	} {
		if got := l.Match(text); got != want {
			t.Errorf("%q means %+v, want %+v", text, got, want)
		}
	}
}

// Languages that put no spaces are cut into known pieces.
func TestUnspaced(t *testing.T) {
	l, err := words.New(map[string]map[string][]string{
		"speech.not":    {"zh": {"不要", "别"}},
		"speech.again":  {"zh": {"再"}},
		"speech.send":   {"zh": {"发"}},
		"speech.me":     {"zh": {"给我"}},
		"speech.mail":   {"zh": {"消息"}},
		"speech.filler": {"zh": {"了", "请"}},
		"speech.other":  {"zh": {"红色的"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"不要再给我发消息了": true, "请别再发WhatsApp消息给我": true, "别 再 给我 发 消息": true, "不要给我发红色的": false,
		"发消息给我": false, "不要": false,
	} {
		if l.IsStop(text) != want {
			t.Errorf("%q: stop is %v\n%s", text, !want, l.Explain(text, "zh"))
		}
	}
}

func TestSpeechRefuses(t *testing.T) {
	for name, lists := range map[string]map[string]map[string][]string{
		"UnknownClass": {"speech.halts": {"en": {"stop"}}},
		"HalfKnown":    {"speech.not+halts": {"en": {"stop"}}},
		"Nothing":      {"speech.halt": {"en": {"?!"}}},
		"ShortStem":    {"speech.halt": {"en": {"s*"}}},
		"LongChain":    {"speech.halt": {"en": {strings.Repeat("a b ", 6)}}},
		"AffixOfTwo":   {"speech.me": {"en": {"+to me"}}},
		"FalseFriend": {"speech.halt": {"en": {"stop"}}, "speech.write": {"en": {"texting"}},
			"false_friends": {"de": {"stop, texting"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := words.New(lists); err == nil {
				t.Error("accepted")
			}
		})
	}
}
