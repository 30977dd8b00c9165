package storagetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// Accounts is the contract suite of storage.Accounts.
func Accounts(t *testing.T, open Open) {
	fresh(t, open, map[string]func(*testing.T, *store){
		"Users":       users,
		"ChangeUser":  changeUser,
		"ChangesMeet": changesMeet,
		"Rounds":      rounds,
		"Logins":      logins,
		"LoginAtOnce": loginAtOnce,
		"Devices":     devices,
		"Revoke":      revoke,
		"Touch":       touch,
		"Codes":       codes,
		"CodeAtOnce":  codeAtOnce,
		"Keys":        keys,
		"Sessions":    sessions,
		"Tokens":      apiTokens,
	})
}

func (s *store) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *store) fails(what string, err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.t.Errorf("%s: %v, not %v", what, err, want)
	}
}

func users(t *testing.T, s *store) {
	u := zoufang.User{
		ID: "u2", Name: "王芳", Role: zoufang.Township, Areas: []zoufang.AreaID{village1, village2}, Grants: []zoufang.Grant{zoufang.Children},
		Login: "WangFang", Password: "$argon2id$…", Change: true, Disabled: true, Created: 5,
	}
	_, err := s.User(s.ctx, "u2")
	s.fails("an unknown user", err, storage.ErrNotFound)
	s.must(s.PutUser(s.ctx, u))
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Name: "李强", Role: zoufang.Coordinator}))
	got, err := s.User(s.ctx, "u2")
	s.must(err)
	equal(t, "user", got, &u)
	u.Name, u.Areas, u.Change = "王小芳", nil, false
	s.must(s.PutUser(s.ctx, u))
	u.Round++ // other areas: sign-ins end
	s.view(func(v storage.View) error {
		got, err := v.User("u2")
		equal(t, "written anew", got, &u)
		return err
	})
	all, err := s.Users(s.ctx)
	s.must(err)
	if len(all) != 2 || all[0].ID != "u1" || all[1].ID != "u2" {
		t.Errorf("users: %+v", all)
	}
}

func changeUser(t *testing.T, s *store) {
	own := errors.New("own")
	name := func(name string) func(*zoufang.User) error {
		return func(u *zoufang.User) error { u.Name = name; return nil }
	}
	_, err := s.ChangeUser(s.ctx, "u1", name("王芳"))
	s.fails("an unknown user", err, storage.ErrNotFound)
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Name: "王芳", Login: "wang", Password: "p", Created: 5}))
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u2", Login: "li"}))
	got, err := s.ChangeUser(s.ctx, "u1", name("王小芳"))
	s.must(err)
	want := &zoufang.User{ID: "u1", Name: "王小芳", Login: "wang", Password: "p", Created: 5}
	equal(t, "as it is now", got, want)
	_, err = s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error { u.Name = "lost"; return own })
	s.fails("an error of the function's", err, own)
	_, err = s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error { u.Login = "LI"; return nil })
	s.fails("a log-in taken", err, storage.ErrTaken)
	got, err = s.User(s.ctx, "u1")
	s.must(err)
	equal(t, "what failed changed nothing", got, want)
}

// rounds: what a sign-in rests on was changed, so its round is over, and no later
// change brings it back; neither does an old copy of the user that is put again.
func rounds(t *testing.T, s *store) {
	u := zoufang.User{ID: "u1", Role: zoufang.Township, Areas: []zoufang.AreaID{village1}, Login: "wang", Password: "p", Created: 5}
	s.must(s.PutUser(s.ctx, u))
	round := func() int64 {
		got, err := s.User(s.ctx, "u1")
		s.must(err)
		return got.Round
	}
	last := round()
	for what, f := range map[string]func(*zoufang.User){
		"disabled": func(u *zoufang.User) { u.Disabled = !u.Disabled },
		"password": func(u *zoufang.User) { u.Password += "p" },
		"role":     func(u *zoufang.User) { u.Role = zoufang.County },
		"areas":    func(u *zoufang.User) { u.Areas = append(u.Areas, village2) },
		"grants":   func(u *zoufang.User) { u.Grants = []zoufang.Grant{zoufang.Children} },
	} {
		_, err := s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error { f(u); return nil })
		s.must(err)
		if now := round(); now <= last {
			t.Errorf("%s changed: round %d after %d", what, now, last)
		} else {
			last = now
		}
	}
	_, err := s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error { u.Name, u.Round = "王芳", 0; return nil })
	s.must(err)
	equal(t, "after another name, the round", round(), last)
	s.must(s.PutUser(s.ctx, u))
	if now := round(); now <= last {
		t.Errorf("as it was at first: round %d after %d", now, last)
	}
}

