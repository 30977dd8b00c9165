package intake_test

import (
	"testing"

	"zoufang"
	"zoufang/internal/content"
)

// asks writes the shipped forms, as the operator does.
func (w *world) asks() {
	w.Helper()
	operator := &person{w: w, user: zoufang.SystemUser(), device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}
	docs, err := content.Shipped()
	w.must(err)
	for _, d := range docs {
		if d.Kind == zoufang.KindForm {
			operator.does(L{"new", d.ID(county), d.Kind, county, d.Fields()})
		}
	}
}

// reported checks that a visit has made one request, and gives it.
func (w *world) reported(visit zoufang.RecordID) *zoufang.Record {
	w.Helper()
	r := w.record(zoufang.HarmReportID(visit))
	if r == nil || !r.TellsHarm() || len(r.Conflicts()) > 0 {
		w.Fatalf("the visit's report is %+v", r)
	}
	return r
}

func (w *world) quiet(visit zoufang.RecordID) {
	w.Helper()
	if r := w.record(zoufang.HarmReportID(visit)); r != nil {
		w.Fatalf("a report was made: %+v", r)
	}
}

func TestAnAlarmingAnswerMakesARequestOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields M
		alarms bool
	}{
		{"yes", M{"form": "routine@2", "answers.harm": true}, true},
		{"yes, by no form", M{"answers.harm": true}, true},
		{"yes, by a form nobody has", M{"form": "local@7", "answers.harm": true}, true},
		{"no", M{"form": "routine@2", "answers.harm": false}, false},
		{"a text", M{"form": "routine@2", "answers.harm": "true"}, false},
		{"nothing", M{"form": "routine@2", "answers.food": "够吃够穿"}, false},
		{"of a form without the question", M{"form": "gift@2", "answers.harm": true}, true}, // its alarms are none: all others are asked
		{"void", M{"form": "routine@2", "answers.harm": true, "void": "记错了"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.asks()
			li := w.person("李芳", zoufang.Coordinator, dong)
			visit, home, child := w.id(), w.id(), w.id()
			c.fields["type"], c.fields["household"], c.fields["persons"] = "routine", home, L{child}
			li.does(L{"new", visit, "visit", dong, c.fields})
			if !c.alarms {
				w.quiet(visit)
				return
			}
			r := w.reported(visit)
			w.shows(r.ID, "person", `"`+string(child)+`"`)
			w.shows(r.ID, "household")
			w.shows(r.ID, "visit", `"`+string(visit)+`"`)
			w.shows(r.ID, "urgency", `"立即"`)
			w.stands(r.ID, "received")
			if r.Area != dong || r.Author != zoufang.System {
				t.Errorf("it is %s's in %s", r.Author, r.Area)
			}
		})
	}
}

// A phone that makes the report by itself, before the visit or after it, one that does
// not, and a clone that sends the visit again all end with one request.
func TestAReportIsMadeOnce(t *testing.T) {
	for _, order := range []string{"report first", "visit first", "in one push", "no report", "twice"} {
		t.Run(order, func(t *testing.T) {
			w := newWorld(t)
			w.asks()
			li := w.person("李芳", zoufang.Coordinator, dong)
			visit, home := w.id(), w.id()
			said := M{"type": "routine", "form": "routine@2", "answers.harm": true, "household": home}
			v := li.saves(L{"new", visit, "visit", dong, said})
			again := li.saves(L{"new", visit, "visit", dong, said})
			r := li.saves(L{"new", zoufang.HarmReportID(visit), "request", dong, M{"item": zoufang.HarmItem, "urgency": "立即",
				"text": "走访时回答怀疑孩子受到侵害，请看这次走访。", "visit": visit, "household": home}})
			switch order {
			case "report first":
				li.sends(r).are("ok")
				li.sends(v).are("ok")
			case "visit first":
				li.sends(v).are("ok")
				li.sends(r).are("ok")
			case "in one push":
				li.sends(v, r).are("ok", "ok")
			case "no report":
				li.sends(v).are("ok")
			case "twice":
				li.sends(v, again).are("ok", "ok")
				li.sends(v).are("dup")
			}
			w.shows(w.reported(visit).ID, "household", map[bool][]string{true: {`"` + string(home) + `"`, `"` + string(home) + `"`}, false: {`"` + string(home) + `"`}}[order == "visit first"]...)
		})
	}
}

// What was told stays told: an answer taken back, a visit made void, an approval, and a
// report that somebody closed neither end a report nor make a second.
func TestAReportStays(t *testing.T) {
	w := newWorld(t)
	w.asks()
	li, wang := w.person("李芳", zoufang.Coordinator, dong), w.person("王主任", zoufang.Township, town)
	visit := w.id()
	v := li.does(L{"new", visit, "visit", dong, M{"type": "routine", "form": "routine@2", "answers.harm": false}})
	w.quiet(visit)
	yes := li.does(L{"set", visit, "answers.harm", true, S{v.id}})
	id := w.reported(visit).ID
	no := li.does(L{"set", visit, "answers.harm", false, S{yes.id}})
	wang.does(L{"go", id, "state", "received", "assigned", S{}})
	li.does(L{"set", visit, "answers.harm", true, S{no.id}})
	li.does(L{"set", visit, "void", "记错了户", S{v.id}})
	w.stands(id, "assigned")
	if r := w.reported(visit); r.Voided() || len(r.By()) != 2 {
		t.Errorf("it was written by %v", r.By())
	}
}

// A visit whose own line is held tells nobody by itself; released, it does at once.
func TestAReleasedVisitReports(t *testing.T) {
	w := newWorld(t)
	w.asks()
	li, wang := w.person("李芳", zoufang.Coordinator, dong), w.person("王主任", zoufang.Township, town)
	visit := w.id()
	v := li.saves(L{"new", visit, "visit", xi, M{"type": "routine", "answers.harm": true}})
	li.sends(v).are("scope")
	w.quiet(visit)
	wang.does(L{"judge", v.id, "release", ""})
	w.reported(visit)
}

// What alarms is remembered between pushes for no longer than the forms are the same.
func TestFormsThatChangeAlarmAnew(t *testing.T) {
	w := newWorld(t)
	li := w.person("李芳", zoufang.Coordinator, dong)
	says := func() zoufang.RecordID {
		t.Helper()
		visit := w.id()
		li.does(L{"new", visit, "visit", dong, M{"type": "routine", "answers.harm": true}})
		return visit
	}
	w.quiet(says()) // nobody asks it
	w.asks()
	w.reported(says())
	operator := &person{w: w, user: zoufang.SystemUser(), device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}
	docs, err := content.Shipped()
	w.must(err)
	for _, d := range docs {
		if d.Kind == zoufang.KindForm {
			operator.does(L{"set", d.ID(county), "body", M{"name": d.Heading.Name, "version": d.Heading.Version}, w.record(d.ID(county)).SeenOf("body")})
		}
	}
	w.quiet(says())
}
