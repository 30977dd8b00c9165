package server

import (
	"encoding/json"
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

var seenField = regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`)

// shown is what a page says it shows.
func shown(t *testing.T, page string) url.Values {
	t.Helper()
	m := seenField.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page offers no review")
	}
	return url.Values{"seen": {m[1]}}
}

func (s *world) record(id zoufang.RecordID) (r *zoufang.Record) {
	s.must(s.store.View(s.Context(), func(v storage.View) (err error) {
		r, err = v.Record(id)
		return err
	}))
	return r
}

func (s *story) submits() {
	s.save("李芳", 0, "", []any{"go", s.visit, "state", "draft", "submitted", []any{}})
}

func TestApproveBindsWhatWasSeen(t *testing.T) {
	s := newStory(t)
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	lacks(t, b.get(path).body, "核定</button>")
	s.submits()
	page := b.get(path).body
	has(t, page, "审核", "核定</button>", "还有照片或签名没传到")
	lacks(t, s.as("shen").get(path).body, "核定</button>")
	got := b.do("POST", path+"/approve", shown(t, page))
	if got.status != 200 || got.path != path {
		t.Fatalf("approved: %d %s", got.status, got.path)
	}
	has(t, got.body, "已核定", "王主任 核定了")
	r := s.record(s.visit)
	if r.State("state") != "approved" || r.Changed() {
		t.Errorf("state %s, changed %v", r.State("state"), r.Changed())
	}
	if st := r.Stamps[r.States["state"].By]; st.User != s.users["wang"].ID || !st.Staff {
		t.Errorf("the step is %s's", st.User)
	}
	// Whatever comes after is told apart.
	s.save("李芳", 0, "", []any{"set", s.visit, "met", "邻居", []any{}})
	if !s.record(s.visit).Changed() {
		t.Error("an edit after the approval went unnoticed")
	}
	if again := b.do("POST", path+"/approve", shown(t, page)); again.status != 409 || !strings.Contains(again.body, "状态已经变了") {
		t.Errorf("approved again: %d", again.status)
	}
}

// Nobody decides of what they have not seen: without the mark of it, with an empty
// one, or with another's, nothing comes about.
func TestNothingIsDecidedUnseen(t *testing.T) {
	s := newStory(t)
	s.submits()
	s.save("李芳", 0, "", []any{"set", s.visit, "met", "邻居", []any{}})
	s.save("wang", 0, "", []any{"set", s.visit, "met", "本人", []any{}})
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	page := b.get(path).body
	pick := string(s.record(s.visit).Heads["met"].Live[1].ID)
	mark := shown(t, page).Get("seen")
	for _, act := range []string{"/approve", "/return", "/settle"} {
		for name, form := range map[string]url.Values{"none": {}, "empty": {"seen": {""}}, "blank": {"seen": {" "}}, "half": {"seen": {mark[:16]}}, "longer": {"seen": {mark + "0"}}, "another": {"seen": {strings.Repeat("0", 32)}}, "in the address": {}} {
			form.Set("on.note", "写清楚")
			form.Set("field", "met")
			form.Set("pick", pick)
			to := path + act
			if name == "in the address" {
				to += "?seen=" + mark
			}
			got := b.do("POST", to, form)
			if got.status != 409 || !strings.Contains(got.body, "您打开之后内容又有改动") {
				t.Errorf("%s with the mark %s: %d", act, name, got.status)
			}
			if act == "/return" && !strings.Contains(got.body, `value="写清楚"`) {
				t.Errorf("%s: the comment is lost", name)
			}
		}
	}
	r := s.record(s.visit)
	if r.State("state") != "submitted" || len(r.Conflicts()) != 1 || len(r.Logs["comments.note"]) != 0 {
		t.Errorf("state %s, two values of %v", r.State("state"), r.Conflicts())
	}
	has(t, b.do("POST", path+"/settle", url.Values{"seen": {mark}, "field": {"met"}, "pick": {pick}}).body, "核定</button>")
}

func TestLostRaceSaysSo(t *testing.T) {
	s := newStory(t)
	s.submits()
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	before := b.get(path).body
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "又想起一件事"})
	for _, act := range []string{"/approve", "/return"} {
		form := shown(t, before)
		form.Set("on.note", "写清楚")
		got := b.do("POST", path+act, form)
		if got.status != 409 {
			t.Errorf("%s: %d", act, got.status)
		}
		has(t, got.body, "您打开之后内容又有改动", "又想起一件事", "核定</button>")
		if act == "/return" {
			has(t, got.body, `value="写清楚"`)
		}
	}
	if s.record(s.visit).State("state") != "submitted" {
		t.Error("a decision on another content counted")
	}
	if got := b.do("POST", path+"/approve", shown(t, b.get(path).body)); got.status != 200 {
		t.Errorf("seen again: %d", got.status)
	}
}

func TestReturnPinsComments(t *testing.T) {
	s := newStory(t)
	s.submits()
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	page := b.get(path).body
	has(t, page, `name="on.visit"`, `name="on.answers.food"`, `name="on.signature.household"`, `name="on.risk"`)
	for name, form := range map[string]url.Values{
		"nothing":    {},
		"blank":      {"on.note": {"  "}},
		"too long":   {"on.note": {strings.Repeat("长", 301)}},
		"no field":   {"on.nonsense": {"改"}},
		"not UTF-8":  {"on.note": {"\xff"}},
		"null bytes": {"on.note": {"a\x00"}},
	} {
		form.Set("seen", shown(t, page).Get("seen"))
		if got := b.do("POST", path+"/return", form); got.status != 422 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	form := shown(t, page)
	form.Set("on.visit", "请补照片")
	form.Set("on.answers.food", "米够吃几天？")
	form.Set("on.signature.visitor2", "缺第二名核查人签字")
	form.Set("on.note", "")
	got := b.do("POST", path+"/return", form)
	if got.status != 200 || got.path != path {
		t.Fatalf("returned: %d %s", got.status, got.path)
	}
	has(t, got.body, "退回", "请补照片", "对“吃穿”的审核意见", "对整次走访的审核意见", "缺第二名核查人签字", "王主任 退回修改")
	r := s.record(s.visit)
	if r.State("state") != "returned" || len(r.Logs["comments.visit"]) != 1 || len(r.Logs["comments.answers.food"]) != 1 || len(r.Logs["comments.note"]) != 0 {
		t.Errorf("state %s, logs %v", r.State("state"), r.Logs)
	}
	if notes := r.Logs["comments.visit"]; notes[0].ID == r.States["state"].By {
		t.Error("the comments and the step are one commit")
	}
	// Corrected and sent again, it is reviewed again.
	s.save("李芳", 0, "", []any{"go", s.visit, "state", "returned", "submitted", []any{}})
	has(t, b.get(path).body, "核定</button>", "请补照片")
}

// A reviewer can ask for what nobody answered: the questions of the visit's own form.
func TestCommentsOnWhatWasNotAnswered(t *testing.T) {
	s := newStory(t)
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	body := `{"name":"care","version":9,"type":"care","sections":[{"title":"见面","questions":[
		{"id":"food","title":"吃穿","kind":"text"},{"id":"heating","title":"取暖","kind":"text"},{"id":"way","title":"方式","kind":"text","field":"way"},
		{"id":"level","title":"等级","kind":"text","field":"risk"},{"id":"why","title":"理由","kind":"text","field":"risk.reason"},
		{"id":"seen","title":"留影","kind":"photo"},{"id":"where","title":"在哪","kind":"place"},{"id":"odd","title":"怪","kind":"text","field":"nonsense"}]}]}`
	s.save("wang", time.Minute, "", []any{"new", s.rid(), "form", dong.Above()[0], map[string]any{"title": "探访", "body": json.RawMessage(body)}})
	s.save("李芳", 0, "", []any{"set", s.visit, "form", "care@9", []any{}})
	s.submits()
	page := b.get(path).body
	has(t, page, "没有填的问题 2", `>取暖<input name="on.answers.heating"`, `name="on.place"`, `name="on.answers.food"`)
	lacks(t, page, "on.nonsense", "on.risk.reason", "on.answers.seen")
	for _, field := range []string{"answers.food", "way", "risk", "photos", "answers.heating", "place"} {
		if n := strings.Count(page, `name="on.`+field+`"`); n != 1 {
			t.Errorf("%s can be commented on in %d places", field, n)
		}
	}
	form := shown(t, page)
	form.Set("on.answers.heating", "炉子怎么样？")
	has(t, b.do("POST", path+"/return", form).body, "对“取暖”的审核意见", "炉子怎么样？")
	if len(s.record(s.visit).Logs["comments.answers.heating"]) != 1 {
		t.Error("the comment is not there")
	}
}

func TestDecisionsFromElsewhere(t *testing.T) {
	s := newStory(t)
	s.submits()
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	form := shown(t, b.get(path).body)
	for _, headers := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
		if got := b.do("POST", path+"/approve", form, headers...); got.status != 403 {
			t.Errorf("%v: %d", headers, got.status)
		}
	}
	if got := b.do("POST", path+"/approve", form, "Content-Type", "text/plain"); got.status != 415 {
		t.Errorf("not a form: %d", got.status)
	}
	if got := s.as("zhao").do("POST", path+"/approve", form); got.status != 404 {
		t.Errorf("another township: %d", got.status)
	}
	if s.record(s.visit).State("state") != "submitted" {
		t.Error("a decision from elsewhere counted")
	}
}

func TestHeldLinesAreDecided(t *testing.T) {
	s := newStory(t)
	invalid, scope := s.commits[6], s.commits[7]
	b := s.as("zhao")
	decide := func(b *browser, id zoufang.CommitID, ruling, why string) answer {
		return b.do("POST", "/staff/held/"+string(id), url.Values{"ruling": {ruling}, "why": {why}})
	}
	has(t, b.get("/staff/held").body, "放行</button>", "不采用</button>")
	lacks(t, s.as("shen").get("/staff/held").body, "放行", "<form method=\"post\" action=\"/staff/held")
	for name, c := range map[string]struct {
		b            *browser
		id           zoufang.CommitID
		ruling, why  string
		want         int
		wantSentence string
	}{
		"no reason":           {b, scope, "release", " ", 422, "请写明理由"},
		"no such ruling":      {b, scope, "amend", "x", 400, ""},
		"not to be released":  {b, invalid, "release", "x", 409, "不能这样处理"},
		"another township's":  {s.as("wang"), scope, "release", "x", 404, ""},
		"a line nobody holds": {b, s.commits[0], "reject", "x", 404, ""},
		"no line":             {b, "AAAAAAAAAAAAAAAA", "reject", "x", 404, ""},
	} {
		if got := decide(c.b, c.id, c.ruling, c.why); got.status != c.want || !strings.Contains(got.body, c.wantSentence) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	got := decide(b, scope, "release", "情况属实")
	has(t, got.body, "已放行", "1 条")
	if n := len(s.record(s.far).Logs["remarks"]); n != 1 {
		t.Errorf("%d remarks after the release", n)
	}
	got = decide(b, invalid, "reject", "电话写错了")
	has(t, got.body, "没有采用", "没有搁置的内容")
	if got := decide(b, invalid, "reject", "再来"); got.status != 409 || !strings.Contains(got.body, "已经有人处理过了") {
		t.Errorf("decided twice: %d", got.status)
	}
}

// What would begin a record is read before it is decided; sealed values stay masked.
func TestHeldNewIsShown(t *testing.T) {
	s := newStory(t)
	s.save("李芳", 0, zoufang.HeldScope, []any{"new", s.rid(), "person", nan, map[string]any{
		"name": "孙巧云", "id_number": idNumber, "phone": "13800001234", "categories": []any{"低保", "独居老人"}}})
	page := s.as("zhao").get("/staff/held").body
	has(t, page, "李芳 要新记一条", "姓名：孙巧云", "低保、独居老人")
	lacks(t, page, idNumber)
	lacks(t, s.as("wang").get("/staff/held").body, "孙巧云")
}

func TestPeopleAndPhones(t *testing.T) {
	s := newStory(t)
	b, li := s.as("wang"), s.users["李芳"]
	has(t, b.get("/staff/people").body, "李芳", "还没有登记手机", "东村")
	lacks(t, b.get("/staff/people").body, "周南", "赵主任")
	got := b.do("POST", "/staff/people/"+string(li.ID)+"/enrol", url.Values{})
	has(t, got.body, `<svg class="qr"`, "只能用一次", "给 李芳 登记新手机")
	code := regexp.MustCompile(`/phone/#enrol=((?:[3-79A-Y]{4}-){4}[3-79A-Y]{4})<`).FindStringSubmatch(got.body)
	if code == nil || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("no code in the page, or it may be kept: %s", got.header.Get("Cache-Control"))
	}
	if log := s.log.String(); strings.Contains(log, code[1]) || !strings.Contains(log, "enrolment code handed out") {
		t.Error("the log tells the code, or not that one was handed out")
	}
	_, hash := zoufang.HashLine([]byte(code[1]))
	now := s.clock.now().UnixMilli()
	const hex = "0123456789abcdef"
	var sum []byte
	for _, c := range hash {
		sum = append(sum, hex[c>>4], hex[c&15])
	}
	d, err := s.store.UseCode(t.Context(), string(sum), now, zoufang.Device{ID: "-phone-1", User: li.ID, X: "x", Y: "y", Name: "红米", Enrolled: now})
	s.must(err)
	has(t, b.get("/staff/people").body, "红米", "在用", "今天")
	s.clock.forward(15 * 24 * time.Hour)
	b = s.as("wang")
	has(t, b.get("/staff/people").body, "两周没有联系")
	if got := s.as("zhao").do("POST", "/staff/devices/"+string(d.ID)+"/revoke", url.Values{}); got.status != 404 {
		t.Errorf("another township revokes: %d", got.status)
	}
	got = b.do("POST", "/staff/devices/"+string(d.ID)+"/revoke", url.Values{})
	has(t, got.body, "已注销", "手机已注销，立即生效")
	if d, _, err := s.store.Device(t.Context(), d.ID); err != nil || d.Revoked == 0 {
		t.Errorf("revoked: %v", err)
	}
}

