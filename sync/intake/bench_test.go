package intake_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"zoufang"
	"zoufang/storage/sqlitestore"
	"zoufang/storage/storagetest"
	"zoufang/sync/intake"
)

// BenchmarkPush pushes new visits of a few taps and a sentence from 32 goroutines.
func BenchmarkPush(b *testing.B) {
	store, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "zoufang.db"), storagetest.Sealer())
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	in := &intake.Intake{Records: store}
	push := func(u *zoufang.User, d *zoufang.Device, do ...any) {
		line, err := zoufang.Action{Device: d.ID, User: u.ID, At: 1, Page: "p"}.Frozen(do)
		if err != nil {
			b.Fatal(err)
		}
		out, err := in.Push(context.Background(), intake.Sender{User: u, Device: d}, intake.Expect{}, []intake.Line{intake.Read(line)})
		if err != nil || out.Answers[0].R != intake.OK {
			b.Fatal(err, out)
		}
	}
	push(zoufang.SystemUser(), &zoufang.Device{ID: zoufang.System, User: zoufang.System}, L{"new", zoufang.NewRecordID(1), "area", dong, M{"code": dong}})
	u := &zoufang.User{ID: "u", Role: zoufang.Coordinator, Areas: []zoufang.AreaID{dong}}
	d := &zoufang.Device{ID: "d", User: "u"}
	var n atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			push(u, d, L{"new", zoufang.NewRecordID(1763760000000 + n.Add(1)), "visit", dong, M{
				"type": "routine", "household": zoufang.NewRecordID(1), "way": "home", "met": "本人", "started": 1763760000000, "ended": 1763760900000,
				"visitors": L{"u"}, "answers.eat": "正常", "answers.health": "按时服药", "needs": L{"助医"}, "risk": M{"level": "一般", "reason": ""},
				"note": "老人精神尚可, 家中整洁。"}})
		}
	})
}
