package server

import (
	"strings"
	"testing"
	"time"

	"zoufang"
)

// TestWhatCannotBeSeen: a photo that cannot be seen is told in words in its place, in
// lists and where the visit is decided, with its file; deciding stays possible. The
// first who asks for its picture finds it out where nobody has before.
func TestWhatCannotBeSeen(t *testing.T) {
	s := newStory(t)
	b := s.as("wang")
	files := map[string][]byte{
		"HEIC 格式":  append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 500)...),
		"空文件":      {},
		"不完整":      s.photo[:len(s.photo)/2],
		"是网页，不是照片": []byte("<!DOCTYPE html><title>登录</title>"),
		"不是照片文件":   []byte("GIF89a and no more"),
		"内容损坏":     append(append([]byte{}, s.photo[:strings.Index(string(s.photo), "\xff\xda")+14]...), append([]byte(strings.Repeat("\xa5\x5a\x31", 200_000)), 0xff, 0xd9)...),
	}
	var names []any
	for _, f := range files {
		names = append(names, digestOf(f))
	}
	id := s.rid()
	s.save("李芳", time.Hour, "", []any{"new", id, "visit", dong, map[string]any{"type": "routine", "household": s.house, "photos": append(names, digestOf(s.photo))}})
	for _, f := range files {
		s.arrives(f, "image/jpeg", id)
	}
	s.arrives(s.photo, "image/jpeg", id)
	s.save("李芳", 0, "", []any{"go", id, "state", "draft", "submitted", []any{}})
	path := "/staff/visits/" + string(id)
	lacks(t, b.get(path).body, "打不开") // nobody has looked yet
	for _, f := range files {
		if got := b.get("/staff/media/" + string(digestOf(f)) + "?size=320"); got.status != 404 {
			t.Errorf("a picture of what cannot be seen: %d", got.status)
		}
	}
	page := b.get(path).body
	if n := strings.Count(page, "照片打不开"); n != len(files) {
		t.Errorf("%d photos are told as not to be seen", n)
	}
	has(t, page, "有 6 份照片、签名或录音打不开", "不能算看过", "核定</button>", `/staff/media/`+string(digestOf(s.photo))+`?size=320`)
	for words, f := range files {
		has(t, page, words, `href="/staff/media/`+string(digestOf(f))+`?save" download`)
		lacks(t, page, `/staff/media/`+string(digestOf(f))+`?size=320`)
		saved := b.get("/staff/media/" + string(digestOf(f)) + "?save")
		if saved.body != string(f) || !strings.HasPrefix(saved.header.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s: %d bytes, %v", words, len(saved.body), saved.header)
		}
	}
	has(t, b.get("/staff/visits").body, "6 份打不开")
	heic := b.get("/staff/media/" + string(digestOf(files["HEIC 格式"])) + "?save").header.Get("Content-Disposition")
	if !strings.HasSuffix(heic, `.heic"`) {
		t.Errorf("HEIC is saved as %s", heic)
	}
	if got := b.do("POST", path+"/approve", shown(t, page)); !strings.Contains(got.body, "已核定") {
		t.Error("it cannot be approved")
	}
	row := string(s.record(id).AppendRow(nil))
	has(t, row, `"flaws":{`, `"`+string(digestOf(files["空文件"]))+`":"`+string(zoufang.FlawEmpty)+`"`)
}
