package intake_test

import (
	"testing"

	"zoufang"
)

// A township releases a line that then waits; what it waits for turns up in
// another township, which nobody asked.
func TestReleaseReachesItsPersonsAreasAlone(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	far := w.person("远", zoufang.Coordinator, farthest)
	boss := w.person("县", zoufang.County, county)
	h, later := w.id(), w.id()
	s := wang.saves(L{"new", h, "household", xi, M{}}, L{"set", later, "phone", "1", S{}})
	wang.sends(s).are("scope")
	li.does(L{"judge", s.id, "release", ""})
	w.is(s, "waiting")
	far.does(L{"new", later, "household", farthest, M{"phone": "2"}})
	w.is(s, "scope")
	w.shows(later, "phone", `"2"`)
	li.sends(li.saves(L{"judge", s.id, "release", ""})).are("scope")
	boss.does(L{"judge", s.id, "release", ""})
	w.is(s, "released")
}

// Areas and people are the operator's: no release lets anybody else make them.
func TestReleaseMakesNoAreas(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	boss := w.person("县", zoufang.County, county)
	s := wang.saves(L{"new", w.id(), "area", "990101001288", M{"code": "990101001288", "name": "假村"}})
	wang.sends(s).are("scope")
	boss.does(L{"judge", s.id, "release", ""})
	w.is(s, "scope")
}

// A line of somebody without areas is the county's to decide.
func TestLinesThatNameNoArea(t *testing.T) {
	w := newWorld(t)
	nobody := w.person("无", zoufang.Coordinator)
	li := w.person("李", zoufang.Township, town)
	boss := w.person("县", zoufang.County, county)
	s := raw("not a line")
	nobody.sends(s).are("schema")
	li.sends(li.saves(L{"judge", s.id, "reject", ""})).are("scope")
	boss.does(L{"judge", s.id, "reject", ""})
}
