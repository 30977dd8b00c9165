package operator_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/internal/seal"
	"zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
)

type kept struct {
	*testing.T
	*operator.Operator
	store *sqlitestore.Store
}

func open(t *testing.T, areas string) *kept {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.Open(filepath.Join(dir, "keys", "seal.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	k := &kept{t, &operator.Operator{Records: s, Accounts: s, Now: time.Now}, s}
	k.areas(areas)
	return k
}

func (k *kept) areas(csv string) {
	k.Helper()
	if done, err := k.ImportAreas(k.Context(), strings.NewReader("code,name\n"+csv), false); err != nil || len(done.Faults) > 0 {
		k.Fatal(err, done.Faults)
	}
}

func (k *kept) publish() int {
	k.Helper()
	n, err := k.PublishContent(k.Context())
	if err != nil {
		k.Fatal(err)
	}
	return n
}

func (k *kept) list(kind string, area zoufang.AreaID) (out []*zoufang.Record) {
	k.Helper()
	err := k.store.View(k.Context(), func(v storage.View) error {
		out = nil
		return v.List(kind, []zoufang.AreaID{area}, 0, 0, func(r *zoufang.Record) bool { out = append(out, r); return true })
	})
	if err != nil {
		k.Fatal(err)
	}
	return out
}

const (
	county   = zoufang.AreaID("990103000000")
	township = zoufang.AreaID("990103101000")
	village  = zoufang.AreaID("990103101201")
)

func TestContentIsPublishedOnceAtTheTop(t *testing.T) {
	docs, err := content.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	k := open(t, string(village)+",东村\n"+string(county)+",县\n"+string(township)+",镇\n")
	if n := k.publish(); n != len(docs) {
		t.Errorf("%d published, want %d", n, len(docs))
	}
	if n := k.publish(); n != 0 {
		t.Errorf("%d published again", n)
	}
	if n := len(k.list("form", county)); n != 7 || len(k.list("form", village)) != 0 {
		t.Errorf("%d forms at the top", n)
	}
	for _, r := range k.list("form", county) {
		if r.Author != zoufang.System || content.Check("form", r.Shown("body")) != nil || r.Shown("source") == nil {
			t.Errorf("form %s is not as it was shipped", r.ID)
		}
	}
}

func TestContentLeavesWhatAnOfficeChanged(t *testing.T) {
	k := open(t, string(county)+",县\n")
	k.publish()
	sun, _, err := k.AddUser(t.Context(), operator.NewUser{Name: "孙科长", Role: zoufang.County, Areas: []zoufang.AreaID{county}, Login: "sun"})
	if err != nil {
		t.Fatal(err)
	}
	rule := content.RecordID(county, "rule", "cadence-roster", 1)
	if _, err := desk.Save(t.Context(), k.store, &sun, time.Now().UnixMilli(), []zoufang.Item{zoufang.Set(rule, "title", "我县的频次")}); err != nil {
		t.Fatal(err)
	}
	if n := k.publish(); n != 0 {
		t.Errorf("%d published over what an office changed", n)
	}
	// The next program brings new versions: beside what the office changed, void.
	docs, err := content.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var newer []content.Document
	for _, d := range docs {
		if d.Heading.Name == "cadence-roster" || d.Heading.Name == "cadence-elders" {
			d.Heading.Version = 2
			newer = append(newer, d)
		}
	}
	if n, err := k.PublishDocuments(t.Context(), newer); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	for name, void := range map[string]bool{"cadence-roster": true, "cadence-elders": false} {
		id := content.RecordID(county, "rule", name, 2)
		for _, r := range k.list("rule", county) {
			if v := r.Shown(zoufang.Void); r.ID == id && (v != nil && !v.IsNull()) != void {
				t.Errorf("version 2 of %s: void is %s", name, v)
			}
			if title, _ := r.Shown("title").Text(); r.ID == rule && title != "我县的频次" {
				t.Errorf("the office's own title is now %s", title)
			}
		}
	}
}

func TestAreasWithoutATop(t *testing.T) {
	k := open(t, string(county)+",县\n")
	k.publish()
	if len(k.list("form", county)) != 7 {
		t.Error("a county by itself has no forms")
	}
	var many strings.Builder
	for i := 10; i < 80; i++ {
		many.WriteString("9904" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + ",县\n")
	}
	k.areas(many.String())
	if _, err := k.PublishContent(t.Context()); err == nil || !strings.Contains(err.Error(), "no wider one") {
		t.Errorf("scattered areas: %v", err)
	}
}
