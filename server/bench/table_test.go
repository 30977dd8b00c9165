package bench

import (
	"encoding/binary"
	"fmt"
	"text/tabwriter"
	"time"
)

// table is what is printed.
type table struct{ *tabwriter.Writer }

func (t *table) row(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *table) service() {
	t.row("\nTHE SERVICE\ta second\tp50 ms\tp95\tp99\tCPU-ms each\tof the limit")
}

// measure has n of the clients do f for a while, each time being worth some
// visits, and prints how it went beside the limit.
func (t *table) measure(s *service, all []*client, n int, name string, visits int, limit float64, f func(*client)) {
	before := s.usage()
	rate, times := load(all, n, 4*time.Second, f)
	cpu := (s.usage().cpu - before.cpu).Seconds() * 1000 / float64(len(times)*visits)
	share := "-"
	if rate *= float64(visits); limit > 0 {
		share = fmt.Sprintf("%.0f%%", 100*rate/limit)
	}
	t.row("%s, %d clients\t%.0f\t%s\t%s\t%s\t%.2f\t%s", name, n, rate, quantile(times, .5), quantile(times, .95), quantile(times, .99), cpu, share)
}

func (t *table) singles(s *service, all []*client, n int, where string, limit float64) {
	t.measure(s, all, n, "single visits"+where, 1, limit, func(c *client) { c.sync([][]byte{c.visit()}) })
}

func (t *table) batches(s *service, all []*client, n int, where string, limit float64) {
	t.measure(s, all, n, "visits in batches of 50"+where, 50, limit, func(c *client) {
		lines := make([][]byte, 50)
		for i := range lines {
			lines[i] = c.visit()
		}
		c.sync(lines)
	})
}

func (t *table) photos(s *service, all []*client, n int, limit float64) {
	for i, c := range all {
		if c.photo == nil {
			c.photo, c.signature = noise(photoSize), noise(signatureSize)
			c.photo[0], c.signature[0] = byte(i), byte(i)
		}
	}
	t.measure(s, all, n, "visits with photo and signature", 1, limit, func(c *client) {
		c.n++
		binary.BigEndian.PutUint64(c.photo[1:], uint64(c.n)) // never the same twice
		binary.BigEndian.PutUint64(c.signature[1:], uint64(c.n))
		line := c.visit(c.upload(c.photo, "image/jpeg"), c.upload(c.signature, "image/png"))
		c.sync([][]byte{line})
	})
}

// idles are what most requests are: phones that ask and have nothing to send.
func (t *table) idles(s *service, all []*client, n int) {
	t.measure(s, all, n, "syncs with nothing new", 1, 0, func(c *client) { c.sync(nil) })
}

func (t *table) memory(s *service, idle usage) {
	t.row("\nMEMORY\tMB")
	t.row("resident when idle, before\t%.0f", float64(idle.now)/1e6)
	t.row("resident at most\t%.0f", float64(s.usage().peak)/1e6)
}
