package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// secrets are ID numbers (invented) and how a row may show them.
var secrets = map[string]string{
	"99010119530412002X": "990***********002X",
	"990101196811230417": "990***********0417",
	"990101201707150068": "990***********0068",
}

// Sealed values: masked in rows, in clear nowhere on the wire nor on the disk,
// while running, after a crash, nor after a restore.
func TestSealedValuesAreSeenByNobody(t *testing.T) {
	s := newServer(t)
	s.tap.open()
	wang, li, wu := s.handset("coordinator", dong), s.handset("township", town), s.handset("coordinator", xi)
	rid := wang.NewID()
	one, two := "99010119530412002X", "990101196811230417"
	made := wang.line(L{"new", rid, "person", dong, M{"name": "李大爷", "id_number": one}})
	wang.pushes(made).are("ok")
	wang.pushes(made).are("dup")
	if got := values(wang.shown(rid), "id_number"); !slices.Equal(got, []string{`"` + secrets[one] + `"`}) {
		t.Errorf("the author reads %v", got)
	}
	li.saves(L{"set", rid, "id_number", two, S{}})
	if got := values(li.shown(rid), "id_number"); !sameSet(got, []string{`"` + secrets[one] + `"`, `"` + secrets[two] + `"`}) {
		t.Errorf("the township reads %v", got)
	}
	if c := li.shown(rid).Conflict; !slices.Equal(c, []string{"id_number"}) {
		t.Errorf("conflict %v", c)
	}
	// A mask that comes back is no value.
	wang.pushes(wang.line(L{"set", rid, "id_number", secrets[one], S{id(made)}})).are("invalid")

	// Held lines that carry one are listed without their text.
	held := []([]byte){
		wang.line(L{"new", wang.NewID(), "person", xi, M{"id_number": "990101201707150068"}}),
		[]byte(`{"do":[["set","` + rid + `","id_number","990101201707150068",[]]]}`),
		[]byte(`not JSON but "id_number":"990101201707150068"`),
		wang.line(L{"set", rid, "id_number", 990101201707150068, S{}}),
		wang.lineWith(M{"schema": 3}, L{"set", rid, "id_number2", "990101201707150068", S{}}, L{"set", rid, "id_number", "1", S{}}),
	}
	wang.pushes(held...).are("scope", "schema", "schema", "invalid", "schema")
	for i, l := range held {
		if h, listed := wang.held()[id(l)]; !listed || h.Line != nil {
			t.Errorf("held line %d: listed %v with line %v", i, listed, h.Line)
		}
	}
	var list []map[string]any
	s.run(&list, "held", "list")
	if len(list) != len(held)+1 {
		t.Errorf("%d held, want %d", len(list), len(held)+1)
	}
	wang.syncs()
	li.syncs()
	wu.syncs()
	cookies := cookieHeader(li.signIn())
	for _, page := range []string{"/staff/visits", "/staff/held"} {
		if r := s.do("GET", page, nil, "Cookie", cookies); r.status != 200 {
			t.Errorf("%s: %d", page, r.status)
		}
	}
	s.noSecrets("the wire", s.tap.kept())
	s.onDisk("at work")
	s.kill()
	s.onDisk("after a crash")
	s.start()
	backup := filepath.Join(t.TempDir(), "backup")
	s.run(nil, "backup", backup)
	s.restores(backup)
	s.verify()
	if got := values(wang.shown(rid), "id_number"); len(got) != 2 {
		t.Errorf("after the restore %v", got)
	}
	s.stop()
	s.onDisk("after a restore")
	s.noSecrets("the wire and the commands", s.tap.kept())
}

func (s *server) noSecrets(where string, b []byte) {
	s.Helper()
	for secret := range secrets {
		for what, form := range map[string][]byte{"in clear": []byte(secret), "as UTF-16": utf16le(secret), "in part": []byte(secret[3:14])} {
			if i := bytes.Index(b, form); i >= 0 {
				s.Errorf("%s: an ID number %s: …%q…", where, what, b[max(0, i-60):min(len(b), i+60)])
			}
		}
	}
}

func utf16le(text string) []byte {
	var b []byte
	for i := range len(text) {
		b = append(b, text[i], 0)
	}
	return b
}

// onDisk reads everything that is kept, and the log.
func (s *server) onDisk(when string) {
	s.Helper()
	all := s.everythingKept()
	for name, b := range all {
		s.noSecrets(fmt.Sprintf("%s, %s", filepath.Base(name), when), b)
	}
	if len(all) < 3 {
		s.Errorf("%s: %d files read", when, len(all))
	}
}

// In the log and the metrics there are no personal data.
func TestLogsAreWithoutPersonalData(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	content, digest := photo(2000)
	wang.uploads(content)
	line, rid := wang.household(M{"head": "张三丰", "phone": "13812345678"})
	wang.pushes(line, []byte("poison 张三丰")).are("ok", "schema")
	wang.do("GET", "/media/"+digest, nil)
	wang.do("GET", "/media/"+noDigest, nil)
	s.do("GET", "/held", nil, "Authorization", "Bearer garbage")
	e := s.code(wang.user)
	s.enrols(e.Code, newJWK(s))
	log, err := os.ReadFile(s.data + ".log")
	s.must(err)
	metrics := s.do("GET", s.base+"/metrics", nil)
	for _, b := range [][]byte{log, metrics.body} {
		for _, secret := range []string{"张三丰", "13812345678", "王1号", rid, digest, noDigest, e.Code, wang.bearer(), wang.Device(), id(line), wang.user} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%q stands in the log or the metrics", secret)
			}
		}
	}
	if metrics.status != 200 || len(metrics.body) == 0 {
		t.Errorf("/metrics %d", metrics.status)
	}
}
