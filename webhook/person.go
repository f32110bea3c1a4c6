package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"aval/bot"
)

// contact is Meta's description of a person. Name and username are not read:
// nothing here needs them (MIN-1), and a username may pass to another person.
type contact struct {
	Number  loose `json:"wa_id"`
	User    loose `json:"user_id"`
	Parent  loose `json:"parent_user_id"`
	KeyHash loose `json:"identity_key_hash"`
}

// identify names a person by what Meta put beside a message. The place of the
// number has been seen to hold a user id. What is neither is dropped: to strip
// it to digits could make it somebody else's number.
func identify(number, user, parent loose) bot.Identifiers {
	ids := bot.Identifiers{BSUID: bot.BSUID(user), Parent: bot.BSUID(parent)}
	if phone, ok := bot.NewPhone(string(number)); ok {
		ids.Phone = phone
		return ids
	}
	if ids.BSUID == "" && isBSUID(string(number)) {
		ids.BSUID = bot.BSUID(number)
	}
	return ids
}

// maxBSUID is a country, "ENT" and 128 characters, with their dots.
const maxBSUID = 2 + 1 + 3 + 1 + 128

// isBSUID knows a user id by its shape: two capitals, a dot, letters and
// digits. It is only asked about text in the place of a number; in its own
// place any shape is taken.
func isBSUID(s string) bool {
	if len(s) < 4 || len(s) > maxBSUID || !isCapital(s[0]) || !isCapital(s[1]) || s[2] != '.' {
		return false
	}
	for _, r := range strings.TrimPrefix(s[3:], "ENT.") {
		if !isLetter(r) && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// complete adds what the contacts of the same value know about a person. They
// are matched by identifier, never by position. If two of them differ, none is
// believed.
func (s *scope) complete(ids bot.Identifiers) bot.Identifiers {
	var found bot.Identifiers
	for _, c := range s.people {
		if !same(ids, c) || found == c {
			continue
		}
		if found != (bot.Identifiers{}) {
			return ids
		}
		found = c
	}
	if ids.BSUID == "" {
		ids.BSUID = found.BSUID
	}
	if ids.Phone == "" {
		ids.Phone = found.Phone
	}
	if ids.Parent == "" {
		ids.Parent = found.Parent
	}
	if ids.KeyHash == "" {
		ids.KeyHash = found.KeyHash
	}
	return ids
}

// same compares the user ids when both have one, the numbers otherwise.
func same(a, b bot.Identifiers) bool {
	if a.BSUID != "" && b.BSUID != "" {
		return a.BSUID == b.BSUID
	}
	return a.Phone != "" && a.Phone == b.Phone
}

// tag stands for a person in the id of an event. Ids are compared and may be
// printed, so the number itself must not be in them; a short hash is enough to
// keep the participants of one message apart.
func tag(ids bot.Identifiers) string {
	if ids.Empty() {
		return "nobody"
	}
	who := string(ids.BSUID)
	if who == "" {
		who = string(ids.Phone)
	}
	sum := sha256.Sum256([]byte(who))
	return hex.EncodeToString(sum[:6])
}
