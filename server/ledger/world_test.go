package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/seal"
	"zoufang/server/catalog"
	"zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
)

const (
	county = zoufang.AreaID("990101000000")
	town   = zoufang.AreaID("990101001000")
	east   = zoufang.AreaID("990101001201")
	west   = zoufang.AreaID("990101001202")
	other  = zoufang.AreaID("990101002000") // another township
	far    = zoufang.AreaID("990101002201")
)

// office is a county with a store, and a ledger on it.
type office struct {
	testing.TB
	dir   string
	store *sqlitestore.Store
	blobs storage.Blobs
	op    *operator.Operator
	at    time.Time
	*Ledger
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{TB: t, dir: t.TempDir(), at: time.Date(2026, 12, 1, 10, 0, 0, 0, zoufang.Zone)}
	ring, err := seal.Open(filepath.Join(o.dir, "keys", "seal.json"))
	o.must(err)
	o.store, err = sqlitestore.Open(t.Context(), filepath.Join(o.dir, "zoufang.db"), ring)
	o.must(err)
	t.Cleanup(func() { o.store.Close() })
	o.blobs, err = dirblob.Open(filepath.Join(o.dir, "media"), o.at)
	o.must(err)
	o.op = &operator.Operator{Records: o.store, Accounts: o.store, Now: o.now}
	done, err := o.op.ImportAreas(t.Context(), strings.NewReader(fmt.Sprintf("代码,名称\n%s,测试县\n%s,甲镇\n%s,东村\n%s,西村\n%s,乙镇\n%s,远村\n", county, town, east, west, other, far)), false)
	o.must(err)
	if len(done.Faults) > 0 {
		t.Fatal(done.Faults)
	}
	_, err = o.op.PublishContent(t.Context())
	o.must(err)
	o.Ledger = o.beside(o.store)
	return o
}

func (o *office) now() time.Time { return o.at }

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// beside is a ledger of another copy, on jobs of its own where these are others.
func (o *office) beside(jobs storage.Jobs) *Ledger {
	o.Helper()
	lists := catalog.New(catalog.Config{Records: o.store, Log: slog.New(slog.DiscardHandler)})
	d, err := desk.New(desk.Config{Records: o.store, Accounts: o.store, Upkeep: o.store, Audit: o.store, Lists: lists, Now: o.now})
	o.must(err)
	return New(Config{Desk: d, Jobs: jobs, Blobs: o.blobs, Now: o.now, Log: slog.New(slog.DiscardHandler),
		Operator: func(by zoufang.UserID, from string) *operator.Operator {
			return &operator.Operator{Records: o.store, Accounts: o.store, Now: o.now, By: by, From: from}
		}})
}

// user opens an account.
func (o *office) user(role zoufang.Role, grants []zoufang.Grant, areas ...zoufang.AreaID) *zoufang.User {
	o.Helper()
	u := zoufang.User{ID: zoufang.UserID(zoufang.NewRecordID(o.at.UnixMilli())), Name: "赵敏", Role: role, Areas: areas, Login: zoufang.Token(6), Password: "x", Grants: grants}
	o.must(o.store.PutUser(o.Context(), u))
	return &u
}

// save has the system save items.
func (o *office) save(do ...zoufang.Item) {
	o.Helper()
	answers, err := desk.Save(o.Context(), o.store, zoufang.SystemUser(), o.at.UnixMilli(), do)
	o.must(err)
	if answers[0].R != "ok" {
		o.Fatalf("%+v", answers[0])
	}
}

func (o *office) id() zoufang.RecordID { return zoufang.NewRecordID(o.at.UnixMilli()) }

// home saves a household with one person and gives both.
func (o *office) home(area zoufang.AreaID, head, number string) (home, person zoufang.RecordID) {
	o.Helper()
	home, person = o.id(), o.id()
	o.save(zoufang.New(home, zoufang.KindHousehold, area, map[string]any{"head": head, "address": "塘头 3 号", "phone": "013800138000"}),
		zoufang.New(person, zoufang.KindPerson, area, map[string]any{"name": head, "household": home, "id_number": number, "birth": "1949-12-31", "categories": []string{"低保"}}))
	return home, person
}

// visit saves a visit of a day of November at noon.
func (o *office) visit(area zoufang.AreaID, day int, fields map[string]any) zoufang.RecordID {
	o.Helper()
	id := o.id()
	all := map[string]any{"type": "care", "way": "home", "form": "care@2", "started": time.Date(2026, 11, day, 12, 0, 0, 0, zoufang.Zone).UnixMilli()}
	for k, v := range fields {
		all[k] = v
	}
	o.save(zoufang.New(id, zoufang.KindVisit, area, all))
	return id
}

// photo stores a medium.
func (o *office) photo(b []byte) zoufang.Digest {
	o.Helper()
	d := digestOf(b)
	o.must(o.blobs.Put(o.Context(), d, int64(len(b)), bytes.NewReader(b)))
	o.must(o.store.Update(o.Context(), "", func(tx storage.Tx) error {
		return tx.AddMedium(storage.Medium{Digest: d, Type: "image/jpeg", Size: int64(len(b))})
	}))
	return d
}

// exported asks for an export, has it done, and reads it.
func (o *office) exported(u *zoufang.User, a Ask) (Made, []byte) {
	o.Helper()
	id, err := o.Export(o.Context(), u, a, "192.0.2.1")
	o.must(err)
	for o.next(o.Context()) {
	}
	r, err := o.Open(o.Context(), u, id)
	if err != nil {
		s, _ := o.Status(o.Context(), u, id)
		o.Fatalf("%v: %+v", err, s)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	o.must(err)
	if int64(len(b)) != r.Bytes || digestOf(b) != r.SHA256 {
		o.Fatalf("%d bytes of %d, or another sum", len(b), r.Bytes)
	}
	return r.Made, b
}

func digestOf(b []byte) zoufang.Digest {
	sum := sha256.Sum256(b)
	return zoufang.Digest(hex.EncodeToString(sum[:]))
}

const number = "990101194912310028"
