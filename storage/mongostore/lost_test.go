package mongostore

import (
	"errors"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

// TestLostReplies: enrolments, people and loads through a line that loses commits
// and the answers to them. What is done ends done once.
func TestLostReplies(t *testing.T) {
	ctx := t.Context()
	server := servers.Mongo(t)
	uri := server.Database(t, t.Name())
	direct := opened(t, t.Name())
	p := servers.NewProxy(t, server.Addr())
	s, err := Open(ctx, server.Through(p, uri), storagetest.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	harm := func() {
		p.Fail(servers.Fault{Harm: servers.LoseReply, Match: "commitTransaction", Every: 2},
			servers.Fault{Harm: servers.LoseRequest, Match: "commitTransaction", Every: 3},
			servers.Fault{Harm: servers.LoseReply, Match: "findAndModify", Every: 4})
	}
	harm()
	if err := s.Load(ctx, storage.Meta{Epoch: "loaded"}, users(5*batchDocs)); err != nil {
		t.Fatal(err)
	}
	lost := p.Done()
	all, err := direct.Users(ctx)
	if err != nil || len(all) != 5*batchDocs {
		t.Fatalf("%d users, %v", len(all), err)
	}
	harm()
	for i := range 12 {
		hash := "code " + string(rune('a'+i))
		d := zoufang.Device{ID: zoufang.DeviceID("d-" + hash), X: hash}
		if err := errors.Join(direct.AddCode(ctx, storage.Code{Hash: hash, User: "u1", Expires: 100}), s.PutUser(ctx, zoufang.User{ID: "u1", Login: hash})); err != nil {
			t.Fatal(err)
		}
		if got, err := s.UseCode(ctx, hash, 1, d); err != nil || got.ID != d.ID {
			t.Fatalf("UseCode: %+v, %v", got, err)
		}
	}
	var last int64
	for range 12 {
		now, err := s.Advance(ctx)
		if err != nil || now <= last {
			t.Fatalf("advanced to %d after %d, %v", now, last, err)
		}
		last = now
	}
	lost += p.Done()
	devices, err := direct.Devices(ctx)
	if err != nil || len(devices) != 12 {
		t.Errorf("%d devices, %v", len(devices), err)
	}
	if lost < 20 {
		t.Errorf("only %d were lost: the test proves little", lost)
	}
	t.Logf("%d lost", lost)
}
