package words

// BothLetters makes a text comparable by the tables and by decomposing it. ok
// is false where the tables give up.
func BothLetters(text string) (short, long string, ok bool) {
	if short, ok = usual.letters(text, dropMarks); !ok {
		return "", "", false
	}
	short, _ = shape(short)
	long, _ = shape(strip(unmix(decompose(text)), dropMarks))
	return short, long, true
}
