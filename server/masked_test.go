package server

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// sealedShapes are an ID number as people and programs write it.
var sealedShapes = []any{
	idNumber, "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002x", "他的身份证号是110105-19491231-002X，请登记", json.Number("110105194912310021"),
	map[string]any{"reason": "号 " + idNumber, "level": idNumber, "unable": idNumber, "witness": idNumber, "class": idNumber},
}

// sealedNames are how the field is misspelt, and the number where a name stands.
var sealedNames = []string{"id_nunber", "ID_NUMBER", "idnumber", "身份证", "id_number ", idNumber, "answers." + idNumber, "comments." + idNumber, "benefit." + idNumber}

// inTheClear finds the number however a page or a line writes it.
func inTheClear(body string) string {
	body = strings.NewReplacer(" ", "", "-", "", "&#43;", "+").Replace(strings.Map(func(r rune) rune {
		if r >= 0xff10 && r <= 0xff3a {
			return r - 0xfee0
		}
		return r
	}, body))
	return regexp.MustCompile(`.{0,60}19491231.{0,20}|1\.10105.{0,20}`).FindString(body)
}

// A sealed number is told to nobody, into whatever field of whatever kind it was
// written, in whatever form, applied or held.
func TestNothingSealedIsTold(t *testing.T) {
	w := newWorld(t, "").settled()
	base := map[string]zoufang.RecordID{}
	var kinds []string
	var plain []intake.Answer
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		if k.Public {
			continue
		}
		kinds = append(kinds, k.Name)
		base[k.Name] = w.rid()
		fields := map[string]any{}
		if k.Field("type") != nil {
			fields["type"] = "care"
		}
		plain = append(plain, w.saves("李芳", []any{[]any{"new", base[k.Name], k.Name, dong, fields}})...)
	}
	var lines [][]any
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		if k.Public {
			continue
		}
		var names []string
		for _, f := range k.Fields {
			name := f.Name
			if f.Family() {
				name += "x"
				if len(f.Choices) > 0 {
					name = f.Name + f.Choices[0].Value
				}
			}
			names = append(names, name)
		}
		for _, name := range append(append(names, zoufang.Void), sealedNames...) {
			for _, v := range sealedShapes {
				id := base[k.Name]
				lines = append(lines, []any{[]any{"set", id, name, v, []any{}}}, []any{[]any{"add", id, name, v}}, []any{[]any{"log", id, name, v}},
					[]any{[]any{"new", w.rid(), k.Name, dong, map[string]any{name: v}}})
				if s, ok := v.(string); ok {
					lines = append(lines, []any{[]any{"go", id, name, s, "x", []any{}}}, []any{[]any{"go", id, name, "draft", s, []any{}}},
						[]any{[]any{"judge", "AAAAAAAAAAAAAAAA", "reject", s}})
				}
			}
		}
	}
	lines = append(lines, []any{[]any{"new", w.rid(), idNumber, dong, map[string]any{"a": idNumber}}}, []any{[]any{idNumber, w.rid(), "a", idNumber}}, []any{[]any{"new", w.rid(), "visit", idNumber, map[string]any{}}})
	applied := 0
	for len(lines) > 0 {
		n := min(len(lines), 300)
		for _, a := range w.saves("李芳", lines[:n]...) {
			b, _ := json.Marshal(a)
			if found := inTheClear(string(b)); found != "" {
				t.Errorf("an answer to a phone says %s", found)
			}
			if a.Code == "" {
				applied++
			}
		}
		lines = lines[n:]
	}
	if applied < 100 {
		t.Fatalf("only %d lines were applied", applied)
	}
	open := 0
	w.must(w.store.View(t.Context(), func(v storage.View) error {
		return v.HeldOpen(func(h storage.Held) bool {
			if slices.ContainsFunc(plain, func(a intake.Answer) bool { return a.ID == h.ID }) {
				return true
			}
			open++
			if found := inTheClear(h.Why); found != "" || !h.Sealed {
				t.Errorf("beside a line lies %q; sealed %v", found, h.Sealed)
			}
			return true
		})
	}))
	if open < 200 {
		t.Fatalf("only %d lines are held", open)
	}
	for _, who := range []string{"wang", "sun", "shen"} {
		b := w.as(who)
		pages := crawl(b, "/staff/", "/staff/visits", "/staff/households", "/staff/people", "/staff/held", "/staff/log")
		for _, kind := range kinds {
			pages = append(pages, "/staff/records/"+string(base[kind]))
		}
		for _, page := range pages {
			got := b.get(page)
			if found := inTheClear(got.body); found != "" {
				t.Errorf("%s reads at %s: %s", who, page, found)
			}
		}
		t.Logf("%s: %d pages", who, len(pages))
	}
	if found := inTheClear(w.log.String()); found != "" {
		t.Errorf("the log says %s", found)
	}
}