// Two reviewers decide in the same moment: one decision counts, the other page
// says so, and nothing of the loser's is left lying with the held lines.
func TestTwoReviewersAtOnce(t *testing.T) {
	s := newStory(t)
	s.submits()
	path := "/staff/visits/" + string(s.visit)
	wang, sun := s.as("wang"), s.as("sun")
	form := shown(t, wang.get(path).body)
	held := wang.get("/staff/held").body
	form.Set("on.note", "写清楚")
	answers := make(chan answer, 2)
	go func() { answers <- wang.do("POST", path+"/approve", form) }()
	go func() { answers <- sun.do("POST", path+"/return", form) }()
	a, b := <-answers, <-answers
	if a.status+b.status != 200+409 {
		t.Errorf("the answers are %d and %d", a.status, b.status)
	}
	if state := s.record(s.visit).State("state"); state != "approved" && state != "returned" {
		t.Errorf("the visit is %s", state)
	}
	if now := wang.get("/staff/held").body; now != held {
		t.Error("the lost decision is held")
	}
}

// A comment that finds no room is told, and the visit is not returned without it.
func TestNoCommentVanishes(t *testing.T) {
	s := newStory(t)
	full := s.rid()
	s.save("李芳", 0, "", []any{"new", full, "visit", dong, map[string]any{"type": "care"}})
	var do []any // what one person may write into a record, but for two parts; each of these is two
	for i := range zoufang.MaxParts/5 - 1 {
		do = append(do, []any{"add", full, "needs", fmt.Sprint(i)})
	}
	s.save("wang", 0, "", do...)
	s.save("李芳", 0, "", []any{"go", full, "state", "draft", "submitted", []any{}})
	b, path := s.as("wang"), "/staff/visits/"+string(full)
	form := shown(t, b.get(path).body)
	form.Set("on.visit", "请补照片")
	form.Set("on.note", "写清楚")
	form.Set("on.met", "见到了谁？")
	got := b.do("POST", path+"/return", form)
	if got.status != 409 {
		t.Errorf("returned without its comment: %d", got.status)
	}
	has(t, got.body, "没有写进去：一个人写进这条记录的内容已经太多", "请补照片", `value="写清楚"`)
	if r := s.record(full); r.State("state") != zoufang.Submitted || len(r.Logs["comments.visit"]) != 0 {
		t.Errorf("state %s, comments %v", r.State("state"), r.Logs["comments.visit"])
	}
	lacks(t, b.get("/staff/held").body, "请补照片") // withdrawn: nothing is left to decide
}

