package rescue_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/recovery"
	"zoufang/internal/tokens"
	"zoufang/server/rescue"
	"zoufang/storage"
)

func (f *file) draft(id string, value any) *file {
	plain, err := json.Marshal(value)
	f.d.must(err)
	sealed := f.content.Seal("zoufang-draft-v1\n"+id, plain)
	f.json(map[string]any{"draft": id, "at": 1763760000000, "bytes": len(sealed)})
	f.Write(append(sealed, '\n'))
	f.entries++
	return f
}

func (f *file) draftMedia(id, kind string, b []byte) *file {
	sealed := f.content.Seal("zoufang-media-v1\n"+digest(b), b)
	f.json(map[string]any{"media": digest(b), "draft": id, "type": kind, "bytes": len(sealed)})
	f.Write(append(sealed, '\n'))
	f.entries++
	return f
}

func (d *desk) read(b []byte) (rescue.Report, *rescue.Drafts) {
	d.Helper()
	found := &rescue.Drafts{}
	m := rescue.Importer{Records: d.store, Accounts: d.store, Blobs: d.blobs, Now: time.Now, By: zoufang.SystemUser(), Drafts: found}
	got, err := m.Import(d.Context(), bytes.NewReader(b))
	d.must(err)
	return got, found
}

type object = map[string]any

// intentOf is a draft as a phone puts it into a file.
func intentOf(what, who string, area zoufang.AreaID, about any, items ...any) object {
	return object{"v": 2, "what": what, "who": who, "area": area, "about": about, "form": nil, "items": items, "at": 1763760000001}
}

