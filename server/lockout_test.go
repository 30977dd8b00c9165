package server

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// from has a browser's requests come from an address behind the proxy that newWorld
// trusts.
func (b *browser) from(address, login, password string) answer {
	b.w.Helper()
	return b.do("POST", "/staff/sign-in", url.Values{"login": {login}, "password": {password}}, "X-Forwarded-For", address)
}

func TestPausesGrowByNameAndNetwork(t *testing.T) {
	w := newWorld(t, "").settled()
	const here, there = "192.0.2.7", "198.51.100.9"
	for i := range 5 {
		if got := w.browser().from(here, "Wang", "wrong"); got.status != 401 {
			t.Fatalf("wrong password %d: %d", i+1, got.status)
		}
	}
	locked := w.browser().from(here, "wang", w.password["wang"])
	if locked.status != 429 || locked.header.Get("Retry-After") == "" || !strings.Contains(locked.body, "请 1 分钟后再试") || !strings.Contains(locked.body, `value="wang"`) {
		t.Errorf("after five failures the right password: %d", locked.status)
	}
	if got := w.browser().from(there, "wang", w.password["wang"]); got.status != 200 {
		t.Errorf("locked out for what somebody typed elsewhere: %d", got.status)
	}
	if got := w.browser().from(here, "sun", w.password["sun"]); got.status != 200 {
		t.Errorf("somebody else at that address: %d", got.status)
	}
	for i, pause := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		w.clock.forward(pause - 10*time.Second)
		if got := w.browser().from(here, "wang", w.password["wang"]); got.status != 429 {
			t.Errorf("pause %d is too short: %d", i+1, got.status)
		}
		w.clock.forward(11 * time.Second)
		if got := w.browser().from(here, "wang", "wrong"); got.status != 401 {
			t.Errorf("pause %d is too long: %d", i+1, got.status)
		}
	}
	w.clock.forward(16 * time.Minute)
	if got := w.browser().from(here, "wang", w.password["wang"]); got.status != 200 {
		t.Errorf("the right password after the pause: %d", got.status)
	}
	if got := w.browser().from(here, "wang", "wrong"); got.status != 401 {
		t.Errorf("a success did not forget the failures: %d", got.status)
	}
	// Names that there are not pause likewise, with the same words.
	for range 5 {
		w.browser().from(here, "gnaw", "wrong")
	}
	if got := w.browser().from(here, "gnaw", "wrong"); got.status != 429 || strings.ReplaceAll(got.body, "gnaw", "wang") != locked.body {
		t.Errorf("an unknown name is answered in another way: %d", got.status)
	}
}

// A township behind one address: whatever is typed wrong there of some, others get in.
func TestAnAddressIsNeverShutOut(t *testing.T) {
	w := newWorld(t, "").settled()
	for _, tries := range []int{20, 60} {
		names := tries * 12 / 20
		for i := range tries {
			name := fmt.Sprintf("guess%d", i%names)
			if i%names == 0 {
				name = "zhao"
			}
			if got := w.browser().from("192.0.2.7", name, "wrong"); got.status != 401 {
				t.Fatalf("try %d: %d", i, got.status)
			}
		}
		for _, login := range []string{"sun", "zhao", "wang"} {
			if got := w.browser().from("192.0.2.7", login, w.password[login]); got.status != 200 {
				t.Errorf("after %d wrong tries over %d names %s: %d", tries, names, login, got.status)
			}
		}
	}
}

// An IPv6 site is one: its other networks are no new chances.
func TestASiteIsOne(t *testing.T) {
	w := newWorld(t, "").settled()
	for i := range 5 {
		w.browser().from(fmt.Sprintf("2001:db8:1:%x::1", i), "wang", "wrong")
	}
	if got := w.browser().from("2001:db8:1:ff::1", "wang", w.password["wang"]); got.status != 429 {
		t.Errorf("from another network of the site: %d", got.status)
	}
	if got := w.browser().from("2001:db8:2::1", "wang", w.password["wang"]); got.status != 200 {
		t.Errorf("from another site: %d", got.status)
	}
}