// An author who fills a visit takes no room from the reviewer's comments, from what
// another writes, or from a void.
func TestAFullVisitIsReturnedWithItsComments(t *testing.T) {
	s := newStory(t)
	full := s.rid()
	s.save("李芳", 0, "", []any{"new", full, "visit", dong, map[string]any{"type": "care"}})
	var lines [][]any
	for i := range 1996 {
		lines = append(lines, []any{[]any{"log", full, "remarks", fmt.Sprint(i)}})
	}
	codes := map[zoufang.HoldCode]int{}
	for chunk := range slices.Chunk(lines, 499) {
		for _, a := range s.saves("李芳", chunk...) {
			codes[a.Code]++
		}
	}
	if codes[""] != 799 || codes[zoufang.HeldInvalid] != 1197 {
		t.Errorf("of 1,996 notes: %v", codes)
	}
	s.save("李芳", 0, "", []any{"go", full, "state", "draft", "submitted", []any{}})
	b, path := s.as("wang"), "/staff/visits/"+string(full)
	form := shown(t, b.get(path).body)
	form.Set("on.visit", "请补照片")
	form.Set("on.note", "写清楚")
	got := b.do("POST", path+"/return", form)
	if got.status != 200 {
		t.Errorf("returned: %d", got.status)
	}
	has(t, got.body, "请补照片", "写清楚")
	if r := s.record(full); r.State("state") != zoufang.Returned || len(r.Logs["comments.visit"]) != 1 || len(r.Logs["comments.note"]) != 1 {
		t.Errorf("state %s, comments %d", r.State("state"), len(r.Logs["comments.visit"]))
	}
	s.save("李芳", 0, "", []any{"set", full, "void", "重复", []any{}})
}

