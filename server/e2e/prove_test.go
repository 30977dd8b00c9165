package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang/internal/simulate"
)

// The server is killed at random moments while phones work, lose replies, and are
// cloned. After each start everything that was acknowledged is there; in the end
// all phones have what the server has. ZOUFANG_PROVE=1 makes it a long run.
func TestProveKillsLoseNothing(t *testing.T) {
	kills, phones, visits := 4, 6, 80
	if os.Getenv("ZOUFANG_PROVE") == "1" {
		kills, phones, visits = 20, 20, 400
	}
	s := newServer(t)
	checker := s.handset("worker", farTown)
	users := []*handset{s.person("coordinator", dong), s.person("coordinator", xi), s.person("coordinator", far)}
	w := &witness{next: &http.Transport{MaxIdleConnsPerHost: 2 * phones, DisableCompression: true}, struck: make(chan struct{}, 1),
		lines: map[string]bool{}, media: map[string]bool{}, uploads: map[string]string{}, checked: map[string]bool{}}
	perKill := visits * 4 / kills // requests; a visit takes more than seven
	aim := func() { w.mu.Lock(); w.strike = w.requests + perKill/2 + rand.IntN(perKill); w.mu.Unlock() }
	aim()

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
	defer cancel()
	ended := make(chan error, 1)
	var sum simulate.Summary
	seed := rand.Uint64()
	go func() {
		var err error
		sum, err = simulate.Run(ctx, simulate.Config{URL: s.base, Phones: phones, Visits: visits, Seed: seed, Transport: w, Log: nil,
			Enrol: func(_ context.Context, i int) (string, error) {
				b, code := s.command("enrol", "--user", users[i%len(users)].user, "--minutes", "60")
				var e issued
				if err := json.Unmarshal(b, &e); err != nil || code != 0 {
					return "", fmt.Errorf("enrol: %d %s", code, b)
				}
				return e.Code, nil
			}})
		ended <- err
	}()
	for n := 0; ; {
		select {
		case err := <-ended:
			if err != nil || !sum.OK() {
				t.Fatalf("seed %d: %v\n%+v", seed, err, sum)
			}
			if n < kills {
				t.Errorf("seed %d: the run was over after %d kills", seed, n)
			}
			clear(w.checked) // all once more
			s.stillThere(w, checker)
			report := s.verify()
			t.Logf("seed %d: %d kills, %d lines and %d media acknowledged, %d requests; %d clones, %d conflicts, held %v; verify %v",
				seed, n, len(w.lines), len(w.media), w.requests, sum.Clones, sum.Conflicts, sum.Held, report)
			return
		case <-w.struck:
			time.Sleep(time.Duration(rand.IntN(25_000)) * time.Microsecond)
			s.kill()
			w.gate.Lock()
			s.start()
			if s.stillThere(w, checker); n == 0 || n == kills-1 {
				s.verify()
			}
			w.gate.Unlock()
			if n++; n < kills {
				aim()
			}
		}
	}
}

// stillThere checks that the server knows all it acknowledged: a line named as the
// last is known or the server says `again`; a medium is a file with its digest.
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
	files := map[string]bool{}
	s.must(filepath.WalkDir(filepath.Join(s.data, "media"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[strings.ReplaceAll(strings.TrimPrefix(path, s.data), "/", "")] = true
			files[d.Name()] = true
		}
		return nil // an upload may end meanwhile
	}))
	for _, m := range media {
		if !files[m] {
			s.Errorf("medium %s was acknowledged and is no file", m)
		}
	}
}
