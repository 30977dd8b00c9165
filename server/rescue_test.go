package server

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/recovery"
	"zoufang/storage"
)

// upload sends a file as the page's form does.
func (b *browser) upload(path string, content []byte, origin string) answer {
	b.w.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", "li.zfrescue")
	b.w.must(err)
	part.Write(content)
	b.w.must(m.Close())
	req, err := http.NewRequest("POST", b.w.base+path, &body)
	b.w.must(err)
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", origin)
	req.Header.Set("Accept", "text/html")
	resp, err := b.Do(req)
	b.w.must(err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	b.w.must(err)
	return answer{resp.StatusCode, resp.Header, string(all), resp.Request.URL.Path}
}

func TestRescueFileByThePage(t *testing.T) {
	w := newWorld(t, "").settled()
	keys, err := recovery.Keys(t.Context(), w.store, w.clock.now())
	w.must(err)
	secret := bytes.Repeat([]byte{9}, 32)
	wrapped, err := keys[0].Wrap(secret)
	w.must(err)
	content, err := recovery.NewContent(secret)
	w.must(err)
	li := w.users["李芳"]
	line, err := zoufang.Action{Device: "old", N: 1, User: li.ID, At: 1, Page: "p"}.Frozen([]any{[]any{"new", w.rid(), "visit", dong, map[string]any{"type": "care"}}})
	w.must(err)
	id, _ := zoufang.HashLine(line)
	sealed := content.Seal("zoufang-line-v1\nold\n1", line)
	var file bytes.Buffer
	for _, v := range []map[string]any{
		{"zoufang": "rescue", "v": 1, "device": "old", "user": li.ID, "kid": keys[0].ID, "wrapped": base64.RawURLEncoding.EncodeToString(wrapped)},
		{"line": id, "dev": "old", "n": 1, "bytes": len(sealed)},
	} {
		b, err := json.Marshal(v)
		w.must(err)
		file.Write(append(b, '\n'))
	}
	file.Write(append(sealed, "\n{\"end\":1}\n"...))

	b := w.as("wang")
	if got := b.upload("/staff/rescue", file.Bytes(), "https://evil.example"); got.status != 403 {
		t.Errorf("from elsewhere: %d", got.status)
	}
	if got := w.as("zhao").upload("/staff/rescue", file.Bytes(), w.base); got.status != 422 {
		t.Errorf("another township: %d", got.status)
	} else {
		has(t, got.body, "不归您导入")
	}
	if got := b.upload("/staff/rescue", []byte("GIF89a\n"), w.base); got.status != 422 {
		t.Errorf("a picture: %d", got.status)
	} else {
		has(t, got.body, "导不进来")
	}
	got := b.upload("/staff/rescue", file.Bytes(), w.base)
	if got.status != 200 {
		t.Fatalf("taken in: %d", got.status)
	}
	has(t, got.body, "救援文件已导入", "内容 1 条：0 条已在记录里，1 条放在“搁置待定”")
	has(t, b.get("/staff/held").body, "手机已注销或未能证明", "李芳 要新记一条走访", "类型：探访", "须由另一人放行", "不采用</button>")
	// A file larger than a form may be streams as well.
	big := bytes.Clone(file.Bytes()[:file.Len()-len("{\"end\":1}\n")])
	big = append(big, bytes.Repeat([]byte("{\"line\":\"AAAAAAAAAAAAAAAA\",\"dev\":\"old\",\"n\":2,\"bytes\":40000}\n"+string(make([]byte, 40000))+"\n"), 60)...)
	got = b.upload("/staff/rescue", big, w.base)
	if got.status != 200 {
		t.Fatalf("%d bytes: %d", len(big), got.status)
	}
	has(t, got.body, "内容 61 条", "另有 60 项打不开", "文件不完整")
}

// What an unproven rescue file brought is released by another person than its
// importer, and the record says so for ever.
func TestAnotherPersonReleasesARescueFile(t *testing.T) {
	w := newWorld(t, "").settled()
	visits := []zoufang.RecordID{w.rid(), w.rid(), w.rid(), w.rid()}
	var lines [][]byte
	for i, id := range visits {
		line, err := zoufang.Action{Device: "old", N: int64(i + 1), User: w.users["李芳"].ID, At: 1, Page: "p"}.Frozen([]any{[]any{"new", id, "visit", dong, map[string]any{"type": "care"}}})
		w.must(err)
		lines = append(lines, line)
	}
	wang, sun := w.as("wang"), w.as("sun")
	if got := wang.upload("/staff/rescue", w.rescued(w.users["李芳"].ID, lines...), w.base); got.status != 200 {
		t.Fatalf("taken in: %d", got.status)
	}
	one, _ := zoufang.HashLine(lines[0])
	page := wang.get("/staff/held").body
	has(t, page, "由 王主任 导入的未经证实的救援文件，须由另一人放行", "不采用</button>")
	lacks(t, page, "放行</button>")
	got := wang.do("POST", "/staff/held/"+string(one), url.Values{"ruling": {"release"}, "why": {"属实"}})
	if got.status != 409 || !strings.Contains(got.body, "须由另一人放行") || w.has(visits[0]) {
		t.Errorf("its importer releases it: %d", got.status)
	}
	// The rule is the judge's own, whatever way the word comes.
	judged := w.saves("wang", []any{[]any{"judge", one, "release", "属实"}})[0]
	if judged.Code != zoufang.HeldInvalid || judged.Rule != zoufang.RuleBrought || w.has(visits[0]) {
		t.Errorf("by a phone: %+v", judged)
	}
	w.clock.forward(2 * time.Second) // a page decides of what came before it
	group := groupLink.FindStringSubmatch(page)[1]
	decide := func(b *browser) answer {
		form := step(t, b.get(group).body)
		form.Set("ruling", "release")
		form.Set("why", "属实")
		return b.do("POST", "/staff/held/group", form)
	}
	got = decide(wang)
	if got.status != 200 || !strings.Contains(got.body, "4 条没有办成：您自己导入的未经证实的救援文件") || w.has(visits[1]) {
		t.Errorf("as a group: %d", got.status)
	}
	has(t, sun.get("/staff/held").body, "由 王主任 导入的未经证实的救援文件</p>", "放行</button>")
	got = sun.do("POST", "/staff/held/"+string(one), url.Values{"ruling": {"release"}, "why": {"属实"}})
	has(t, got.body, "已放行")
	decide(sun)
	for _, id := range visits {
		has(t, wang.get("/staff/visits/"+string(id)).body, "由 王主任 导入的未经证实的救援文件，孙科长 放行")
	}
	log := sun.get("/staff/log?kind=rescue_released").body
	has(t, log, "放行救援内容", "孙科长", "李芳", "共 3 次")
}

func (w *world) has(id zoufang.RecordID) bool {
	w.Helper()
	there := false
	w.must(w.store.View(w.Context(), func(v storage.View) error {
		r, err := v.Record(id)
		there = r != nil
		return err
	}))
	return there
}

// rescued makes a rescue file of a phone that nobody knows.
func (w *world) rescued(of zoufang.UserID, lines ...[]byte) []byte {
	w.Helper()
	keys, err := recovery.Keys(w.Context(), w.store, w.clock.now())
	w.must(err)
	secret := bytes.Repeat([]byte{9}, 32)
	wrapped, err := keys[0].Wrap(secret)
	w.must(err)
	content, err := recovery.NewContent(secret)
	w.must(err)
	var file bytes.Buffer
	put := func(v map[string]any, sealed []byte) {
		b, err := json.Marshal(v)
		w.must(err)
		file.Write(append(b, '\n'))
		if sealed != nil {
			file.Write(append(sealed, '\n'))
		}
	}
	put(map[string]any{"zoufang": "rescue", "v": 1, "device": "old", "user": of, "kid": keys[0].ID, "wrapped": base64.RawURLEncoding.EncodeToString(wrapped)}, nil)
	for i, line := range lines {
		id, _ := zoufang.HashLine(line)
		sealed := content.Seal(fmt.Sprintf("zoufang-line-v1\nold\n%d", i+1), line)
		put(map[string]any{"line": id, "dev": "old", "n": i + 1, "bytes": len(sealed)}, sealed)
	}
	put(map[string]any{"end": len(lines)}, nil)
	return file.Bytes()
}