// changesMeet: of changes made to one user at once none is lost.
func changesMeet(t *testing.T, s *store) {
	const n = 8
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1"}))
	s.atOnce(n, func(i int) error {
		_, err := s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error {
			u.Areas = append(u.Areas, zoufang.AreaID(fmt.Sprintf("%012d", i)))
			return nil
		})
		return err
	})
	u, err := s.User(s.ctx, "u1")
	s.must(err)
	equal(t, "changes", len(u.Areas), n)
}

func logins(t *testing.T, s *store) {
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Login: "WangFang"}))
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u2"}))
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u3"})) // two without a log-in
	for _, login := range []string{"WangFang", "wangfang", "WANGFANG"} {
		u, err := s.UserByLogin(s.ctx, login)
		s.must(err)
		equal(t, "by login", u.ID, "u1")
		s.fails("a log-in taken", s.PutUser(s.ctx, zoufang.User{ID: "u2", Login: login}), storage.ErrTaken)
	}
	_, err := s.UserByLogin(s.ctx, "")
	s.fails("no log-in", err, storage.ErrNotFound)
	_, err = s.UserByLogin(s.ctx, "nobody")
	s.fails("an unknown log-in", err, storage.ErrNotFound)
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Login: "WANGFANG"})) // one's own is not taken
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Login: "wf"}))
	_, err = s.UserByLogin(s.ctx, "wangfang")
	s.fails("a log-in given up", err, storage.ErrNotFound)
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u2", Login: "wangfang"}))
}

func loginAtOnce(t *testing.T, s *store) {
	var won atomic.Int32
	s.atOnce(8, func(i int) error {
		err := s.PutUser(s.ctx, zoufang.User{ID: zoufang.UserID(fmt.Sprint("u", i)), Login: "wang"})
		if err == nil {
			won.Add(1)
		} else if !errors.Is(err, storage.ErrTaken) {
			return err
		}
		return nil
	})
	equal(t, "who got the log-in", won.Load(), 1)
}

// enrol adds a device by a code.
func (s *store) enrol(d zoufang.Device) {
	s.t.Helper()
	hash := "code of " + string(d.ID)
	s.must(s.AddCode(s.ctx, storage.Code{Hash: hash, User: d.User, Expires: 1 << 40}))
	_, err := s.UseCode(s.ctx, hash, 1, d)
	s.must(err)
}

func devices(t *testing.T, s *store) {
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Name: "李强", Role: zoufang.Coordinator}))
	late := zoufang.Device{ID: "-d1", User: "u1", X: "xx", Y: "yy", Name: "手机", Platform: "Android 9", App: "1.4.0", Enrolled: 20, Seen: 21}
	early := zoufang.Device{ID: "d2", User: "u1", Enrolled: 10}
	s.enrol(late)
	s.enrol(early)
	d, u, err := s.Device(s.ctx, "-d1")
	s.must(err)
	equal(t, "device", d, &late)
	if u == nil || u.ID != "u1" || u.Name != "李强" {
		t.Errorf("its user: %+v", u)
	}
	_, _, err = s.Device(s.ctx, "d3")
	s.fails("an unknown device", err, storage.ErrNotFound)
	s.view(func(v storage.View) error {
		d, err := v.Device("-d1")
		equal(t, "device", d, &late)
		return err
	})
	all, err := s.Devices(s.ctx)
	s.must(err)
	equal(t, "devices, first enrolled first", all, []zoufang.Device{early, late})
}

func revoke(t *testing.T, s *store) {
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1"}))
	s.enrol(zoufang.Device{ID: "d1", User: "u1"})
	s.fails("an unknown device", s.Revoke(s.ctx, "d2", 5), storage.ErrNotFound)
	s.must(s.Revoke(s.ctx, "d1", 50))
	s.must(s.Revoke(s.ctx, "d1", 70))
	d, _, err := s.Device(s.ctx, "d1")
	s.must(err)
	equal(t, "the first mark", d.Revoked, 50)
}

func touch(t *testing.T, s *store) {
	const minute = 60_000
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1"}))
	s.enrol(zoufang.Device{ID: "d1", User: "u1", Seen: 10 * minute})
	s.must(s.Touch(s.ctx, "d1", 60*minute))
	s.must(s.Touch(s.ctx, "d1", 30*minute)) // late, of an earlier request
	d, _, err := s.Device(s.ctx, "d1")
	s.must(err)
	if d.Seen > 60*minute || d.Seen < 10*minute {
		t.Errorf("seen at %d", d.Seen)
	}
}