func said(t *testing.T, d rescue.Draft) string {
	answers, err := d.Answers(func(zoufang.RecordID) (*zoufang.Record, error) {
		return &zoufang.Record{Kind: zoufang.KindHousehold}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range answers {
		kind, op := "", "="
		if a.Kind != nil {
			kind = a.Kind.Name
		}
		if a.Gone {
			op = "-"
		}
		out = append(out, kind+"."+a.Field+op+string(a.Value))
	}
	return strings.Join(append(out, d.Texts...), "\n")
}

// What was begun and not submitted is counted, read by whoever asks, and stored
// nowhere.
func TestDrafts(t *testing.T) {
	d := newDesk(t)
	home, person, visit := zoufang.NewRecordID(1), zoufang.NewRecordID(2), zoufang.NewRecordID(3)
	photo := []byte("a photo of a draft")
	seen := []any{}
	f := d.file(true, nil).
		draft(string(visit), intentOf("探访", "王秀兰", dong, home, []any{"new", visit, "visit", dong, object{
			"type": "care", "household": home, "note": "屋顶漏了", "risk": object{"level": "高"}, "answers.meals": "两顿", "persons": []any{person},
			"photos": []string{digest(photo)}, "unheard": "of it"}})).
		draft("/household/"+string(home)+"/edit", intentOf("修改户信息", "王秀兰", dong, home,
			[]any{"judge", zoufang.CommitID("x"), "amend", ""}, []any{"set", home, "address", "3组9号", seen}, []any{"set", home, "phone", nil, seen},
			[]any{"add", person, "categories", "低保"}, []any{"rm", person, "categories", "独居老人", seen}, []any{"set", person, "id_number", "11010519491231002X", seen},
			[]any{"log", home, "remarks", "换了号"}, []any{"go", visit, "state", "draft", "submitted", seen})).
		draft("/discover", intentOf("主动发现", strings.Repeat("长", 70), dong, nil,
			[]any{"new", home, "household", dong, object{"head": "赵某", "members": []any{person}}},
			[]any{"new", person, "person", dong, object{"name": "赵某", "household": home}})).
		draft("old", object{"v": 1, "rid": visit, "answers": object{"note": "屋顶漏了", "met": " ", "photos": []string{digest(photo)}}, "f": []any{"断粮", 5, "屋顶漏了"}}).
		draft("newer", intentOf("核", "", dong, nil, []any{"set", home, "head", "王", seen}, []any{"unheard", "of"})).
		draft("misshapen", intentOf("改", "", dong, nil, []any{"set", home, "head"})).
		draftMedia(string(visit), "image/jpeg", photo)
	f.json(object{"draft": "y", "bytes": 40})
	f.Write(append(make([]byte, 40), '\n'))
	f.entries++
	b := f.end()

	got, found := d.read(b)
	want := rescue.Report{User: d.user.ID, Proven: true, Drafts: 6, DraftMedia: 1, Damaged: 1}
	if got != want || found.More != 0 {
		t.Errorf("got %+v and %d more, want %+v", got, found.More, want)
	}
	if again, err := d.take(b); err != nil || again != want {
		t.Errorf("without asking what they say: %+v %v", again, err)
	}
	l := found.List
	if len(l) != 6 {
		t.Fatalf("%d drafts", len(l))
	}
	for i, want := range []struct {
		what, who string
		about     zoufang.RecordID
		area      zoufang.AreaID
		at        int64
		says      []string
	}{
		{"探访", "王秀兰", home, dong, 1763760000001, []string{`visit.persons=["` + string(person) + `"]`, `visit.answers.meals="两顿"`, `visit.risk={"level":"高"}`, `visit.note="屋顶漏了"`, `.unheard="*****"`}},
		{"修改户信息", "王秀兰", home, dong, 1763760000001, []string{`household.address="3组9号"`, `household.phone=null`, `person.categories="低保"`, `person.categories-"独居老人"`, `person.id_number="110***********002X"`, `household.remarks="换了号"`}},
		{"主动发现", strings.Repeat("长", 60), "", dong, 1763760000001, []string{`household.head="赵某"`, `person.name="赵某"`}},
		{"", "", "", "", 1763760000000, []string{"屋顶漏了", "断粮"}},
		{"核", "", "", dong, 1763760000001, []string{"set", "head", "王", "unheard", "of", "核"}},
		{"改", "", "", dong, 1763760000001, []string{"set", "head", "改"}},
	} {
		if l[i].What != want.what || l[i].Who != want.who || l[i].About != want.about || l[i].Area != want.area || l[i].At != want.at {
			t.Errorf("draft %d: %q of %q about %q in %q at %d", i, l[i].What, l[i].Who, l[i].About, l[i].Area, l[i].At)
		}
		if says := said(t, l[i]); says != strings.Join(want.says, "\n") {
			t.Errorf("draft %d says\n%s", i, says)
		}
	}
	if len(l[0].Media) != 1 || !bytes.Equal(l[0].Media[0].Bytes, photo) {
		t.Error("the photo is not with its draft")
	}
	if _, err := d.blobs.Stat(t.Context(), zoufang.Digest(digest(photo))); err == nil {
		t.Error("a draft's photo was stored")
	}
	d.must(d.store.View(t.Context(), func(v storage.View) error {
		return v.HeldOpen(func(storage.Held) bool { t.Error("a draft became a line"); return false })
	}))
}

// However many drafts a file has, what is handed on of them is bounded, and what is
// left out is counted.
func TestDraftBounds(t *testing.T) {
	d := newDesk(t)
	f := d.file(true, nil)
	for i := range 205 {
		f.draft(fmt.Sprint("d", i), intentOf("补一句说明", "", dong, nil))
	}
	for i := range 5 {
		f.draftMedia("d0", "image/png", bytes.Repeat([]byte{byte(i)}, 2<<20))
	}
	got, found := d.read(f.draftMedia("nobody's", "image/png", []byte("x")).draftMedia("d1", "text/html", []byte("y")).end())
	if got.Drafts != 205 || got.DraftMedia != 6 || got.Strange != 1 || len(found.List) != 200 || len(found.List[0].Media) != 4 || found.More != 5+1+1 {
		t.Errorf("%+v, %d read, %d media, %d more", got, len(found.List), len(found.List[0].Media), found.More)
	}
	big := d.file(true, nil)
	big.json(object{"draft": "big", "bytes": 2 << 20})
	if _, err := d.take(append(big.Bytes(), make([]byte, 2<<20)...)); err == nil {
		t.Error("a draft of two megabytes was taken")
	}
}

// A server put back to before its newest recovery key opens the file by an older
// wrap, and believes it if the phone signed for that one.
func TestOlderWrapOpens(t *testing.T) {
	d := newDesk(t)
	keys, err := recovery.Keys(t.Context(), d.store, time.Now())
	d.must(err)
	lost, err := recovery.New()
	d.must(err)
	wrapTo := func(k recovery.Key, content []byte, sign bool) object {
		wrapped, err := k.Wrap(content)
		d.must(err)
		w := object{"kid": k.ID, "wrapped": b64(wrapped)}
		if sign {
			hash := sha256.Sum256([]byte(tokens.RescueText(d.device.ID, d.user.ID, k.ID, wrapped)))
			r, s, err := ecdsa.Sign(rand.Reader, d.private, hash[:])
			d.must(err)
			w["proof"] = b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
		}
		return w
	}
	newest := wrapTo(lost, d.content, true)
	with := func(wraps ...object) []byte {
		return d.file(false, func(h map[string]any) {
			for k, v := range newest {
				h[k] = v
			}
			h["wraps"] = wraps
		}).line(d.line([]any{"new", zoufang.NewRecordID(1), "visit", dong, map[string]any{"type": "routine"}})).end()
	}
	d.want(with(newest, wrapTo(keys[0], d.content, true)), rescue.Report{Proven: true, Lines: 1, Applied: 1})
	// Somebody adds a wrap of a key of their own to what a phone signed.
	forged := wrapTo(keys[0], d.content, false)
	d.want(with(newest, forged), rescue.Report{Lines: 1, Held: 1})
	forged["proof"] = newest["proof"]
	d.want(with(newest, forged), rescue.Report{Lines: 1, Held: 1})
	// One that does not open is passed over.
	broken := wrapTo(keys[0], d.content, true)
	broken["wrapped"] = b64(make([]byte, recovery.Wrapped))
	d.want(with(newest, broken, wrapTo(keys[0], d.content, true)), rescue.Report{Proven: true, Lines: 1, Applied: 1})
	for name, b := range map[string][]byte{"none of this server": with(newest), "damaged": with(broken), "too many": with(newest, newest, newest, newest, newest, newest, newest, newest, wrapTo(keys[0], d.content, true))} {
		if _, err := d.take(b); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
