package storagetest

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

const (
	crashDir   = "ZOUFANG_TEST_CRASH_DIR"
	crashRound = "ZOUFANG_TEST_CRASH_ROUND"
)

// Crash kills a process that writes, with no warning, again and again: every
// update that had returned is there, and none is there by half. The process is
// this test binary running this same test; it opens the same directory.
func Crash(t *testing.T, open Open) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashing(t, open, dir)
		return
	}
	dir := t.TempDir()
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	opened(t, open, dir, Options{}).Close() // a server that the process is to find is started
	acked := map[int]bool{}
	for round := range rounds {
		for _, n := range killOne(t, dir, round) {
			acked[n] = true
		}
		s := opened(t, open, dir, Options{})
		s.view(func(v storage.View) error {
			for n := range acked {
				if c, err := v.Commit(crashCommit(n).ID); err != nil || c == nil {
					return fmt.Errorf("round %d: update %d had returned and is lost: %v", round, n, err)
				}
			}
			return nil
		})
		err := s.Dump(s.ctx, func(d storage.Dump) error {
			return storage.Each(d, func(c storage.Commit) error {
				r, err := d.Record(crashRecord(c.Line))
				if err == nil && (r == nil || r.Created != c.ID) {
					err = fmt.Errorf("round %d: half of update %s is there", round, c.Line)
				}
				names, err2 := d.Names(crashMedium(c.Line))
				if len(names.Users) != 1 {
					err2 = errors.Join(err2, fmt.Errorf("round %d: half of update %s is there", round, c.Line))
				}
				return errors.Join(err, err2)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.whole()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// What the last left under way keeps nobody from writing where it wrote.
	s := opened(t, open, dir, Options{})
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutRecord(record("visit", village1, "note", "1"), "c1"), tx.PutRecord(record("visit", village2, "note", "2"), "c2"))
	})
	if len(acked) < 10*rounds {
		t.Errorf("only %d updates in %d rounds: the test proves little", len(acked), rounds)
	}
	t.Logf("%d updates had returned in %d rounds", len(acked), rounds)
}

// killOne starts the writing process and kills it; it gives the numbers of the
// updates that had returned.
func killOne(t *testing.T, dir string, round int) (acked []int) {
	path := strings.Split(t.Name(), "/")
	for i := range path {
		path[i] = "^" + path[i] + "$"
	}
	cmd := exec.Command(os.Args[0], "-test.run", strings.Join(path, "/"), "-test.count=1")
	cmd.Env = append(os.Environ(), crashDir+"="+dir, crashRound+"="+strconv.Itoa(round))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	enough := 10 + rand.IntN(80) // updates, not time: a busy machine kills after as many
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		n, err := strconv.Atoi(strings.TrimPrefix(lines.Text(), "stored "))
		if err != nil {
			t.Errorf("the writing process says %q", lines.Text())
			continue
		}
		if acked = append(acked, n); len(acked) == enough {
			time.AfterFunc(time.Duration(rand.IntN(20))*time.Millisecond, func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the writing process ended by itself: %v", err)
	}
	return acked
}

// crashing writes until it is killed, and says what has returned.
func crashing(t *testing.T, open Open, dir string) {
	round, _ := strconv.Atoi(os.Getenv(crashRound))
	s := opened(t, open, dir, Options{})
	var next atomic.Int64
	next.Store(int64(round) * 1_000_000)
	s.atOnce(8, func(int) error {
		for {
			n := int(next.Add(1))
			c := crashCommit(n)
			err := s.Update(s.ctx, "", func(tx storage.Tx) error {
				r := record("visit", []zoufang.AreaID{village1, village2}[n%2], "note", strings.Repeat("x", n%3000))
				r.ID, r.Created = crashRecord(c.Line), c.ID
				r.Stamps[c.ID] = zoufang.NewStamp(c.ID, "u1", 1, 1, 1, false)
				if n%7 == 0 {
					return errOwn
				}
				return errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.NameMedium(crashMedium(c.Line), storage.NamedByUser, "u1"))
			})
			if errors.Is(err, errOwn) {
				continue
			}
			if err != nil {
				return err
			}
			os.Stdout.WriteString("stored " + strconv.Itoa(n) + "\n")
		}
	})
}

// What update n of the writing process stores can be told from its line.

func crashCommit(n int) storage.Commit {
	line := []byte("update " + strconv.Itoa(n))
	id, hash := zoufang.HashLine(line)
	return storage.Commit{ID: id, Hash: hash, Line: line, Author: "u1", Sender: "u1", Device: "d1", At: int64(n)}
}

func crashRecord(line []byte) zoufang.RecordID {
	_, hash := zoufang.HashLine(line)
	return zoufang.UUIDv7(1, [16]byte(hash[:16]))
}

func crashMedium(line []byte) zoufang.Digest {
	_, hash := zoufang.HashLine(line)
	return zoufang.Digest(fmt.Sprintf("%x", hash))
}
