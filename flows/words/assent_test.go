package words_test

import "testing"

func TestAgrees(t *testing.T) {
	l := lexicon(t)
	for _, tt := range []struct {
		text  string
		among []string
		want  bool
	}{
		{"sim", []string{"pt"}, true}, {"Siiim!", []string{"pt"}, true}, {"Oi, sim", []string{"pt"}, true},
		{"Sim, aceito", []string{"pt"}, true}, {"sim", []string{"de"}, false}, {"yes", []string{"pt", "en"}, true},
		{"ja", []string{"de", "en"}, true}, {"ja", []string{"en"}, false}, {"sure, go ahead", []string{"en"}, true},
		{"sim, mas depois", []string{"pt"}, false}, {"não", []string{"pt"}, false}, {"", nil, false},
		{"perto", []string{"pt"}, false}, {"sim", nil, true}, {"oi", []string{"pt"}, false},
	} {
		if got := l.Agrees(tt.text, tt.among...); got != tt.want {
			t.Errorf("%q in %v: %v", tt.text, tt.among, got)
		}
	}
}

// A misspelling is mended where it takes something from us, and nowhere else.
func TestNoYesByMistake(t *testing.T) {
	l := lexicon(t)
	for _, text := range []string{"perto", "em casa", "hmm casa"} {
		if found := l.Match(text); found.Intent != "" {
			t.Errorf("%q means %+v", text, found)
		}
	}
}
