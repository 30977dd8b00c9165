package verify_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
	"zoufang/storage/storagetest"
	"zoufang/sync/intake"
	"zoufang/sync/verify"
)

type (
	list   = []any
	fields = map[string]any
)

const (
	village = zoufang.AreaID("990101001201")
	other   = zoufang.AreaID("990101001202")
)

// office makes a store with a little of everything in dir.
func office(t *testing.T, dir string) {
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), storagetest.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	blobs, err := dirblob.Open(filepath.Join(dir, "media"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	in := intake.Intake{Records: store}
	push := func(do ...any) zoufang.CommitID {
		line, err := zoufang.Action{Device: zoufang.System, User: zoufang.System, At: 1, Page: "p"}.Frozen(do)
		if err != nil {
			t.Fatal(err)
		}
		l := intake.Read(line)
		if _, err := in.Push(t.Context(), intake.Sender{User: zoufang.SystemUser(), Device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}, intake.Expect{}, []intake.Line{l}); err != nil {
			t.Fatal(err)
		}
		return l.ID
	}
	id := func() zoufang.RecordID { return zoufang.NewRecordID(1763760000000) }
	for _, a := range []zoufang.AreaID{village, other} {
		push(list{"new", id(), "area", a, fields{"code": a}})
	}
	photo := []byte("a photo")
	sum := sha256.Sum256(photo)
	digest := zoufang.Digest(hex.EncodeToString(sum[:]))
	missing := strings.Repeat("ab", 32)
	visit, moved := id(), id()
	created := push(list{"new", visit, "visit", village, fields{"type": "care", "photos": list{digest, missing}}})
	push(list{"set", visit, "note", "好", list{}}, list{"log", visit, "remarks", "又来过"})
	push(list{"go", visit, "state", "draft", "submitted", list{created}})
	push(list{"new", moved, "household", village, fields{"head": "甲"}})
	push(list{"go", moved, "area", village, other, list{}})
	push(list{"set", id(), "phone", "1", list{}}) // waits
	push(list{"frob"})                            // held
	if err := blobs.Put(t.Context(), digest, int64(len(photo)), bytes.NewReader(photo)); err != nil {
		t.Fatal(err)
	}
	err = store.Update(t.Context(), "", func(tx storage.Tx) error {
		_, err := intake.Arrive(tx, storage.Medium{Digest: digest, Type: "image/jpeg", Size: int64(len(photo))}, "d")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, dir string) verify.Report {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), storagetest.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	blobs, err := dirblob.Open(filepath.Join(dir, "media"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r, err := verify.Run(t.Context(), store, blobs, func(string) {})
	if err != nil {
		r.FaultCount++
		r.Faults = append(r.Faults, err.Error())
	}
	return r
}

func TestWholeStore(t *testing.T) {
	dir := t.TempDir()
	office(t, dir)
	r := check(t, dir)
	if r.FaultCount != 0 || r.Commits != 9 || r.Records != 4 || r.Media != 1 || r.Awaited != 1 || r.Held[zoufang.HeldWaiting] != 1 || r.Held[zoufang.HeldInvalid] != 1 {
		t.Fatalf("%+v", r)
	}
}

// Every way to tamper is found.
func TestFaultsAreFound(t *testing.T) {
	whole := t.TempDir()
	office(t, whole)
	const free = "DROP TRIGGER IF EXISTS %"
	for name, statement := range map[string]string{
		"a line swapped":              "UPDATE commits SET line = (SELECT line FROM commits WHERE n = 4), hash = (SELECT hash FROM commits WHERE n = 4) WHERE n = 3",
		"a line gone":                 "DELETE FROM commits WHERE n = 3",
		"a hash changed":              "UPDATE commits SET hash = zeroblob(32) WHERE n = 3",
		"a write gone":                "DELETE FROM writes WHERE ver = 2 AND gone = 0 AND id <> ''",
		"a write of another commit":   "UPDATE writes SET id = (SELECT id FROM commits WHERE n = 1) WHERE ver = 2 AND gone = 0 AND id <> ''",
		"a number given twice":        "UPDATE writes SET seq = 2 WHERE area = '990101001201' AND seq = 3",
		"a number left out":           "UPDATE heads SET seq = seq + 1 WHERE area = '990101001201'",
		"a sum changed":               "UPDATE heads SET sum = sum + 1 WHERE area = '990101001202'",
		"a public sum changed":        "UPDATE heads SET public = public + 1 WHERE area = '990101001202'",
		"a record gone":               "DELETE FROM rows WHERE kind = 'visit'",
		"a medium said to be there":   "INSERT INTO media (digest, type, size, at) VALUES (unhex('" + strings.Repeat("ab", 32) + "'), 'image/png', 1, 1)",
		"a medium no longer known":    "DELETE FROM media",
		"applied, yet never written":  "DELETE FROM held WHERE code = 'waiting'",
		"held, yet written":           "INSERT INTO held (id, sender, author, at, code, why, waits, areas, waived, forced, schema, sealed, decided, ruling, reach) SELECT id, sender, author, at, 'scope', '', '[]', '[]', 0, 0, 1, 0, 0, '', 'null' FROM commits WHERE n = 4",
		"waits for what is there":     "UPDATE held SET waits = (SELECT json_array('r:' || rid) FROM rows LIMIT 1) WHERE code = 'waiting'",
		"waits for nothing":           "UPDATE held SET waits = '[]' WHERE code = 'waiting'",
		"a row nobody is sent":        "UPDATE rows SET seq = -seq WHERE kind = 'visit'",
		"a row out of order":          "UPDATE rows SET seq = seq + 1000 WHERE kind = 'visit'",
		"a row in another area":       "UPDATE rows SET area = '990101001202', seq = 1000 WHERE kind = 'visit'",
		"a public row":                "UPDATE rows SET public = 1 WHERE kind = 'visit'",
		"nothing would wake it":       "DELETE FROM waits",
		"a held line that never came": "UPDATE held SET id = 'AAAAAAAAAAAAAAAA' WHERE code = 'invalid'",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", filepath.Join(dir, "zoufang.db"))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
			if err != nil {
				t.Fatal(err)
			}
			var drop []string
			for rows.Next() {
				var trigger string
				if err := rows.Scan(&trigger); err != nil {
					t.Fatal(err)
				}
				drop = append(drop, strings.Replace(free, "IF EXISTS %", trigger, 1))
			}
			rows.Close()
			for _, s := range append(drop, statement) {
				res, err := db.Exec(s)
				if err != nil {
					t.Fatalf("%s: %v", s, err)
				}
				if n, _ := res.RowsAffected(); s == statement && n == 0 {
					t.Fatal("nothing was tampered with")
				}
			}
			db.Close()
			if r := check(t, dir); r.FaultCount == 0 {
				t.Fatalf("not found: %+v", r)
			}
		})
	}
	t.Run("a medium's bytes changed", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		found, err := filepath.Glob(filepath.Join(dir, "media", "objects", "*", "*"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		if err := os.WriteFile(found[0], []byte("b photo"), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := check(t, dir); r.FaultCount != 1 {
			t.Fatalf("%+v", r)
		}
	})
}
