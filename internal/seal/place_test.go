package seal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"zoufang/internal/seal"
)

// shelf is a place in memory that counts how often it is read.
type shelf struct {
	mu    sync.Mutex
	bytes []byte
	n     int
	reads int
}

func (s *shelf) Load(context.Context) ([]byte, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.n == 0 {
		return nil, "", nil
	}
	return s.bytes, fmt.Sprint(s.n), nil
}

func (s *shelf) Store(_ context.Context, b []byte, version string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if version != "" && version != fmt.Sprint(s.n) || version == "" && s.n != 0 {
		return false, nil
	}
	s.bytes = b
	s.n++
	return true, nil
}

func openIn(t *testing.T, at seal.Cell) *seal.Ring {
	t.Helper()
	r, err := seal.OpenIn(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRingsMadeAtOnceInOnePlaceAreOne(t *testing.T) {
	at := &shelf{}
	rings := make([]*seal.Ring, 8)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() { rings[i], _ = seal.OpenIn(t.Context(), at) })
	}
	wg.Wait()
	b := sealed(t, rings[0], "x", "")
	for _, r := range rings {
		opens(t, r, b, "x", "")
	}
	if at.n != 1 {
		t.Errorf("the ring was made %d times", at.n)
	}
}

func TestRotationsInOnePlaceLoseNoKey(t *testing.T) {
	at := &shelf{}
	rings := []*seal.Ring{openIn(t, at), openIn(t, at), openIn(t, at)}
	pieces := make([][]byte, len(rings))
	var wg sync.WaitGroup
	for i, r := range rings {
		wg.Go(func() {
			if err := r.Rotate(); err != nil {
				t.Error(err)
			}
			pieces[i] = sealed(t, r, "x", "")
		})
	}
	wg.Wait()
	for _, b := range pieces {
		for _, r := range append(rings, openIn(t, at)) {
			opens(t, r, b, "x", "")
		}
	}
}

func TestUnknownKeysAreLookedForOnceASecond(t *testing.T) {
	at, other := &shelf{}, &shelf{}
	mine, lost := openIn(t, at), openIn(t, other)
	strange := sealed(t, lost, "x", "")
	at.reads = 0
	begun := time.Now()
	for range 1000 {
		if _, err := mine.Open(strange, nil); !errors.Is(err, seal.ErrOpen) {
			t.Fatal(err)
		}
	}
	if most := 1 + int(time.Since(begun)/time.Second); at.reads > most {
		t.Errorf("read %d times in %s", at.reads, time.Since(begun))
	}
	// A key made in that very second is found all the same.
	if err := openIn(t, at).Rotate(); err != nil {
		t.Fatal(err)
	}
	opens(t, mine, sealed(t, openIn(t, at), "new", ""), "new", "")
}

func TestAPlaceThatHoldsNoKeyringIsLeftAlone(t *testing.T) {
	for _, content := range []string{"", "{}", "not json"} {
		at := &shelf{bytes: []byte(content), n: 1}
		if _, err := seal.OpenIn(t.Context(), at); err == nil || at.n != 1 {
			t.Errorf("%q was taken for a keyring, or replaced: %v", content, err)
		}
	}
}

func TestARingThatLostKeysIsNotTaken(t *testing.T) {
	at := &shelf{}
	r := openIn(t, at)
	sealed, err := r.Seal([]byte("赵大爷"), nil)
	if err != nil {
		t.Fatal(err)
	}
	at.n = 0 // somebody deleted it, and another server began anew
	if _, err := seal.FindIn(t.Context(), at); !errors.Is(err, seal.ErrNone) {
		t.Errorf("FindIn where there is none: %v", err)
	}
	if err := r.Rotate(); !errors.Is(err, seal.ErrOther) {
		t.Errorf("rotate without the ring: %v", err)
	}
	other := openIn(t, at)
	at.n = 7
	theirs, err := other.Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Open(theirs, nil); !errors.Is(err, seal.ErrOther) {
		t.Errorf("open what another ring sealed: %v", err)
	}
	if err := r.Rotate(); !errors.Is(err, seal.ErrOther) {
		t.Errorf("rotate beside another ring: %v", err)
	}
	if plain, err := r.Open(sealed, nil); err != nil || string(plain) != "赵大爷" {
		t.Errorf("its own: %q, %v", plain, err)
	}
}