var href = regexp.MustCompile(`href="(/staff/[^"#]*)"`)

// crawl lists what can be reached by links, as far as that many.
func crawl(b *browser, from ...string) []string {
	seen := map[string]bool{}
	for at := 0; at < len(from) && len(from) < 60; at++ {
		for _, m := range href.FindAllStringSubmatch(b.get(from[at]).body, -1) {
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			if !seen[to] && !strings.HasPrefix(to, "/staff/media/") {
				seen[to] = true
				from = append(from, to)
			}
		}
	}
	return from
}

// What turns the text around it, in names and texts of before they were cleaned or of
// phones that do not clean them, holds no line and turns no page.
func TestNothingTurnsAPage(t *testing.T) {
	w := newWorld(t, "").settled()
	const bad, uyghur = "\u202e良绍罗\u2066\u202d", "ئەخمەت"
	li := w.users["李芳"]
	li.Name = bad
	w.must(w.store.PutUser(t.Context(), li))
	w.must(w.store.AddCode(t.Context(), storage.Code{Hash: "h", User: li.ID, Expires: w.clock.now().UnixMilli() + 60_000}))
	_, err := w.store.UseCode(t.Context(), "h", w.clock.now().UnixMilli(), zoufang.Device{ID: "turning", User: li.ID, Name: bad, X: "x", Y: "y"})
	w.must(err)
	house, person, visit := w.rid(), w.rid(), w.rid()
	w.save("李芳", 0, "", []any{"new", house, "household", dong, map[string]any{"head": uyghur, "address": bad, "group": bad}})
	w.save("李芳", 0, "", []any{"new", person, "person", dong, map[string]any{"name": uyghur, "household": house, "phone": bad}})
	w.save("李芳", 0, "", []any{"new", visit, "visit", dong, map[string]any{"type": "care", "household": house, "persons": []any{person}, "visitors": []any{bad}, "note": bad, "answers.x" + bad: bad}})
	w.save("李芳", 0, "", []any{"log", visit, "remarks", bad})
	w.save("李芳", 0, zoufang.HeldScope, []any{"new", w.rid(), "household", nan, map[string]any{"head": uyghur + bad, "address": bad}})
	w.save("周南", 0, zoufang.HeldInvalid, []any{"new", w.rid(), "household", nan, map[string]any{"head" + bad: bad}})
	for _, who := range []string{"wang", "sun"} {
		b := w.as(who)
		found := ""
		for _, page := range crawl(b, "/staff/", "/staff/visits", "/staff/households", "/staff/people", "/staff/held", "/staff/log", "/staff/records/"+string(person)) {
			body := b.get(page).body
			text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, "")
			if strings.ContainsAny(text, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f") {
				t.Errorf("%s turns: %q", page, regexp.MustCompile(`.{0,30}[\x{202a}-\x{202e}\x{2066}\x{2067}].{0,30}`).FindString(text))
			}
			found += body
		}
		has(t, found, "\u2068"+uyghur+"\u2069", "良绍罗")
	}
}
