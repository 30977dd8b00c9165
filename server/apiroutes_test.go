package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zoufang"
	"zoufang/server/operator"
)

// program asks the API with a token.
type program struct {
	w     *world
	token string
}

// program hands a person's token to a program.
func (w *world) program(who string, narrow ...func(*operator.NewToken)) *program {
	w.Helper()
	if who == "" {
		return &program{w: w}
	}
	n := operator.NewToken{User: w.users[who].ID, Days: 3}
	for _, f := range narrow {
		f(&n)
	}
	_, token, err := w.operator().AddToken(w.Context(), n)
	w.must(err)
	return &program{w, token}
}

// ask asks; a body is sent as JSON unless headers say otherwise.
func (p *program) ask(method, path, body string, headers ...string) answer {
	p.w.Helper()
	req, err := http.NewRequest(method, p.w.base+"/api/v1"+path, strings.NewReader(body))
	p.w.must(err)
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	p.w.must(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	p.w.must(err)
	return answer{resp.StatusCode, resp.Header, string(b), path}
}

func (p *program) get(path string, headers ...string) answer {
	p.w.Helper()
	return p.ask("GET", path, "", headers...)
}

func (p *program) post(path string, body any, headers ...string) answer {
	p.w.Helper()
	b, err := json.Marshal(body)
	p.w.must(err)
	return p.ask("POST", path, string(b), headers...)
}

// code is a problem's; "" of what is none.
func (a answer) code() string {
	var p struct{ Code string }
	if a.status >= 400 {
		json.Unmarshal([]byte(a.body), &p)
	}
	return p.Code
}

// reads takes an answer apart; it must be 200.
func reads[T any](t testing.TB, a answer) (out T) {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("%s: %d %s", a.path, a.status, a.body)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s: %v", a.path, err)
	}
	return out
}

// tried is a request of a route with what it answers to whom.
type tried struct {
	path, body string
	own, far   int // to those whose area it is in, and to others; 0: as own
}

const boundary = "between"

