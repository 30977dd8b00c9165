package e2e_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// household is a line that is applied when the server takes it.
func (h *handset) household(fields M) (line []byte, rid string) {
	rid = h.NewID()
	if fields == nil {
		fields = M{}
	}
	return h.line(L{"new", rid, "household", h.Areas()[0], fields}), rid
}

// Bodies that are not a request: each is refused, and of the good line in it
// nothing is stored.
func TestBodiesThatAreNoRequest(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	var canary [][]byte
	good := func() []byte {
		l, _ := wang.household(nil)
		canary = append(canary, l)
		return wang.body(ask{}, l)
	}
	head := wang.body(ask{})
	gz := ask{headers: []string{"Content-Encoding", "gzip"}}
	zipped := zip(good())
	broken := bytes.Clone(zip(good()))
	broken[len(broken)-7] ^= 0xff // its checksum
	cases := []struct {
		what   string
		body   []byte
		a      ask
		status int
		code   string
	}{
		{"a gzip without its end", zipped[:len(zipped)-9], gz, 400, "body"},
		{"half a gzip", zipped[:len(zipped)/2], gz, 400, "body"},
		{"a gzip with a wrong checksum", broken, gz, 400, "body"},
		{"plain text said to be gzip", good(), gz, 400, "body"},
		{"gzip not said to be one", zip(good()), ask{}, 400, "body"},
		{"another encoding", good(), ask{headers: []string{"Content-Encoding", "br"}}, 415, "type"},
		{"nothing", nil, ask{}, 400, "body"},
		{"an empty gzip", zip(nil), gz, 400, "body"},
		{"a captive portal's page", append([]byte("<!doctype html><html><script>location='http://portal/'</script></html>\n"), good()...), ask{}, 400, "body"},
		{"no header line", bytes.Join(bytes.SplitAfter(good(), []byte("\n"))[1:], nil), ask{}, 400, "body"},
		{"a blank header line", append([]byte("\n"), good()...), ask{}, 400, "body"},
		{"no magic", bytes.Replace(good(), []byte(`"zoufang":1`), []byte(`"zoufang":2`), 1), ask{}, 400, "body"},
		{"no device", bytes.Replace(good(), []byte(`"device"`), []byte(`"gadget"`), 1), ask{}, 400, "body"},
		{"a header that is no object", append([]byte("[1]\n"), good()...), ask{}, 400, "body"},
		{"a header cut short", append(head[:len(head)/2:len(head)/2], good()...), ask{}, 400, "body"},
		{"a bomb", zip(append(good(), make([]byte, 64<<20)...)), gz, 413, "too_large"},
		{"600 KiB", append(good(), bytes.Repeat([]byte("x"), 600<<10)...), ask{}, 413, "too_large"},
		{"600 KiB zipped", append(good(), bytes.Repeat([]byte("x"), 600<<10)...), ask{zip: true}, 413, "too_large"},
		{"501 lines", append(good(), bytes.Repeat([]byte("x\n"), 500)...), ask{}, 413, "too_large"},
	}
	for _, c := range cases {
		r := wang.asksRaw(c.body, c.a)
		if r.status != c.status || r.text("code") != c.code {
			t.Errorf("%s: %d %.200s, want %d %s", c.what, r.status, r.body, c.status, c.code)
		}
	}
	for i, l := range canary { // stored would be dup
		if a := wang.pushes(l).answers[0]; a.R != "ok" {
			t.Errorf("line %d had been stored: %+v", i, a)
		}
	}
	if n := len(wang.held()); n != 0 {
		t.Errorf("%d lines of refused bodies are held", n)
	}
}

// The bounds themselves are still a request.
func TestBodiesAtTheBounds(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	_, rid := wang.household(nil)
	wang.saves(L{"new", rid, "household", dong, M{}})
	var lines [][]byte
	for i := range 500 {
		lines = append(lines, wang.line(L{"log", rid, "remarks", fmt.Sprint(i)}))
	}
	a := wang.pushes(lines...)
	if len(a.answers) != 500 {
		t.Fatalf("%d answers", len(a.answers))
	}
	for i, l := range lines {
		if a.answers[i].C != id(l) || a.answers[i].R != "ok" {
			t.Fatalf("answer %d: %+v", i, a.answers[i])
		}
	}
	fill := func(size int) ([]byte, []byte) {
		l := wang.line(L{"log", rid, "remarks", "末"})
		body := wang.body(ask{}, l)
		for len(body) < size {
			body = append(body, bytes.Repeat([]byte("\n"), min(1000, size-len(body)))...)
		}
		return body, l
	}
	for _, zipped := range []bool{false, true} {
		body, _ := fill(512 << 10)
		wang.asksRaw(body, ask{zip: zipped}).said().are("ok")
		body, l := fill(512<<10 + 1)
		wang.asksRaw(body, ask{zip: zipped}).is(413, "too_large")
		wang.pushes(l).are("ok")
	}
}

// Poison between good lines: every line gets its answer, in order, and none holds
// up another.
func TestPoisonBetweenGoodLines(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	one, _ := wang.household(nil)
	two, _ := wang.household(nil)
	three, _ := wang.household(nil)
	poison := [][]byte{[]byte("{"), []byte("\x00\xff\xfe"), []byte(strings.Repeat("[", 9000)), []byte("null"), []byte(`"text"`), []byte("\r"), []byte(" "),
		wang.lineWith(M{"n": "1"}, L{"new", wang.NewID(), "household", dong, M{}}), wang.lineWith(M{"do": L{}}), wang.lineWith(M{"do": L{L{"new"}}}),
		[]byte(`{"dev":"` + "\xc3\x28" + `"}`)}
	lines, want := [][]byte{one}, []string{"ok"}
	for i, p := range poison {
		lines, want = append(lines, p), append(want, "schema")
		if i == 4 {
			lines, want = append(lines, two), append(want, "ok")
		}
	}
	lines, want = append(lines, three, one), append(want, "ok", "dup")
	a := wang.pushes(lines...).are(want...)
	for i, l := range lines {
		if a.answers[i].C != id(l) {
			t.Errorf("answer %d is for %s, want %s", i, a.answers[i].C, id(l))
		}
	}
	if n := len(wang.reads().rows); n < 3 {
		t.Errorf("%d rows", n)
	}
	if n := len(wang.held()); n != len(poison) {
		t.Errorf("%d held, want %d", n, len(poison))
	}
}

func TestBlankLinesUnknownKeysAndLastLines(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	one, _ := wang.household(nil)
	two, _ := wang.household(nil)
	body := wang.body(ask{more: M{"battery": 0.5, "later": M{"a": L{}}}})
	body = append(body, "\n\n"...)
	body = append(append(body, one...), "\n\n\n"...)
	body = append(body, two...) // and no line feed at the end
	wang.asksRaw(body, ask{}).said().are("ok", "ok")
	// Keys may be absent, and a carriage return ends a header line's text too.
	bare := fmt.Sprintf("{\"device\":%s,\"zoufang\":1}\r\n", encode(wang.Device()))
	wang.asksRaw([]byte(bare), ask{}).said().are()
	// The same line with a carriage return is another line, with an id of its own.
	cr := append(bytes.Clone(one), '\r')
	a := wang.pushes(cr)
	if a.answers[0].C != id(cr) || a.answers[0].C == id(one) || a.answers[0].R == "dup" {
		t.Errorf("%+v", a.answers[0])
	}
}
