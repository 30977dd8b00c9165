package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"
	"text/tabwriter"
	"time"

	"zoufang/internal/phone"
	"zoufang/storage/storagetest/servers"
)

// BenchmarkService prints everything beside each other, once: on the data
// directory, or on MongoDB and S3 where STORE=mongo asks for it. LIST=1000000: how lists
// of a county of so many visits are answered.
func BenchmarkService(b *testing.B) {
	if b.N > 1 {
		b.Skip("one run says it all")
	}
	t := &table{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)}
	defer t.Flush()
	if visits, _ := strconv.Atoi(os.Getenv("LIST")); visits > 0 {
		lists(b, t, visits)
		return
	}
	switch store := os.Getenv("STORE"); store {
	case "", "sqlite":
		onSQLite(b, t)
	case "mongo":
		onMongo(b, t)
	default:
		b.Fatalf("STORE is sqlite or mongo, not %q", store)
	}
}

// many starts the service with a client in each village.
func many(b *testing.B, env ...string) (*service, []*client) {
	s := start(b, env...)
	var all []*client
	for i := range clients {
		all = append(all, s.client(s.enrol(i, village(i), phone.WithGzip(true)), village(i)))
	}
	return s, all
}

func onSQLite(b *testing.B, t *table) {
	s, all := many(b)
	idle := s.usage()

	t.row("\nTHE MACHINE\ta second")
	alone, grouped := appends(b)
	t.row("fsync'd append of 1.5 kB, alone\t%.0f", alone)
	t.row("fsync'd append of 1.5 kB, 32 share an fsync\t%.0f", grouped)
	bare := map[int]float64{}
	for _, batch := range []int{1, 8, 32, 50} {
		bare[batch] = bareSQLite(b, batch)
		t.row("bare SQLite, a visit's rows, %d to a transaction\t%.0f", batch, bare[batch])
	}
	fileRates := [2]float64{files(b, photoSize, 8), files(b, signatureSize, 8)}
	t.row("file of 150 kB, write+fsync+rename+fsync, 8 writers\t%.0f", fileRates[0])
	t.row("file of 15 kB, likewise\t%.0f", fileRates[1])
	both := 1 / (1/fileRates[0] + 1/fileRates[1])
	t.row("one of each\t%.0f", both)

	t.service()
	for _, n := range []int{1, 8, 32} {
		t.singles(s, all, n, "", bare[n])
	}
	for _, n := range []int{1, 8} {
		t.batches(s, all, n, "", bare[50])
	}
	for _, n := range []int{1, 8, 32} {
		t.photos(s, all, n, both)
	}
	for _, n := range []int{8, 32} {
		t.idles(s, all, n)
	}
	t.memory(s, idle)
	wire(t.row, all[0])
	firstSync(b, s, t.row)
}

func onMongo(b *testing.B, t *table) {
	m, o := servers.Mongo(b), servers.Minio(b)
	s, all := many(b, append(o.Env(o.Bucket(b, "bench")), "ZOUFANG_MONGODB_URI="+m.Database(b, "bench"))...)
	var one []*client
	for i := range clients {
		one = append(one, s.client(s.enrol(100+i, crowded, phone.WithGzip(true)), crowded))
	}
	idle := s.usage()
	bare := newBareMongo(b)
	t.row("\nTHE DRIVER ALONE, the same statements, on %s\ta second\tcollided", m.About)
	limit := func(name string, writers, batch int, own bool) float64 {
		rate, collided := bare.rate(writers, batch, own)
		t.row("%s\t%.0f\t%.0f%%", name, rate, 100*collided)
		return rate
	}
	lone := limit("a visit to a transaction, 1 writer", 1, 1, true)
	spread := map[int]float64{1: lone, 8: limit("8 writers, each in a village of its own", 8, 1, true), 32: limit("32 writers, each in a village of its own", 32, 1, true)}
	fought := max(lone, limit("32 writers in one village", 32, 1, false))
	fifty := limit("50 visits to a transaction, 8 writers, each in a village of its own", 8, 50, true)

	t.service()
	for _, n := range []int{1, 8, 32} {
		t.singles(s, all, n, "", spread[n])
	}
	for _, n := range []int{8, 32} {
		t.singles(s, one, n, " in one village", fought)
	}
	t.batches(s, all, 8, "", fifty)
	for _, n := range []int{1, 8, 32} {
		t.photos(s, all, n, 0)
	}
	for _, n := range []int{8, 32} {
		t.idles(s, all, n)
	}
	t.memory(s, idle)
	firstSync(b, s, t.row)
}

// Bytes of a photo and of a signature.
const photoSize, signatureSize = 150_000, 15_000

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
	if err := os.WriteFile(file, []byte("code,name\n"+area+",新村\n"), 0o600); err != nil {
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
	fresh := s.client(p, area)
	fresh.cursor, fresh.up, fresh.down = "", 0, 0
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
