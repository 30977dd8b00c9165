package mobileapi_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// namedBy stores so many visits that name and need a medium, by turns in the areas.
func (s *served) namedBy(n int, digest string, areas ...zoufang.AreaID) {
	s.Helper()
	for from := 0; from < n; from += 500 {
		s.must(s.store.Update(s.Context(), "", func(tx storage.Tx) error {
			for i := from; i < min(n, from+500); i++ {
				c := zoufang.CommitID(fmt.Sprintf("%016d", i))
				r := (&zoufang.Record{ID: s.id(), Kind: "visit", Area: areas[i%len(areas)], Created: c, Author: "someone"}).Fill()
				r.Stamps[c] = zoufang.NewStamp(c, "someone", 6, 5, 7, false)
				v := zoufang.Quote(digest)
				r.Sets["photos"] = map[string]*zoufang.Heads{v.Canon(): {Live: []zoufang.Head{{ID: c, Value: v}}}}
				r.Need = []zoufang.Digest{zoufang.Digest(digest)}
				if err := tx.PutRecord(r, c); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// needing counts the records that need a medium, and how many have been written since.
func (s *served) needing(areas ...zoufang.AreaID) (need, seq int) {
	s.Helper()
	s.must(s.store.View(s.Context(), func(v storage.View) error {
		need, seq = 0, 0
		for _, a := range areas {
			h, err := v.Heads([]zoufang.AreaID{a})
			if err != nil {
				return err
			}
			seq += int(h[0].Seq)
			err = v.List("visit", []zoufang.AreaID{a}, 0, 0, func(r *zoufang.Record) bool { need += min(1, len(r.Need)); return true })
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return need, seq
}

// syncs sends one line and reads what is new; every second time there is no line.
func (p *phone) syncs(n int) time.Duration {
	p.s.Helper()
	body := fmt.Sprintf(`{"zoufang":1,"device":%q,"epoch":null,"cursor":null,"last":null,"app":"1"}`+"\n", p.device.ID)
	if n%2 == 0 {
		line, err := zoufang.Action{Device: p.device.ID, N: int64(n + 1), User: p.user.ID, At: p.s.clock().UnixMilli(), Page: "p"}.Frozen(
			[]any{[]any{"new", p.s.id(), "visit", p.user.Areas[0], map[string]any{"type": "routine"}}})
		p.s.must(err)
		body += string(line) + "\n"
	}
	began := time.Now()
	p.do("POST", "/sync", strings.NewReader(body), "Content-Type", "application/x-ndjson").is(200, "")
	return time.Since(began)
}

// whole is the upload of a medium that came whole.
func whole(t *testing.T, digest string) string {
	t.Helper()
	b, err := hex.DecodeString(digest)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// told waits until no arrival is under way.
func (s *served) told() {
	s.Helper()
	for under := 1; under > 0; {
		s.must(s.store.View(s.Context(), func(v storage.View) error {
			list, err := v.Arrivals(10)
			under = len(list)
			return err
		}))
	}
}

// A medium that 10,000 records need is told to them in steps of 50, over a failure
// and a restart; the answer to its sender does not wait for them, and phones sync
// beside. Asked for 500 times in one request it is looked up once, whoever asks.
func TestAMediumThatVeryManyRecordsName(t *testing.T) {
	const records, atOnce = 10_000, 50
	s := serve(t)
	b, name := photo(1, 1000)
	s.namedBy(records, name, dong, xi)
	_, before := s.needing(dong, xi)
	count := &counted{Records: s.store}
	s.wrap = func(storage.Records) storage.Records { return count }
	stop := s.listen()
	sender, reader, stranger := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Township, town), s.phone(zoufang.Coordinator, other)

	var alone []time.Duration
	for n := range 41 {
		alone = append(alone, stranger.syncs(n))
	}
	slices.Sort(alone)
	t.Logf("syncs with nothing beside them: median %v, longest %v", alone[20], alone[40])
	count.written.Store(0)
	count.cut.Store(8) // the disk fails in the eighth step
	began := time.Now()
	sender.upload(b, "image/jpeg")
	t.Logf("the sender was answered after %v", time.Since(began))
	for count.cut.Load() != 1 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if need, _ := s.needing(dong, xi); need != records-7*atOnce {
		t.Errorf("%d records need it after seven steps", need)
	}
	count.cut.Store(0)
	s.listen() // goes on by itself

	var took []time.Duration
	var working sync.WaitGroup
	done := make(chan struct{})
	working.Go(func() { s.told(); close(done) })
	for going := true; going; {
		select {
		case <-done:
			going = false
		default:
		}
		took = append(took, stranger.syncs(1000+len(took)))
	}
	working.Wait()
	pushed := int64(len(took)+1) / 2
	slices.Sort(took)
	t.Logf("%d syncs of another phone beside the arrival: median %v, longest %v", len(took), took[len(took)/2], took[len(took)-1])
	need, after := s.needing(dong, xi)
	if need != 0 || after != before+records || count.most.Load() > atOnce || count.written.Load() != records+pushed {
		t.Errorf("%d need it; %d were written, at most %d in one transaction; %d numbers were given", need, count.written.Load(), count.most.Load(), after-before)
	}
	sender.head(sender.s.base+"/media/uploads/"+whole(t, name)).is(200, "") // tells nobody again
	if s.told(); count.written.Load() != records+pushed {
		t.Errorf("%d records were written again", count.written.Load()-records-pushed)
	}

	many := slices.Repeat([]string{name}, 500)
	for who, p := range map[string]*phone{"its sender": sender, "a reader": reader, "a stranger": stranger} {
		count.reads.Store(0)
		count.asked.Store(0)
		began := time.Now()
		got := p.have(many...).is(200, "").json()["have"].([]any)
		t.Logf("have, 500 times the same, by %s: %v", who, time.Since(began))
		if count.reads.Load() != 0 || count.asked.Load() != 1 {
			t.Errorf("for %s %d records and names were read, and %d times it was asked", who, count.reads.Load(), count.asked.Load())
		}
		status, want := 200, 1
		if p == stranger {
			status, want = 404, 0
		}
		if len(got) != want {
			t.Errorf("%s has %d", who, len(got))
		}
		if p.get(name).is(status, ""); count.reads.Load() != 0 {
			t.Errorf("for %s %d records and names were read to show it", who, count.reads.Load())
		}
	}
}

// An edit of a record whose medium came, and that has not been told yet, tells it.
func TestAnEditTellsWhatHasCome(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	_, name := photo(1, 1000)
	id := p.visit(dong, name)
	s.must(s.store.Update(t.Context(), "", func(tx storage.Tx) error {
		return tx.AddMedium(storage.Medium{Digest: zoufang.Digest(name), Type: "image/jpeg", Size: 1000})
	}))
	p.commit([]any{"log", id, "remarks", "又来过"})
	if need, _ := s.needing(dong); need != 0 {
		t.Error("it still needs what has come")
	}
}
