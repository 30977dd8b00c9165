package demo_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/demo"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
	"zoufang/storage/storagetest"
	"zoufang/sync/intake"
)

// loaded is the county after its lines went through the real intake into a real
// store.
type loaded struct {
	plan  *demo.Plan
	store *sqlitestore.Store
	when  time.Time          // the store's clock
	late  []zoufang.CommitID // lines that were held when they came
}

func load(t *testing.T, p *demo.Plan) *loaded {
	t.Helper()
	ctx := t.Context()
	l := &loaded{plan: p, when: now.AddDate(0, 0, -97)}
	var err error
	l.store, err = sqlitestore.Open(ctx, filepath.Join(t.TempDir(), "county.db"), storagetest.Sealer(), sqlitestore.WithClock(func() time.Time { return l.when }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.store.Close() })
	start := time.Now()
	l.people(t)
	in := intake.Intake{Records: l.store}
	users, devices := map[zoufang.UserID]*zoufang.User{}, map[zoufang.DeviceID]*zoufang.Device{}
	for i := range l.plan.Users {
		users[l.plan.Users[i].ID] = &l.plan.Users[i]
	}
	for i := range l.plan.Devices {
		devices[l.plan.Devices[i].ID] = &l.plan.Devices[i]
	}
	for _, p := range l.plan.Pushes {
		lines := make([]intake.Line, len(p.Lines))
		for i, b := range p.Lines {
			if lines[i] = intake.Read(b); lines[i].Fault == nil {
				l.when = maxTime(l.when, time.UnixMilli(lines[i].Commit.At))
			}
		}
		out, err := in.Push(ctx, intake.Sender{User: users[p.User], Device: devices[p.Device]}, intake.Expect{}, lines)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range out.Answers {
			if a.R == intake.Kept {
				l.late = append(l.late, a.ID)
				t.Logf("%s: %s %s", a.ID, a.Code, a.Why)
			} else if a.R != intake.OK {
				t.Errorf("line %s: %s", a.ID, a.R)
			}
		}
		l.media(t, p)
	}
	t.Logf("%d pushes in %v", len(l.plan.Pushes), time.Since(start).Round(time.Millisecond))
	return l
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (l *loaded) people(t *testing.T) {
	ctx := t.Context()
	system := intake.Sender{User: zoufang.SystemUser(), Device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}
	var lines []intake.Line
	for _, a := range l.plan.Areas {
		b, err := zoufang.Action{Device: zoufang.System, User: zoufang.System, Page: zoufang.System,
			Do: []zoufang.Item{zoufang.New(a.Record, "area", a.ID, map[string]any{"code": a.Code, "name": a.Name})}}.Line()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, intake.Read(b))
	}
	in := intake.Intake{Records: l.store}
	if _, err := in.Push(ctx, system, intake.Expect{}, lines); err != nil {
		t.Fatal(err)
	}
	for _, u := range l.plan.Users {
		if err := l.store.PutUser(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	for i, d := range l.plan.Devices {
		code := fmt.Sprintf("%064d", i)
		if err := l.store.AddCode(ctx, storage.Code{Hash: code, User: d.User, Expires: d.Enrolled + 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := l.store.UseCode(ctx, code, d.Enrolled, d); err != nil {
			t.Fatal(err)
		}
	}
}

// media arrive without bytes: those are tested on their own.
func (l *loaded) media(t *testing.T, p demo.Push) {
	if len(p.Media) == 0 {
		return
	}
	err := l.store.Update(t.Context(), "", func(tx storage.Tx) error {
		for _, m := range p.Media {
			if ids, err := storagetest.Needing(tx, m.Digest); err != nil || len(ids) == 0 {
				return fmt.Errorf("nobody needs medium %s: %v", m.Digest, err)
			}
			if _, err := intake.Arrive(tx, storage.Medium{Digest: m.Digest, Type: m.Type, Size: m.Size}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// records reads all records of a kind.
func (l *loaded) records(t *testing.T, kind string) []*zoufang.Record {
	var out []*zoufang.Record
	var areas []zoufang.AreaID
	for _, a := range l.plan.Areas {
		areas = append(areas, a.ID)
	}
	err := l.store.View(context.Background(), func(v storage.View) error {
		return v.List(kind, areas, 0, 100_000, func(r *zoufang.Record) bool {
			out = append(out, r)
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