// formOf writes a form: names and values.
func formOf(fields ...string) string {
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n" + fields[i+1] + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

// tries has a request or several for every route.
func (s *story) tries() map[string][]tried {
	v, f, h, p := string(s.visit), string(s.far), string(s.house), string(s.person)
	nobody := "01900000-0000-7000-8000-000000000000"
	digest := string(digestOf(s.photo))
	out := map[string][]tried{
		"GET /me": {{"/me", "", 200, 0}},
		"POST /visits/{id}/decision": {
			{"/visits/" + v + "/decision", `{"decision":"approved","seen":"x"}`, 409, 404},
			{"/visits/" + nobody + "/decision", `{"decision":"approved","seen":"x"}`, 404, 0},
			{"/visits/" + v + "/decision", `{"decision":"` + idNumber + `","seen":"x"}`, 400, 0}},
		"POST /visits/decisions":    {{"/visits/decisions", `{"decisions":[{"id":"` + f + `","decision":"approved","seen":"x"}]}`, 200, 0}},
		"POST /records/{id}/settle": {{"/records/" + h + "/settle", `{"field":"phone","pick":"x","seen":"x"}`, 409, 404}, {"/records/" + h + "/settle", `{"field":"phone","seen":"x"}`, 400, 0}},
		"GET /held":                 {{"/held", "", 200, 0}, {"/held?limit=1&code=scope", "", 200, 0}, {"/held?after=x", "", 400, 0}, {"/held?area=990103&from=2026-01-01&to=2026-12-31&order=at&code=scope&sender=x", "", 200, 0}, {"/held?q=x", "", 400, 0}, {"/held?order=name", "", 400, 0}, {"/held?area=99010", "", 400, 0}},
		"GET /held/counts":          {{"/held/counts?by=code,rule&area=99", "", 200, 0}, {"/held/counts", "", 400, 0}, {"/held/counts?by=sender", "", 400, 0}, {"/held/counts?by=code&limit=1", "", 400, 0}},
		"POST /held/{id}/decision":  {{"/held/" + string(s.commits[0]) + "/decision", `{"decision":"release","why":"看过"}`, 404, 0}, {"/held/nothing/decision", `{"decision":"reject","why":"看过"}`, 404, 0}},
		"GET /users":                {{"/users", "", 200, 0}, {"/users?q=lf&area=990103&role=coordinator&limit=1", "", 200, 0}, {"/users?order=at", "", 200, 0}, {"/users?after=x", "", 400, 0}, {"/users?from=2026-01-01", "", 400, 0}},
		"GET /users/counts":         {{"/users/counts?by=role&q=lf", "", 200, 0}, {"/users/counts?by=area", "", 400, 0}},
		"GET /devices":              {{"/devices", "", 200, 0}, {"/devices?area=9901&from=2026-01-01&to=2026-12-31&order=at&user=x&limit=1", "", 200, 0}, {"/devices?from=x", "", 400, 0}, {"/devices?role=admin", "", 400, 0}},
		"GET /devices/counts":       {{"/devices/counts?by=state", "", 200, 0}, {"/devices/counts?by=user", "", 400, 0}},
		"GET /audit/counts":         {{"/audit/counts?by=kind&area=990103101000&who=x&record=x", "", 200, 0}, {"/audit/counts?by=who", "", 400, 0}},
		"GET /audit":                {{"/audit", "", 200, 0}, {"/audit?from=2026-01-01&kind=sign_in", "", 200, 0}, {"/audit?from=x", "", 400, 0}, {"/audit?area=990103&order=at&record=x&who=x&limit=1", "", 200, 0}, {"/audit?after=X", "", 400, 0}, {"/audit?q=x", "", 400, 0}},
		"GET /changes":              {{"/changes", "", 200, 0}, {"/changes?kind=visit&limit=1", "", 200, 0}, {"/changes?kind=nothing", "", 400, 0}},
		"POST /exports": {{"/exports", `{"kind":"visits","format":"csv","filter":{"state":["approved"]}}`, 202, 0}, {"/exports", `{"kind":"visits","format":"csv","filter":{"urgency":["立即"]}}`, 400, 0},
			{"/exports", `{"kind":"visits","format":"pdf"}`, 400, 0}, {"/exports", `{"kind":"persons","format":"csv","filter":{"area":["9"]}}`, 400, 0}},
		"POST /hooks": {{"/hooks", `{"url":"http://127.0.0.1:9/x","secret":"0123456789abcdef","kinds":["visits"]}`, 201, 0}, {"/hooks", `{"url":"http://8.8.8.8/x","secret":"0123456789abcdef"}`, 400, 0},
			{"/hooks", `{"url":"https://169.254.169.254/x","secret":"0123456789abcdef"}`, 400, 0}, {"/hooks", `{"url":"file:///etc/passwd","secret":"0123456789abcdef"}`, 400, 0},
			{"/hooks", `{"url":"https://h.example/x","secret":"short"}`, 400, 0}, {"/hooks", `{"url":"https://h.example/x","secret":"0123456789abcdef","kinds":["dogs"]}`, 400, 0},
			{"/hooks", `{"url":"https://h.example/x","secret":"0123456789abcdef","after":"nowhere"}`, 400, 0}},
		"GET /hooks":                        {{"/hooks", "", 200, 0}},
		"GET /hooks/{id}":                   {{"/hooks/" + nobody, "", 404, 0}},
		"POST /hooks/{id}/resume":           {{"/hooks/" + nobody + "/resume", "", 404, 0}},
		"DELETE /hooks/{id}":                {{"/hooks/" + nobody, "", 404, 0}},
		"GET /exports":                      {{"/exports", "", 200, 0}},
		"GET /exports/{id}":                 {{"/exports/" + nobody, "", 404, 0}},
		"GET /exports/{id}/file":            {{"/exports/" + nobody + "/file", "", 404, 0}},
		"DELETE /exports/{id}":              {{"/exports/" + nobody, "", 404, 0}},
		"POST /imports":                     {{"/imports", formOf("kind", "roster", "area", string(dong), "file", "户号,户主,姓名\nD1,覃绍良,覃绍良\n"), 201, 404}, {"/imports", formOf("kind", "roster", "area", string(dong)), 400, 0}, {"/imports", "x", 400, 0}},
		"GET /imports/{id}":                 {{"/imports/" + nobody, "", 404, 0}},
		"GET /imports/{id}/differences":     {{"/imports/" + nobody + "/differences?page=1", "", 404, 0}},
		"POST /imports/{id}/apply":          {{"/imports/" + nobody + "/apply", "", 404, 0}},
		"POST /imports/{id}/undo":           {{"/imports/" + nobody + "/undo", "", 404, 0}},
		"POST /lines":                       {{"/lines", `{}`, 200, 0}},
		"POST /receipts":                    {{"/receipts", `{"receipts":["AQ"]}`, 400, 0}},
		"POST /persons/{id}/open":           {{"/persons/" + p + "/open", `{"field":"id_number","why":"核对证件"}`, 200, 404}, {"/persons/" + p + "/open", `{"field":"name","why":"核对"}`, 400, 404}},
		"GET /visits/{id}/media/{sha256}":   {{"/visits/" + v + "/media/" + digest, "", 200, 404}, {"/visits/" + f + "/media/" + digest, "", 404, 0}},
		"GET /requests/{id}/media/{sha256}": {{"/requests/" + nobody + "/media/" + digest, "", 404, 0}},
	}
	ids := map[string]string{"visits": v, "households": h, "persons": p}
	for _, r := range s.server.desks.Routes() {
		plural, rest, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
		key, at := r.Method+" "+r.Path, "/"+plural
		if out[key] != nil {
			continue
		}
		id, known := ids[plural]
		switch rest {
		case "":
			out[key] = []tried{{at, "", 200, 0}, {at + "?void=true&area=990103101201&q=x&order=at&limit=3", "", 200, 0}, {at + "?nothing=1", "", 400, 0}, {at + "?area=", "", 400, 0}, {at + "?area=1", "", 400, 0}, {at + "?void=no", "", 400, 0}, {at + "?after=x", "", 400, 0}, {at + "?from=2026-13-01", "", 400, 0}, {at + "?limit=201", "", 400, 0}, {at + "?limit=1&limit=2", "", 400, 0}}
		case "counts":
			out[key] = []tried{{at + "/counts?by=void,conflict", "", 200, 0}, {at + "/counts", "", 400, 0}, {at + "/counts?by=nothing", "", 400, 0}}
		case "{id}", "{id}/history":
			tail := strings.TrimPrefix(rest, "{id}")
			out[key] = []tried{{at + "/" + nobody + tail, "", 404, 0}, {at + "/x" + tail, "", 404, 0}}
			if known {
				out[key] = append(out[key], tried{at + "/" + id + tail, "", 200, 404})
			}
		}
	}
	return out
}

// Every route of the API for every sort of person: what it answers, and what it must
// not tell.
func TestEveryAPIRouteEveryRole(t *testing.T) {
	s := newStory(t)
	tries := s.tries()
	near1, far1 := []string{"王秀兰", "东村3组", "老人跌倒"}, []string{"钱多多", "南村1组", "南村的事", "借看一下"}
	mustNot := map[string][]string{"": slices.Concat(near1, far1, []string{"东村", "李芳"}), "adm": slices.Concat(near1, far1), "wang": far1, "shen": far1, "zhao": near1, "李芳": slices.Concat(near1, far1)}
	for who := range map[string]bool{"": true, "wang": true, "zhao": true, "sun": true, "shen": true, "adm": true, "李芳": true} {
		p := s.program(who)
		for _, r := range s.server.desks.Routes() {
			key := r.Method + " " + r.Path
			if len(tries[key]) == 0 {
				t.Errorf("nothing says what %s answers", key)
			}
			for _, try := range tries[key] {
				headers := []string{}
				if r.Lines {
					headers = []string{"Content-Type", "application/x-ndjson"}
				}
				if r.Form {
					headers = []string{"Content-Type", `multipart/form-data; boundary="` + boundary + `"`}
				}
				want := try.own
				if try.far != 0 && who == "zhao" {
					want = try.far
				}
				switch {
				case who == "":
					want = 401
				case r.Roles != nil && !slices.Contains(r.Roles, s.users[who].Role):
					want = 403
				}
				got := p.ask(r.Method, try.path, try.body, headers...)
				if got.status != want {
					t.Errorf("%q %s %s: %d %s, want %d", who, r.Method, try.path, got.status, got.body, want)
				}
				for _, h := range append([]string{"argon2", "sqlite", "goroutine 1", "zft_"}, mustNot[who]...) {
					if strings.Contains(got.body, h) {
						t.Errorf("%q %s %s tells %q", who, r.Method, try.path, h)
					}
				}
				if opened := strings.HasSuffix(r.Path, "/open") && got.status == 200; strings.Contains(got.body, idNumber) != opened {
					t.Errorf("%q %s %s: the sealed number: %s", who, r.Method, try.path, got.body)
				}
				if got.status >= 400 && (got.header.Get("Content-Type") != "application/problem+json" || got.code() == "") {
					t.Errorf("%s %s: a refusal of %s: %s", r.Method, try.path, got.header.Get("Content-Type"), got.body)
				}
				if got.header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s %s may be kept: %s", r.Method, try.path, got.header.Get("Cache-Control"))
				}
				checkReply(t, try.path, got)
			}
		}
	}
	for _, path := range []string{"/openapi.json", "/"} {
		got := s.program("").get(path)
		if got.status != 200 || got.header.Get("Etag") == "" && path != "/" {
			t.Errorf("%s: %d", path, got.status)
		}
		checkReply(t, path, answer{header: got.header.Clone()})
		if m := inline.FindString(got.body) + outside.FindString(got.body); path == "/" && m != "" {
			t.Errorf("the page has %q", m)
		}
	}
	if got := s.program("wang").ask("DELETE", "/visits", ""); got.status != 405 || got.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("another method: %d %v", got.status, got.header)
	}
	if strings.Contains(s.log.String(), idNumber) || strings.Contains(s.log.String(), "zft_") {
		t.Error("the log tells what nobody may read there")
	}
}

