package server

import (
	"bytes"
	"cmp"
	"image"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
)

// story is what the two townships have recorded.
type story struct {
	*world
	house, person, visit, far zoufang.RecordID
	photo, farPhoto           []byte
	secret                    zoufang.Digest // of the text that was signed
	commits                   []zoufang.CommitID
}

func newStory(t *testing.T) *story {
	t.Helper()
	w := newWorld(t, "").settled()
	s := &story{world: w, house: w.rid(), person: w.rid(), visit: w.rid(), far: w.rid(), photo: w.drawn(90), farPhoto: w.drawn(200)}
	farHouse := w.rid()
	s.secret = digestOf([]byte("the text shown"))
	keep := func(id zoufang.CommitID) zoufang.CommitID { s.commits = append(s.commits, id); return id }
	keep(w.save("李芳", 3*time.Hour, "", []any{"new", s.house, "household", dong, map[string]any{"head": "王秀兰", "address": "东村3组"}}))
	keep(w.save("李芳", 3*time.Hour, "", []any{"new", s.person, "person", dong, map[string]any{"name": "王秀兰", "household": s.house, "id_number": idNumber}}))
	first := keep(w.save("李芳", 2*time.Hour, "", []any{"new", s.visit, "visit", dong, map[string]any{
		"type": "care", "household": s.house, "persons": []any{s.person}, "way": "home", "visitors": []any{w.users["李芳"].ID},
		"risk": map[string]any{"level": "一般", "reason": "平稳"}, "note": "在家,精神好", "photos": []any{digestOf(s.photo)},
		"signature.household": map[string]any{"image": digestOf([]byte("sign")), "text": s.secret, "by": "王秀兰", "at": time.Now().UnixMilli()},
		"answers.food":        "够",
	}}))
	keep(w.save("李芳", 90*time.Minute, "", []any{"set", s.visit, "risk", map[string]any{"level": "高", "reason": "老人跌倒"}, []any{first}}))
	keep(w.save("周南", time.Hour, "", []any{"new", farHouse, "household", nan, map[string]any{"head": "钱多多", "address": "南村1组"}}))
	keep(w.save("周南", time.Hour, "", []any{"new", s.far, "visit", nan, map[string]any{"type": "routine", "household": farHouse, "note": "南村的事", "photos": []any{digestOf(s.farPhoto)}}}))
	keep(w.save("周南", time.Hour, zoufang.HeldInvalid, []any{"set", farHouse, "phone", 5, []any{}}))
	keep(w.save("李芳", time.Hour, zoufang.HeldScope, []any{"log", s.far, "remarks", "借看一下南村"}))
	keep(w.save("李芳", time.Hour, zoufang.HeldInvalid, []any{"set", s.person, "id_number", "110***********002X", []any{}}))
	w.arrives(s.photo, "image/jpeg", s.visit)
	w.arrives(s.farPhoto, "image/jpeg", s.far)
	return s
}

// want is the status of an answer by log-in; "" is nobody, who ends at the sign-in
// page.
type want map[string]int

func all(status int) want {
	return want{"": status, "wang": status, "zhao": status, "sun": status, "shen": status, "adm": status}
}

type asked struct {
	method, route, path string
	want                want
}