func codes(t *testing.T, s *store) {
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1"}))
	add := func(hash string) {
		s.must(s.AddCode(s.ctx, storage.Code{Hash: hash, User: "u1", Expires: 100}))
	}
	use := func(hash string, now int64, id zoufang.DeviceID, key string) (*zoufang.Device, error) {
		return s.UseCode(s.ctx, hash, now, zoufang.Device{ID: id, User: "somebody else", X: key, Y: "y", Name: "手机", Enrolled: now})
	}
	add("spent")
	add("late")
	_, err := use("never issued", 1, "d0", "k1")
	s.fails("never issued", err, storage.ErrNotFound)
	_, err = s.Code(s.ctx, "never issued")
	s.fails("never issued, read", err, storage.ErrNotFound)
	c, err := s.Code(s.ctx, "late")
	s.must(err)
	equal(t, "a code read", c, &storage.Code{Hash: "late", User: "u1", Expires: 100})
	d, err := use("spent", 50, "d1", "k1")
	s.must(err)
	if d.ID != "d1" || d.User != "u1" || d.Enrolled != 50 {
		t.Errorf("the device: %+v", d)
	}
	again, err := use("spent", 60, "d2", "k1")
	s.must(err)
	equal(t, "the same key again", again, d)
	_, err = use("spent", 60, "d3", "k2")
	s.fails("another key", err, storage.ErrUsed)
	_, err = use("spent", 101, "d4", "k1")
	s.fails("the same key after its time", err, storage.ErrUsed)
	_, err = use("late", 101, "d5", "k1")
	s.fails("after its time", err, storage.ErrExpired)
	if all, err := s.Devices(s.ctx); err != nil || len(all) != 1 {
		t.Errorf("devices: %+v, %v", all, err)
	}
}

func codeAtOnce(t *testing.T, s *store) {
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1"}))
	s.must(s.AddCode(s.ctx, storage.Code{Hash: "h", User: "u1", Expires: 100}))
	var won atomic.Int32
	s.atOnce(8, func(i int) error {
		_, err := s.UseCode(s.ctx, "h", 1, zoufang.Device{ID: zoufang.DeviceID(fmt.Sprint("d", i)), X: fmt.Sprint("key ", i)})
		if err == nil {
			won.Add(1)
		} else if !errors.Is(err, storage.ErrUsed) {
			return err
		}
		return nil
	})
	all, err := s.Devices(s.ctx)
	s.must(err)
	if won.Load() != 1 || len(all) != 1 {
		t.Errorf("%d enrolled, %d devices", won.Load(), len(all))
	}
}

func keys(t *testing.T, s *store) {
	a := storage.Key{ID: "a", Purpose: "token", Secret: []byte("first"), Created: 10}
	b := storage.Key{ID: "b", Purpose: "token", Secret: []byte{0, 255}, Created: 20}
	other := storage.Key{ID: "a", Purpose: "nonce", Secret: []byte("other"), Created: 5}
	for _, k := range []storage.Key{b, a, other, {ID: "a", Purpose: "token", Secret: []byte("again"), Created: 30}} {
		s.must(s.AddKey(s.ctx, k))
	}
	got, err := s.Keys(s.ctx, "token")
	s.must(err)
	equal(t, "newest first, the first of an id", got, []storage.Key{b, a})
	got, err = s.Keys(s.ctx, "nonce")
	s.must(err)
	equal(t, "of another purpose", got, []storage.Key{other})
	got, err = s.Keys(s.ctx, "none")
	if err != nil || len(got) != 0 {
		t.Errorf("of no purpose: %v, %v", got, err)
	}
}

func sessions(t *testing.T, s *store) {
	one := storage.Session{ID: "s1", User: "u1", Hash: "h1", Expires: 10, Was: "h0", Turned: 5}
	_, err := s.Session(s.ctx, "s1")
	s.fails("an unknown session", err, storage.ErrNotFound)
	s.fails("an unknown session turned", s.TurnSession(s.ctx, "h1", one), storage.ErrNotFound)
	s.must(s.AddSession(s.ctx, one))
	if err := s.AddSession(s.ctx, one); err == nil {
		t.Error("two of one id")
	}
	one.Hash, one.Was, one.Turned, one.Expires = "h2", "h1", 7, 20
	s.must(s.TurnSession(s.ctx, "h1", one))
	other := one
	other.Hash = "h3"
	s.fails("turned by another before", s.TurnSession(s.ctx, "h1", other), storage.ErrNotFound)
	got, err := s.Session(s.ctx, "s1")
	s.must(err)
	equal(t, "session", got, &one)
	s.must(s.DropSession(s.ctx, "s1"))
	s.must(s.DropSession(s.ctx, "s1"))
	s.fails("an ended session turned", s.TurnSession(s.ctx, "h2", other), storage.ErrNotFound)
	_, err = s.Session(s.ctx, "s1")
	s.fails("an ended session", err, storage.ErrNotFound)
}
