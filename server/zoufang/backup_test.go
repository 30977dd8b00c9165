package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"zoufang/internal/phone"
	"zoufang/server/backup"
)

// photo is some bytes that claim to be one.
func photo(n int) []byte { return bytes.Repeat([]byte{0xff, 0xd8, byte(n)}, 5000+n) }

// visited saves a visit with a photo and sends both.
func visited(t *testing.T, p *phone.Phone, n int) (visit, digest string) {
	t.Helper()
	visit = p.NewID()
	digest = p.AddMedium(photo(n), "image/jpeg")
	p.Commit(phone.NewRecord(visit, "visit", village, phone.Fields{"type": "routine", "photos": []string{digest}}))
	synced(t, p)
	if err := p.SendMedia(t.Context()); err != nil {
		t.Fatal(err)
	}
	synced(t, p)
	return visit, digest
}

func TestBackupAndRestoreWhileServing(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	p := enrolled(t, data, s, user)
	before, photoBefore := visited(t, p, 1)
	if p.SafeAt() != 0 {
		t.Error("something is safe before any backup")
	}
	file := filepath.Join(t.TempDir(), "b.tar")
	w := ok[backup.Written](t, data, "backup", file)
	if w.Media != 1 || w.SafeAt == 0 || w.Records != int64(6+shipped(t)) {
		t.Errorf("written: %+v", w)
	}
	if info, err := os.Stat(file); err != nil || info.Size() != w.Bytes || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v %v", info, err)
	}
	after, photoAfter := visited(t, p, 2)
	if p.SafeAt() != w.SafeAt {
		t.Errorf("the phone hears that %d is safe, the backup said %d", p.SafeAt(), w.SafeAt)
	}
	epoch := p.Epoch()

	r := ok[backup.Restored](t, data, "restore", file)
	if r.From != epoch || r.Epoch == epoch || r.Kept == "" || r.Media != 1 || r.Added != 0 {
		t.Errorf("restored: %+v", r)
	}
	if info, err := os.Stat(r.Kept); err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(r.Kept, "before-restore-") {
		t.Errorf("kept: %v %v", r.Kept, err)
	}
	// The phone sends everything again and nothing is lost.
	synced(t, p)
	if err := p.SendMedia(t.Context()); err != nil {
		t.Fatal(err)
	}
	synced(t, p)
	if p.Restarts() != 1 || p.Epoch() != r.Epoch || p.SafeAt() != 0 {
		t.Errorf("the phone noticed %d restores, epoch %s, safe %d", p.Restarts(), p.Epoch(), p.SafeAt())
	}
	for _, visit := range []string{before, after} {
		if _, known := p.Shown(visit); !known || p.Row(visit) == nil {
			t.Errorf("visit %s is gone", visit)
		}
	}
	for _, digest := range []string{photoBefore, photoAfter} {
		if _, err := p.Get(t.Context(), digest, 0); err != nil {
			t.Errorf("photo %.8s: %v", digest, err)
		}
	}
	s.stop()
	if report := ok[map[string]any](t, data, "verify"); report["fault_count"] != 0.0 || report["media"] != 2.0 {
		t.Errorf("verify: %v", report)
	}
}

func TestRestoreOnAnotherMachine(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	p := enrolled(t, data, s, user)
	person := p.NewID()
	p.Commit(phone.NewRecord(person, "person", village, phone.Fields{"name": "赵大爷", "id_number": "11010519491231002X"}))
	visit, digest := visited(t, p, 3)
	s.stop()
	file := filepath.Join(t.TempDir(), "b.tar")
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	key := write(t, "backup.key", id.String())
	ok[backup.Written](t, data, "backup", file, "--backup-key", id.Recipient().String())
	second := ok[backup.Written](t, data, "backup", file, "--backup-key", id.Recipient().String()) // again, over it
	if b, err := os.ReadFile(file); err != nil || bytes.Contains(b, []byte("11010519491231002X")) {
		t.Errorf("an ID number stands open in the backup (%v)", err)
	}

	fresh := filepath.Join(t.TempDir(), "new", "data")
	fails(t, 1, fresh, "restore", file)
	r := ok[backup.Restored](t, fresh, "restore", file, "--identity", key)
	if r.Kept != "" || r.Added != 1 || r.Commits != second.Commits {
		t.Errorf("restored: %+v", r)
	}
	if report := ok[map[string]any](t, fresh, "verify"); report["fault_count"] != 0.0 {
		t.Errorf("verify: %v", report)
	}
	s = serveOn(t, fresh)
	e := ok[enrolment](t, fresh, "enrol", "--user", user)
	q := phone.New(s.said.URL)
	if err := q.Enrol(t.Context(), e.Code, ""); err != nil {
		t.Fatal(err)
	}
	synced(t, q)
	if row := q.Row(visit); row == nil {
		t.Error("the visit is not on the other machine")
	}
	if v, _ := q.Shown(person); v.Text("id_number") != "110***********002X" {
		t.Errorf("the ID number reads %q", v.Text("id_number"))
	}
	if _, err := q.Get(t.Context(), digest, 0); err != nil {
		t.Errorf("photo: %v", err)
	}
	s.stop()
}

