package desk

import (
	"fmt"
	"slices"

	"zoufang"
	"zoufang/storage"
	fieldsync "zoufang/sync"
)

const (
	maxEvents  = 200  // shown of one record
	maxReplay  = 5000 // commits told of one record; beyond, only that there are more
	maxQuoted  = 120  // characters of a value quoted in a sentence
	maxPerLine = 12   // sentences of one commit
)

// Event is one commit's part in a record, told as sentences.
type Event struct {
	ID               zoufang.CommitID
	At               int64 // Unix ms, the phone's clock within what the server can vouch for
	Who              string
	When, Span, Note string // Span is the interval the server can vouch for
	Staff            bool
	Lines            []string
}

// history tells what happened to a record, latest first, from its commits: they
// are replayed, so that each sentence can say what was there before.
func (l *reader) history(r *zoufang.Record) (events []Event, earlier string, err error) {
	writes, err := l.v.History(r.ID)
	if err != nil {
		return nil, "", err
	}
	t := teller{l: l, kind: zoufang.KindOf(r.Kind), id: r.ID}
	told := map[zoufang.CommitID]bool{}
	for _, w := range writes {
		if w.Commit == "" || w.Gone || told[w.Commit] {
			continue
		}
		if len(told) == maxReplay {
			break
		}
		told[w.Commit] = true
		c, err := l.v.Commit(w.Commit)
		if err != nil {
			return nil, "", err
		}
		if c == nil {
			return nil, "", fmt.Errorf("a commit in the history of a record is not stored")
		}
		e, err := t.commit(c)
		if err != nil {
			return nil, "", err
		}
		events = append(events, e)
	}
	if n := len(events) - maxEvents; n > 0 {
		events, earlier = events[n:], fmt.Sprintf("更早的 %d 次改动没有列出。", n)
	}
	slices.Reverse(events)
	return events, earlier, nil
}

// released says that a line was held: of one that a rescue file of unproven origin
// brought, for ever by whom, and who released it.
func (l *reader) released(h *storage.Held) (string, error) {
	if h.Brought == "" {
		return "曾被搁置，后来放行", nil
	}
	said, err := l.brought(h.Brought)
	if err != nil {
		return "", err
	}
	who, err := l.person(h.Freed)
	return said + "，" + who + " 放行", err
}

// teller replays a record and tells each commit.
type teller struct {
	l    *reader
	kind *zoufang.Kind
	id   zoufang.RecordID
	rec  *zoufang.Record
}

func (t *teller) commit(stored *storage.Commit) (Event, error) {
	c, fault := zoufang.ParseCommit(stored.Line)
	if fault != nil {
		return Event{}, fmt.Errorf("an applied commit cannot be read")
	}
	st := zoufang.NewStamp(stored.ID, stored.Author, c.At, stored.From, stored.At, stored.Staff)
	e := Event{ID: stored.ID, At: st.At, Staff: stored.Staff}
	e.When, e.Span = t.l.d.when(st)
	held, err := t.l.v.Held(stored.ID)
	if err != nil {
		return e, err
	}
	if held != nil && held.Code == zoufang.Released {
		if e.Note, err = t.l.released(held); err != nil {
			return e, err
		}
	}
	who, err := t.l.person(stored.Author)
	if err != nil {
		return e, err
	}
	e.Who = who
	s := sentences{l: t.l, kind: t.kind, who: who, added: map[string]int{}}
	for _, it := range fieldsync.Ordered(c.Do) {
		if it.Record != t.id {
			continue
		}
		if err := s.tell(it, t.rec); err != nil {
			return e, err
		}
		if t.rec == nil {
			if it.Op != zoufang.OpNew {
				return e, fmt.Errorf("a record's history does not begin with its creation")
			}
			t.rec = fieldsync.Create(t.kind, *it, st)
		}
		fieldsync.Apply(t.rec, it, st)
		s.outcome(it, t.rec, stored.ID)
	}
	if t.rec != nil {
		fieldsync.Settle(t.rec)
	}
	e.Lines = s.done()
	return e, nil
}
