package minioblob_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

const childEnv = "ZOUFANG_TEST_MINIOBLOB_CHILD"

// material gives the bytes that a seed stands for: mostly photos, now and then a
// recording.
func material(seed uint64) ([]byte, zoufang.Digest) {
	r := rand.New(rand.NewPCG(seed, 0))
	size := 1 + r.IntN(400_000)
	if seed%10 == 0 {
		size += 6 << 20
	}
	data := make([]byte, size)
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	rand.NewChaCha8(key).Read(data)
	return data, digest(data)
}

// work stores until it is told to stop, and says what it was told is durable:
// objects with at -1, uploads with where they stand.
func work(ctx context.Context, s storage.Blobs, workers int, acked func(seed uint64, at int64), failed func(error) (again bool)) {
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				seed := rand.Uint64() >> 1
				var err error
				for {
					if i%2 == 0 {
						data, d := material(seed)
						if err = s.Put(ctx, d, int64(len(data)), bytes.NewReader(data)); err == nil {
							acked(seed, -1)
						}
					} else {
						err = upload(ctx, s, seed, func(at int64) { acked(seed, at) })
					}
					if err == nil || !failed(err) {
						break
					}
				}
			}
		})
	}
	wg.Wait()
}

// upload sends what the seed stands for in parts, from where it stands.
func upload(ctx context.Context, s storage.Blobs, seed uint64, acked func(at int64)) error {
	data, whole := material(seed)
	id := fmt.Sprint(seed)
	u, err := s.Upload(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		u = storage.Upload{ID: id, Digest: whole, Size: int64(len(data)), Expires: 1 << 50}
		if err := s.Create(ctx, u); err != nil && !errors.Is(err, storage.ErrTaken) {
			return err
		}
		u, err = s.Upload(ctx, id)
	}
	if err != nil {
		return err
	}
	acked(u.Offset)
	size := int64(len(data)/4 + 1)
	for n := 0; !u.Done; n++ {
		part := data[u.Offset:min(u.Size, u.Offset+size)]
		p := storage.Part{Offset: u.Offset, Body: bytes.NewReader(part)}
		if n%2 == 1 {
			p.Sum = digest(part)
		}
		if u, err = s.Append(ctx, id, p); err != nil {
			return err
		}
		acked(u.Offset)
	}
	return nil
}

// The store is killed and started again under many writers, who ask again.
func TestStoreKilled(t *testing.T) {
	at := servers.PrivateMinio(t)
	c := config(at, at.Bucket(t, t.Name()))
	s := open(t, c)
	b := newBook()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	failures := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(ctx, s, 6, b.note, func(err error) bool {
			if ctx.Err() != nil {
				return false
			}
			var passing interface{ Temporary() bool }
			if !errors.As(err, &passing) && !errors.Is(err, storage.ErrOffset) {
				t.Errorf("a killed store is no passing trouble: %v", err)
			}
			mu.Lock()
			failures++
			mu.Unlock()
			return true
		})
	}()
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	for range rounds {
		time.Sleep(time.Duration(300+rand.IntN(500)) * time.Millisecond)
		at.Kill(t)
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Millisecond)
		at.Start(t)
	}
	time.Sleep(300 * time.Millisecond)
	cancel()
	<-done
	t.Logf("killed %d times, %d deeds failed and were asked for again", rounds, failures)
	b.holds(t, open(t, c))
}

// A server is killed at work, and another goes on where it was.
func TestServerKilled(t *testing.T) {
	at := servers.Minio(t)
	if bucket := os.Getenv(childEnv); bucket != "" {
		work(context.Background(), open(t, config(at, bucket)), 6, func(seed uint64, at int64) {
			fmt.Println("acked", seed, at)
		}, func(err error) bool { fmt.Println("error", err); return false })
		return
	}
	bucket := at.Bucket(t, t.Name())
	b := newBook()
	rounds := 6
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestServerKilled$", "-test.count=1")
		cmd.Env = append(os.Environ(), childEnv+"="+bucket)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var timer *time.Timer
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var seed uint64
			var at int64
			if n, _ := fmt.Sscanf(lines.Text(), "acked %d %d", &seed, &at); n != 2 {
				t.Errorf("the child says %q", lines.Text())
				continue
			}
			if timer == nil {
				timer = time.AfterFunc(time.Duration(rand.IntN(300))*time.Millisecond, func() { cmd.Process.Kill() })
			}
			b.note(seed, at)
		}
		cmd.Wait()
	}
	b.holds(t, open(t, config(at, bucket)))
}
