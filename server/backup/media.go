package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"zoufang"
	"zoufang/storage"
)

// media lists what media a store knows, small enough for all of them.
type media struct {
	all  []listed // sorted by digest once sort was called
	seen []bool   // by mark
}

type listed struct {
	digest [sha256.Size]byte
	size   int64
}

func (m *media) add(d zoufang.Digest, size int64) error {
	if !d.Valid() || size < 0 {
		return errors.New("a medium is described wrongly")
	}
	e := listed{size: size}
	hex.Decode(e.digest[:], []byte(d))
	m.all = append(m.all, e)
	return nil
}

// note lists an entry that is a medium.
func (m *media) note(e storage.Entry) error {
	if e, ok := e.(storage.Medium); ok {
		return m.add(e.Digest, e.Size)
	}
	return nil
}

func (m *media) sort() {
	slices.SortFunc(m.all, func(a, b listed) int { return bytes.Compare(a.digest[:], b.digest[:]) })
}

// twice tells whether one is listed more than once.
func (m *media) twice() bool {
	for i := 1; i < len(m.all); i++ {
		if m.all[i].digest == m.all[i-1].digest {
			return true
		}
	}
	return false
}

func (m *media) digest(i int) zoufang.Digest {
	return zoufang.Digest(hex.EncodeToString(m.all[i].digest[:]))
}

func (m *media) bytes() (n int64) {
	for _, e := range m.all {
		n += e.size
	}
	return n
}

// mark notes which are in the blobs, in the size they should have.
func (m *media) mark(ctx context.Context, b storage.Blobs) error {
	m.seen = make([]bool, len(m.all))
	return b.Each(ctx, func(d zoufang.Digest, size int64) error {
		if i := m.find(d); i >= 0 && m.all[i].size == size {
			m.seen[i] = true
		}
		return nil
	})
}

// look reads those that mark found and notes which are not what their digest says.
func (m *media) look(ctx context.Context, b storage.Blobs, far *progress) error {
	bad := make([]bool, len(m.all))
	err := atOnce(ctx, 0, len(m.all), func(ctx context.Context, i int) error {
		far.add(m.all[i].size)
		if m.seen[i] {
			bad[i] = readWhole(ctx, b, m.digest(i), m.all[i].size) != nil
		}
		return ctx.Err()
	})
	for i := range bad {
		m.seen[i] = m.seen[i] && !bad[i]
	}
	return err
}

// bring puts those that mark did not find, and counts them.
func (m *media) bring(ctx context.Context, far *progress, put func(ctx context.Context, d zoufang.Digest, size int64) error) (int64, error) {
	var n atomic.Int64
	err := atOnce(ctx, 0, len(m.all), func(ctx context.Context, i int) error {
		far.add(m.all[i].size)
		if m.seen[i] {
			return nil
		}
		n.Add(1)
		return put(ctx, m.digest(i), m.all[i].size)
	})
	return n.Load(), err
}

func readWhole(ctx context.Context, b storage.Blobs, d zoufang.Digest, size int64) error {
	o, err := b.Open(ctx, d)
	if err != nil {
		return err
	}
	defer o.Close()
	return copyChecked(io.Discard, &heeding{ctx: ctx, r: o}, d, size)
}

func (m *media) find(d zoufang.Digest) int {
	var want [sha256.Size]byte
	if n, err := hex.Decode(want[:], []byte(d)); err != nil || n != len(want) {
		return -1
	}
	i, ok := slices.BinarySearchFunc(m.all, want, func(e listed, w [sha256.Size]byte) int { return bytes.Compare(e.digest[:], w[:]) })
	if !ok {
		return -1
	}
	return i
}

// complete fails unless all are in the blobs whole.
func (m *media) complete(ctx context.Context, b storage.Blobs) error {
	if err := m.mark(ctx, b); err != nil {
		return err
	}
	missing, first := 0, -1
	for i, seen := range m.seen {
		if !seen {
			if missing++; first < 0 {
				first = i
			}
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d media that the records name as stored are missing or cut short, the first is %s", missing, m.digest(first))
	}
	return nil
}

// shards gives those whose digests begin with one byte, from one index to before
// another, with the sizes of what a target has of them by name; then the next.
func (m *media) shards(ctx context.Context, t Target, f func(from, to int, there map[string]int64) error) error {
	for from := 0; from < len(m.all); {
		first, to := m.all[from].digest[0], from
		for to < len(m.all) && m.all[to].digest[0] == first {
			to++
		}
		files, err := t.List(ctx, fmt.Sprintf("%s%02x/", mediaDir, first))
		if err != nil {
			return err
		}
		there := make(map[string]int64, len(files))
		for _, f := range files {
			there[f.Name] = f.Size
		}
		if err := f(from, to, there); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// workers is how many media are under way at once.
const workers = 4

// atOnce calls f for the numbers from i up to n, some at once, until one fails.
func atOnce(ctx context.Context, i, n int, f func(ctx context.Context, i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan int)
	var all sync.WaitGroup
	for range min(workers, n-i) {
		all.Go(func() {
			for i := range next {
				if err := f(ctx, i); err != nil {
					stop(err)
				}
			}
		})
	}
	for ; i < n && ctx.Err() == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	all.Wait()
	return context.Cause(ctx)
}

// copyChecked copies a medium and fails unless it is what its digest says.
func copyChecked(w io.Writer, r io.Reader, d zoufang.Digest, size int64) error {
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), io.LimitReader(r, size+1))
	switch {
	case err != nil:
		return err
	case n != size:
		return errors.New("it has not the size it should")
	case hex.EncodeToString(h.Sum(nil)) != string(d):
		return errors.New("its bytes do not have this digest")
	}
	return nil
}

func mediumError(d zoufang.Digest, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("medium %s is missing: %w", d, err)
	}
	return fmt.Errorf("medium %s: %w", d, err)
}
