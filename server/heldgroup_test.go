package server

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

var (
	groupLink   = regexp.MustCompile(`href="(/staff/held/group\?of=[^"]+)"`)
	groupHidden = regexp.MustCompile(`<input type="hidden" name="([a-z._]+)" value="([^"]*)">`)
)

// floods has 李芳 send so many lines that are out of her areas.
func (s *story) floods(n int) {
	s.Helper()
	var lines [][]any
	for i := range n {
		lines = append(lines, []any{[]any{"log", s.far, "remarks", fmt.Sprint("借看 ", i)}})
	}
	for chunk := range slices.Chunk(lines, 500) {
		for _, a := range s.saves("李芳", chunk...) {
			if a.Code != zoufang.HeldScope && a.Code != zoufang.HeldQuota {
				s.Fatalf("%+v", a)
			}
		}
	}
	s.clock.forward(2 * time.Second) // a page decides of what came before it
}

func (s *story) open() (out []storage.Held) {
	s.Helper()
	s.must(s.store.View(s.Context(), func(v storage.View) error {
		out = nil
		return v.HeldOpen(func(h storage.Held) bool { out = append(out, h); return true })
	}))
	return out
}

// step reads the form by which a decision over a group begins or goes on.
func step(t *testing.T, page string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `action="/staff/held/group"`)
	if !ok {
		t.Fatal("the page offers no decision over the group")
	}
	form, _, _ = strings.Cut(form, "</form>")
	v := url.Values{}
	for _, m := range groupHidden.FindAllStringSubmatch(form, -1) {
		v.Set(m[1], m[2])
	}
	return v
}

// One phone's 2,500 lines hide nobody's: whoever has few comes first. They are read
// page by page, and ended by one word in steps, each of which says what came of it.
func TestOnePhoneBuriesNobody(t *testing.T) {
	s := newStory(t)
	s.floods(2500)
	b := s.as("zhao")
	page := b.get("/staff/held").body
	has(t, page, "2502 条，3 组", "周南", "1999 条", "502 条", "此人待定的太多", `不采用</button>`) // she has two held before
	if strings.Index(page, "<h2>周南") > strings.Index(page, "<h2>李芳") {
		t.Error("who has one line comes after who has thousands")
	}
	if n := strings.Count(page, "<tr>"); n > 3+7 {
		t.Errorf("%d rows of a list that shows three of a group", n)
	}
	links := groupLink.FindAllStringSubmatch(page, -1)
	if len(links) != 2 {
		t.Fatalf("%d groups have a page of their own: %v", len(links), links)
	}
	at := strings.ReplaceAll(links[1][1], "&amp;", "&")
	one := b.get(at).body
	has(t, one, "1999 条", "全部放行", "全部不采用", "下一页", "借看一下南村")
	if n := strings.Count(one, `action="/staff/held/`); n != 41 {
		t.Errorf("%d forms on the page of a group", n)
	}
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(one)
	two := b.get(strings.ReplaceAll(next[1], "&amp;", "&")).body
	has(t, two, "从头看")
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`action="/staff/held/([A-Za-z0-9_-]{16})"`).FindAllStringSubmatch(one+two, -1) {
		ids[m[1]] = true
	}
	if len(ids) != 80 {
		t.Errorf("%d lines on two pages of 40", len(ids))
	}

	// No reason, no decision; what was typed comes back.
	form := step(t, one)
	form.Set("ruling", "reject")
	form.Set("why", strings.Repeat("长", 301))
	got := b.do("POST", "/staff/held/group", form)
	if got.status != 422 {
		t.Errorf("without a good reason: %d", got.status)
	}
	has(t, got.body, "请写明理由", ">"+strings.Repeat("长", 301)+"</textarea>")
	// What comes after the page was made is left alone.
	s.clock.forward(2 * time.Second)
	late := s.save("李芳", 0, zoufang.HeldQuota, []any{"log", s.far, "remarks", "又来"})

	form.Set("why", "不是她的村")
	steps := 0
	for ; ; steps++ {
		if got = b.do("POST", "/staff/held/group", form); got.status != 200 {
			t.Fatalf("step %d: %d", steps, got.status)
		}
		if !strings.Contains(got.body, "接着处理下一批") {
			break
		}
		if steps == 2 {
			has(t, got.body, "1999 条里已不采用 300 条。")
		}
		form = step(t, got.body)
		form.Set("ruling", "reject")
	}
	if steps != 19 {
		t.Errorf("%d steps", steps)
	}
	has(t, got.body, "1999 条里已不采用 1999 条。", "周南", "503 条")
	left := s.open()
	if len(left) != 2+503 {
		t.Errorf("%d lines are left", len(left))
	}
	if !slices.ContainsFunc(left, func(h storage.Held) bool { return h.ID == late }) {
		t.Error("what came later was decided")
	}
}

