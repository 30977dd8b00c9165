package intake_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// check holds the store against a reference that shares no code with the program:
// which lines must be applied, and what a record then holds.
func (s *scene) check() {
	err := s.w.store.View(s.w.Context(), func(v storage.View) error {
		held := s.standings(v)
		word := func(id zoufang.CommitID) string {
			if held[id] == nil {
				return "applied"
			}
			return string(held[id].Code)
		}
		for _, l := range s.lines {
			if l.ends != "" && word(l.id) != l.ends {
				s.Fatalf("%s is %s, want %s", l.line, word(l.id), l.ends)
			}
			s.checkOpen(v, l, held, word)
		}
		for _, rid := range s.rids {
			s.checkRecord(v, rid, word)
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

// checkOpen checks a line that is not applied: it waits only for what has not
// come, and was decided only by a ruling that is applied.
func (s *scene) checkOpen(v storage.View, l modelLine, held map[zoufang.CommitID]*storage.Held, word func(zoufang.CommitID) string) {
	h := held[l.id]
	if h == nil {
		return
	}
	if h.Code == zoufang.HeldWaiting {
		if len(h.Waits) == 0 {
			s.Fatalf("%s waits for nothing", l.line)
		}
		for _, key := range h.Waits {
			what, id, _ := strings.Cut(key, ":")
			rec, err := v.Record(zoufang.RecordID(id))
			state, known := held[zoufang.CommitID(id)]
			over := what == "r" && rec != nil || what == "c" && known && (state == nil || !state.Code.Open() || l.do[0].(L)[0] == "judge")
			if err != nil || over {
				s.Fatalf("%s waits for %s, which has come: %v", l.line, key, err)
			}
		}
	}
	if it := l.do[0].(L); it[0] == "go" && (h.Code == zoufang.HeldStale || h.Code == zoufang.HeldInvalid) {
		for _, id := range it[5].(S) { // nothing that is still open now can have been applied then
			if seen := held[id]; seen != nil && seen.Code.Open() {
				s.Fatalf("%s was refused before %s, which it saw, had come", l.line, id)
			}
		}
	}
	switch h.Code {
	case zoufang.Released, zoufang.Rejected, zoufang.Amended:
		if h.Ruling == "" || word(h.Ruling) != "applied" || h.Decided == 0 {
			s.Fatalf("%s is %s without a ruling that is applied", l.line, h.Code)
		}
	case zoufang.HeldWaiting, zoufang.HeldInvalid, zoufang.HeldScope, zoufang.HeldStale:
	default:
		s.Fatalf("%s is %s", l.line, h.Code)
	}
}

// checkRecord works out what applied lines leave of a record.
func (s *scene) checkRecord(v storage.View, rid zoufang.RecordID, word func(zoufang.CommitID) string) {
	written := map[string]map[zoufang.CommitID]bool{} // field=value, or field+element: by whom
	gone := map[string]map[zoufang.CommitID]bool{}    // field, or field+element: seen by whoever wrote there
	news, steps := S{}, map[zoufang.CommitID][]string{}
	note := func(m map[string]map[zoufang.CommitID]bool, key string, ids ...zoufang.CommitID) {
		if m[key] == nil {
			m[key] = map[zoufang.CommitID]bool{}
		}
		for _, id := range ids {
			m[key][id] = true
		}
	}
	plain := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	for _, l := range s.lines {
		if w := word(l.id); w != "applied" && w != "released" {
			continue
		}
		for _, item := range l.do {
			it := item.(L)
			if it[1] != rid {
				continue
			}
			switch it[0] {
			case "new":
				news = append(news, l.id)
				for field, value := range it[4].(M) {
					if list, isSet := value.([]string); isSet {
						for _, e := range list {
							note(written, field+"+"+plain(e), l.id)
						}
					} else {
						note(written, field+"="+plain(value), l.id)
					}
				}
			case "set":
				note(written, it[2].(string)+"="+plain(it[3]), l.id)
				note(gone, it[2].(string), it[4].(S)...)
			case "add":
				note(written, it[2].(string)+"+"+plain(it[3]), l.id)
			case "rm":
				note(gone, it[2].(string)+"+"+plain(it[3]), it[4].(S)...)
			case "log":
				note(written, it[2].(string)+"="+plain(it[3]), l.id)
			case "go":
				steps[l.id] = []string{it[3].(string), it[4].(string)}
			}
		}
	}
	r, err := v.Record(rid)
	if err != nil || (r == nil) != (len(news) == 0) {
		s.Fatalf("record %s: %v, created by %v: %v", rid, r, news, err)
	}
	if r == nil {
		return
	}
	var want []string
	by := map[zoufang.CommitID]bool{r.Created: true}
	for key, ids := range written {
		field, _, isSet := strings.Cut(key, "+")
		if !isSet {
			field, _, _ = strings.Cut(key, "=")
		} else {
			field = key
		}
		for id := range ids {
			if !gone[field][id] {
				want, by[id] = append(want, key+" "+string(id)), true
			}
		}
	}
	s.checkState(v, r, steps, by)
	s.compare(r, want, by)
	if !slices.Contains(news, r.Created) || len(r.Conflicts()) > 0 != (len(r.Heads["note"].Live) > 1 && differ(r.Heads["note"].Live) || r.Heads["met"] != nil && differ(r.Heads["met"].Live)) {
		s.Fatalf("record %s: created by %s, conflicts %v", rid, r.Created, r.Conflicts())
	}
}

func differ(heads []zoufang.Head) bool {
	return slices.ContainsFunc(heads, func(h zoufang.Head) bool { return string(h.Value) != string(heads[0].Value) })
}

// checkState walks the steps in the order the server applied them.
func (s *scene) checkState(v storage.View, r *zoufang.Record, steps map[zoufang.CommitID][]string, by map[zoufang.CommitID]bool) {
	history, err := v.History(r.ID)
	if err != nil {
		s.Fatal(err)
	}
	state, last := "draft", r.Created
	once := map[zoufang.CommitID]bool{}
	for _, w := range history {
		if once[w.Commit] {
			s.Fatalf("%s was applied twice", w.Commit)
		}
		once[w.Commit] = true
		if step := steps[w.Commit]; step != nil {
			if step[0] != state {
				s.Fatalf("a step from %s was taken at %s", step[0], state)
			}
			state, last = step[1], w.Commit
		}
	}
	by[last] = true
	if r.State("state") != state {
		s.Fatalf("state %s, want %s", r.State("state"), state)
	}
}

func (s *scene) compare(r *zoufang.Record, want []string, by map[zoufang.CommitID]bool) {
	var got []string
	for field, h := range r.Heads {
		for _, l := range h.Live {
			got = append(got, fmt.Sprintf("%s=%s %s", field, l.Value, l.ID))
		}
	}
	for field, set := range r.Sets {
		for _, e := range set {
			for _, l := range e.Live {
				got = append(got, fmt.Sprintf("%s+%s %s", field, l.Value, l.ID))
			}
		}
	}
	for field, notes := range r.Logs {
		for _, l := range notes {
			got = append(got, fmt.Sprintf("%s=%s %s", field, l.Value, l.ID))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.Fatalf("record %s holds\n%s\nwant\n%s", r.ID, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if ids := r.By(); len(ids) != len(by) || slices.ContainsFunc(ids, func(id zoufang.CommitID) bool { return !by[id] }) {
		s.Fatalf("by %v, want %v", ids, by)
	}
}
