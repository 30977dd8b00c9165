package server

import (
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

func (w *world) openings() (out []storage.Audited) {
	w.Helper()
	all, _, err := w.store.ListAudit(w.Context(), storage.AuditQuery{Kind: zoufang.AuditOpened, Limit: storage.MaxAudit})
	w.must(err)
	return all
}

// Opening a report of harm to a child, or a photo of one, is told once a person, report
// and day; nothing else is.
func TestOpeningAReportOfHarmIsTold(t *testing.T) {
	w := newOffice(t, true)
	visit := w.harmed(time.Hour)
	report := zoufang.HarmReportID(visit)
	photo := w.drawn(7)
	w.save("he", 0, "", []any{"add", report, "photos", digestOf(photo)})
	w.arrives(photo, "image/jpeg", report)
	he := w.as("he")
	at := "/staff/records/" + string(report)
	medium := "/staff/media/" + string(digestOf(photo))
	if got := w.as("wang").get(at); got.status != 403 {
		t.Fatalf("without the grant: %d", got.status)
	}
	he.get("/staff/")
	he.get("/staff/requests")
	he.get("/staff/visits/" + string(visit))
	if all := w.openings(); len(all) != 0 {
		t.Errorf("nobody opened it: %+v", all)
	}
	for range 3 {
		page := he.get(at).body
		has(t, page, "童童", medium+"?size=320&amp;of="+string(report))
		if got := he.get(medium + "?of=" + string(report)); got.status != 200 || got.body != string(photo) {
			t.Errorf("its photo: %d", got.status)
		}
	}
	all := w.openings()
	if len(all) != 1 || all[0].Who != w.users["he"].ID || all[0].Record != report || all[0].Area != dong || all[0].From == "" || all[0].At < w.clock.now().Add(-time.Minute).UnixMilli() {
		t.Fatalf("told: %+v", all)
	}
	// The next day the photo alone tells of it; so does another person.
	w.clock.forward(25 * time.Hour)
	he = w.as("he")
	if got := he.get(medium + "?size=320&of=" + string(report)); got.status != 200 || len(w.openings()) != 2 {
		t.Errorf("the day after: %d, %d openings", got.status, len(w.openings()))
	}
	for _, bad := range []string{medium + "?of=" + string(visit), medium + "?of=x", "/staff/media/" + string(digestOf([]byte("x"))) + "?of=" + string(report)} {
		if got := he.get(bad); got.status != 404 {
			t.Errorf("%s: %d", bad, got.status)
		}
	}
	if got := w.as("wang").get(medium + "?of=" + string(report)); got.status != 403 {
		t.Errorf("its photo without the grant: %d", got.status)
	}
	page := w.as("sun").get("/staff/log?kind=opened").body
	has(t, page, "打开限看内容", "何督导", "孩子可能受到伤害的报告", at)
	lacks(t, page, "童童")
	if n := strings.Count(page, "何督导"); n != 2 {
		t.Errorf("%d rows of the log", n)
	}
}
