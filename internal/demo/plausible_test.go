package demo

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/fold"
)

// hours are when counties are invented: in the night, in the morning, on a Sunday.
var hours = []time.Time{
	time.Date(2026, 11, 19, 19, 31, 0, 0, time.UTC),
	time.Date(2026, 11, 20, 1, 2, 0, 0, time.UTC),
	time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
}

type telling struct {
	c       *county
	records map[string][]map[string]json.RawMessage // by kind
}

var tellings = map[uint64]telling{} // they are only read

// told invents a county of a seed, with what its phones tell of new records.
func told(t *testing.T, seed uint64) (*county, map[string][]map[string]json.RawMessage) {
	t.Helper()
	if known, ok := tellings[seed]; ok {
		return known.c, known.records
	}
	c, err := newCounty(seed, hours[seed%uint64(len(hours))])
	if err != nil {
		t.Fatal(err)
	}
	c.office()
	c.register()
	c.fieldwork()
	c.desk()
	c.mishaps()
	c.run()
	if c.err != nil {
		t.Fatal(c.err)
	}
	out := map[string][]map[string]json.RawMessage{}
	for _, p := range c.plan.Pushes {
		for _, b := range p.Lines {
			commit, fault := zoufang.ParseCommit(b)
			if fault != nil {
				continue // cut off, as it is meant
			}
			for _, it := range commit.Do {
				if it.Op == zoufang.OpNew {
					one := map[string]json.RawMessage{}
					for name, v := range it.Fields {
						one[name] = json.RawMessage(v)
					}
					out[it.Kind] = append(out[it.Kind], one)
				}
			}
		}
	}
	tellings[seed] = telling{c, out}
	return c, out
}

func text(v json.RawMessage) (s string) {
	_ = json.Unmarshal(v, &s) // "" of what is no text
	return s
}

// Nobody is visited in the night, or in time to come, and no draft is older than a day.
func TestVisitsAreByDay(t *testing.T) {
	for seed := range uint64(len(hours)) {
		c, records := told(t, seed)
		for _, v := range records["visit"] {
			if ended, _ := strconv.ParseInt(string(v["ended"]), 10, 64); ended > c.now.UnixMilli() {
				t.Errorf("seed %d: a visit ends at %s, now %s", seed, time.UnixMilli(ended), c.now)
			}
		}
		drafts := 0
		for _, v := range c.visits {
			if m := v.at.Hour()*60 + v.at.Minute(); v.kind != "disaster" && (m < 8*60 || m > 17*60+35) || v.at.After(c.now) {
				t.Errorf("seed %d: a visit at %s, now %s", seed, v.at, c.now)
			}
			if v.state == "draft" || v.after != nil && v.state == "" {
				if drafts++; c.now.Sub(v.at) > 24*time.Hour {
					t.Errorf("seed %d: a %s of %s is a draft at %s", seed, v.kind, v.at, c.now)
				}
			}
		}
		if drafts < unsubmittable {
			t.Errorf("seed %d: %d drafts", seed, drafts)
		}
		for _, p := range c.plan.Pushes {
			for _, b := range p.Lines {
				commit, fault := zoufang.ParseCommit(b)
				if fault != nil {
					continue
				}
				at := time.UnixMilli(commit.At).In(zoufang.Zone)
				if h := at.Hour(); (h < 8 || h > 20) && c.now.Sub(at) > time.Minute {
					t.Errorf("seed %d: saved at %s", seed, at)
				}
			}
		}
	}
}

// Number, birth, sex and relation of a person say the same.
func TestPeopleAreOfOnePiece(t *testing.T) {
	sexes := map[string]string{"妻子": "女", "儿子": "男", "女儿": "女", "孙子": "男", "孙女": "女", "父亲": "男", "母亲": "女", "婆婆": "女"}
	for seed := range uint64(len(hours)) {
		_, records := told(t, seed)
		seen := map[string]int{}
		for _, p := range records["person"] {
			relation, sex, birth, number := text(p["relation"]), text(p["sex"]), text(p["birth"]), text(p["id_number"])
			if seen[relation]++; relation == "" || sexes[relation] != "" && sexes[relation] != sex {
				t.Errorf("seed %d: %s is %s", seed, relation, sex)
			}
			if number == "" {
				continue
			}
			if number[6:14] != strings.ReplaceAll(birth, "-", "") || (number[16]-'0')%2 == 1 != (sex == "男") || number[17] != fold.CheckDigit(number[:17]) {
				t.Errorf("seed %d: %s, %s, born %s", seed, number, sex, birth)
			}
		}
		if seen["户主"] != len(records["household"]) {
			t.Errorf("seed %d: %d heads of %d households", seed, seen["户主"], len(records["household"]))
		}
	}
}

// What a reviewer asks for, the form of the visit gives, and the visit lacks.
func TestCommentsCanBeFollowed(t *testing.T) {
	for seed := range uint64(len(hours)) {
		c, _ := told(t, seed)
		said := map[string]int{}
		visits := map[zoufang.RecordID]*visit{}
		for _, v := range c.visits {
			visits[v.rid] = v
		}
		for _, p := range c.plan.Pushes {
			for _, b := range p.Lines {
				commit, fault := zoufang.ParseCommit(b)
				if fault != nil {
					continue
				}
				for _, it := range commit.Do {
					field, is := strings.CutPrefix(it.Field, "comments.")
					if !is {
						continue
					}
					v := visits[it.Record]
					if v == nil || !c.forms[v.kind].asks[field] {
						t.Errorf("seed %d: a comment on %s of %v", seed, field, v)
						continue
					}
					words := text(json.RawMessage(it.Value))
					said[field]++
					switch {
					case strings.HasPrefix(words, "缺住房照片") && v.photos > 0, strings.HasPrefix(words, "照片看不到") && v.photos == 0,
						field == "photos" && v.acc.way != "home", field == "met" && v.person.age < 14,
						strings.Contains(words, "用药") && v.kind != "routine" && v.kind != "care":
						t.Errorf("seed %d: of a %s (%s) with %d photos: %s", seed, v.kind, v.acc.way, v.photos, words)
					}
				}
			}
		}
		if fields := slices.Sorted(maps.Keys(said)); len(fields) != 4 {
			t.Errorf("seed %d: comments on %v", seed, said)
		}
	}
}