// asked lists requests for every route. Those of the staff's table of pages follow
// from it: whose role a page is not for gets 403, nobody the sign-in page, a plain
// page is shown to the rest. What more there is to say of a page stands in samples.
func (s *story) asked() (rows []asked) {
	own := want{"wang": 200, "zhao": 404, "sun": 200, "shen": 200}
	far := want{"wang": 404, "zhao": 200, "sun": 200, "shen": 404}
	neither := want{"wang": 404, "zhao": 404, "sun": 404, "shen": 404}
	unseen := want{"wang": 409, "zhao": 404, "sun": 409}
	visits, records := "/staff/visits/", "/staff/records/"
	samples := []asked{
		{"GET", "/staff/sign-in", "/staff/sign-in", all(200)},
		{"POST", "/staff/sign-in", "/staff/sign-in", all(401)},
		{"POST", "/staff/sign-out", "/staff/sign-out", all(200)},
		{"GET", "/staff/password", "/staff/password", all(200)},
		{"GET", "/staff/log", "/staff/log?kind=sign_in&from=2026-01-01", want{"sun": 200, "shen": 200, "adm": 200}},
		{"GET", "/staff/log", "/staff/log?kind=nonsense", want{"sun": 404, "shen": 404, "adm": 404}},
		{"GET", "/staff/log", "/staff/log?to=yesterday", want{"sun": 422, "shen": 422, "adm": 422}},
		{"POST", "/staff/password", "/staff/password", want{"": 200, "wang": 422, "zhao": 422, "sun": 422, "shen": 422, "adm": 422}},
		{"GET", "/staff/visits", "/staff/visits?state=draft&village=" + string(dong), own},
		{"GET", "/staff/visits", "/staff/visits?village=" + string(nan), far},
		{"GET", "/staff/visits", "/staff/visits?state=nonsense", neither},
		{"GET", "/staff/visits/:id", visits + string(s.visit), own},
		{"GET", "/staff/visits/:id", visits + string(s.far), far},
		{"GET", "/staff/visits/:id", visits + string(s.person), neither},
		{"GET", "/staff/records/:id", records + string(s.house), own},
		{"GET", "/staff/records/:id", records + string(s.person), own},
		{"GET", "/staff/records/:id", records + string(s.users["李芳"].ID), neither},
		{"GET", "/staff/media/:digest", "/staff/media/" + string(digestOf(s.photo)), own},
		{"GET", "/staff/media/:digest", "/staff/media/" + string(digestOf(s.photo)) + "?size=320", own},
		{"GET", "/staff/media/:digest", "/staff/media/" + string(digestOf(s.farPhoto)), far},
		{"GET", "/staff/media/:digest", "/staff/media/" + string(digestOf([]byte("sign"))), neither},
		{"POST", "/staff/visits/:id/approve", visits + string(s.visit) + "/approve", unseen},
		{"POST", "/staff/visits/:id/return", visits + string(s.visit) + "/return", unseen},
		{"POST", "/staff/visits/:id/settle", visits + string(s.visit) + "/settle", unseen},
		{"POST", "/staff/records/:id/settle", records + string(s.person) + "/settle", unseen},
		{"POST", "/staff/requests/:id/take", "/staff/requests/" + string(s.person) + "/take", neither},
		{"GET", "/staff/held/group", "/staff/held/group?of=eA", neither},
		{"POST", "/staff/held/group", "/staff/held/group", want{"wang": 400, "zhao": 400, "sun": 400}},
		{"POST", "/staff/held/:id", "/staff/held/" + string(s.commits[6]), want{"wang": 400, "zhao": 400, "sun": 400}},
		{"POST", "/staff/people/:id/enrol", "/staff/people/" + string(s.users["李芳"].ID) + "/enrol", want{"wang": 200, "zhao": 404, "sun": 200}},
		{"POST", "/staff/people/:id/enrol", "/staff/people/" + string(s.users["zhao"].ID) + "/enrol", neither},
		{"POST", "/staff/devices/:id/revoke", "/staff/devices/nobodys/revoke", neither},
		{"POST", "/staff/rescue", "/staff/rescue", want{"wang": 415, "zhao": 415, "sun": 415}},
	}
	for _, p := range s.server.staff.Pages() {
		mine := slices.Clone(samples)
		mine = slices.DeleteFunc(mine, func(a asked) bool { return a.method != p.Method || a.route != p.Path })
		plain := p.Method == "GET" && !strings.Contains(p.Path, ":")
		if plain && p.Roles != nil {
			mine = append(mine, asked{p.Method, p.Path, p.Path, all(200)})
		}
		switch p.Path { // whom it is for is said here once more: an admin sees no records
		case "/staff/", "/staff/log":
		default:
			if p.Roles != nil && (slices.Contains(p.Roles, zoufang.Admin) || slices.Contains(p.Roles, zoufang.Coordinator) || slices.Contains(p.Roles, zoufang.Worker)) {
				s.Errorf("%s %s is open to %v", p.Method, p.Path, p.Roles)
			}
		}
		if p.Method == "POST" && slices.Contains(p.Roles, zoufang.Auditor) {
			s.Errorf("an auditor changes something at %s", p.Path)
		}
		if p.Roles == nil == (p.Open == nil) {
			s.Errorf("%s %s is for nobody, or for two sorts of people", p.Method, p.Path)
		}
		if len(mine) == 0 {
			s.Errorf("nothing says what %s %s answers", p.Method, p.Path)
		}
		for _, a := range mine {
			if p.Roles != nil {
				a.want = maps.Clone(a.want)
				for who := range all(0) {
					switch {
					case who == "":
						a.want[who] = 200
					case !slices.Contains(p.Roles, s.users[who].Role):
						a.want[who] = 403
					}
				}
			}
			rows = append(rows, a)
		}
	}
	return append(rows,
		asked{"GET", "/healthz", "/healthz", all(200)},
		asked{"GET", "/readyz", "/readyz", all(200)},
		asked{"GET", "/metrics", "/metrics", all(200)},
		asked{"GET", "/assets/:name", "/assets/tokens.css", all(200)},
		asked{"GET", "/assets/:name", "/assets/web.go", all(404)},
		asked{"GET", "/phone", "/phone", all(200)},
		asked{"GET", "/phone/*", "/phone/", all(200)},
		asked{"GET", "/phone/*", "/phone/web.go", all(404)},
		asked{"GET", "/", "/", all(200)},
		asked{"GET", "/staff", "/staff", all(200)},
	)
}

