package server

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"zoufang"
	"zoufang/storage"
)

// What took a sign-in away took it for good, whatever is given back afterwards: no
// cookie from before is good again, neither the access token nor the refresh token.
func TestSignInsEndForGood(t *testing.T) {
	for name, change := range map[string]func(w *world, id zoufang.UserID){
		"disabled and let in again": func(w *world, id zoufang.UserID) {
			for _, disabled := range []bool{true, false} {
				_, err := w.operator().Disable(w.Context(), id, disabled)
				w.must(err)
			}
		},
		"other areas and back": func(w *world, id zoufang.UserID) {
			for _, area := range []zoufang.AreaID{town2, town1} {
				_, err := w.operator().SetAreas(w.Context(), id, []zoufang.AreaID{area})
				w.must(err)
			}
		},
		"another role and back": func(w *world, id zoufang.UserID) {
			for _, role := range []zoufang.Role{zoufang.Auditor, zoufang.Township} {
				_, err := w.store.ChangeUser(w.Context(), id, func(u *zoufang.User) error { u.Role = role; return nil })
				w.must(err)
			}
		},
		"another password and back": func(w *world, id zoufang.UserID) {
			u, err := w.store.User(w.Context(), id)
			w.must(err)
			for _, hash := range []string{"another", u.Password} {
				_, err := w.store.ChangeUser(w.Context(), id, func(u *zoufang.User) error { u.Password = hash; return nil })
				w.must(err)
			}
		},
		"put as they were": func(w *world, id zoufang.UserID) {
			u, err := w.store.User(w.Context(), id)
			w.must(err)
			off := *u
			off.Disabled = true
			w.must(w.store.PutUser(w.Context(), off))
			w.must(w.store.PutUser(w.Context(), *u))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "").settled()
			b, other := w.as("wang"), w.as("sun")
			old := b.cookies()
			change(w, w.users["wang"].ID)
			if got := b.get("/staff/visits"); got.path != "/staff/sign-in" {
				t.Errorf("the access token goes on")
			}
			refreshes := w.browser()
			refreshes.hold("zoufang_refresh", old["zoufang_refresh"])
			if got := refreshes.get("/staff/visits"); got.path != "/staff/sign-in" {
				t.Errorf("the refresh token goes on")
			}
			w.clock.forward(16 * time.Minute)
			for name, value := range old {
				b.hold(name, value)
			}
			if got := b.get("/staff/visits"); got.path != "/staff/sign-in" {
				t.Errorf("both go on a quarter of an hour later")
			}
			if got := other.get("/staff/visits"); got.path != "/staff/visits" {
				t.Errorf("somebody else was signed out")
			}
			if got := w.as("wang").get("/staff/visits"); got.path != "/staff/visits" {
				t.Errorf("they cannot sign in anew")
			}
		})
	}
}

// What is done with accounts is told, by whom and from where.
func TestTheLogTellsWhatWasDone(t *testing.T) {
	w := newWorld(t, "").settled()
	b := w.as("wang")
	li := w.users["李芳"]
	b.do("POST", "/staff/people/"+string(li.ID)+"/enrol", url.Values{})
	w.must(w.store.AddCode(w.Context(), storage.Code{Hash: "h", User: li.ID, Expires: w.clock.now().Add(time.Hour).UnixMilli()}))
	_, err := w.store.UseCode(w.Context(), "h", w.clock.now().UnixMilli(), zoufang.Device{ID: "d1", X: "x", Y: "y"})
	w.must(err)
	if got := b.do("POST", "/staff/devices/d1/revoke", url.Values{}); got.status != 200 {
		t.Fatalf("revoked: %d", got.status)
	}
	_, err = w.operator().Disable(w.Context(), li.ID, true)
	w.must(err)
	_, _, err = w.operator().ResetPassword(w.Context(), w.users["zhao"].ID)
	w.must(err)
	b.do("POST", "/staff/sign-out", url.Values{})
	has := func(what zoufang.AuditKind, who, about zoufang.UserID, from string) {
		t.Helper()
		for _, e := range w.told(storage.AuditQuery{Kind: what, Who: who}) {
			if e.Record == zoufang.RecordID(about) && e.From == from && e.OK {
				return
			}
		}
		t.Errorf("not told: %s by %s of %s from %q", what, who, about, from)
	}
	wang, zhao := w.users["wang"].ID, w.users["zhao"].ID
	has(zoufang.AuditAccountCreated, zoufang.System, li.ID, "")
	has(zoufang.AuditPasswordSet, wang, wang, "127.0.0.1")
	has(zoufang.AuditSignIn, wang, wang, "127.0.0.1")
	has(zoufang.AuditCodeIssued, wang, li.ID, "127.0.0.1")
	has(zoufang.AuditDeviceRevoked, wang, li.ID, "127.0.0.1")
	has(zoufang.AuditAccountDisabled, zoufang.System, li.ID, "")
	has(zoufang.AuditPasswordSet, zoufang.System, zhao, "")
	has(zoufang.AuditSignOut, wang, wang, "127.0.0.1")

	// Each reader sees what is about accounts of their areas; what is about nobody,
	// whoever has all of them.
	w.browser().signIn("nobody", "wrong")
	w.server.staff.Close()
	county, town := w.as("adm").get("/staff/log").body, w.as("shen").get("/staff/log").body
	for _, want := range []string{"王主任", "赵主任", "李芳", "停用账号", "注销手机", "发登记码", "登录没有成功", "未知", "127.0.0.1"} {
		if !strings.Contains(county, want) {
			t.Errorf("the county's page lacks %s", want)
		}
	}
	for _, not := range []string{"赵主任", "未知", "孙科长"} {
		if strings.Contains(town, not) {
			t.Errorf("the township's page tells %s", not)
		}
	}
	if !strings.Contains(town, "王主任") || strings.Contains(w.as("shen").get("/staff/log?kind=account_disabled").body, "王主任") {
		t.Error("the township's page tells the wrong things")
	}
}

// A sign-in that cannot be told does not come about.
func TestWhatCannotBeToldIsNotDone(t *testing.T) {
	w := newWorld(t, "").settled()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "zoufang.db")+"?_pragma=busy_timeout(10000)")
	w.must(err)
	_, err = db.Exec("CREATE TRIGGER audit_full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	w.must(err)
	w.must(db.Close())
	b := w.browser()
	if got := b.signIn("wang", w.password["wang"]); got.status < 500 {
		t.Errorf("signed in: %d", got.status)
	}
	if got := b.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a sign-in that could not be told goes on")
	}
	if _, err := w.operator().Disable(w.Context(), w.users["sun"].ID, true); err == nil {
		t.Error("an account was disabled and nobody was told")
	}
	if u, err := w.store.User(w.Context(), w.users["sun"].ID); err != nil || u.Disabled {
		t.Errorf("it is disabled: %+v %v", u, err)
	}
	if got := w.browser().signIn("nobody", "wrong"); got.status != 401 {
		t.Errorf("a wrong password: %d", got.status)
	}
}
