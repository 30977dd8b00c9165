package minioblob_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/minioblob"
	"zoufang/storage/storagetest/servers"
)

func medium(seed, size int) ([]byte, zoufang.Digest) {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(data)
	return data, digest(data)
}

func digest(data []byte) zoufang.Digest {
	sum := sha256.Sum256(data)
	return zoufang.Digest(hex.EncodeToString(sum[:]))
}

func holds(t *testing.T, s storage.Blobs, data []byte) {
	t.Helper()
	o, err := s.Open(t.Context(), digest(data))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%d of %d bytes, %v", len(got), len(data), err)
	}
}

// spoiled opens a bucket through a proxy, and once without.
func spoiled(t *testing.T) (*minioblob.Store, *minioblob.Store, *servers.Proxy) {
	t.Helper()
	at := servers.Minio(t)
	p := servers.NewProxy(t, at.Addr())
	c := config(at, at.Bucket(t, t.Name()))
	direct := open(t, c)
	c.Endpoint = at.Through(p)
	return open(t, c), direct, p
}

const block = 5 << 20 // beyond this an object is sent in parts

// Each request of each deed is lost once, or its reply is: the deed is done all
// the same, and once.
func TestOneRequestIsLost(t *testing.T) {
	s, direct, p := spoiled(t)
	count := 0
	for _, harm := range []servers.Harm{servers.LoseRequest, servers.LoseReply} {
		for _, method := range []string{"PUT /", "GET /", "HEAD /", "POST /", "DELETE /"} {
			for _, size := range []int{0, 150_000, 2_500_000, 12 << 20} {
				if size > block && method != "POST /" || testing.Short() && size > 0 && size < 1<<20 {
					continue
				}
				count++
				data, d := medium(count, size)
				fail := func() int {
					done := p.Done()
					p.Fail(servers.Fault{Harm: harm, Match: method, Times: 1})
					return done
				}
				harmed := 0
				fail()
				if err := s.Put(t.Context(), d, int64(size), bytes.NewReader(data)); err != nil {
					t.Fatalf("Put of %d, %v of %s: %v", size, harm, method, err)
				}
				harmed += fail()
				id := fmt.Sprint("u", count)
				other, od := medium(1000+count, size)
				if err := s.Create(t.Context(), storage.Upload{ID: id, Digest: od, Size: int64(size), Expires: 1 << 50}); err != nil {
					t.Fatalf("Create, %v of %s: %v", harm, method, err)
				}
				half := size / 2
				for _, part := range [][]byte{other[:half], other[half:]} {
					harmed += fail()
					u, err := s.Upload(t.Context(), id)
					if err != nil {
						t.Fatalf("Upload, %v of %s: %v", harm, method, err)
					}
					harmed += fail()
					after, err := s.Append(t.Context(), id, storage.Part{Offset: u.Offset, Body: bytes.NewReader(part), Sum: digest(part)})
					if err != nil || after.Offset != u.Offset+int64(len(part)) {
						t.Fatalf("Append of %d at %d, %v of %s: %+v, %v", len(part), u.Offset, harm, method, after, err)
					}
				}
				harmed += fail()
				holds(t, s, data)
				harmed += fail()
				if err := s.Abort(t.Context(), id); err != nil {
					t.Fatalf("Abort, %v of %s: %v", harm, method, err)
				}
				harmed += p.Done()
				p.Fail()
				holds(t, direct, data)
				holds(t, direct, other)
				if _, err := direct.Upload(t.Context(), id); !errors.Is(err, storage.ErrNotFound) {
					t.Fatalf("aborted upload: %v", err)
				}
				if harmed == 0 && !(method == "POST /" && size <= block) {
					t.Errorf("%s of %d bytes: nothing came to harm", method, size)
				}
			}
		}
	}
}

// The line is down for longer than the client tries: the failure says that it
// passes and names nothing; what the reply to was lost is done, and the same call
// again succeeds.
func TestTheLineIsDown(t *testing.T) {
	s, direct, p := spoiled(t)
	data, d := medium(1, 150_000)
	for i, harm := range []servers.Harm{servers.LoseRequest, servers.LoseReply} {
		p.Fail(servers.Fault{Harm: harm})
		err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data))
		passes(t, err, d)
		if _, err := direct.Stat(t.Context(), d); (err == nil) != (harm == servers.LoseReply) {
			t.Fatalf("stored: %v", err)
		}
		_, err = s.Stat(t.Context(), d)
		passes(t, err, d)
		_, err = s.Upload(t.Context(), "u")
		passes(t, err, d)
		p.Fail()
		if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		holds(t, direct, data)
		data, d = medium(i+2, 150_000)
	}
}

func passes(t *testing.T, err error, d zoufang.Digest) {
	t.Helper()
	var passing interface{ Temporary() bool }
	if !errors.As(err, &passing) || !passing.Temporary() {
		t.Fatalf("not said to pass: %v", err)
	}
	for _, word := range []string{string(d), "only-for-tests", "Signature", "media/", "uploads/"} {
		if strings.Contains(err.Error(), word) {
			t.Errorf("the failure names %q: %v", word, err)
		}
	}
}

// A connection that breaks in the middle of an object is made up for.
func TestReadingGoesOn(t *testing.T) {
	s, _, p := spoiled(t)
	data, d := medium(1, 20<<20)
	if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	o, err := s.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	var got bytes.Buffer
	cuts := 0
	for {
		n, err := io.CopyN(&got, o, 3<<20)
		if n > 0 {
			cuts += p.Cut()
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got.Bytes(), data) || cuts < 3 {
		t.Errorf("%d of %d bytes; %d connections cut", got.Len(), len(data), cuts)
	}
}

func TestWrongKeysAreNoPassingTrouble(t *testing.T) {
	at := servers.Minio(t)
	for _, wrong := range []func(*minioblob.Config){
		func(c *minioblob.Config) { c.SecretKey = "another-secret" },
		func(c *minioblob.Config) { c.AccessKey = "somebody-else" },
		func(c *minioblob.Config) { c.Endpoint = "http://key:another-secret@127.0.0.1:1" },
		func(c *minioblob.Config) { c.Endpoint = "127.0.0.1:9000" },
		func(c *minioblob.Config) { c.Endpoint = at.Endpoint + "/path" },
	} {
		c := config(at, at.Bucket(t, t.Name()))
		wrong(&c)
		_, err := minioblob.Open(t.Context(), c)
		var passing interface{ Temporary() bool }
		if err == nil || errors.As(err, &passing) {
			t.Errorf("%v", err)
		}
		for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%v %+v %#v", c, c, c)} {
			if strings.Contains(text, c.SecretKey) || strings.Contains(text, c.AccessKey) {
				t.Errorf("keys are named: %s", text)
			}
		}
	}
}
