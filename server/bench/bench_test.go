package bench

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"testing"
	"text/tabwriter"
	"time"

	"zoufang/internal/phone"
)

// BenchmarkService prints everything beside each other, once.
func BenchmarkService(b *testing.B) {
	if b.N > 1 {
		b.Skip("one run says it all")
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer out.Flush()
	row := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }

	s := start(b)
	var all []*client
	for i := range clients {
		all = append(all, s.client(s.enrol(i, phone.WithGzip(true)), i))
	}
	idle := s.usage()

	row("\nTHE MACHINE\ta second")
	alone, grouped := appends(b)
	row("fsync'd append of 1.5 kB, alone\t%.0f", alone)
	row("fsync'd append of 1.5 kB, 32 share an fsync\t%.0f", grouped)
	bare := map[int]float64{}
	for _, batch := range []int{1, 8, 32, 50} {
		bare[batch] = bareSQLite(b, batch)
		row("bare SQLite, a visit's rows, %d to a transaction\t%.0f", batch, bare[batch])
	}
	photo, signature := 150_000, 15_000
	fileRates := [2]float64{files(b, photo, 8), files(b, signature, 8)}
	row("file of 150 kB, write+fsync+rename+fsync, 8 writers\t%.0f", fileRates[0])
	row("file of 15 kB, likewise\t%.0f", fileRates[1])
	both := 1 / (1/fileRates[0] + 1/fileRates[1])
	row("one of each\t%.0f", both)

	row("\nTHE SERVICE\ta second\tp50 ms\tp95\tp99\tCPU-ms each\tof the machine's")
	report := func(name string, each int, rate float64, times []time.Duration, before usage, limit float64) {
		cpu := (s.usage().cpu - before.cpu).Seconds() * 1000 / float64(len(times)*each)
		row("%s\t%.0f\t%s\t%s\t%s\t%.2f\t%.0f%%", name, rate*float64(each), quantile(times, .5), quantile(times, .95), quantile(times, .99), cpu, 100*rate*float64(each)/limit)
	}
	for _, n := range []int{1, 8, 32} {
		before := s.usage()
		rate, times := load(all, n, 4*time.Second, func(c *client) { c.sync([][]byte{c.visit()}) })
		limit := bare[n]
		report(fmt.Sprintf("single visits, %d clients", n), 1, rate, times, before, limit)
	}
	for _, n := range []int{1, 8} {
		before := s.usage()
		rate, times := load(all, n, 4*time.Second, func(c *client) {
			lines := make([][]byte, 50)
			for i := range lines {
				lines[i] = c.visit()
			}
			c.sync(lines)
		})
		report(fmt.Sprintf("visits in batches of 50, %d clients", n), 50, rate, times, before, bare[50])
	}
	for i, c := range all {
		c.photo, c.signature = noise(photo), noise(signature)
		c.photo[0], c.signature[0] = byte(i), byte(i)
	}
	for _, n := range []int{1, 8, 32} {
		before := s.usage()
		rate, times := load(all, n, 4*time.Second, func(c *client) {
			c.n++
			binary.BigEndian.PutUint64(c.photo[1:], uint64(c.n)) // never the same twice
			binary.BigEndian.PutUint64(c.signature[1:], uint64(c.n))
			line := c.visit(c.upload(c.photo, "image/jpeg"), c.upload(c.signature, "image/png"))
			c.sync([][]byte{line})
		})
		report(fmt.Sprintf("visits with photo and signature, %d clients", n), 1, rate, times, before, both)
	}
	after := s.usage()
	row("\nMEMORY\tMB")
	row("resident when idle, before\t%.0f", float64(idle.now)/1e6)
	row("resident at most\t%.0f", float64(after.peak)/1e6)

	wire(row, all[0])
	firstSync(b, s, row)
}

// wire prints what a visit and an idle sync cost in bytes of bodies.
func wire(row func(string, ...any), c *client) {
	row("\nBYTES\tup\tdown")
	measure := func(name string, each int64, f func()) {
		up, down := c.up, c.down
		f()
		row("%s\t%d\t%d", name, (c.up-up)/each, (c.down-down)/each)
	}
	for c.sync(nil); bytes.Contains(c.sync(nil), []byte(`"more":true`)); {
	}
	measure("one visit", 1, func() { c.sync([][]byte{c.visit()}) })
	measure("a visit in a batch of 50", 50, func() {
		lines := make([][]byte, 50)
		for i := range lines {
			lines[i] = c.visit()
		}
		c.sync(lines)
	})
	measure("idle sync", 1, func() { c.sync(nil) })
}

// firstSync fills a village of its own and reads it from nothing.
func firstSync(b *testing.B, s *service, row func(string, ...any)) {
	const households, persons = 650, 2000
	area := "990101001299"
	file := b.TempDir() + "/more.csv"
	if err := os.WriteFile(file, []byte("code,name\n"+area+",大村\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	s.run("area", "import", file)
	u := s.run("user", "add", "--name", "大村协理员", "--role", "coordinator", "--area", area)
	code := s.run("enrol", "--user", u["id"].(string))
	p := phone.New(s.url)
	if err := p.Enrol(b.Context(), code["code"].(string), "bench"); err != nil {
		b.Fatal(err)
	}
	for h, made := 0, 0; h < households; h++ {
		size := 3
		if h < persons-3*households {
			size = 4
		}
		p.Commit(family(p, area, h, size)...)
		made += size
	}
	if err := p.Sync(b.Context()); err != nil {
		b.Fatal(err)
	}
	fresh := s.client(p, 0)
	fresh.area, fresh.cursor, fresh.up, fresh.down = area, "", 0, 0
	began, pages := time.Now(), 0
	var plain int
	for more := true; more; pages++ {
		reply := fresh.sync(nil)
		plain += len(reply)
		more = bytes.Contains(reply[max(0, len(reply)-4000):], []byte(`"more":true`))
	}
	row("\nFIRST SYNC of %d persons and %d households", persons, households)
	row("gzip bytes down\t%d", fresh.down)
	row("plain bytes\t%d", plain)
	row("pages\t%d", pages)
	row("ms\t%d", time.Since(began).Milliseconds())
}

// family is one commit that registers a household with its members.
func family(p *phone.Phone, area string, h, size int) []phone.Item {
	surnames, given := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华")
	pick := func(from []rune, n int) string { return string(from[n%len(from)]) }
	house := p.NewID()
	var members []string
	var items []phone.Item
	for m := range size {
		n := h*7 + m*13
		id := p.NewID()
		members = append(members, id)
		fields := phone.Fields{
			"name": pick(surnames, n) + pick(given, n/3) + pick(given, n/5+m), "sex": []string{"男", "女"}[m%2],
			"birth": fmt.Sprintf("19%02d-%02d-%02d", 30+n%65, 1+n%12, 1+n%28), "id_number": fmt.Sprintf("99010119%02d%02d%02d%04d", 30+n%65, 1+n%12, 1+n%28, (n*37)%10000),
			"household": house, "categories": []string{[]string{"低保", "特困", "高龄", "残疾", "独居"}[n%5]},
		}
		if m == 0 {
			fields["phone"] = fmt.Sprintf("1390000%04d", (n*41)%10000)
		}
		items = append(items, phone.NewRecord(id, "person", area, fields))
	}
	return append(items, phone.NewRecord(house, "household", area, phone.Fields{
		"head": members[0], "address": fmt.Sprintf("%d组%d号", 1+h%12, 1+h), "group": fmt.Sprintf("%d组", 1+h%12), "members": members,
	}))
}
