package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"aval/bot"
	"aval/store/seal"
)

// tokenEncoding keeps callback tokens within what a JSON string carries as is.
var tokenEncoding = base64.RawURLEncoding

func splitToken(plain string) (bot.ContactID, string, bool) {
	contact, outbound, ok := strings.Cut(plain, "/")
	return bot.ContactID(contact), outbound, ok
}

func fromMilli(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// pageMost is the largest page of a scan.
const pageMost = 1000

// Record implements bot.Store. Intake entries live for milliseconds and are
// sealed under the store's own key: the contact may not exist yet.
func (s *Store) Record(ctx context.Context, items []bot.Item, bad []bot.Unreadable) error {
	ops := make([]Write, 0, len(items)+len(bad))
	for _, it := range items {
		ops = append(ops, s.intakeWrite(it))
	}
	for i, u := range bad {
		id := fixed(uint64(s.now().UnixNano())) + "-" + strconv.Itoa(i) + "-" + s.book.unique()
		ops = append(ops, Write{Op: Insert, In: quarantine, Doc: Doc{
			ID: id, Body: s.ring.Seal(bot.Encode(u), seal.Place{Collection: quarantine.Name, Record: id})}})
		ops = append(ops, s.book.act(bot.Line{At: s.now().UTC(), Type: bot.LineQuarantine, Actor: "meta", Outcome: "kept", Reason: u.Reason})...)
	}
	if err := one(s.engine.Write(ctx, ops...)); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if len(bad) > 0 {
		s.book.taken(ops)
	}
	return nil
}

func (s *Store) intakeWrite(it bot.Item) Write {
	id := fixed(it.Seq)
	return Write{Op: Insert, In: intake, Doc: Doc{
		ID: id, Body: s.ring.Seal(bot.Encode(it.Event), seal.Place{Collection: intake.Name, Record: id})}}
}

// Backlog implements bot.Store.
func (s *Store) Backlog(ctx context.Context) ([]bot.Item, error) {
	var items []bot.Item
	after := ""
	for {
		docs, err := s.engine.Scan(ctx, intake, Range{AfterID: after, Limit: pageMost})
		if err != nil {
			return nil, fmt.Errorf("backlog: %w", err)
		}
		for _, d := range docs {
			after = d.ID
			it, err := s.openItem(d)
			if err != nil {
				// One damaged record must not stop everybody. It stays where it
				// is, for whoever looks into it.
				s.log.Error("a recorded event cannot be opened and waits", "record", d.ID)
				continue
			}
			items = append(items, it)
		}
		if len(docs) < pageMost {
			return items, nil
		}
	}
}

func (s *Store) openItem(d Doc) (bot.Item, error) {
	var it bot.Item
	seq, err := strconv.ParseUint(d.ID, 16, 64)
	if err != nil {
		return it, bot.ErrIntegrity
	}
	plain, err := s.ring.Open(d.Body, seal.Place{Collection: intake.Name, Record: d.ID})
	if err != nil || bot.Decode(plain, &it.Event) != nil {
		return it, bot.ErrIntegrity
	}
	it.Seq = seq
	return it, nil
}

// Due implements bot.Store.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]bot.ContactID, error) {
	var ids []bot.ContactID
	r := Range{Index: "due", From: fixed(0), To: timeKey(now), Bare: true}
	for len(ids) < limit {
		r.Limit = min(limit-len(ids), pageMost)
		docs, err := s.engine.Scan(ctx, contacts, r)
		if err != nil {
			return nil, fmt.Errorf("due: %w", err)
		}
		for _, d := range docs {
			ids = append(ids, bot.ContactID(d.ID))
			r.AfterValue, r.AfterID = d.Index[0], d.ID
		}
		if len(docs) < r.Limit {
			break
		}
	}
	return ids, nil
}
