package e2e_test

import "testing"

// Who may create what in an area of their own: kind × role, default deny. An
// auditor has no phone.
func TestRightsToCreate(t *testing.T) {
	s := newServer(t)
	roles := []string{"coordinator", "worker", "township", "county", "admin"}
	table := map[string]string{ // a + for each role that may
		"visit":     "++++-",
		"request":   "++++-",
		"household": "+-++-",
		"person":    "+-++-",
		"item":      "--++-",
		"card":      "--++-",
		"form":      "--++-",
		"rule":      "--++-",
		"notice":    "--++-",
		"area":      "-----",
		"user":      "-----",
	}
	author := s.handset("coordinator", dong)
	for i, role := range roles {
		h := s.handset(role, dong)
		for kind, may := range table {
			want := map[byte]string{'+': "ok", '-': "scope"}[may[i]]
			l := h.line(L{"new", h.NewID(), kind, dong, M{}})
			if a := h.pushes(l).answers[0]; a.R+a.Code != want && a.Code != want {
				t.Errorf("%s creates a %s: %+v, want %s", role, kind, a, want)
			}
			outside := h.pushes(h.line(L{"new", h.NewID(), kind, xi, M{}})).answers[0]
			if outside.Code != "scope" {
				t.Errorf("%s creates a %s in another village: %+v, want scope", role, kind, outside)
			}
		}
		// Editing another's record, and the review's comments.
		rid, visit := author.NewID(), author.NewID()
		author.saves(L{"new", rid, "household", dong, M{}}, L{"new", visit, "visit", dong, M{"type": "routine"}})
		edits := map[string]string{"coordinator": "ok", "worker": "scope", "township": "ok", "county": "ok", "admin": "scope"}
		comments := map[string]string{"coordinator": "scope", "worker": "scope", "township": "ok", "county": "ok", "admin": "scope"}
		for what, c := range map[string]struct {
			do   L
			want string
		}{
			"edits a household":  {L{"set", rid, "phone", "1", S{}}, edits[role]},
			"voids a household":  {L{"set", rid, "void", "重复", S{}}, edits[role]},
			"edits a visit":      {L{"set", visit, "note", "x", S{}}, edits[role]},
			"comments a visit":   {L{"log", visit, "comments.note", "x"}, comments[role]},
			"submits a visit":    {L{"go", visit, "state", "draft", "submitted", S{}}, "scope"},
			"edits a user":       {L{"set", h.user, "role", "admin", S{}}, "scope"},
			"releases a line":    {L{"judge", "AAAAAAAAAAAAAAAA", "release", "x"}, "waiting"},
			"names an area anew": {L{"set", areaRecord(author), "name", "我村", S{}}, "scope"},
		} {
			if a := h.pushes(h.line(c.do)).answers[0]; a.R != c.want && a.Code != c.want {
				t.Errorf("%s %s: %+v, want %s", role, what, a, c.want)
			}
		}
	}
	s.verify()
}

func areaRecord(h *handset) string {
	for rid, row := range h.reads().rows {
		if row.Kind == "area" && row.Area == dong {
			return rid
		}
	}
	return ""
}