// A comment on one photo stays with that photo, whatever its number becomes.
func TestCommentOnAPhoto(t *testing.T) {
	s := newStory(t)
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	photo := func(c string) zoufang.Digest { return zoufang.Digest(strings.Repeat(c, 64)) }
	for _, e := range s.record(s.visit).Sets["photos"] {
		d, _ := e.Live[0].Value.Text()
		s.save("李芳", 0, "", []any{"rm", s.visit, "photos", d, []any{e.Live[0].ID}})
	}
	s.save("李芳", 2*time.Second, "", []any{"add", s.visit, "photos", photo("c")}, []any{"add", s.visit, "photos", photo("a")})
	s.save("李芳", time.Second, "", []any{"add", s.visit, "photos", photo("b")})
	s.submits()
	page := b.get(path).body
	has(t, page, `>照片 1<input name="on.photos.`+string(photo("c")), `>照片 2<input name="on.photos.`+string(photo("a")), `>照片 3<input name="on.photos.`+string(photo("b")))
	form := shown(t, page)
	form.Set("on.photos."+strings.Repeat("d", 64), "没有这张")
	if got := b.do("POST", path+"/return", form); got.status != 422 {
		t.Errorf("a comment on no photo: %d", got.status)
	}
	form = shown(t, page)
	form.Set("on."+zoufang.OnPhoto(photo("a")), "看不到门牌")
	has(t, b.do("POST", path+"/return", form).body, "对“照片 2”的审核意见", "看不到门牌")
	first := s.record(s.visit).Sets["photos"][`"`+string(photo("c"))+`"`]
	s.save("李芳", time.Second, "", []any{"rm", s.visit, "photos", photo("c"), []any{first.Live[0].ID}})
	has(t, b.get(path).body, "对“照片 1”的审核意见")
}

// Drafts and void visits are listed, and counted for nothing.
func TestWhatCounts(t *testing.T) {
	s := newStory(t)
	b := s.as("wang")
	count := func() string {
		_, after, _ := strings.Cut(b.get("/staff/visits").body, `<span class="count num">`)
		said, _, _ := strings.Cut(after, "<")
		return said
	}
	if r := s.record(s.visit); r.Counts() {
		t.Error("a draft counts")
	}
	if got := count(); got != "0 次，另有 1 次草稿或已作废，不算" {
		t.Errorf("with a draft: %s", got)
	}
	s.submits()
	if got := count(); got != "1 次" {
		t.Errorf("submitted: %s", got)
	}
	s.save("wang", 0, "", []any{"go", s.visit, "state", "submitted", "returned", []any{}})
	if r := s.record(s.visit); !r.Counts() {
		t.Error("a returned visit does not count: somebody was there")
	}
	s.save("李芳", 0, "", []any{"set", s.visit, "void", "记错了户", []any{}})
	if r := s.record(s.visit); r.Counts() {
		t.Error("a void visit counts")
	}
}
