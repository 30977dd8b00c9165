package phone

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The ids were computed by another program.
func TestLineID(t *testing.T) {
	for _, c := range []struct{ name, line, id string }{
		{"plain", `{}`, "RBNvo1WzZ4oRRq0W"},
		{"carriage return belongs to the line", "{}\r", "9UViO1QaIda4tBXu"},
		{"line separator", "{\"a\":\"\u2028\"}", "wPVF5KipxNirMQxl"},
		{"not UTF-8", "\xff\xfe\x00{", "MgJJeWutW7Un96-b"},
		{"Chinese", `{"note":"走访"}`, "sppk9pDjSDTnxdx0"},
		{"id begins with a hyphen", `{"n":38}`, "-z7p5HF64M6q_J9o"},
	} {
		if got := LineID([]byte(c.line)); got != c.id {
			t.Errorf("%s: %s, want %s", c.name, got, c.id)
		}
	}
}

func TestCommitIsOneFrozenLine(t *testing.T) {
	_, p := play(t)
	first := p.Commit(NewRecord("r", "visit", "A", nil), Set("r", "note", "<b>&\u2028\n", nil), Rm("r", "needs", "x", nil))
	second := p.Commit(Log("r", "remarks", "好"))
	if bytes.ContainsAny(first.Bytes, "\n\r") {
		t.Errorf("line break in %s", first.Bytes)
	}
	keys := regexp.MustCompile(`^\{"dev":"d1","n":1,"prev":null,"nonce":"[\w-]{12}","user":"u1","schema":1,"at":\d+,` +
		`"mono":[\d.]+,"page":"[\w-]{12}","heard":900,"do":\[\["new","r","visit","A",\{\}\],\["set","r","note","<b>&`)
	if !keys.Match(first.Bytes) {
		t.Errorf("%s", first.Bytes)
	}
	if !bytes.Contains(first.Bytes, []byte(`["rm","r","needs","x",[]]`)) {
		t.Errorf("nothing seen is an empty array: %s", first.Bytes)
	}
	var c struct {
		N    int
		Prev string
	}
	if err := json.Unmarshal(second.Bytes, &c); err != nil || c.N != 2 || c.Prev != first.ID {
		t.Errorf("%s", second.Bytes)
	}
}

func TestRawTakesAnythingThatIsOneLine(t *testing.T) {
	_, p := play(t)
	for _, bad := range []string{"", "a\nb", strings.Repeat("x", maxLine+1)} {
		if _, err := p.Raw([]byte(bad)); err == nil {
			t.Errorf("took %.10q", bad)
		}
	}
	one, err := p.Raw([]byte("\xff not JSON\r"))
	two, again := p.Raw([]byte("\xff not JSON\r"))
	if err != nil || again != nil || one.ID != two.ID || len(p.Lines()) != 1 {
		t.Errorf("%v %v, %d lines", err, again, len(p.Lines()))
	}
}

func TestNewIDCarriesThePhonesTime(t *testing.T) {
	for name, at := range map[string]time.Time{
		"01955af5-a800": time.UnixMilli(0x01955af5a800), "00000000-0000": time.Unix(-5, 0)} {
		p := New("http://localhost", WithClock(func() time.Time { return at }))
		id := p.NewID()
		if !regexp.MustCompile(`^` + name + `-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Error(id)
		}
		if id == p.NewID() {
			t.Error("the same id twice")
		}
	}
}

func TestCloneGoesOnAlone(t *testing.T) {
	s, p := play(t, said{rows: []string{rowLine("r", "A", 1, "x")}}.reply, said{time: 3000}.reply)
	p.Commit(Log("r", "remarks", "1"))
	mustSync(t, p)
	c := p.Clone()
	a, b := p.Commit(Log("r", "remarks", "2")), c.Commit(Log("r", "remarks", "2"))
	if a.ID == b.ID {
		t.Error("two phones saved the same bytes")
	}
	for _, l := range []Line{a, b} {
		if !bytes.Contains(l.Bytes, []byte(`"n":2`)) {
			t.Errorf("%s", l.Bytes)
		}
	}
	mustSync(t, c)
	if p.Unsent() != 1 || c.Unsent() != 0 || p.Heard() != 2000 || c.Last() == p.Last() {
		t.Error("the clone's sync moved the other")
	}
	if s.asked[1].Device != "d1" || *s.asked[1].Last != p.Last() {
		t.Errorf("%+v", s.asked[1].hello)
	}
}
