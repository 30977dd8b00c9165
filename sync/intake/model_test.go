package intake_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/sync/intake"
	"zoufang/sync/verify"
)

// scene is one random history, written down before anything is sent.
type scene struct {
	*rapid.T
	w     *world
	crew  *crew
	lines []modelLine
	rids  []zoufang.RecordID // visits; the last is never created
}

type crew struct{ wang, zhao, far, li *person }

// modelLine is a line with what the reference needs to know of it.
type modelLine struct {
	saved
	who  *person
	do   []any
	ends string // how it must stand in the end; "" if that depends on the order
}

func (s *scene) add(who *person, ends string, do ...any) modelLine {
	l := modelLine{who.saves(do...), who, do, ends}
	s.lines = append(s.lines, l)
	return l
}

// seen picks ids of lines written so far: editors see some of what there is.
func (s *scene) seen() S {
	out := S{}
	for _, l := range s.lines {
		if rapid.IntRange(0, 2).Draw(s.T, "seen") == 0 {
			out = append(out, l.id)
		}
	}
	return out
}

func (s *scene) word() string {
	return rapid.SampledFrom([]string{"甲", "乙", "丙"}).Draw(s.T, "word")
}

// write adds one line, and now and then the ruling on it.
func (s *scene) write() {
	c := s.crew
	who := rapid.SampledFrom([]*person{c.wang, c.zhao, c.li}).Draw(s.T, "who")
	n := rapid.IntRange(0, len(s.rids)-1).Draw(s.T, "record")
	rid, ends := s.rids[n], "applied"
	if n == len(s.rids)-1 {
		ends = "waiting"
	}
	switch rapid.IntRange(0, 11).Draw(s.T, "what") {
	case 0:
		if n < len(s.rids)-1 { // a clone that creates it as well
			s.add(who, ends, L{"new", rid, "visit", dong, M{"note": s.word(), "needs": []string{s.word()}}})
		}
	case 1, 2, 3:
		s.add(who, ends, L{"set", rid, "note", s.word(), s.seen()}, L{"log", rid, "remarks", s.word()})
	case 4:
		s.add(who, ends, L{"add", rid, "needs", s.word()}, L{"set", rid, "void", nil, s.seen()})
	case 5:
		s.add(who, ends, L{"rm", rid, "needs", s.word(), s.seen()})
	case 6:
		s.add(who, ends, L{"add", rid, "photos", fmt.Sprintf("%064x", len(s.lines))})
	case 7:
		s.add(c.wang, "", L{"go", rid, "state", "draft", "submitted", s.seen()})
	case 8:
		s.add(c.li, "", L{"go", rid, "state", "submitted", rapid.SampledFrom([]string{"approved", "returned"}).Draw(s.T, "verdict"), s.seen()})
	case 9:
		if ends == "applied" {
			ends = "invalid"
		}
		bad := s.add(c.wang, ends, L{"set", rid, "met", 5, s.seen()})
		if rapid.Bool().Draw(s.T, "amended") {
			s.lines[len(s.lines)-1].ends = ""
			s.add(c.wang, "", L{"judge", bad.id, "amend", "改正"}, L{"set", rid, "met", s.word(), S{}})
		}
	default:
		if ends == "applied" {
			ends = "scope"
		}
		out := s.add(c.far, ends, L{"set", rid, "way", "home", s.seen()})
		if rapid.Bool().Draw(s.T, "judged") {
			s.lines[len(s.lines)-1].ends = ""
			s.add(c.li, "", L{"judge", out.id, rapid.SampledFrom([]string{"release", "reject"}).Draw(s.T, "ruling"), "核实"})
		}
	}
}

// request is what one phone sends in one round.
type request struct {
	who   *person
	lines []modelLine
}

// requests splits the lines: in any order, some twice, some first by a stranger.
func (s *scene) requests() (out []request) {
	all := slices.Clone(s.lines)
	for _, l := range s.lines {
		if rapid.IntRange(0, 4).Draw(s.T, "again") == 0 {
			all = append(all, l)
		}
	}
	for _, l := range rapid.Permutation(all).Draw(s.T, "order") {
		who := l.who
		if rapid.IntRange(0, 9).Draw(s.T, "stranger") == 0 {
			out = append(out, request{s.crew.zhao, []modelLine{l}})
		}
		last := len(out) - 1
		if last < 0 || out[last].who != who || rapid.IntRange(0, 3).Draw(s.T, "cut") == 0 {
			out = append(out, request{who: who})
			last++
		}
		out[last].lines = append(out[last].lines, l)
	}
	return out
}

// send pushes the requests, three phones at a time.
func (s *scene) send(all []request) {
	for round := range slices.Chunk(all, 3) {
		var wg sync.WaitGroup
		errs := make([]error, len(round))
		for i, r := range round {
			var lines []intake.Line
			for _, l := range r.lines {
				lines = append(lines, intake.Read(l.line))
			}
			wg.Go(func() {
				out, err := s.w.in.Push(s.w.Context(), intake.Sender{User: r.who.user, Device: r.who.device}, intake.Expect{}, lines)
				if err == nil && len(out.Answers) != len(lines) {
					err = fmt.Errorf("%d lines, %d answers", len(lines), len(out.Answers))
				}
				errs[i] = err
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				s.Fatal(err)
			}
		}
	}
}

// Whatever is pushed, in whatever order and however often: every line is kept and
// stands in one way, content is what the applied lines say, and an outsider finds
// no fault with the store.
func TestRandomPushesEndWhereTheReferenceDoes(t *testing.T) {
	w := newWorld(t)
	c := &crew{w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong),
		w.person("远", zoufang.Coordinator, farthest), w.person("李", zoufang.Township, town)}
	began := time.Now()
	rapid.Check(t, func(rt *rapid.T) {
		if time.Since(began) > 8*time.Second {
			return // a slow disk: what was tried will do
		}
		s := &scene{T: rt, w: w, crew: c}
		for range rapid.IntRange(2, 3).Draw(rt, "records") {
			s.rids = append(s.rids, w.id())
		}
		for _, rid := range s.rids[:len(s.rids)-1] {
			s.add(c.wang, "applied", L{"new", rid, "visit", dong, M{"type": "care", "note": "初"}})
		}
		for range rapid.IntRange(1, 20).Draw(rt, "lines") {
			s.write()
		}
		s.send(s.requests())
		s.check()
	})
	blobs, err := dirblob.Open(t.TempDir(), time.Now())
	w.must(err)
	report, err := verify.Run(t.Context(), w.store, blobs, func(string) {})
	w.must(err)
	if report.FaultCount != 0 || report.Held[zoufang.HeldWaiting] == 0 || report.Held[zoufang.Released] == 0 {
		t.Fatalf("%+v", report)
	}
	t.Logf("%d commits, %d records, %d writes, held %v", report.Commits, report.Records, report.Writes, report.Held)
}

// standings reads how every line stands. It fails if one is not known.
func (s *scene) standings(v storage.View) map[zoufang.CommitID]*storage.Held {
	out := map[zoufang.CommitID]*storage.Held{}
	for _, l := range s.lines {
		c, err := v.Commit(l.id)
		if err != nil || c == nil || string(c.Line) != string(l.line) {
			s.Fatalf("line %s is not kept byte for byte: %v", l.line, err)
		}
		if out[l.id], err = v.Held(l.id); err != nil {
			s.Fatal(err)
		}
	}
	return out
}
