package e2e_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"zoufang/internal/phone"
)

// are checks the answers in order: ok, dup, or the code a line is held under.
func (a *said) are(want ...string) *said {
	a.s.Helper()
	got := []string{}
	for _, x := range a.answers {
		if x.R == "held" {
			got = append(got, x.Code)
		} else {
			got = append(got, x.R)
		}
	}
	if !slices.Equal(got, want) {
		a.s.Fatalf("answers %v, want %v: %+v", got, want, a.answers)
	}
	return a
}

func (a *said) epoch() string { return a.first["epoch"].(string) }

func (a *said) time() int64 { return int64(a.first["time"].(float64)) }

// safe is safe_at, 0 for null.
func (a *said) safe() int64 {
	a.s.Helper()
	v, there := a.first["safe_at"]
	if !there {
		a.s.Error("no safe_at")
	}
	f, _ := v.(float64)
	return int64(f)
}

func (a *said) fresh() []string { return texts(a.first["fresh"]) }

func texts(v any) []string {
	out := []string{}
	list, _ := v.([]any)
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// sumOf is an area's sum as the protocol defines it, from rows.
func sumOf(rows map[string]*phone.Row, area string) string {
	var total uint64
	for _, r := range rows {
		if r.Area == area {
			h := sha256.Sum256(fmt.Appendf(nil, "%s:%d:%s", r.ID, r.Seq, strings.Join(r.By, ",")))
			total += binary.BigEndian.Uint64(h[:8])
		}
	}
	return fmt.Sprintf("%016x", total)
}

// values are what a field shows, as the bytes that came.
func values(r *phone.Row, field string) []string {
	out := []string{}
	if r == nil {
		return out
	}
	for _, m := range []map[string][]phone.Entry{r.F, r.S, r.L} {
		for _, e := range m[field] {
			out = append(out, string(e.V))
		}
	}
	return out
}

func replaceOnce(text, old, new string) string {
	if strings.Count(text, old) != 1 {
		panic(old + " is not there once")
	}
	return strings.Replace(text, old, new, 1)
}
