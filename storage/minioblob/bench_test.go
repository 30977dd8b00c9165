package minioblob_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

// BenchmarkStore stores what is new each time: whole, and by an upload whose
// bytes come at once or in two parts.
func BenchmarkStore(b *testing.B) {
	at := servers.Minio(b)
	s := open(b, config(at, at.Bucket(b, b.Name())))
	var made atomic.Uint64
	for _, size := range []int{150_000, 20 << 20} {
		for _, writers := range []int{1, 8} {
			for _, parts := range []int{0, 1, 2} {
				b.Run(fmt.Sprintf("%dkB/%d/parts=%d", size/1000, writers, parts), func(b *testing.B) {
					b.SetBytes(int64(size))
					b.ReportAllocs()
					var next atomic.Int64
					var wg sync.WaitGroup
					for range writers {
						wg.Go(func() {
							data := bytes.Repeat([]byte{0xa5}, size)
							for next.Add(1) <= int64(b.N) {
								n := made.Add(1)
								binary.BigEndian.PutUint64(data, n)
								if err := store(b, s, n, data, parts); err != nil {
									b.Error(err)
									return
								}
							}
						})
					}
					wg.Wait()
				})
			}
		}
	}
}

func store(b *testing.B, s storage.Blobs, n uint64, data []byte, parts int) error {
	d, size := digest(data), int64(len(data))
	if parts == 0 {
		return s.Put(b.Context(), d, size, bytes.NewReader(data))
	}
	u := storage.Upload{ID: fmt.Sprint(n), Digest: d, Size: size, Expires: 1 << 50}
	if err := s.Create(b.Context(), u); err != nil {
		return err
	}
	for i := range int64(parts) {
		from, to := size*i/int64(parts), size*(i+1)/int64(parts)
		if _, err := s.Append(b.Context(), u.ID, storage.Part{Offset: from, Body: bytes.NewReader(data[from:to])}); err != nil {
			return err
		}
	}
	return nil
}