// A token has its person's rights as they are, and no more than it was narrowed to.
func TestTokensAreNarrowed(t *testing.T) {
	s := newStory(t)
	decide := map[string]any{"decision": "approved", "seen": "x"}
	visit := "/visits/" + string(s.visit)
	for what, of := range map[string]struct {
		p    *program
		want map[string]int
	}{
		"reading":         {s.program("wang", func(n *operator.NewToken) { n.Read = true }), map[string]int{visit: 200, "/held": 200, visit + "/decision": 403}},
		"visits":          {s.program("wang", func(n *operator.NewToken) { n.Kinds = []string{zoufang.KindVisit} }), map[string]int{visit: 200, "/persons": 403, "/held": 403, "/changes?kind=person": 403, "/changes": 200, visit + "/decision": 409}},
		"far area":        {s.program("sun", func(n *operator.NewToken) { n.Areas = []zoufang.AreaID{town2} }), map[string]int{visit: 404, "/visits/" + string(s.far): 200, visit + "/decision": 404}},
		"another village": {s.program("wang", func(n *operator.NewToken) { n.Areas = []zoufang.AreaID{xi} }), map[string]int{visit: 404, "/visits": 200}},
	} {
		for path, want := range of.want {
			got := of.p.get(path)
			if strings.HasSuffix(path, "/decision") {
				got = of.p.post(path, decide)
			}
			if got.status != want {
				t.Errorf("%s: %s: %d %s, want %d", what, path, got.status, got.body, want)
			}
		}
	}
	p := s.program("wang")
	if p.get("/me").status != 200 {
		t.Fatal("a token does not open")
	}
	w := s.users["wang"]
	_, err := s.operator().Disable(t.Context(), w.ID, true)
	s.must(err)
	if got := p.get("/me"); got.status != 401 || got.code() != "token" {
		t.Errorf("of somebody who is shut out: %d %s", got.status, got.body)
	}
	_, err = s.operator().Disable(t.Context(), w.ID, false)
	s.must(err)
	s.must(s.operator().RevokeToken(t.Context(), strings.TrimPrefix(strings.Split(p.token, ".")[0], "zft_")))
	if got := p.get("/me"); got.status != 401 {
		t.Errorf("revoked: %d", got.status)
	}
	for _, bad := range []string{"zft_x.y", "x", "Bearer", strings.Repeat("a", 4000)} {
		if got := (&program{s.world, bad}).get("/me"); got.status != 401 {
			t.Errorf("%.20q: %d", bad, got.status)
		}
	}
}

