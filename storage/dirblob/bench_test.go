package dirblob

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/durable"
)

// BenchmarkPut compares Put with the plain recipe (temporary file in one
// directory, write, fsync, rename to one of 256, fsync of that) without any
// hashing: what the disk gives to who does not think about it. Run it with
// -benchtime 1000x and compare pairs. Nothing is deleted before the end: ext4
// searches long past inodes deleted in the last half minute, which once made
// every figure after the first three times too small.
func BenchmarkPut(b *testing.B) {
	root := b.TempDir()
	s, err := Open(root, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	tmp := filepath.Join(root, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		b.Fatal(err)
	}
	var made atomic.Uint64
	for _, size := range []int{150_000, 15_000} {
		for _, writers := range []int{1, 8, 32} {
			for _, way := range []string{"plain", "Put"} {
				b.Run(fmt.Sprintf("%dkB/%d/%s", size/1000, writers, way), func(b *testing.B) {
					benchPut(b, s, tmp, &made, size, writers, way == "plain")
				})
			}
		}
	}
}

func benchPut(b *testing.B, s *Store, tmp string, made *atomic.Uint64, size, writers int, plain bool) {
	data := bytes.Repeat([]byte{0xa5}, size)
	first, digests := made.Load(), make([]zoufang.Digest, b.N)
	for i := range digests { // the phone's work, not ours
		binary.BigEndian.PutUint64(data, made.Add(1))
		sum := sha256.Sum256(data)
		digests[i] = zoufang.Digest(hex.EncodeToString(sum[:]))
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			data := bytes.Clone(data)
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				binary.BigEndian.PutUint64(data, first+1+uint64(i))
				var err error
				if plain {
					err = plainPut(s, tmp, digests[i], data)
				} else {
					err = s.Put(b.Context(), digests[i], int64(size), bytes.NewReader(data))
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "put/s")
}

func plainPut(s *Store, tmp string, d zoufang.Digest, data []byte) error {
	f, err := os.CreateTemp(tmp, string(d))
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), s.object(d)); err != nil {
		return err
	}
	return durable.SyncDir(s.shard(d).Path)
}