// What cannot be done is counted and said, and the rest is done.
func TestEveryLineOfAGroupCounts(t *testing.T) {
	s := newStory(t)
	far := s.rid()
	s.save("周南", 0, "", []any{"new", far, "visit", nan, map[string]any{"type": "care"}})
	var lines [][]any
	for i := range 30 {
		lines = append(lines, []any{[]any{"log", far, "remarks", fmt.Sprint("帮记 ", i)}})
	}
	for i := range 2 { // released, these break a rule
		lines = append(lines, []any{[]any{"set", far, "note", fmt.Sprint(i), []any{}}, []any{"set", far, "met", i, []any{}}})
	}
	s.saves("李芳", lines...)
	s.clock.forward(2 * time.Second)
	b := s.as("zhao")
	at := strings.ReplaceAll(groupLink.FindStringSubmatch(b.get("/staff/held").body)[1], "&amp;", "&")
	form := step(t, b.get(at).body)
	form.Set("why", "情况属实")
	form.Set("ruling", "release")
	// A colleague is faster with one of them, and another way.
	open := s.open()
	i := slices.IndexFunc(open, func(h storage.Held) bool { return h.Code == zoufang.HeldScope && h.At > open[0].At })
	if got := s.as("sun").do("POST", "/staff/held/"+string(open[i].ID), url.Values{"ruling": {"reject"}, "why": {"重复"}}); got.status != 200 {
		t.Fatalf("the colleague: %d", got.status)
	}
	got := b.do("POST", "/staff/held/group", form)
	has(t, got.body, "33 条里已放行 30 条；2 条放行后还有别的原因，仍搁置。", "不合规则")
	if n := len(s.record(far).Logs["remarks"]) + len(s.record(s.far).Logs["remarks"]); n != 30 {
		t.Errorf("%d notes are applied", n)
	}
	// Sent again, it finds nothing left.
	if again := b.do("POST", "/staff/held/group", form); again.status != 200 || !strings.Contains(again.body, "33 条里已放行 0 条") {
		t.Errorf("sent again: %d", again.status)
	}
}

