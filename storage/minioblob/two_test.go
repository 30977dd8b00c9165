package minioblob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

// server opens a bucket as a server of its own: its lock on uploads is its own
// too, as if it were another process.
func server(t *testing.T, bucket string) *Store {
	t.Helper()
	at := servers.Minio(t)
	s, err := Open(t.Context(), Config{Endpoint: at.Endpoint, Bucket: at.Bucket(t, bucket), AccessKey: at.AccessKey, SecretKey: at.SecretKey, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s.locks = &locks{}
	return s
}

func medium(seed, size int) ([]byte, zoufang.Digest) {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(data)
	sum := sha256.Sum256(data)
	return data, zoufang.Digest(hex.EncodeToString(sum[:]))
}

func digest(data []byte) zoufang.Digest {
	sum := sha256.Sum256(data)
	return zoufang.Digest(hex.EncodeToString(sum[:]))
}

// Several servers append the same bytes at once, again and again: of each round
// exactly one Append has done it, whichever way the bytes come, and the whole is
// right.
func TestServersAppendAtOnce(t *testing.T) {
	all := []*Store{server(t, t.Name()), server(t, t.Name()), server(t, t.Name()), server(t, t.Name())}
	won, lost := 0, 0
	for seed, size := range []int{0, 1, 60_000, 150_000, 1_500_000, step, 2*step + 1, 7 << 20} {
		for _, checked := range []bool{false, true} {
			data, d := medium(seed, size)
			id := fmt.Sprintf("u%d-%v", seed, checked)
			if err := all[0].Create(t.Context(), storage.Upload{ID: id, Digest: d, Size: int64(size), Expires: 1 << 50}); err != nil {
				t.Fatal(err)
			}
			for at := 0; at < size; {
				end := min(size, at+max(size/3, 1))
				if seed%2 == 1 {
					end = size
				}
				var mu sync.Mutex
				winners := 0
				var wg sync.WaitGroup
				for _, s := range all {
					wg.Go(func() {
						p := storage.Part{Offset: int64(at), Body: bytes.NewReader(data[at:end])}
						if checked {
							p.Sum = digest(data[at:end])
						}
						u, err := s.Append(t.Context(), id, p)
						mu.Lock()
						defer mu.Unlock()
						switch {
						case err == nil && u.Offset == int64(end):
							winners++
						case errors.Is(err, storage.ErrOffset), errors.Is(err, storage.ErrNotFound) && u.Offset == 0:
							lost++
						default:
							t.Errorf("%s at %d: stands at %d, %v", id, at, u.Offset, err)
						}
					})
				}
				wg.Wait()
				// A body of several steps may be stored by several servers in turn;
				// then none has brought all of it.
				if winners > 1 || winners == 0 && (checked || end-at <= step) {
					t.Fatalf("%s: %d of %d servers won the bytes from %d to %d", id, winners, len(all), at, end)
				}
				won += winners
				u, err := all[1].Upload(t.Context(), id)
				if err != nil || u.Offset <= int64(at) || u.Done != (u.Offset == u.Size) {
					t.Fatalf("%s stands at %d, done %v, %v", id, u.Offset, u.Done, err)
				}
				at = int(u.Offset)
			}
			for _, s := range all {
				if u, err := s.Upload(t.Context(), id); err != nil || !u.Done {
					t.Fatalf("%s: done %v, %v", id, u.Done, err)
				}
			}
			if n, err := all[2].Stat(t.Context(), d); err != nil || n != int64(size) {
				t.Fatalf("%s: object of %d bytes, %v", id, n, err)
			}
		}
	}
	t.Logf("%d rounds won by one server, %d Appends refused", won, lost)
}

// A slow server adds to an upload that was aborted, and made anew: nothing of it
// shows.
func TestAbortedMeanwhile(t *testing.T) {
	slow, other := server(t, t.Name()), server(t, t.Name())
	data, d := medium(1, 100_000)
	u := storage.Upload{ID: "u", Digest: d, Size: 100_000, Expires: 1 << 50}
	if err := slow.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	again := body(func() {
		if err := other.Abort(t.Context(), "u"); err != nil {
			t.Error(err)
		}
		if err := other.Create(t.Context(), u); err != nil {
			t.Error(err)
		}
	}, data[:50_000])
	slow.Append(t.Context(), "u", storage.Part{Body: again})
	if got, err := other.Upload(t.Context(), "u"); err != nil || got.Offset != 0 {
		t.Fatalf("the new upload stands at %d, %v", got.Offset, err)
	}
	if n, err := other.Expire(t.Context(), 1<<50); n != 1 || err != nil {
		t.Fatalf("expired %d, %v", n, err)
	}
	for left, err := range other.list(t.Context(), uploadsPrefix) {
		t.Errorf("left behind: %v, %v", left.Key, err)
	}
}

// body gives the bytes once f has run.
func body(f func(), data []byte) *late { return &late{f: f, r: bytes.NewReader(data)} }

type late struct {
	f func()
	r *bytes.Reader
}

func (l *late) Read(p []byte) (int, error) {
	if l.f != nil {
		l.f()
		l.f = nil
	}
	return l.r.Read(p)
}

// All servers finish the same upload at once: its parts go under the hands of
// those that still read them.
func TestServersFinishAtOnce(t *testing.T) {
	all := []*Store{server(t, t.Name()), server(t, t.Name()), server(t, t.Name())}
	for seed := range 5 {
		data, d := medium(seed, 3*step)
		id := fmt.Sprint("f", seed)
		u := storage.Upload{ID: id, Digest: d, Size: int64(len(data)), Expires: 1 << 50}
		if err := all[0].Create(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		for at := 0; at < 3; at++ { // as a server leaves it that dies with the last byte
			known, err := all[0].state(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if won, err := all[0].claim(t.Context(), known.part(known.Offset), data[at*step:(at+1)*step]); !won || err != nil {
				t.Fatal(won, err)
			}
		}
		var wg sync.WaitGroup
		for _, s := range all {
			wg.Go(func() {
				if u, err := s.Upload(t.Context(), id); err != nil || !u.Done {
					t.Errorf("done %v, %v", u.Done, err)
				}
			})
		}
		wg.Wait()
	}
}
