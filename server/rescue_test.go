package server

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"zoufang"
	"zoufang/internal/recovery"
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
	has(t, b.get("/staff/held").body, "手机已注销或未能证明", "李芳 要新记一条走访", "类型：探访", "放行</button>")
	// A file larger than a form may be streams as well.
	big := bytes.Clone(file.Bytes()[:file.Len()-len("{\"end\":1}\n")])
	big = append(big, bytes.Repeat([]byte("{\"line\":\"AAAAAAAAAAAAAAAA\",\"dev\":\"old\",\"n\":2,\"bytes\":40000}\n"+string(make([]byte, 40000))+"\n"), 60)...)
	got = b.upload("/staff/rescue", big, w.base)
	if got.status != 200 {
		t.Fatalf("%d bytes: %d", len(big), got.status)
	}
	has(t, got.body, "内容 61 条", "另有 60 项打不开", "文件不完整")
}
