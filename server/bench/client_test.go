package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/valyala/fasthttp"

	"zoufang"
	"zoufang/internal/phone"
)

// client is a phone stripped to what measuring needs, so that it takes little of
// the machine: it speaks the same protocol on one kept connection.
type client struct {
	b      *testing.B
	url    string
	http   *fasthttp.HostClient
	token  string
	device string
	user   zoufang.UserID
	area   string
	cursor string
	epoch  string
	prev   zoufang.CommitID
	n      int64
	zip    *gzip.Writer
	up     int64 // bytes of bodies
	down   int64

	photo, signature []byte
}

func (s *service) client(p *phone.Phone, area string) *client {
	s.b.Helper()
	token, err := p.Token(context.Background())
	if err != nil {
		s.b.Fatal(err)
	}
	zip, _ := gzip.NewWriterLevel(nil, gzip.BestCompression)
	c := &client{b: s.b, url: s.url, token: token, device: p.Device(), user: zoufang.UserID(p.User().ID), area: area, zip: zip,
		http: &fasthttp.HostClient{Addr: s.url[len("http://"):], MaxConns: 1, MaxIdleConnDuration: time.Minute}}
	c.sync(nil)
	return c
}

// visit freezes a line as a phone would: a new visit of a few taps and a sentence.
func (c *client) visit(media ...string) []byte {
	c.n++
	now := time.Now().UnixMilli()
	fields := map[string]any{
		"type": "routine", "household": zoufang.NewRecordID(now), "way": "home", "met": "本人",
		"started": now - 900_000, "ended": now, "visitors": []any{c.user},
		"answers.eat": "正常", "answers.health": "按时服药", "needs": []string{"助医"}, "risk": map[string]string{"level": "一般", "reason": ""},
		"note": fmt.Sprintf("老人精神尚可, 家中整洁, 第%d次走访。", c.n),
	}
	if len(media) > 0 {
		fields["photos"] = media[:1]
		fields["signature.household"] = map[string]any{"image": media[1], "text": media[0], "by": "王秀兰", "at": now}
	}
	line, err := zoufang.Action{Device: zoufang.DeviceID(c.device), N: c.n, Prev: c.prev, User: c.user, At: now, Mono: 81234.5, Page: "Zx8LkQ3v", Heard: now - 60_000}.Frozen([]any{[]any{"new", zoufang.NewRecordID(now), "visit", c.area, fields}})
	if err != nil {
		c.b.Fatal(err)
	}
	c.prev, _ = zoufang.HashLine(line)
	return line
}

// sync sends lines and gives the whole reply.
func (c *client) sync(lines [][]byte) []byte {
	var body bytes.Buffer
	c.zip.Reset(&body)
	nullable := func(s string) string {
		if s == "" {
			return "null"
		}
		return `"` + s + `"`
	}
	fmt.Fprintf(c.zip, `{"zoufang":1,"device":"%s","epoch":%s,"cursor":%s,"last":null,"app":"1.4.0"}`+"\n", c.device, nullable(c.epoch), nullable(c.cursor))
	for _, l := range lines {
		c.zip.Write(l)
		c.zip.Write([]byte("\n"))
	}
	c.zip.Close()
	reply := c.do("POST", "/m/v1/sync", body.Bytes(), 200, "Content-Type", "application/x-ndjson", "Content-Encoding", "gzip", "Accept-Encoding", "gzip")
	if n := bytes.Count(reply, []byte(`,"r":"ok"}`)); n != len(lines) {
		c.b.Fatalf("%d lines, %d ok: %s", len(lines), n, reply[:min(len(reply), 2000)])
	}
	c.cursor, c.epoch = member(reply, "cursor"), member(reply, "epoch")
	return reply
}

func (c *client) do(method, path string, body []byte, want int, headers ...string) []byte {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	req.SetRequestURI(c.url + path)
	req.Header.SetMethod(method)
	req.Header.Set("Authorization", "Bearer "+c.token)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	req.SetBodyRaw(body)
	if err := c.http.Do(req, res); err != nil {
		c.b.Fatal(err)
	}
	c.up += int64(len(body))
	c.down += int64(len(res.Body()))
	if res.StatusCode() != want {
		c.b.Fatalf("%s %s: %d %s", method, path, res.StatusCode(), res.Body())
	}
	reply, err := res.BodyUncompressed()
	if err != nil {
		c.b.Fatal(err)
	}
	return bytes.Clone(reply)
}

// upload sends a medium in one request and gives its name.
func (c *client) upload(data []byte, mime string) string {
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	b64 := base64.StdEncoding.EncodeToString
	c.do("POST", "/m/v1/media", data, 201, "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(len(data)), "Content-Type", "application/offset+octet-stream",
		"Upload-Metadata", "sha256 "+b64([]byte(digest))+",type "+b64([]byte(mime)))
	return digest
}

// member cuts the text of a member out of a reply.
func member(reply []byte, key string) string {
	i := bytes.LastIndex(reply, []byte(`"`+key+`":`))
	if i < 0 {
		return ""
	}
	var s *string
	if json.NewDecoder(bytes.NewReader(reply[i+len(key)+3:])).Decode(&s) != nil || s == nil {
		return ""
	}
	return *s
}

// load runs f on the first n clients at once for about d and gives the rate and
// the sorted times of single calls.
func load(all []*client, n int, d time.Duration, f func(c *client)) (rate float64, times []time.Duration) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	start := time.Now()
	for _, c := range all[:n] {
		wg.Go(func() {
			var own []time.Duration
			for time.Since(start) < d {
				t := time.Now()
				f(c)
				own = append(own, time.Since(t))
			}
			mu.Lock()
			times = append(times, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(times)
	return float64(len(times)) / time.Since(start).Seconds(), times
}

func quantile(times []time.Duration, q float64) string {
	return fmt.Sprintf("%.1f", float64(times[min(len(times)-1, int(q*float64(len(times))))].Microseconds())/1000)
}