// Every route of the server, beside the phone protocol's, for every sort of
// person: what it answers, and what it must not tell.
func TestEveryRouteEveryRole(t *testing.T) {
	s := newStory(t)
	rows := s.asked()
	// Signing out comes last: it ends what the others need.
	slices.SortStableFunc(rows, func(a, b asked) int { return cmp.Compare(ends(a), ends(b)) })
	hidden := []string{idNumber, "argon2", string(s.secret), "sqlite", "goroutine 1", "debug.Stack", "/server/", "phone-of-"}
	for _, id := range s.commits[:6] { // those held have a form of their own each
		hidden = append(hidden, string(id))
	}
	near1, far1 := []string{"王秀兰", "东村3组", "老人跌倒"}, []string{"钱多多", "南村1组", "南村的事", "借看一下", "白云镇"}
	mustNot := map[string][]string{"": slices.Concat(near1, far1, []string{"东村", "南村", "李芳"}), "adm": slices.Concat(near1, far1, []string{"东村", "南村", "李芳"}), "wang": far1, "shen": far1, "zhao": near1}
	tested := map[string]bool{}
	for who := range all(0) {
		b := s.as(who)
		for _, row := range rows {
			tested[row.method+" "+row.route] = true
			var form url.Values
			if row.method == "POST" {
				form = url.Values{"login": {"nobody-" + who}}
			}
			got := b.do(row.method, row.path, form)
			if got.status != row.want[who] {
				t.Errorf("%q %s %s: %d, want %d", who, row.method, row.path, got.status, row.want[who])
			}
			if who == "" && strings.HasPrefix(row.route, "/staff/") && got.status == 200 && got.path != "/staff/sign-in" && row.route != "/staff/sign-out" {
				t.Errorf("nobody reads %s at %s", row.path, got.path)
			}
			for _, h := range append(hidden, mustNot[who]...) {
				if row.route == "/staff/log" && h == "李芳" {
					continue // an account of the admin's own areas
				}
				if strings.Contains(got.body, h) {
					t.Errorf("%q %s %s tells %q", who, row.method, row.path, h)
				}
			}
			checkReply(t, row.path, got)
			if strings.HasPrefix(row.path, "/staff") && !onlyNoStore(b.hops(row.method, row.path, form)) {
				t.Errorf("%q %s %s may be kept by a browser", who, row.method, row.path)
			}
		}
	}
	for _, p := range s.server.staff.Pages() {
		if p.Method == "GET" && !strings.Contains(p.Path, ":") && s.as("sun").do("HEAD", p.Path, nil).status >= 400 {
			t.Errorf("HEAD %s", p.Path)
		}
	}
	for _, r := range s.server.app.GetRoutes(true) {
		known := strings.HasPrefix(r.Path, "/m/v1") || strings.HasPrefix(r.Path, "/api/v1") || // see apiroutes_test.go
			r.Method == http.MethodHead
		if !known && !tested[r.Method+" "+r.Path] {
			t.Errorf("no row for %s %s", r.Method, r.Path)
		}
	}
}

// hops asks without going where it is led, and gives the reply's Cache-Control.
func (b *browser) hops(method, path string, form url.Values) string {
	b.w.Helper()
	own := *b.Client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return strings.Join((&browser{b.w, &own}).do(method, path, form).header.Values("Cache-Control"), "|")
}

func onlyNoStore(control string) bool { return control == "no-store" }

func ends(a asked) int {
	if a.route == "/staff/sign-out" {
		return 1
	}
	return 0
}

var (
	inline  = regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:`)
	outside = regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//`)
)