func TestBadBackupsChangeNothing(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	p := enrolled(t, data, s, user)
	visited(t, p, 4)
	file := filepath.Join(t.TempDir(), "b.tar")
	ok[backup.Written](t, data, "backup", file)
	visited(t, p, 5)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string][]byte{
		"empty": {}, "text": []byte(strings.Repeat("no backup ", 2000)),
		"half": good[:len(good)/2], "end lost": good[:len(good)-1], "two blocks lost": good[:len(good)-1024], "tail lost": good[:len(good)-2048],
		"more": append(bytes.Clone(good), 0), "other version": bytes.Replace(good, []byte(`backup 2`), []byte(`backup 9`), 1),
	}
	rng := rand.New(rand.NewPCG(1, 2))
	places := []int{0, 300, 700, len(good) - 1, len(good) - 700, len(good) - 1500, len(good) - 2040}
	for range 12 {
		places = append(places, rng.IntN(len(good)))
	}
	for _, at := range places {
		flipped := bytes.Clone(good)
		flipped[at] ^= 1 << rng.IntN(8)
		bad["flipped at "+string(rune('a'+len(bad)))] = flipped
	}
	before := stateOf(t, data)
	for name, content := range bad {
		said := fails(t, 1, data, "restore", write(t, "bad.tar", string(content)))
		if !strings.Contains(said, "nothing was changed") {
			t.Errorf("%s: %s", name, said)
		}
	}
	fails(t, 1, data, "restore", filepath.Join(t.TempDir(), "nowhere.tar"))
	fails(t, 1, data, "restore", t.TempDir())
	if after := stateOf(t, data); after != before {
		t.Errorf("the store changed:\n%s\n%s", before, after)
	}
	synced(t, p)
	if p.Restarts() != 0 {
		t.Error("the phone noticed a restore")
	}
	s.stop()
	missing := filepath.Join(t.TempDir(), "data")
	fails(t, 1, missing, "restore", write(t, "bad.tar", string(good[:len(good)/2])))
}

// stateOf tells the files of a data directory and what verify finds.
func stateOf(t *testing.T, data string) string {
	t.Helper()
	out := runOn(t, data, "verify").stdout
	names, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), "zoufang.db") {
			out += n.Name() + " "
		}
	}
	return out
}

func TestBackupOfDamagedMediaFails(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	p := enrolled(t, data, s, user)
	_, digest := visited(t, p, 6)
	object := filepath.Join(data, "media", "objects", digest[:2], digest)
	b, err := os.ReadFile(object)
	if err != nil {
		t.Fatal(err)
	}
	b[100] ^= 1
	os.Chmod(object, 0o600)
	if err := os.WriteFile(object, b, 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b.tar")
	if said := fails(t, 1, data, "backup", file); !strings.Contains(said, digest) {
		t.Errorf("said %s", said)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	synced(t, p)
	if p.SafeAt() != 0 {
		t.Error("a backup that failed made something safe")
	}
	s.stop()
	if r := runOn(t, data, "verify"); r.code != 1 || !strings.Contains(r.stdout, `"fault_count":1`) {
		t.Errorf("verify: %d %s", r.code, r.stdout)
	}
}

// A backup takes the place of an older backup alone, never of a database; and a
// store whose keys are gone says so and makes no others.
func TestBackupReplacesBackupsAlone(t *testing.T) {
	data, _ := county(t)
	file := filepath.Join(t.TempDir(), "b.tar")
	for range 2 {
		if r := runOn(t, data, "backup", file); r.code != 0 {
			t.Fatalf("%d %s", r.code, r.stdout)
		}
	}
	db := filepath.Join(data, "zoufang.db")
	for _, other := range []string{db, filepath.Join(data, "keys", "seal.json"), t.TempDir()} {
		fails(t, 1, data, "backup", other)
	}
	if r := runOn(t, data, "verify"); r.code != 0 {
		t.Fatalf("%d %s", r.code, r.stdout)
	}
	keys := filepath.Join(data, "keys", "seal.json")
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	if said := fails(t, 1, data, "user", "list"); !strings.Contains(said, "seal.json is missing") {
		t.Errorf("said %s", said)
	}
	if _, err := os.Stat(keys); err == nil {
		t.Error("other keys were made")
	}
}

// Killed at any moment, a restore leaves the old state or the new one whole.
func TestRestoreKilled(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	p := enrolled(t, data, s, user)
	visited(t, p, 7)
	file := filepath.Join(t.TempDir(), "b.tar")
	small := ok[backup.Written](t, data, "backup", file)
	visited(t, p, 8)
	s.stop()
	whole := ok[map[string]any](t, data, "verify")["commits"].(float64)
	for after := 5 * time.Millisecond; after < 400*time.Millisecond; after = after * 8 / 5 {
		cmd := exec.Command(program, "restore", file, "--data", data)
		cmd.Env = bareEnv()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		cmd.Process.Kill()
		cmd.Wait()
		report := ok[map[string]any](t, data, "verify")
		if n := report["commits"].(float64); report["fault_count"] != 0.0 || n != whole && n != float64(small.Commits) {
			t.Fatalf("killed after %v: %v", after, report)
		}
	}
	ok[backup.Restored](t, data, "restore", file)
}