// A decision over a group is held to what one over a line is held to.
func TestGroupDecisionsFromElsewhere(t *testing.T) {
	s := newStory(t)
	s.floods(5)
	b := s.as("zhao")
	at := strings.ReplaceAll(groupLink.FindStringSubmatch(b.get("/staff/held").body)[1], "&amp;", "&")
	form := step(t, b.get(at).body)
	form.Set("why", "x")
	form.Set("ruling", "reject")
	before := len(s.open())
	for _, headers := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
		if got := b.do("POST", "/staff/held/group", form, headers...); got.status != 403 {
			t.Errorf("%v: %d", headers, got.status)
		}
	}
	for who, want := range map[string]int{"wang": 404, "shen": 403, "adm": 403} {
		if got := s.as(who).do("POST", "/staff/held/group", form); got.status != want && !(who == "wang" && got.status == 200) {
			t.Errorf("%s: %d", who, got.status)
		}
	}
	for name, value := range map[string]string{"of": "x", "mark": "", "after": "!", "ruling": "amend"} {
		bad := cloned(form)
		bad.Set(name, value)
		if got := b.do("POST", "/staff/held/group", bad); got.status < 400 || got.status > 409 {
			t.Errorf("%s=%q: %d", name, value, got.status)
		}
	}
	if n := len(s.open()); n != before {
		t.Errorf("%d of %d lines are left", n, before)
	}
	for path, want := range map[string]int{at: 200, at + "x": 404, at + "&after=x": 404, "/staff/held?page=0": 404, "/staff/held?page=x": 404, "/staff/held?page=2": 200} {
		if got := b.get(path); got.status != want {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := s.as("wang").get(at); got.status != 404 {
		t.Errorf("another township's group: %d", got.status)
	}
	has(t, s.as("sun").get(at).body, "借看 0")
}

// A group's lines that name what is another's are not this reader's: neither counted,
// nor shown, nor decided.
func TestAGroupReachesOverTownships(t *testing.T) {
	s := newStory(t)
	near := s.rid()
	s.save("sun", 0, "", []any{"new", near, "household", xi, map[string]any{"head": "冯有才"}})
	for i := range 4 {
		s.save("李芳", 0, zoufang.HeldScope, []any{"log", near, "remarks", fmt.Sprint("西村的事 ", i)})
		s.save("李芳", 0, zoufang.HeldScope, []any{"log", near, "remarks", fmt.Sprint("两边的事 ", i)}, []any{"log", s.far, "remarks", "两边"})
	}
	s.save("李芳", 0, zoufang.HeldScope, []any{"log", s.far, "remarks", "南村的事"})
	later := s.rid()
	woken := s.save("李芳", 0, zoufang.HeldWaiting, []any{"set", later, "phone", "025-1", []any{}})
	s.clock.forward(2 * time.Second)
	wang, sun := s.as("wang"), s.as("sun")
	at := strings.ReplaceAll(groupLink.FindStringSubmatch(wang.get("/staff/held").body)[1], "&amp;", "&")
	page := wang.get(at).body
	has(t, page, `<span class="count num">4 条</span>`, "西村的事 3")
	lacks(t, page, "南村", "借看一下", "两边", "白云镇")
	lacks(t, s.as("zhao").get("/staff/held").body, "西村", "两边")
	has(t, sun.get(at).body, `<span class="count num">10 条</span>`, "西村的事 3", "两边的事 0")
	form := step(t, page)
	form.Set("why", "不是她的村")
	form.Set("ruling", "reject")
	// Two come into the group after the page was made: one new, one that had waited.
	late := s.save("李芳", 0, zoufang.HeldScope, []any{"log", near, "remarks", "刚刚到"})
	s.save("sun", 0, "", []any{"new", later, "household", xi, map[string]any{"head": "后来登记的"}})
	has(t, wang.do("POST", "/staff/held/group", form).body, "4 条里已不采用 4 条；2 条是打开之后才到的，没有动。", "刚刚到", "后来登记的")
	has(t, sun.get(at).body, `<span class="count num">8 条</span>`, "两边的事 0")
	for _, id := range []zoufang.CommitID{late, woken} {
		if !slices.ContainsFunc(s.open(), func(h storage.Held) bool { return h.ID == id && h.Code == zoufang.HeldScope }) {
			t.Error("a line that nobody had seen was decided")
		}
	}
}

func cloned(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	return out
}

// A line that waits may be rejected: what it waits for may never come.
func TestAWaitingLineIsRejected(t *testing.T) {
	s := newStory(t)
	id := s.save("李芳", 0, zoufang.HeldWaiting, []any{"set", s.rid(), "note", "x", []any{}})
	b := s.as("wang")
	has(t, b.get("/staff/held").body, "还在等别的内容", "到了就自动写入")
	if got := b.do("POST", "/staff/held/"+string(id), url.Values{"ruling": {"release"}, "why": {"x"}}); got.status != 409 {
		t.Errorf("released: %d", got.status)
	}
	got := b.do("POST", "/staff/held/"+string(id), url.Values{"ruling": {"reject"}, "why": {"那一户没有登记"}})
	if has(t, got.body, "没有采用"); slices.ContainsFunc(s.open(), func(h storage.Held) bool { return h.ID == id }) {
		t.Errorf("it is still open: %d", got.status)
	}
}

// A reason that was not taken is there to be mended, beside the line it is for.
func TestATypedReasonComesBack(t *testing.T) {
	s := newStory(t)
	b, long := s.as("zhao"), strings.Repeat("理由", 151)
	got := b.do("POST", "/staff/held/"+string(s.commits[7]), url.Values{"ruling": {"release"}, "why": {long}})
	if got.status != 422 || strings.Count(got.body, ">"+long+"</textarea>") != 1 || strings.Count(got.body, `<details class="decide" open>`) != 1 {
		t.Errorf("%d: the reason is on the page %d times", got.status, strings.Count(got.body, long))
	}
}

// Whoever may decide of a held line reads what it says, and no photo that it alone
// names: that is nobody's but its sender's.
func TestAHeldLineShowsNoPhoto(t *testing.T) {
	s := newStory(t)
	photo := s.drawn(33)
	s.arrives(photo, "image/jpeg")
	s.save("李芳", 0, zoufang.HeldScope, []any{"add", s.far, "photos", digestOf(photo)})
	b, path := s.as("zhao"), "/staff/media/"+string(digestOf(photo))
	has(t, b.get("/staff/held").body, "照片")
	for who, b := range map[string]*browser{"who decides": b, "her own township": s.as("wang"), "the county": s.as("sun"), "an auditor": s.as("shen")} {
		for _, size := range []string{"", "?size=320"} {
			if got := b.get(path + size); got.status != 404 {
				t.Errorf("%s reads it: %d", who, got.status)
			}
		}
	}
	s.save("周南", 0, "", []any{"add", s.far, "photos", digestOf(photo)})
	if got := b.get(path); got.status != 200 || got.body != string(photo) {
		t.Errorf("of a record: %d", got.status)
	}
}
