package simulate

import (
	"bytes"
	"context"
	"image"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"zoufang/internal/demo"
	"zoufang/internal/phone"
)

func TestRunGetsThroughAndFindsNothing(t *testing.T) {
	v := newVillage(t, nil)
	c := v.config(4, 40, 7)
	var bar bytes.Buffer
	c.Progress = &bar
	s, err := Run(context.Background(), c)
	if err != nil {
		t.Fatalf("%v\n%+v", err, s)
	}
	if !s.OK() || s.Visits != 40 || s.Clones != 1 || s.Commits < 100 || s.Media < 10 || s.LostReplies == 0 || s.Retries == 0 {
		t.Errorf("%+v", s)
	}
	if s.Commits != len(v.lines) {
		t.Errorf("%d commits, the server has %d", s.Commits, len(v.lines))
	}
	if !strings.HasSuffix(strings.TrimSpace(bar.String()), "checking") || !strings.Contains(bar.String(), "40/40 visits") {
		t.Errorf("%q", bar.String())
	}
	t.Logf("%+v", s)
}

func TestCalmRunHasNoFaults(t *testing.T) {
	v := newVillage(t, nil)
	c := v.config(2, 6, 7)
	c.Calm = true
	s, err := Run(context.Background(), c)
	if err != nil || !s.OK() || s.Clones+int(s.LostReplies+s.CutReplies+s.CutRequests) != 0 {
		t.Errorf("%v\n%+v", err, s)
	}
}

// A judge that never finds anything is no judge: each of these servers does one thing wrong.
func TestRunNoticesASinningServer(t *testing.T) {
	for what, want := range map[string]string{
		"forget a line":    "was unknown later",
		"last writer wins": "nobody replaced it",
		"touch a value":    "other bytes",
		"blame another":    "is shown as by somebody",
		"skip a row":       "never reached the phone",
		"refuse a step":    "should have been applied and is held as stale_state",
		"hide a held line": "is held (stale_state) but not listed",
		"lose a photo":     "does not name medium",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			n := 0
			v := newVillage(t, func(may string) bool {
				if what == "hide a held line" && may == "refuse a step" {
					return true
				}
				n++
				return may == what && (n > 20 || what == "lose a photo")
			})
			s, err := Run(context.Background(), v.config(3, 18, 3))
			if err != nil {
				t.Fatal(err)
			}
			if s.OK() || !strings.Contains(strings.Join(s.Differences, "\n"), want) {
				t.Errorf("not noticed: %+v", s)
			}
		})
	}
}

func TestRunGivesUpWhenNothingSucceeds(t *testing.T) {
	v := newVillage(t, nil)
	c := v.config(2, 2, 1)
	c.Patience = 200 * time.Millisecond
	v.Close()
	started := time.Now()
	if _, err := Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "nothing has succeeded") {
		t.Error(err)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("after %s", took)
	}
}

func TestRunStopsAtOnceWhenRefused(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusGone)
		w.Write([]byte(`{"code":"used"}`))
	}))
	defer s.Close()
	v := newVillage(t, nil)
	c := v.config(1, 1, 1)
	c.URL = s.URL
	if _, err := Run(context.Background(), c); !phone.IsCode(err, "used") {
		t.Error(err)
	}
}

func TestPlanDependsOnTheSeedAlone(t *testing.T) {
	h := habits{cloned: true}
	one := plan(1, 3, 25, h)
	if !reflect.DeepEqual(one, plan(1, 3, 25, h)) {
		t.Error("two plans of one seed")
	}
	if reflect.DeepEqual(one, plan(2, 3, 25, h)) || reflect.DeepEqual(one, plan(1, 4, 25, h)) {
		t.Error("one plan of two seeds")
	}
	count := map[act]int{}
	for _, s := range one {
		count[s.do]++
	}
	if count[actVisit] != 25 || count[actClone] != 1 || one[len(one)-1].do != actSync {
		t.Errorf("%v", count)
	}
}

func TestPictures(t *testing.T) {
	p := demo.NewPictures(1)
	photo := func(rng *rand.Rand) []byte { return p.Photo(rng, demo.Subject(rng.IntN(3))).Bytes() }
	signature := func(rng *rand.Rand) []byte { return p.Signature(rng, family(rng).Head()).Bytes() }
	for _, c := range []struct {
		draw     func(*rand.Rand) []byte
		min, max int
		kind     string
	}{{photo, 100_000, 200_000, "jpeg"}, {signature, 8_000, 25_000, "png"}} {
		seen := map[string]bool{}
		for seed := range uint64(6) {
			b := c.draw(rand.New(rand.NewPCG(seed, 0)))
			if len(b) < c.min || len(b) > c.max {
				t.Errorf("%s of %d bytes", c.kind, len(b))
			}
			if _, kind, err := image.Decode(bytes.NewReader(b)); err != nil || kind != c.kind {
				t.Error(kind, err)
			}
			seen[phone.Digest(b)] = true
		}
		if len(seen) != 6 {
			t.Errorf("%d different of 6", len(seen))
		}
	}
}
