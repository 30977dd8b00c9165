package demo_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/demo"
)

var now = time.Date(2026, 11, 20, 2, 30, 0, 0, time.UTC)

// first is the county for the tests that only read it.
var first = sync.OnceValues(func() (*demo.Plan, error) { return demo.County(1, now) })

func the(t *testing.T) *demo.Plan {
	t.Helper()
	p, err := first()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func plan(t *testing.T, seed uint64, now time.Time) *demo.Plan {
	t.Helper()
	p, err := demo.County(seed, now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fingerprint covers everything a plan holds.
func fingerprint(p *demo.Plan) string {
	h := sha256.New()
	fmt.Fprintf(h, "%v\n%v\n%v\n", p.Areas, p.Users, p.Devices)
	for _, push := range p.Pushes {
		fmt.Fprintf(h, "%s %s\n", push.User, push.Device)
		for _, l := range push.Lines {
			h.Write(append(l, '\n'))
		}
		for _, m := range push.Media {
			fmt.Fprintln(h, m.Digest, m.Type, m.Size)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestSameSeedAndTimeGiveTheSameBytes(t *testing.T) {
	start := time.Now()
	first := fingerprint(plan(t, 1, now))
	t.Logf("invented in %v", time.Since(start).Round(time.Millisecond))
	if again := fingerprint(the(t)); again != first {
		t.Error("the same seed and time gave other bytes")
	}
}

// Whatever the weekday and the hour, a county comes of it.
func TestAnySeedAndHour(t *testing.T) {
	prints := map[string]bool{fingerprint(the(t)): true}
	for seed := range uint64(2) {
		at := now.Add(-time.Duration(seed+1) * 31 * time.Hour)
		p := plan(t, 100+seed, at)
		if prints[fingerprint(p)] {
			t.Errorf("seed %d gave the bytes of another", seed)
		}
		prints[fingerprint(p)] = true
		for _, push := range p.Pushes {
			if len(push.Lines) > demo.MaxLines {
				t.Fatalf("seed %d: a push of %d lines", seed, len(push.Lines))
			}
			for _, b := range push.Lines {
				if c, fault := zoufang.ParseCommit(b); fault == nil && (c.At > at.UnixMilli() || c.Heard == nil || *c.Heard > c.At || c.At < at.AddDate(0, 0, -100).UnixMilli()) {
					t.Fatalf("seed %d: a commit of %d, heard %v, at %d", seed, c.At, c.Heard, at.UnixMilli())
				}
			}
		}
	}
}

func TestMediaAreWhatTheySay(t *testing.T) {
	seen := map[zoufang.Digest]bool{}
	photos, signatures, bytesOfAll := 0, 0, int64(0)
	for _, push := range the(t).Pushes {
		for _, m := range push.Media {
			b, err := io.ReadAll(m.Reader())
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(b)
			if hex.EncodeToString(sum[:]) != string(m.Digest) || int64(len(b)) != m.Size {
				t.Fatalf("medium %s has other bytes", m.Digest)
			}
			if seen[m.Digest] {
				t.Errorf("medium %s comes twice", m.Digest)
			}
			seen[m.Digest] = true
			bytesOfAll += m.Size
			kind, low, high := "png", 2_000, 20_000
			if m.Type == "image/jpeg" {
				kind, low, high = "jpeg", 50_000, 150_000
				photos++
			} else {
				signatures++
			}
			if len(b) < low || len(b) > high {
				t.Errorf("a %s of %d bytes", kind, len(b))
			}
			if photos%8 == 0 || signatures%8 == 0 { // to decode all takes long
				if _, format, err := image.Decode(bytes.NewReader(b)); err != nil || format != kind {
					t.Errorf("medium %s: %s, %v", m.Digest, format, err)
				}
			}
		}
	}
	t.Logf("%d photos, %d signatures, %.1f MB", photos, signatures, float64(bytesOfAll)/1e6)
	if photos < 250 || signatures < 200 {
		t.Errorf("%d photos and %d signatures", photos, signatures)
	}
}

// People work by day.
func TestNothingIsSavedAtNight(t *testing.T) {
	for _, push := range the(t).Pushes {
		for _, b := range push.Lines {
			if c, fault := zoufang.ParseCommit(b); fault == nil {
				if at := time.UnixMilli(c.At).UTC().Add(8 * time.Hour); at.Hour() < 7 || at.Hour() > 21 {
					t.Errorf("a commit at %s", at.Format(time.TimeOnly))
				}
			}
		}
	}
}

// Nothing in the county can be taken for somebody's.
func TestNumbersAreNobodys(t *testing.T) {
	ids, phones := 0, 0
	var all strings.Builder
	for _, push := range the(t).Pushes {
		for _, b := range push.Lines {
			all.Write(b)
			c, fault := zoufang.ParseCommit(b)
			if fault != nil {
				continue
			}
			for _, it := range c.Do {
				if id, ok := it.Fields["id_number"].Text(); ok {
					ids++
					if !strings.HasPrefix(id, "990101") || !checks(id) {
						t.Errorf("identity number %s", id)
					}
				}
				if number, ok := it.Fields["phone"].Text(); ok && it.Kind != "item" {
					phones++
					if !strings.HasPrefix(number, "1099") {
						t.Errorf("phone %s", number)
					}
				}
			}
		}
	}
	t.Logf("%d identity numbers, %d phones", ids, phones)
	text := all.String()
	for _, surname := range []string{"单", "仇", "曾", "解", "区", "覃"} {
		if !strings.Contains(text, `"name":"`+surname) {
			t.Errorf("nobody is called %s", surname)
		}
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r > 0xffff && r != utf8.RuneError }) {
		t.Error("no hanzi from outside the basic plane")
	}
	if blank.MatchString(text) {
		t.Error("a place in a note was left open")
	}
}

// blank is a place in a template.
var blank = regexp.MustCompile(`\{\p{Han}+\}|\{\d+-\d+\}`)

func checks(id string) bool {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(id[i]-'0') * w
	}
	return len(id) == 18 && id[17] == "10X98765432"[sum%11]
}
