package minioblob_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/minioblob"
	"zoufang/storage/storagetest/servers"
)

func files(t *testing.T, prefix string) *minioblob.Files {
	t.Helper()
	at := servers.Minio(t)
	f, err := minioblob.OpenFiles(t.Context(), config(at, at.Bucket(t, t.Name())), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFiles(t *testing.T) {
	f := files(t, "backups/county")
	other := files(t, "")
	large := bytes.Repeat([]byte("backup "), 6<<20) // 42 MiB: three parts
	for name, data := range map[string][]byte{"a.tar": large, "dir/b.tar": []byte("small"), "dir/empty": nil, "dir/中文": []byte("x")} {
		if err := f.Put(t.Context(), name, iotest.HalfReader(bytes.NewReader(data))); err != nil {
			t.Fatal(err)
		}
		r, err := f.Open(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		r.Close()
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%s: %d of %d bytes, %v", name, len(got), len(data), err)
		}
		if size, stored, err := f.Stat(t.Context(), name); err != nil || size != int64(len(data)) || time.Since(stored).Abs() > time.Minute {
			t.Errorf("%s: %d bytes of %s, %v", name, size, stored, err)
		}
	}
	broken := errors.New("disk lost")
	for _, body := range []io.Reader{bytes.NewReader([]byte("half")), bytes.NewReader(large)} {
		err := f.Put(t.Context(), "dir/b.tar", io.MultiReader(body, iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Fatalf("a broken file: %v", err)
		}
	}
	list, err := f.List(t.Context(), "dir/")
	if want := []minioblob.File{{Name: "dir/b.tar", Size: 5}, {Name: "dir/empty", Size: 0}, {Name: "dir/中文", Size: 1}}; err != nil || fmt.Sprint(list) != fmt.Sprint(want) {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := other.List(t.Context(), "backups/county/a"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	for range 2 {
		if err := f.Remove(t.Context(), "a.tar"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Open(t.Context(), "a.tar"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("removed file: %v", err)
	}
	for _, name := range []string{"", "/a", "a/", "a//b", "../a", "a/./b", "a\n", `a\b`, "\xff", strings.Repeat("a", 513)} {
		if err := f.Put(t.Context(), name, strings.NewReader("x")); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
	}
}

func TestFilesStayOutOfTheStore(t *testing.T) {
	at := servers.Minio(t)
	s := open(t, config(at, at.Bucket(t, t.Name())))
	for _, prefix := range []string{"media", "/uploads/", "media/ab", "../x"} {
		if _, err := s.Files(prefix); err == nil {
			t.Errorf("files below %q", prefix)
		}
	}
}

func TestSmallFilesChangeOnce(t *testing.T) {
	f := files(t, "keys")
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	race := func(change func(i int) error) {
		t.Helper()
		won = 0
		for i := range 8 {
			wg.Go(func() {
				err := change(i)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if !errors.Is(err, storage.ErrTaken) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d have won", won)
		}
	}
	race(func(i int) error { return f.Create(t.Context(), "ring", fmt.Append(nil, "first ", i)) })
	_, etag, err := f.Read(t.Context(), "ring")
	if err != nil {
		t.Fatal(err)
	}
	race(func(i int) error {
		_, err := f.Replace(t.Context(), "ring", fmt.Append(nil, "second ", i), etag)
		return err
	})
	data, now, err := f.Read(t.Context(), "ring")
	if err != nil || now == etag || !strings.HasPrefix(string(data), "second ") {
		t.Errorf("%q %s, %v", data, now, err)
	}
	for _, etag := range []string{"", etag} {
		if _, err := f.Replace(t.Context(), "none", nil, etag); !errors.Is(err, storage.ErrTaken) {
			t.Errorf("replaced what is not there: %v", err)
		}
	}
}

// Replies are lost while several servers make, rotate and use one keyring: there
// is one ring, and no key of it is lost.
func TestKeyringOfSeveralServers(t *testing.T) {
	at := servers.Minio(t)
	c := config(at, at.Bucket(t, t.Name()))
	p := servers.NewProxy(t, at.Addr())
	c.Endpoint = at.Through(p)
	var cells []*minioblob.Cell
	for range 4 {
		f, err := minioblob.OpenFiles(t.Context(), c, "keys")
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, f.Cell("seal.json"))
	}
	harmed := 0
	harm := func() { // fewer than one client's tries
		harmed += p.Done()
		p.Fail(servers.Fault{Harm: servers.LoseReply, Match: "PUT /", Every: 2, Times: 3}, servers.Fault{Harm: servers.LoseRequest, Match: "PUT /", Every: 3, Times: 1})
	}
	harm()
	rings := make([]*seal.Ring, len(cells))
	var wg sync.WaitGroup
	for i, cell := range cells {
		wg.Go(func() {
			var err error
			if rings[i], err = seal.OpenIn(t.Context(), cell); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	var mu sync.Mutex
	var pieces [][]byte
	for round := range 3 {
		harm()
		for _, r := range rings {
			wg.Go(func() {
				if round > 0 {
					if err := r.Rotate(); err != nil {
						t.Error(err)
					}
				}
				b, err := r.Seal([]byte("张三"), []byte("record:1"))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				pieces = append(pieces, b)
			})
		}
		wg.Wait()
	}
	if harm(); harmed == 0 {
		t.Error("nothing came to harm")
	}
	p.Fail()
	late, err := seal.OpenIn(t.Context(), cells[0])
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, r := range append(rings, late) {
		for _, b := range pieces {
			keys[string(b[:5])] = true
			if plain, err := r.Open(b, []byte("record:1")); err != nil || string(plain) != "张三" {
				t.Fatalf("%q, %v", plain, err)
			}
		}
	}
	// A rotation whose reply was lost may be made again, and a server that rotated may
	// seal with the key of one that did so after it.
	ring, _, err := cells[0].Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(ring, []byte(`"keyData"`)); n < 9 {
		t.Errorf("%d keys, want the first and 8 of rotations", n)
	}
	t.Logf("%d servers, %d keys, %d requests harmed", len(rings), len(keys), harmed)
}
