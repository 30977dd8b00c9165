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

func said(d rescue.Draft) (out []string) {
	for _, a := range d.Answers {
		out = append(out, a.Kind+"."+a.Field+"="+string(a.Value))
	}
	return out
}

// What was begun and not submitted is counted, read by whoever asks, and stored
// nowhere; what the record had before is left out.
func TestDrafts(t *testing.T) {
	d := newDesk(t)
	home, person, visit := zoufang.NewRecordID(1), zoufang.NewRecordID(2), zoufang.NewRecordID(3)
	photo := []byte("a photo of a draft")
	head := func(v any) []object { return []object{{"value": v}} }
	f := d.file(true, nil).
		draft(string(visit), object{"v": 1, "rid": visit, "type": "care", "area": dong, "household": home, "persons": []any{person}, "started": 5, "form": "", "was": nil,
			"answers": object{"note": "屋顶漏了", "risk": "高", "risk.reason": "独居", "answers.meals": "两顿", "photos": []string{digest(photo)}, "met": " "}}).
		draft("/household/"+string(home)+"/edit", object{"v": 1, "what": "edit_household", "who": "王秀兰", "f": object{"texts": object{"head": "王秀兰", "address": "3组9号"}, "place": nil, "categories": []any{}, "remark": ""},
			"was": object{"id": home, "area": dong, "fields": object{"head": head("王秀兰"), "address": head("3组8号")}}}).
		draft("/discover", object{"v": 1, "what": "discover_title", "who": "赵", "was": nil, "f": object{"name": "赵某", "phone": "025-1", "why": "断粮", "area": dong, "categories": []any{"低保"}}}).
		draft("/household/"+string(home)+"/change?amend=x", object{"v": 1, "what": "change_title", "who": "王秀兰", "was": nil, "f": object{"kind": "死亡", "person": person, "why": "11月2日"}}).
		draft("x", object{"v": 2, "unheard": "of"}).
		draftMedia(string(visit), "image/jpeg", photo)
	f.json(object{"draft": "y", "bytes": 40})
	f.Write(append(make([]byte, 40), '\n'))
	f.entries++
	b := f.end()

	got, found := d.read(b)
	want := rescue.Report{User: d.user.ID, Proven: true, Drafts: 5, DraftMedia: 1, Damaged: 1}
	if got != want || found.More != 0 {
		t.Errorf("got %+v and %d more, want %+v", got, found.More, want)
	}
	if again, err := d.take(b); err != nil || again != want {
		t.Errorf("without asking what they say: %+v %v", again, err)
	}
	l := found.List
	if len(l) != 5 {
		t.Fatalf("%d drafts", len(l))
	}
	for i, want := range []struct {
		editor rescue.Editor
		about  zoufang.RecordID
		area   zoufang.AreaID
		says   []string
	}{
		{rescue.OfVisit, home, dong, []string{`visit.persons=["` + string(person) + `"]`, "visit.started=5", `visit.answers.meals="两顿"`, `visit.risk={"level":"高","reason":"独居"}`, `visit.note="屋顶漏了"`}},
		{rescue.OfHousehold, home, dong, []string{`household.address="3组9号"`}},
		{rescue.OfDiscovery, "", dong, []string{`request.urgency`, `request.text="断粮"`, `person.name="赵某"`, `person.categories=["低保"]`, `household.phone="025-1"`}[1:]},
		{rescue.OfChange, home, "", []string{`request.item="死亡"`, `request.person="` + string(person) + `"`, `request.text="11月2日"`}},
		{rescue.OfNewerApp, "", "", nil},
	} {
		if l[i].Editor != want.editor || l[i].About != want.about || l[i].Area != want.area || strings.Join(said(l[i]), "\n") != strings.Join(want.says, "\n") {
			t.Errorf("draft %d: %q about %q in %q: %s", i, l[i].Editor, l[i].About, l[i].Area, strings.Join(said(l[i]), " · "))
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
		f.draft(fmt.Sprint("d", i), object{"v": 1, "what": "remark", "who": "", "f": object{"text": "话"}})
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