// checkReply holds a reply to what all replies owe.
func checkReply(t *testing.T, path string, a answer) {
	t.Helper()
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
		if a.header.Get(name) != want {
			t.Errorf("%s: %s is %q", path, name, a.header.Get(name))
		}
	}
	csp := a.header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("%s: policy %q", path, csp)
	}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		if m := inline.FindString(a.body); m != "" {
			t.Errorf("%s: %q in the page", path, m)
		}
		if m := outside.FindString(a.body); m != "" {
			t.Errorf("%s: the page asks somebody else: %q", path, m)
		}
		if !strings.HasPrefix(path, "/phone") && a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a page may be kept: %q", path, a.header.Get("Cache-Control"))
		}
	}
}

func has(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("the page lacks %q", p)
		}
	}
}

func lacks(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(body, p) {
			t.Errorf("the page has %q", p)
		}
	}
}

func TestVisitPage(t *testing.T) {
	s := newStory(t)
	b := s.as("wang")
	page := b.get("/staff/visits/" + string(s.visit)).body
	has(t, page, "王秀兰 · 探访", "东村3组", "高：老人跌倒", "李芳 把 风险等级 从 一般：平稳 改为 高：老人跌倒", "李芳 记了这次走访", "草稿",
		"被访人", "签名人：王秀兰", "指纹", "签名图还没传到", "吃穿", "/staff/media/"+string(digestOf(s.photo))+"?size=320", "约 ")
	lacks(t, page, "两种说法", "核定后有改动", "已作废")

	// Two people write of it without having seen each other's.
	s.save("李芳", 30*time.Minute, "", []any{"set", s.visit, "note", "李芳的说法", []any{s.commits[2]}})
	s.save("wang", 20*time.Minute, "", []any{"set", s.visit, "note", "王主任的说法", []any{s.commits[2]}})
	page = b.get("/staff/visits/" + string(s.visit)).body
	has(t, page, "两种说法", "李芳的说法", "王主任的说法", "与另一种说法并存")
	has(t, b.get("/staff/visits").body, "两种说法")

	// Submitted, approved, then edited by somebody whose edit was not seen.
	s.save("李芳", 10*time.Minute, "", []any{"go", s.visit, "state", "draft", "submitted", []any{}})
	seen := []any{}
	for _, id := range s.commits {
		seen = append(seen, id)
	}
	s.save("wang", 5*time.Minute, "", []any{"go", s.visit, "state", "submitted", "approved", seen})
	page = b.get("/staff/visits/" + string(s.visit)).body
	has(t, page, "已核定", "核定后有改动", "李芳 提交了", "王主任 核定了")
	s.save("wang", time.Minute, "", []any{"set", s.visit, "void", "重复", []any{}})
	has(t, b.get("/staff/visits/"+string(s.visit)).body, "已作废：重复", "作废了这条记录")
	if got := b.get("/staff/visits/01900000-0000-7000-8000-000000000000"); got.status != 404 {
		t.Errorf("an unknown visit: %d", got.status)
	} else {
		has(t, got.body, "没有找到这一页")
	}
}

func TestVisitList(t *testing.T) {
	s := newStory(t)
	b := s.as("sun")
	page := b.get("/staff/visits").body
	has(t, page, "2 次", "王秀兰", "钱多多", "青石镇 东村", "白云镇 南村", "探访", "李芳")
	page = b.get("/staff/visits?village=" + string(nan)).body
	has(t, page, "1 次", "钱多多")
	lacks(t, page, "王秀兰")
	has(t, b.get("/staff/visits?state=approved").body, "这里还没有走访", "换一个状态")
	for i := range 45 {
		s.save("李芳", time.Duration(i)*time.Minute, "", []any{"new", s.rid(), "visit", dong, map[string]any{"type": "routine"}})
	}
	one, two := b.get("/staff/visits?village="+string(dong)).body, b.get("/staff/visits?village="+string(dong)+"&page=2").body
	has(t, one, "46 次", "下一页")
	has(t, two, "上一页")
	if n := strings.Count(one, `class="row"`) + strings.Count(two, `class="row"`); n != 46 {
		t.Errorf("%d rows on two pages", n)
	}
	for _, page := range []string{"0", "-1", "x", "999999"} {
		if got := b.get("/staff/visits?page=" + page); got.status != 404 {
			t.Errorf("page %s: %d", page, got.status)
		}
	}
}

