package bench

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/seal"
	"zoufang/server/catalog"
	"zoufang/storage/sqlitestore"
)

func BenchmarkCat(b *testing.B) {
	n, _ := strconv.Atoi(os.Getenv("LIST"))
	dir := os.Getenv("LISTDIR")
	ring, err := seal.Open(filepath.Join(dir, "seal.json"))
	if err != nil {
		b.Fatal(err)
	}
	st, err := sqlitestore.Open(context.Background(), filepath.Join(dir, "z.db"), ring)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	c := newCounty(n)
	heads := 0
	if m, _ := os.ReadFile(filepath.Join(dir, "done")); len(m) == 0 {
		t := time.Now()
		if err := c.load(context.Background(), st); err != nil {
			b.Fatal(err)
		}
		fmt.Println("loaded in", time.Since(t))
		os.WriteFile(filepath.Join(dir, "done"), []byte("x"), 0o600)
	}
	_ = heads
	cat := catalog.New(catalog.Config{Records: st, Shelves: st, Log: slog.Default()})
	t := time.Now()
	a, err := cat.Find(context.Background(), catalog.Query{Kind: "visit", Areas: c.areas[:15], Limit: 50})
	fmt.Println("township", time.Since(t), a.Count, err)
	t = time.Now()
	a, err = cat.Find(context.Background(), catalog.Query{Kind: "visit", Areas: c.areas, Limit: 50})
	fmt.Println("county", time.Since(t), a.Count, err, fmt.Sprintf("%+v", cat.Progress()))
	t = time.Now()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	cat.Run(ctx)
	fmt.Println("kept", time.Since(t))
	cat = catalog.New(catalog.Config{Records: st, Shelves: st, Log: slog.Default()})
	t = time.Now()
	a, err = cat.Find(context.Background(), catalog.Query{Kind: "visit", Areas: c.areas, Limit: 50})
	fmt.Println("restart", time.Since(t), a.Count, err)
	var times []time.Duration
	all := []string{}
	for _, f := range zoufang.KindOf("visit").Facets {
		if f.Name != "household" && f.Name != "persons" {
			all = append(all, f.Name)
		}
	}
	for range 200 {
		q := catalog.Query{Kind: "visit", Areas: c.areas, Limit: 50, Count: all, Where: map[string][]string{}}
		for f, v := range map[string][]string{"state": {"approved", "submitted"}, "type": {"care", "routine"}, "risk": {"高", "重点"}, "category": {"低保", "特困"}, "way": {"home"}, "conflict": {"true"}} {
			if c.dice.IntN(3) == 0 {
				q.Where[f] = v[:1+c.dice.IntN(len(v))]
			}
		}
		if c.dice.IntN(5) == 0 {
			q.Text = of(c.dice, "罗", "淑兰", "tan", "lsl", "wang")
		}
		if c.dice.IntN(3) == 0 {
			q.From = "2025-06-01"
		}
		if c.dice.IntN(3) == 0 {
			q.Areas = c.areas[:15]
		}
		t = time.Now()
		_, err := cat.Find(context.Background(), q)
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(t))
	}
	slices.Sort(times)
	fmt.Println("p50", times[100], "p95", times[190], "max", times[199])
}
