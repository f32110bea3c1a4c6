package bot

import (
	"crypto/sha256"
	"crypto/subtle"
	"strconv"
	"strings"
	"time"

	"aval/flows"
)

// Code is a one-time code that an officer gives to the person by a way that was
// known before and is quick: the telephone, the shop's counter. It is bound to
// its case.
type Code struct {
	Hash    [32]byte
	Expires time.Time
	Left    int // tries
}

const (
	// codeDigits give 26 bits; ASVS 2.8 and NIST 800-63B ask for 20, which six
	// digits miss by a little.
	codeDigits = 8
	// codeLife and codeTries are NIST 800-63B's ten minutes and few guesses:
	// three of 10^8 are found by one guesser in 33 million.
	codeLife  = 10 * time.Minute
	codeTries = 3
)

// newCode makes a code for a case and replaces the one before.
func (t *turn) newCode(k *Case) string {
	// Rejection keeps every digit equally likely.
	digits := make([]byte, 0, codeDigits)
	var b [1]byte
	for len(digits) < codeDigits {
		if t.env.Random(b[:]); b[0] < 250 {
			digits = append(digits, '0'+b[0]%10)
		}
	}
	k.Code = &Code{Hash: codeHash(k.Reference, string(digits)), Expires: t.now.Add(codeLife), Left: codeTries}
	return string(digits)
}

// codeHash binds a code to its case. It is kept under the person's own key
// only, so that a slow hash would guard nothing.
func codeHash(reference, digits string) [32]byte {
	return sha256.Sum256([]byte("aval case code\x00" + reference + "\x00" + digits))
}

// stepUp asks for more proof than the account gives. The words are the same
// whoever writes and whatever we know of them.
func (t *turn) stepUp(k *Case) {
	t.pauseClock(k)
	t.speak(k, t.text("case.step_up", t.about(k)))
}

// codeTyped compares what may be a code. The contact has one worker and each
// try is written before the next is looked at, so a thousand guesses at once
// are three.
func (t *turn) codeTyped() bool {
	k := t.coded()
	if k == nil || t.ev.Traits != 0 || t.ev.Message.Kind != MessageText {
		return false
	}
	digits := strings.NewReplacer(" ", "", "\u00a0", "").Replace(string(t.ev.Message.Body))
	if len(digits) != codeDigits || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	code := k.Code
	if code == nil {
		t.speak(k, t.text("code.spent", t.about(k)))
		return true
	}
	code.Left--
	sum := codeHash(k.Reference, digits)
	right := subtle.ConstantTimeCompare(sum[:], code.Hash[:]) == 1 && !t.now.After(code.Expires)
	t.line(Line{Type: LineCode, Object: k.Reference, Outcome: either(right, "right", "wrong")})
	switch {
	case right:
		t.proven(k, "code")
	case code.Left > 0:
		t.speak(k, t.text("code.wrong", t.with("Left", strconv.Itoa(code.Left))))
	default:
		k.Code = nil // an officer may give another
		t.speak(k, t.text("code.spent", t.about(k)))
	}
	return true
}

// either is a if yes, else b.
func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// coded finds the case that a code is for: one that has one, else one that
// waits for one.
func (t *turn) coded() *Case {
	var waits *Case
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		if k.State != flows.CaseVerifying {
			continue
		}
		if k.Code != nil {
			return k
		}
		if k.Tier >= 3 && k.Evidence == "" {
			waits = k
		}
	}
	return waits
}

// proven notes that the person has shown who they are beyond doubt. They are
// connected again (row 19), and the case asks for its tap.
func (t *turn) proven(k *Case, evidence string) {
	k.Code, k.Evidence, k.Doubt, k.Unproven = nil, evidence, false, false
	t.resumeClock(k)
	if fire(flows.Identity, &t.h.Identity, flows.StepUp) {
		t.line(Line{Type: LineIdentity, Outcome: t.h.Identity, Reason: evidence})
	}
	t.say(KindRights, t.text("code.right", t.names()))
	if k.Type == CaseRectify && len(t.correctable()) == 0 {
		t.turnCase(k, flows.Verified, evidence)
		t.byHand(k)
		return
	}
	t.verify(k)
}
