package mobileapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

// wills hands over lines as a revoked device does.
func (p *phone) wills(lines ...string) *reply {
	p.s.Helper()
	first, err := json.Marshal(map[string]any{"zoufang": 1, "device": p.device.ID, "epoch": nil, "cursor": nil, "last": nil, "app": "1"})
	p.s.must(err)
	body := []byte(strings.Join(append([]string{string(first)}, lines...), "\n") + "\n")
	proof := p.key.sign(tokens.WillText(p.device.ID, body))
	return p.s.do("POST", "/lastwill", bytes.NewReader(body), "Content-Type", "application/x-ndjson", "Zoufang-Proof", proof)
}

// A revoked phone hands over what it has, and cannot fill the disk: what is over its
// bounds is told to come later, nothing of it is stored, and nobody else is slowed.
func TestLastWillsAreBounded(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	for range 70 {
		p.wills("x").is(401, "proof") // it is live: this counts for nothing
	}
	s.must(s.store.Revoke(t.Context(), p.device.ID, s.clock().UnixMilli()))
	s.must(s.store.Revoke(t.Context(), q.device.ID, s.clock().UnixMilli()))
	taken := 0
	send := func() *reply { taken++; return p.wills(fmt.Sprint("line ", taken)) }
	for range 60 {
		send().is(200, "")
	}
	send().is(429, "slow_down")
	q.wills("another's").is(200, "")
	count := func() (n int) {
		s.must(s.store.View(t.Context(), func(v storage.View) error {
			n = 0
			return v.HeldOpen(func(h storage.Held) bool {
				if h.Sender == p.user.ID {
					n++
				}
				return true
			})
		}))
		return n
	}
	if n := count(); n != 60 {
		t.Errorf("%d lines are stored", n)
	}
	for taken < 203 {
		s.pass(time.Minute)
		for range 60 {
			if send(); taken > 201 {
				break
			}
		}
	}
	s.pass(time.Minute)
	send().is(429, "slow_down")
	if n := count(); n != 200 {
		t.Errorf("%d lines of a day", n)
	}
	s.pass(24 * time.Hour)
	send().is(200, "")
}

// A line that is held gives nobody but its sender a right to read what it names: not
// its author, whom another only claims to be, nor those who may decide of it.
func TestAHeldLineGivesOthersNothing(t *testing.T) {
	s := serve(t)
	wang, zhao := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	li, far := s.phone(zoufang.Township, town), s.phone(zoufang.Coordinator, other)
	b, name := photo(7, 1000)
	wang.upload(b, "image/jpeg")
	id := s.id()
	wang.commit([]any{"new", id, "visit", dong, map[string]any{"type": "routine"}})
	for code, do := range map[zoufang.HoldCode][]any{
		zoufang.HeldInvalid: {[]any{"add", id, "photos", name}, []any{"set", id, "met", 5, []any{}}},
		zoufang.HeldWaiting: {[]any{"add", s.id(), "photos", name}},
		zoufang.HeldScope:   {[]any{"new", s.id(), "visit", other, map[string]any{"photos": []any{name}}}},
	} {
		if a := s.push(wang.sender(), do...); a.Code != code {
			t.Fatalf("%s: %+v", code, a)
		}
		for who, p := range map[string]*phone{"a colleague": zhao, "who decides": li, "whose area it names": far} {
			if r := p.get(name); r.status != 404 {
				t.Errorf("%s: %s reads it: %d", code, who, r.status)
			}
		}
		wang.get(name).is(200, "")
	}
	// Zhao sends a line in Wang's name; the medium is known to him that way alone.
	other, theirs := photo(8, 1000)
	li.upload(other, "image/jpeg")
	line, err := zoufang.Action{Device: wang.device.ID, N: 9, User: wang.user.ID, At: s.clock().UnixMilli(), Page: "p"}.Frozen([]any{[]any{"add", id, "photos", theirs}})
	s.must(err)
	if a := s.pushes(zhao.sender(), line); a.Code != zoufang.HeldAuthor {
		t.Fatalf("%+v", a)
	}
	wang.get(theirs).is(404, "not_found")
	zhao.get(theirs).is(200, "") // who sent it named it
	// Applied, it is a record's, and read by who reads that.
	wang.commit([]any{"add", id, "photos", name})
	li.get(name).is(200, "")
	far.get(name).is(404, "not_found")
}
