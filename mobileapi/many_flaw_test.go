package mobileapi_test

import (
	"bytes"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// That a medium which 1,000 records name cannot be seen is found out when somebody asks
// for its picture. It is told in steps of 50, over a failure and a restart.
func TestAFlawOfAMediumThatVeryManyRecordsName(t *testing.T) {
	const records, atOnce = 1_000, 50
	s := serve(t)
	b, name := photo(1, 1000)
	s.must(s.blobs.Put(t.Context(), zoufang.Digest(name), int64(len(b)), bytes.NewReader(b)))
	s.must(s.store.Update(t.Context(), "", func(tx storage.Tx) error { // as if it had come before there were small pictures
		return tx.AddMedium(storage.Medium{Digest: zoufang.Digest(name), Type: "image/jpeg", Size: int64(len(b)), At: 1})
	}))
	s.namedBy(records, name, dong, xi)
	knowing := func() (n int) {
		t.Helper()
		s.must(s.store.View(t.Context(), func(v storage.View) error {
			n = 0
			return v.List("visit", []zoufang.AreaID{dong, xi}, 0, 0, func(r *zoufang.Record) bool { n += len(r.Flaws); return true })
		}))
		return n
	}
	count := &counted{Records: s.store}
	s.wrap = func(storage.Records) storage.Records { return count }
	stop := s.listen()
	reader := s.phone(zoufang.Township, town)
	count.written.Store(0)
	count.cut.Store(4) // the disk fails in the fourth step
	reader.get(name+"?size=320").is(415, "type")
	for count.cut.Load() != 1 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if n := knowing(); n != 3*atOnce {
		t.Errorf("%d know after three steps", n)
	}
	count.cut.Store(0)
	s.listen() // goes on by itself
	s.told()
	need, _ := s.needing(dong, xi)
	if n := knowing(); n != records || need != 0 || count.most.Load() > atOnce || count.written.Load() != records {
		t.Errorf("%d know it, %d need it; %d were written, at most %d in one transaction", n, need, count.written.Load(), count.most.Load())
	}
	reader.get(name+"?size=320").is(415, "type")
	if s.told(); count.written.Load() != records {
		t.Errorf("%d were written when it was asked for again", count.written.Load()-records)
	}
}