// The console's sign-in opens the API; what changes something comes from our pages alone.
func TestAPIOfTheConsole(t *testing.T) {
	s := newStory(t)
	b := s.as("wang")
	if got := b.get("/api/v1/me"); got.status != 200 || !strings.Contains(got.body, "王主任") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	old := "zoufang_access=x; zoufang_refresh=x.y; " // of the narrower path that they had once
	for name, value := range b.cookies() {
		old += name + "=" + value + "; "
	}
	if got := s.browser().get("/staff/visits", "Cookie", old); got.path != "/staff/visits" {
		t.Errorf("cookies of before stand in the way: %s", got.path)
	}
	ask := func(headers ...string) int {
		req, err := http.NewRequest("POST", s.base+"/api/v1/visits/"+string(s.visit)+"/decision", strings.NewReader(`{"decision":"approved","seen":"x"}`))
		s.must(err)
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		resp, err := b.Do(req)
		s.must(err)
		resp.Body.Close()
		return resp.StatusCode
	}
	asJSON := []string{"Content-Type", "application/json"}
	for _, of := range []struct {
		want    int
		headers []string
	}{
		{409, append(asJSON, "Origin", s.base)},
		{403, asJSON},
		{403, append(asJSON, "Origin", "https://elsewhere.example")},
		{403, append(asJSON, "Origin", s.base, "Sec-Fetch-Site", "cross-site")},
		{415, []string{"Content-Type", "text/plain", "Origin", s.base}},
		{415, []string{"Content-Type", "application/x-www-form-urlencoded", "Origin", s.base}},
	} {
		if got := ask(of.headers...); got != of.want {
			t.Errorf("%v: %d, want %d", of.headers, got, of.want)
		}
	}
}
