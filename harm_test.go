package zoufang

import (
	"encoding/json"
	"maps"
	"os"
	"testing"
)

// The phone makes the report too: both are held to one file.
func TestReportsAreThePhones(t *testing.T) {
	var want struct {
		Visit, ID RecordID
		Area      AreaID
		Always    map[string]string
		Cases     []struct {
			Says struct {
				Persons   []string
				Household string
			}
			Of map[string]string
		}
	}
	b, err := os.ReadFile("web/shared/testdata/harm.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if id := HarmReportID(want.Visit); id != want.ID || !id.Valid() || id.Millis() != want.Visit.Millis() || id == want.Visit {
		t.Errorf("the request is %s, want %s", id, want.ID)
	}
	if len(want.Cases) < 4 {
		t.Fatal("cases are missing")
	}
	for _, c := range want.Cases {
		visit := &Record{ID: want.Visit, Kind: KindVisit, Area: want.Area, Heads: map[string]*Heads{}, Sets: map[string]map[string]*Heads{"persons": {}}}
		for _, p := range c.Says.Persons {
			visit.Sets["persons"][p] = &Heads{Live: []Head{{ID: "a", Value: ValueOf(p)}}}
		}
		if c.Says.Household != "" {
			visit.Heads["household"] = &Heads{Live: []Head{{ID: "a", Value: ValueOf(c.Says.Household)}}}
		}
		it := HarmReport(visit)
		got := map[string]string{}
		for name, v := range it.Fields {
			got[name], _ = v.Text()
		}
		all := maps.Clone(want.Always)
		maps.Copy(all, c.Of)
		if it.Record != want.ID || it.Kind != KindRequest || it.Area != want.Area || !maps.Equal(got, all) {
			t.Errorf("%+v: %s %v, want %v", c.Says, it.Record, got, all)
		}
	}
}
