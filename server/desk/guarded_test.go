package desk

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
)

const village = zoufang.AreaID("990101001203")

// opened makes a desk over a store of its own, with one village.
func opened(t *testing.T) *Desk {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.Open(filepath.Join(dir, "keys", "seal.json"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	d, err := New(Config{Records: store, Accounts: store, Audit: store, Upkeep: store, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d.saves(t, zoufang.SystemUser(), "", []zoufang.Item{zoufang.New(zoufang.NewRecordID(1), zoufang.KindArea, village, map[string]any{"code": village, "name": "东村"})})
	return d
}

func (d *Desk) saves(t *testing.T, u *zoufang.User, code zoufang.HoldCode, actions ...[]zoufang.Item) {
	t.Helper()
	answers, err := Save(t.Context(), d.Records, u, d.Now().UnixMilli(), actions...)
	if err != nil || answers[0].Code != code {
		t.Fatalf("%+v %v", answers, err)
	}
}

// listing counts how often all accounts are read.
type listing struct {
	storage.Accounts
	times int
}

func (l *listing) Users(ctx context.Context) ([]zoufang.User, error) {
	l.times++
	return l.Accounts.Users(ctx)
}

// Who has the grant for files of children is looked up where there is one, and not for
// every page.
func TestKeepersAreReadWhereThereIsSomethingToKeep(t *testing.T) {
	d := opened(t)
	accounts := &listing{Accounts: d.Accounts}
	d.Accounts = accounts
	areas := []zoufang.AreaID{"990101001000"}
	he := zoufang.User{ID: "he", Name: "何督导", Login: "he", Password: "x", Role: zoufang.Township, Areas: areas, Grants: []zoufang.Grant{zoufang.Children}}
	for _, u := range []zoufang.User{he, {ID: "wang", Name: "王主任", Login: "wang", Password: "x", Role: zoufang.Township, Areas: areas}} {
		if err := accounts.PutUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	wang := &zoufang.User{ID: "wang", Role: zoufang.Township, Areas: areas}
	pages := func(u *zoufang.User) (w Waiting) {
		t.Helper()
		w, err := d.Waiting(t.Context(), u)
		if err == nil {
			_, err = d.List(t.Context(), u, Query{Kind: zoufang.KindRequest, Page: 1})
		}
		if err == nil {
			_, err = d.Held(t.Context(), u, 1)
		}
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	report := zoufang.NewRecordID(time.Now().UnixMilli())
	d.saves(t, zoufang.SystemUser(), "", []zoufang.Item{zoufang.New(zoufang.NewRecordID(2), zoufang.KindRequest, village, map[string]any{"item": "生活困难"})})
	if pages(wang); accounts.times != 0 {
		t.Errorf("without any report all accounts are read %d times", accounts.times)
	}
	d.saves(t, zoufang.SystemUser(), "", []zoufang.Item{zoufang.New(report, zoufang.KindRequest, village, map[string]any{"item": zoufang.HarmItem})})
	if w := pages(&he); accounts.times != 0 || w.Guarded != 0 || len(w.Harm) != 1 {
		t.Errorf("who has the grant needs nobody else: %d times, %+v", accounts.times, w)
	}
	if w := pages(wang); accounts.times != 2 || w.Guarded != 1 || len(w.Harm) != 0 || len(w.Keepers) != 1 {
		t.Errorf("two pages with a report of somebody else's: %d times, %+v", accounts.times, w)
	}
}

// A server that was started anew, or another copy, asks the log what it has of the day.
func TestAnOpeningIsToldOnceByAllCopies(t *testing.T) {
	d := opened(t)
	sun := &zoufang.User{ID: "sun", Role: zoufang.County, Areas: []zoufang.AreaID{"990101000000"}}
	var reports []zoufang.RecordID
	for range 2 {
		id := zoufang.NewRecordID(time.Now().UnixMilli())
		reports = append(reports, id)
		d.saves(t, zoufang.SystemUser(), "", []zoufang.Item{zoufang.New(id, zoufang.KindRequest, village, map[string]any{"item": zoufang.HarmItem})})
	}
	noon := time.Date(2026, 12, 1, 12, 0, 0, 0, zoufang.Zone)
	for _, c := range []struct {
		at   time.Time
		of   zoufang.RecordID
		want int
	}{{noon, reports[0], 1}, {noon.Add(11 * time.Hour), reports[0], 1}, {noon.Add(11 * time.Hour), reports[1], 2}, {noon.Add(12 * time.Hour), reports[0], 3}} {
		copy, err := New(Config{Records: d.Records, Accounts: d.Accounts, Audit: d.Audit, Now: func() time.Time { return c.at }})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := copy.Record(t.Context(), sun, "", c.of, "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
		if told, _, err := d.Audit.ListAudit(t.Context(), storage.AuditQuery{Kind: zoufang.AuditOpened, Limit: 10}); err != nil || len(told) != c.want {
			t.Errorf("%v: %d openings, %v", c.at, len(told), err)
		}
	}
	// What cannot be told is not shown.
	deaf, err := New(Config{Records: d.Records, Accounts: d.Accounts, Audit: full{d.Audit}, Now: func() time.Time { return noon.Add(48 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deaf.Record(t.Context(), sun, "", reports[1], ""); err == nil {
		t.Error("it is shown though nobody was told")
	}
}

type full struct{ storage.Audit }

func (full) AppendAudit(context.Context, ...storage.Audited) error { return errors.New("full") }