// 300 sign-ins at once from one site: most are told that there is no room, with what
// was typed kept; somebody elsewhere passes, having waited for a few of them at most.
func TestTheSignInQueueIsShortAndFair(t *testing.T) {
	w := newWorld(t, "").settled()
	const many = 300
	var mu sync.Mutex
	statuses := map[int]int{}
	var kept, retry int
	var wg sync.WaitGroup
	begun := make(chan struct{}, many)
	for i := range many {
		wg.Go(func() {
			got := w.browser().from(fmt.Sprintf("2001:db8:1:%x::1", i), fmt.Sprintf("somebody%d", i), "wrong")
			mu.Lock()
			statuses[got.status]++
			if got.status == 503 {
				if strings.Contains(got.body, fmt.Sprintf(`value="somebody%d"`, i)) && strings.Contains(got.body, "现在登录的人多") {
					kept++
				}
				if got.header.Get("Retry-After") != "" {
					retry++
				}
			}
			mu.Unlock()
			begun <- struct{}{}
		})
	}
	<-begun // they are being answered
	start := time.Now()
	got := w.browser().from("198.51.100.9", "sun", w.password["sun"])
	t.Logf("beside %d sign-ins from one site another took %v", many, time.Since(start).Round(time.Millisecond))
	if got.status != 200 {
		t.Errorf("somebody elsewhere: %d", got.status)
	}
	wg.Wait()
	if statuses[401]+statuses[503] != many || statuses[503] == 0 {
		t.Errorf("answers: %v", statuses)
	}
	if kept != statuses[503] || retry != kept {
		t.Errorf("of %d that found no room %d have what was typed, %d when to come again", statuses[503], kept, retry)
	}
	t.Logf("answers: %v", statuses)
}

func (w *world) told(q storage.AuditQuery) []storage.Audited {
	w.Helper()
	q.Limit = storage.MaxAudit
	out, _, err := w.store.ListAudit(w.Context(), q)
	w.must(err)
	return out
}

// What is typed for a name that there is not, is nowhere: people type passwords there.
func TestTriesAreToldWithoutWhatWasTyped(t *testing.T) {
	w := newWorld(t, "").settled()
	for i := range 30 {
		w.browser().from("192.0.2.7", fmt.Sprintf("MeinGeheimnis%d", i), "NochEines")
	}
	for range 7 {
		w.browser().from("192.0.2.7", "wang", "NochEines")
	}
	w.server.staff.Close() // the minute is over
	strangers := w.told(storage.AuditQuery{Who: zoufang.Unknown})
	if len(strangers) != 2 || strangers[0].Count+strangers[1].Count != 30 {
		t.Fatalf("30 tries of names that are none: %+v", strangers)
	}
	for _, e := range strangers {
		if e.OK || e.From != "192.0.2.7" || e.Record != "" || e.Area != "" || e.What != zoufang.AuditSignInFailed {
			t.Errorf("%+v", e)
		}
	}
	failed, locked := int64(0), int64(0)
	for _, e := range w.told(storage.AuditQuery{Who: w.users["wang"].ID}) {
		switch e.What {
		case zoufang.AuditSignInFailed:
			failed += e.Count
		case zoufang.AuditSignInLocked:
			locked += e.Count
		}
		if e.Area != town1 {
			t.Errorf("%+v is told in %s", e, e.Area)
		}
	}
	if failed != 5 || locked != 2 {
		t.Errorf("of wang: %d failed, %d locked", failed, locked)
	}
	for _, e := range w.told(storage.AuditQuery{}) {
		if text := fmt.Sprintf("%+v", e); strings.Contains(text, "Geheimnis") || strings.Contains(text, "NochEines") {
			t.Errorf("typed text is kept: %s", text)
		}
	}
	if strings.Contains(w.log.String(), "Geheimnis") || strings.Contains(w.log.String(), "192.0.2.7") {
		t.Error("the ordinary log has what was typed, or the address")
	}
}

// Many addresses fill the account log no further than its bound.
func TestStrangersDoNotFillTheLog(t *testing.T) {
	w := newWorld(t, "")
	before := len(w.told(storage.AuditQuery{}))
	for i := range 150 {
		w.browser().from(net.IPv4(192, 0, 2, byte(i)).String(), "nobody", "wrong")
	}
	w.server.staff.Close()
	all := w.told(storage.AuditQuery{})
	var tries int64
	for _, e := range all[:len(all)-before] {
		tries += e.Count
	}
	if n := len(all) - before; n > 102 || tries != 150 {
		t.Errorf("%d entries of %d tries", n, tries)
	}
}
