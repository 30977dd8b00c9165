package e2e_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// proving, by ZOUFANG_PROVE=1, makes some tests long runs.
func proving() bool { return os.Getenv("ZOUFANG_PROVE") == "1" }

// The server is killed at random moments while phones work, lose replies, and are
// cloned. After each start everything that was acknowledged is there; in the end
// all phones have what the server has.
func TestProveKillsLoseNothing(t *testing.T) {
	kills, phones, visits := 4, 6, 80
	if proving() {
		kills, phones, visits = 20, 20, 400
	}
	s := newServer(t)
	j := s.job(phones, visits)
	for n := range kills {
		j.reach(visits * 4 / kills) // requests; a visit takes more than seven
		time.Sleep(time.Duration(rand.IntN(25_000)) * time.Microsecond)
		s.kill()
		j.gate.Lock()
		s.start()
		if s.stillThere(j.witness, j.checker); n == 0 || n == kills-1 {
			s.verify()
		}
		j.gate.Unlock()
	}
	t.Logf("%d kills; %s", kills, j.ends())
}

// A backup is made while phones work, and later put into an empty place while they
// work on. They offer again what the backup lacks: nothing is lost.
func TestProveARestoreLosesNothing(t *testing.T) {
	phones, visits := 6, 60
	if proving() {
		phones, visits = 20, 400
	}
	s := newServer(t)
	j := s.job(phones, visits)
	for j.reach(visits); j.enrolled() < phones; j.reach(visits / 4) {
	}
	file := filepath.Join(t.TempDir(), "backup")
	j.ration(visits) // however long the backup takes, the phones still have work after it
	s.run(nil, "backup", file)
	lines, media := j.acknowledged()
	j.ration(0)
	j.reach(visits)
	j.gate.Lock()
	later, laterMedia := j.acknowledged()
	s.stop()
	s.moves("elsewhere")
	s.run(nil, "restore", file)
	s.start()
	j.gate.Unlock()
	t.Logf("%d lines and %d media acknowledged before the backup, %d and %d since until the restore; %s",
		len(lines), len(media), len(later)-len(lines), len(laterMedia)-len(media), j.ends())
}

// The service moves from a data directory to a database and a bucket, and back,
// while phones work.
func TestFromADirectoryIntoProduction(t *testing.T) {
	t.Parallel()
	s := prepareOn(t, nil)
	s.start()
	const phones, visits = 6, 60
	j := s.job(phones, visits)
	for j.reach(visits); j.enrolled() < phones; j.reach(visits / 4) {
	}
	j.gate.Lock()
	s.stop()
	s.at = sharedProduction(t, "")
	s.run(nil, "copy", "--from", s.data, "--to", "settings")
	s.start()
	s.stillThere(j.witness, j.checker)
	s.verify()
	j.gate.Unlock()
	there, _ := j.acknowledged()
	j.reach(visits)
	j.gate.Lock()
	s.stop()
	s.data = filepath.Join(t.TempDir(), "back")
	s.run(nil, "copy", "--from", "settings", "--to", s.data)
	s.at = nil
	s.start()
	s.stillThere(j.witness, j.checker)
	back, _ := j.acknowledged()
	j.gate.Unlock()
	t.Logf("%d lines acknowledged before the way there, %d before the way back; %s", len(there), len(back), j.ends())
}

// stillThere checks that the server knows all it acknowledged: a line named as the
// last is known or the server says `again`; a medium is kept under its digest.
func (s *server) stillThere(w *witness, checker *handset) {
	s.Helper()
	lines, media := w.acknowledged()
	cursor := checker.asks(ask{}).said().cursor
	for _, l := range lines {
		if w.checked[l] {
			continue
		}
		w.checked[l] = true
		if a := checker.asks(ask{cursor: cursor, last: l}).said(); a.first["again"] != nil {
			s.Errorf("line %s was acknowledged and is not known", l)
		}
	}
	kept := s.keptMedia()
	for _, m := range media {
		if !kept[m] {
			s.Errorf("medium %s was acknowledged and is not kept", m)
		}
	}
}