func TestHeldPage(t *testing.T) {
	s := newStory(t)
	wang, zhao, sun := s.as("wang").get("/staff/held").body, s.as("zhao").get("/staff/held").body, s.as("sun").get("/staff/held").body
	has(t, wang, "1 条", "不合规则", "身份证号", "李芳")
	lacks(t, wang, "002X", "周南")
	has(t, zhao, "2 条", "不在其区划或权限内", "李芳 对 走访“钱多多” 要写备注：借看一下南村")
	has(t, sun, "3 条")
}

func TestMediaOfStaff(t *testing.T) {
	s := newStory(t)
	b := s.as("wang")
	path := "/staff/media/" + string(digestOf(s.photo))
	whole := b.get(path)
	if whole.body != string(s.photo) || whole.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the photo came back as %d bytes of %s", len(whole.body), whole.header.Get("Content-Type"))
	}
	small := b.get(path + "?size=320")
	img, format, err := image.Decode(bytes.NewReader([]byte(small.body)))
	if err != nil || format != "jpeg" || img.Bounds().Dx() != 320 {
		t.Errorf("thumbnail: %v %s %v", err, format, img.Bounds())
	}
	for _, a := range []answer{whole, small} { // desks are shared: no browser keeps a photo
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Etag") != "" {
			t.Errorf("a photo may be kept: %v", a.header)
		}
	}
	for _, bad := range []string{"?size=9999", "?size=0", "?size=-1"} {
		if got := b.get(path + bad); got.status != 404 {
			t.Errorf("%s: %d", bad, got.status)
		}
	}
	for _, part := range []struct {
		header, want string
		status       int
	}{
		{"bytes=2-5", string(s.photo[2:6]), 206},
		{"bytes=-3", string(s.photo[len(s.photo)-3:]), 206},
		{"bytes=0-0, 2-2", string(s.photo), 200},
	} {
		got := b.get(path, "Range", part.header)
		if got.status != part.status || got.body != part.want || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %d bytes, %v", part.header, got.status, len(got.body), got.header)
		}
	}
	if got := b.get(path, "Range", "bytes=99999999-"); got.status != 416 {
		t.Errorf("a part behind the end: %d", got.status)
	}
	if got := b.get(path + "?save").header.Get("Content-Disposition"); got != `attachment; filename="`+string(digestOf(s.photo))[:12]+`.jpeg"` {
		t.Errorf("saved as %s", got)
	}
	page := b.w.as("wang").get("/staff/visits/" + string(s.visit)).body
	// Moved to the other township, the record takes its photo along.
	s.save("sun", 0, "", []any{"go", s.visit, "area", dong, nan, []any{}})
	if got := b.get(path); got.status != 404 {
		t.Errorf("the photo of a record that left: %d", got.status)
	}
	if got := b.get("/staff/visits/" + string(s.visit)); got.status != 404 {
		t.Errorf("a visit that left: %d", got.status)
	}
	has(t, page, "王秀兰")
	zhao := s.as("zhao").get("/staff/visits/" + string(s.visit)).body
	has(t, zhao, "不在您的区划内的户", "把记录从 别的区划 移到 南村")
	lacks(t, zhao, "东村3组")
}

// Every kind that is not public has the one page; two values are settled there.
func TestRecordPage(t *testing.T) {
	s := newStory(t)
	b, path := s.as("wang"), "/staff/records/"+string(s.house)
	s.save("李芳", time.Hour, "", []any{"add", s.house, "members", s.person})
	page := b.get(path).body
	has(t, page, "王秀兰 · 户", "东村3组", "户主", "李芳 记下了这条户记录", `<a href="/staff/records/`+string(s.person)+`">王秀兰</a>`)
	lacks(t, page, "照片", "审核", "以这个为准")
	person := b.get("/staff/records/" + string(s.person)).body
	has(t, person, "王秀兰 · 走访对象", "110***********002X", "这一户")
	lacks(t, person, idNumber)
	s.save("李芳", 0, "", []any{"set", s.house, "phone", "025-1", []any{}})
	s.save("wang", 0, "", []any{"set", s.house, "phone", "025-2", []any{}})
	form := shown(t, b.get(path).body)
	for _, h := range s.record(s.house).Heads["phone"].Live {
		if string(h.Value) == `"025-1"` {
			form.Set("pick", string(h.ID))
		}
	}
	form.Set("field", "phone")
	if got := b.do("POST", path+"/settle", form); got.status != 200 || got.path != path {
		t.Fatalf("settled: %d %s", got.status, got.path)
	}
	if live := s.record(s.house).Heads["phone"].Live; len(live) != 1 || string(live[0].Value) != `"025-1"` {
		t.Errorf("the phone is %v", live)
	}
}
