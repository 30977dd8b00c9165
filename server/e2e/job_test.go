package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"zoufang/internal/simulate"
)

// job is a simulation at work within the test, before the eyes of a witness.
type job struct {
	*witness
	s       *server
	checker *handset
	seed    uint64
	over    chan error
	sum     simulate.Summary
}

// job begins one.
func (s *server) job(phones, visits int) *job {
	s.Helper()
	j := &job{witness: newWitness(2 * phones), s: s, seed: rand.Uint64(), over: make(chan error, 1)}
	j.checker = s.handset("worker", farTown)
	users := []*handset{s.person("coordinator", dong), s.person("coordinator", xi), s.person("coordinator", far)}
	ctx, cancel := context.WithTimeout(s.Context(), 30*time.Minute)
	s.Cleanup(cancel)
	enrol := func(_ context.Context, i int) (string, error) {
		b, code := s.command("enrol", "--user", users[i%len(users)].user, "--minutes", "60")
		var e issued
		if err := json.Unmarshal(b, &e); err != nil || code != 0 {
			return "", fmt.Errorf("enrol: %d %s", code, b)
		}
		return e.Code, nil
	}
	go func() {
		var err error
		j.sum, err = simulate.Run(ctx, simulate.Config{URL: s.base, Phones: phones, Visits: visits, Seed: j.seed, Transport: j.witness, Enrol: enrol})
		j.over <- err
	}()
	return j
}

// reach waits for a random moment from half as many requests on to as many.
func (j *job) reach(requests int) {
	j.s.Helper()
	j.mu.Lock()
	j.strike = j.requests + requests/2 + rand.IntN(requests/2+1) + 1
	j.mu.Unlock()
	select {
	case <-j.struck:
	case err := <-j.over:
		j.s.Fatalf("seed %d: the simulation was over before its time: %v", j.seed, err)
	}
}

// ends waits for the end and holds the server to all that it acknowledged.
func (j *job) ends() (figures string) {
	j.s.Helper()
	if err := <-j.over; err != nil || !j.sum.OK() {
		j.s.Fatalf("seed %d: %v\n%+v", j.seed, err, j.sum)
	}
	clear(j.checked) // all once more
	j.checker.token = ""
	j.s.stillThere(j.witness, j.checker)
	report := j.s.verify()
	if n, _ := report["fault_count"].(float64); n != 0 {
		j.s.Errorf("seed %d: verify %v", j.seed, report)
	}
	return fmt.Sprintf("seed %d: %d lines and %d media acknowledged, %d requests, %d retries, %.1f s; %d clones, %d conflicts, held %v; verify %v",
		j.seed, len(j.lines), len(j.media), j.requests, j.sum.Retries, float64(j.sum.DurationMS)/1000, j.sum.Clones, j.sum.Conflicts, j.sum.Held, report)
}
