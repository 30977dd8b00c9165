package dirblob_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/dirblob"
)

const childEnv = "DIRBLOB_TEST_CHILD"

func TestMain(m *testing.M) {
	if root := os.Getenv(childEnv); root != "" {
		child(root)
		return
	}
	os.Exit(m.Run())
}

// material gives the bytes that a seed stands for.
func material(seed uint64) ([]byte, zoufang.Digest) {
	r := rand.New(rand.NewPCG(seed, 0))
	data := make([]byte, 1+r.IntN(400_000))
	var key [32]byte
	key[0], key[1], key[2], key[3] = byte(seed), byte(seed>>8), byte(seed>>16), byte(seed>>24)
	rand.NewChaCha8(key).Read(data)
	sum := sha256.Sum256(data)
	return data, zoufang.Digest(hex.EncodeToString(sum[:]))
}

// child stores until it is killed and says on its standard output, in one write
// each, what it was told is durable.
func child(root string) {
	s, err := dirblob.Open(root, time.Now())
	if err != nil {
		fmt.Println("error", err)
		return
	}
	ctx := context.Background()
	fmt.Println("ready")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				seed := uint64(rand.Uint32())
				data, digest := material(seed)
				if err := s.Put(ctx, digest, int64(len(data)), bytes.NewReader(data)); err != nil {
					fmt.Println("error", err)
					return
				}
				fmt.Println("put", seed)
			}
		})
		wg.Go(func() {
			for {
				seed := uint64(rand.Uint32())
				if err := upload(ctx, s, seed, func(at int64) { fmt.Println("at", seed, at) }); err != nil {
					fmt.Println("error", err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// upload sends what the seed stands for in parts, from where it stands.
func upload(ctx context.Context, s storage.Blobs, seed uint64, acked func(at int64)) error {
	data, digest := material(seed)
	id := fmt.Sprint(seed)
	u, err := s.Upload(ctx, id)
	if err != nil {
		u = storage.Upload{ID: id, Digest: digest, Size: int64(len(data)), Expires: 1}
		if err := s.Create(ctx, u); err != nil {
			return err
		}
		acked(0)
	}
	for n := 0; !u.Done; n++ {
		end := min(u.Size, u.Offset+50_000)
		p := storage.Part{Offset: u.Offset, Body: bytes.NewReader(data[u.Offset:end])}
		if n%2 == 1 {
			sum := sha256.Sum256(data[u.Offset:end])
			p.Sum = zoufang.Digest(hex.EncodeToString(sum[:]))
		}
		if u, err = s.Append(ctx, id, p); err != nil {
			return err
		}
		acked(u.Offset)
	}
	return nil
}

// Whatever was acknowledged before kill -9 is there, and nothing visible is
// broken. (That it would survive a power cut too rests on the fsyncs, which
// faults_test.go holds in place.)
func TestKill(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	puts, uploads := map[uint64]bool{}, map[uint64]int64{}
	for range 20 {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), childEnv+"="+root)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var seed uint64
			var at int64
			line := lines.Text()
			if line == "ready" {
				time.AfterFunc(time.Duration(rand.IntN(150_000))*time.Microsecond, func() { cmd.Process.Kill() })
			} else if n, _ := fmt.Sscanf(line, "put %d", &seed); n == 1 {
				puts[seed] = true
			} else if n, _ := fmt.Sscanf(line, "at %d %d", &seed, &at); n == 2 {
				uploads[seed] = at
			} else {
				t.Errorf("child says %q", line)
			}
		}
		cmd.Wait()
	}

	s := open(t, root)
	whole := map[zoufang.Digest]bool{}
	err = s.Each(t.Context(), func(d zoufang.Digest, size int64) error {
		o, err := s.Open(t.Context(), d)
		if err != nil {
			return err
		}
		defer o.Close()
		h := sha256.New()
		if n, err := io.Copy(h, o); err != nil || n != size || hex.EncodeToString(h.Sum(nil)) != string(d) {
			t.Errorf("object %s is broken: %d of %d bytes, %v", d, n, size, err)
		}
		whole[d] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for seed := range puts {
		if _, d := material(seed); !whole[d] {
			t.Errorf("acknowledged object %s is missing", d)
		}
	}
	unfinished := 0
	for seed, at := range uploads {
		u, err := s.Upload(t.Context(), fmt.Sprint(seed))
		if err != nil || u.Offset < at || at == u.Size && !(u.Done && whole[u.Digest]) {
			t.Errorf("upload acknowledged at %d of %d stands at %d, done %v, %v", at, u.Size, u.Offset, u.Done, err)
			continue
		}
		if !u.Done {
			unfinished++
		}
		if err := upload(t.Context(), s, seed, func(int64) {}); err != nil {
			t.Errorf("going on from %d: %v", u.Offset, err)
		}
	}
	t.Logf("%d objects, %d acknowledged by Put; %d uploads, %d cut short and resumed", len(whole), len(puts), len(uploads), unfinished)
	if len(puts) == 0 || unfinished == 0 {
		t.Error("the test proved nothing: no Put or no unfinished upload")
	}
}
