package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"zoufang"
	"zoufang/internal/recovery"
)

// drafted makes a rescue file with drafts alone, and a photo of the first of them.
func (w *world) drafted(user zoufang.UserID, photo []byte, drafts ...map[string]any) []byte {
	w.Helper()
	keys, err := recovery.Keys(w.Context(), w.store, w.clock.now())
	w.must(err)
	secret := bytes.Repeat([]byte{9}, 32)
	wrapped, err := keys[0].Wrap(secret)
	w.must(err)
	content, err := recovery.NewContent(secret)
	w.must(err)
	var file bytes.Buffer
	put := func(entry map[string]any, sealed []byte) {
		if sealed != nil {
			entry["bytes"] = len(sealed)
		}
		b, err := json.Marshal(entry)
		w.must(err)
		file.Write(append(b, '\n'))
		if sealed != nil {
			file.Write(append(sealed, '\n'))
		}
	}
	put(map[string]any{"zoufang": "rescue", "v": 1, "device": "old", "user": user, "kid": keys[0].ID, "wrapped": base64.RawURLEncoding.EncodeToString(wrapped)}, nil)
	for i, d := range drafts {
		plain, err := json.Marshal(d)
		w.must(err)
		id := string(rune('a' + i))
		put(map[string]any{"draft": id, "at": w.clock.now().UnixMilli()}, content.Seal("zoufang-draft-v1\n"+id, plain))
	}
	sum := sha256.Sum256(photo)
	name := hex.EncodeToString(sum[:])
	put(map[string]any{"media": name, "draft": "a", "type": "image/jpeg"}, content.Seal("zoufang-media-v1\n"+name, photo))
	put(map[string]any{"end": len(drafts) + 1}, nil)
	return file.Bytes()
}

// Drafts are shown once, to those in whose areas they are, and leave no trace.
func TestDraftsOfARescueFile(t *testing.T) {
	w := newWorld(t, "").settled()
	intent := func(what, who string, area zoufang.AreaID, item ...any) map[string]any {
		return map[string]any{"v": 2, "what": what, "who": who, "area": area, "about": nil, "form": nil, "items": []any{item}}
	}
	visit := func(area zoufang.AreaID, note string) map[string]any {
		return intent("探访", "", area, "new", w.rid(), "visit", area, map[string]any{"type": "care", "note": note})
	}
	report := intent("报问题", "王秀兰", "", "new", w.rid(), "request", "", map[string]any{"item": "看病就医", "urgency": "紧急", "text": "<b>药断了</b>"})
	old := map[string]any{"v": 1, "what": "remark", "f": map[string]any{"text": "旧手机的话"}}
	// What an older app wrote says where it belongs by the records it names, and may
	// hold a number that is sealed elsewhere.
	far := w.rid()
	w.save("周南", 0, "", []any{"new", far, "household", nan, map[string]any{"head": "钱多多"}})
	oldFar := map[string]any{"v": 1, "was": map[string]any{"id": far, "area": nan}, "f": map[string]any{"text": "南村旧手机的话"}}
	oldFar2 := map[string]any{"v": 1, "household": far, "answers": map[string]any{"note": "南村又一句"}}
	newer := map[string]any{"v": 9, "what": "核", "who": "", "area": dong, "about": nil, "form": nil, "items": []any{[]any{"set", w.rid(), "id_number", idNumber, []any{}}, []any{"newer"}}}
	photo := []byte("a photo, more or less")
	file := w.drafted(w.users["李芳"].ID, photo, visit(dong, "屋顶漏了"), visit(nan, "别的镇的事"), report, old, oldFar, oldFar2, newer)

	got := w.as("wang").upload("/staff/rescue", file, w.base)
	if got.status != 200 || got.header.Get("Cache-Control") != "no-store" || !strings.Contains(got.header.Get("Content-Security-Policy"), "img-src 'self' data:; ") {
		t.Fatalf("%d %q %q", got.status, got.header.Get("Cache-Control"), got.header.Get("Content-Security-Policy"))
	}
	has(t, got.body, "没提交的草稿 7 份", "只在这一页显示一次", "探访", "屋顶漏了", "王秀兰 报问题", "旧手机的话", "看病就医", "&lt;b&gt;药断了", "data:image/jpeg;base64,"+base64.StdEncoding.EncodeToString(photo), "另有 3 份草稿不在您的区划里", "不能证明这些草稿", "110***********002X")
	lacks(t, got.body, "南村", idNumber)
	if strings.Contains(got.body, "别的镇的事") {
		t.Error("a draft of another township is shown")
	}
	// A file of a person whom nobody knows here says nothing of what has no area.
	got = w.as("wang").upload("/staff/rescue", w.drafted("made-after-the-backup", photo, report, visit(dong, "屋顶漏了")), w.base)
	has(t, got.body, "屋顶漏了", "另有 1 份草稿不在您的区划里")
	if strings.Contains(got.body, "药断了") {
		t.Error("what may be anybody's is shown")
	}
	if got = w.as("zhao").upload("/staff/rescue", file, w.base); got.status != 422 || strings.Contains(got.body, "屋顶漏了") {
		t.Errorf("another township: %d", got.status)
	}
	for _, page := range []string{"/staff/people", "/staff/held", "/staff/visits"} {
		if strings.Contains(w.as("wang").get(page).body, "屋顶漏了") {
			t.Errorf("%s keeps a draft", page)
		}
	}
	if log := w.log.String(); strings.Contains(log, "屋顶漏了") || strings.Contains(log, "药断了") || strings.Contains(log, "王秀兰") {
		t.Error("the log tells of a draft")
	} else {
		has(t, log, `"drafts":7`)
	}
}
