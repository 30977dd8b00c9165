package mobileapi_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// TestUnseen: what cannot be seen is stored, told in the record's row of the very
// write that tells of its arrival, and told to records that name it later.
func TestUnseen(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	for flaw, b := range map[zoufang.Flaw][]byte{
		"empty": {}, "page": []byte("<!DOCTYPE html><html>登录</html>"), "heic": []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
		"cut": {0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F'}, "other": []byte("not a picture"),
	} {
		name := digest(b)
		visit := p.visit(dong, name)
		var r *reply
		if len(b) == 0 {
			r = p.create(0, meta(name, "image/jpeg"), nil)
		} else {
			r = p.create(len(b), meta(name, "image/jpeg"), bytes.NewReader(b))
		}
		r.is(201, "").arrived()
		later := p.visit(dong, name)
		want := fmt.Sprintf(`"flaws":{"%s":"%s"}`, name, flaw)
		for _, id := range []zoufang.RecordID{visit, later} {
			s.must(s.store.View(t.Context(), func(v storage.View) error {
				r, err := v.Record(id)
				if err == nil && !strings.Contains(string(r.AppendRow(nil)), want) {
					t.Errorf("%s: %s", flaw, r.AppendRow(nil))
				}
				if err == nil && id == visit && r.Ver != 2 {
					t.Errorf("%s: written %d times", flaw, r.Ver)
				}
				return err
			}))
		}
		p.get(name+"?size=320").is(415, "type")
		if got := p.get(name).is(200, ""); !bytes.Equal(got.body, b) {
			t.Errorf("%s: other bytes came back", flaw)
		}
	}
	sound := p.visit(dong, digest([]byte("not a picture")))
	p.commit([]any{"add", sound, "audio", digest(nil)})
	s.must(s.store.View(t.Context(), func(v storage.View) error {
		r, err := v.Record(sound)
		if err == nil && len(r.Flaws) != 2 {
			t.Errorf("an empty recording: %v", r.Flaws)
		}
		return err
	}))
}

// camera is a photo of 23 megapixels, as a camera's, and as many of its like as are
// asked for: what stands behind a picture's end is no part of it.
func camera(t *testing.T, n int) (all [][]byte) {
	m := image.NewYCbCr(image.Rect(0, 0, 5568, 4176), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = byte(i/5568/20) + byte(i*7919>>5)&15
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 120, 140
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		all = append(all, append(bytes.Clone(b.Bytes()), fmt.Sprint(i)...))
	}
	return all
}

// TestSixtyThumbnails: beside a reader who asks for 60 thumbnails of photos of 23
// megapixels at once, another gets its own before the most of these were made; and
// what is too much is refused with a time.
func TestSixtyThumbnails(t *testing.T) {
	s := serve(t)
	a, b := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	put := func(p *phone, m []byte) string { // as if it had come before there were small pictures
		d := zoufang.Digest(digest(m))
		s.must(s.blobs.Put(t.Context(), d, int64(len(m)), bytes.NewReader(m)))
		s.must(s.store.Update(t.Context(), "", func(tx storage.Tx) error {
			if err := tx.AddMedium(storage.Medium{Digest: d, Type: "image/jpeg", Size: int64(len(m)), At: 1}); err != nil {
				return err
			}
			return tx.NameMedium(d, storage.SentByDevice, string(p.device.ID))
		}))
		return string(d)
	}
	photos := camera(t, 61)
	var names []string
	for _, m := range photos[:60] {
		names = append(names, put(a, m))
	}
	own := put(b, photos[60])
	var mu sync.Mutex
	good, refused := 0, 0
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			r := a.get(name + "?size=320")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case r.status == 200 && strings.HasPrefix(r.header.Get("Content-Type"), "image/jpeg"):
				good++
			case r.status == 503 && r.header.Get("Retry-After") != "":
				refused++
			default:
				t.Errorf("%d %v", r.status, r.header)
			}
		})
	}
	for { // the queue is full
		mu.Lock()
		full := refused > 0
		mu.Unlock()
		if full {
			break
		}
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	b.get(own+"?size=320").is(200, "")
	mu.Lock()
	before := good
	mu.Unlock()
	t.Logf("another reader's thumbnail beside 60 of 23 megapixels: %v", time.Since(began))
	if before > 12 {
		t.Errorf("%d thumbnails of one reader were made before another's", before)
	}
	wg.Wait()
	if good+refused != 60 || refused < 20 {
		t.Errorf("%d were made, %d refused", good, refused)
	}
	began = time.Now()
	sixty := sync.WaitGroup{}
	for range 60 {
		sixty.Go(func() { b.get(own+"?size=320").is(200, "") })
	}
	sixty.Wait()
	t.Logf("60 times one that is kept: %v", time.Since(began))
}
