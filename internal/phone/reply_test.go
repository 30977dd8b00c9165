package phone

import (
	"errors"
	"strings"
	"testing"
)

const magic = `{"zoufang":1,"epoch":"e","time":5,"safe_at":3,"fresh":["A"],"min_app":"1","new_key":{"a":1}}` + "\n"

func TestParseReply(t *testing.T) {
	body := magic + "\n" +
		`{"c":"-abc","r":"held","code":"scope","why":"…","new_key":1}` + "\r\n" +
		`{"row":{"id":"r","kind":"visit","area":"A","seq":7,"by":["c1","c2"],"w":[["u",1,2],["v",3,4,"more"]],"c":1,` +
		`"f":{"place":[[0,{"lat": 1.50,"lon":2}]]},"s":{},"l":{}}}` + "\n" +
		`{"gone":{"id":"r2","area":"A"}}` + "\n" + `{"unknown":true}` + "\n" +
		`{"end":true,"cursor":"c","more":true}` + "\n" + "whatever follows\n"
	r, err := parseReply([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if r.Time != 5 || *r.SafeAt != 3 || r.cursor != "c" || !r.more || len(r.answers) != 1 || len(r.changes) != 2 {
		t.Errorf("%+v", r)
	}
	if a := r.answers[0]; a != (answered{"-abc", "held", "scope", "…"}) {
		t.Errorf("%+v", a)
	}
	row := r.changes[0].row
	if got := string(row.F["place"][0].V); got != `{"lat": 1.50,"lon":2}` {
		t.Errorf("a value changed its bytes: %s", got)
	}
	if row.W[1] != (Writer{"v", 3, 4}) || !strings.Contains(string(row.Raw), `"lat": 1.50`) {
		t.Errorf("%+v", row)
	}
}

func TestParseReplyRefuses(t *testing.T) {
	row := func(s string) string { return magic + `{"row":` + s + `}` + "\n" + `{"end":true}` + "\n" }
	for name, body := range map[string]string{
		"nothing":          "",
		"captive portal":   "<html><title>免费WiFi</title>",
		"portal in JSON":   `{"login":true}` + "\n" + `{"end":true}`,
		"other version":    `{"zoufang":2,"epoch":"e"}` + "\n" + `{"end":true}`,
		"no epoch":         `{"zoufang":1}` + "\n" + `{"end":true}`,
		"no end":           magic + `{"c":"x","r":"ok"}` + "\n",
		"cut in a line":    magic + `{"end":tr`,
		"end is not true":  magic + `{"end":false,"cursor":"c"}` + "\n",
		"unknown answer":   magic + `{"c":"x","r":"perhaps"}` + "\n" + `{"end":true}`,
		"by out of range":  row(`{"id":"r","kind":"k","area":"A","seq":1,"by":["a"],"w":[["u",1,2]],"c":0,"f":{"x":[[1,2]]}}`),
		"by names idle":    row(`{"id":"r","kind":"k","area":"A","seq":1,"by":["a","b"],"w":[["u",1,2],["u",1,2]],"c":0}`),
		"by names twice":   row(`{"id":"r","kind":"k","area":"A","seq":1,"by":["a","a"],"w":[["u",1,2],["u",1,2]],"c":0,"f":{"x":[[1,2]]}}`),
		"writers missing":  row(`{"id":"r","kind":"k","area":"A","seq":1,"by":["a"],"c":0}`),
		"row without area": row(`{"id":"r","kind":"k","seq":1,"by":["a"],"w":[["u",1,2]],"c":0}`),
	} {
		if _, err := parseReply([]byte(body)); !errors.Is(err, ErrReply) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSumIsOfIDSeqAndBy(t *testing.T) {
	p := New("http://localhost")
	if got := p.Sum("A"); got != "0000000000000000" {
		t.Error(got)
	}
	p.rows["r1"] = &Row{ID: "r1", Area: "A", Seq: 7, By: []string{"a", "b"}}
	p.rows["r2"] = &Row{ID: "r2", Area: "A", Seq: 8, By: []string{"c"}}
	p.rows["r3"] = &Row{ID: "r3", Area: "B", Seq: 9, By: []string{"d"}}
	if got := p.Sum("A"); got != "924a9ce2fafbc9d6" {
		t.Error(got)
	}
}
