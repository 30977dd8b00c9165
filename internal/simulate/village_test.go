package simulate

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang/internal/phone"
)

const pageRows = 40

// A village is a server in memory that keeps the protocol as far as the simulation uses it, for one village. It exists to
// show that the simulation gets through when all is right, and that it notices what is wrong: sin says what to do wrong.
type village struct {
	*httptest.Server
	sin func(what string) bool

	mu      sync.Mutex
	now     int64 // milliseconds, one a call
	calls   int
	down    time.Time // until when it is being restarted
	lines   map[string]*kept
	order   []string
	records map[string]*record
	seq     int64
	uploads map[string]*upload
	media   map[string][]byte
}

type kept struct {
	bytes      []byte
	user, code string // code "" when applied
	at         int64
}

type upload struct {
	digest string
	length int
	bytes  []byte
}

const home = "320115101203"

func newVillage(t *testing.T, sin func(string) bool) *village {
	if sin == nil {
		sin = func(string) bool { return false }
	}
	v := &village{sin: sin, now: 1_763_760_000_000, lines: map[string]*kept{}, records: map[string]*record{},
		uploads: map[string]*upload{}, media: map[string][]byte{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /m/v1/enrol", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Code string }
		json.NewDecoder(r.Body).Decode(&q)
		w.WriteHeader(201)
		fmt.Fprintf(w, `{"device":"d%s","user":{"id":"u%s","role":"coordinator"},"areas":[%q],"epoch":"e","time":%d}`, q.Code, q.Code, home, v.now)
	})
	mux.HandleFunc("POST /m/v1/challenge", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"nonce":"n","time":%d}`, v.now) })
	mux.HandleFunc("POST /m/v1/token", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Device string }
		json.NewDecoder(r.Body).Decode(&q)
		fmt.Fprintf(w, `{"token":"u%s"}`, strings.TrimPrefix(q.Device, "d"))
	})
	mux.HandleFunc("POST /m/v1/sync", v.sync)
	mux.HandleFunc("GET /m/v1/held", v.held)
	mux.HandleFunc("POST /m/v1/media/have", v.have)
	mux.HandleFunc("GET /m/v1/media/{digest}", func(w http.ResponseWriter, r *http.Request) { w.Write(v.media[r.PathValue("digest")]) })
	mux.HandleFunc("POST /m/v1/media", v.tus)
	mux.HandleFunc("/m/v1/up/{id}", v.tus)
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil && r.Method != http.MethodPatch {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		v.mu.Lock()
		defer v.mu.Unlock()
		v.now++
		if v.calls++; v.calls%150 == 0 {
			v.down = time.Now().Add(200 * time.Millisecond)
		}
		if time.Now().Before(v.down) {
			if v.calls%2 == 0 {
				w.WriteHeader(502)
				return
			}
			panic(http.ErrAbortHandler)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *village) sync(w http.ResponseWriter, r *http.Request) {
	user := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			w.WriteHeader(400)
			return
		}
		body = z
	}
	raw, _ := io.ReadAll(body)
	lines := bytes.Split(bytes.TrimSuffix(raw, []byte("\n")), []byte("\n"))
	var q struct{ Cursor *string }
	json.Unmarshal(lines[0], &q)
	var b bytes.Buffer
	from, first := int64(0), ""
	if q.Cursor == nil {
		first = fmt.Sprintf(`,"fresh":[%q],"scope":{"version":1,"areas":[%q],"above":[]}`, home, home)
	} else {
		from, _ = strconv.ParseInt(*q.Cursor, 10, 64)
	}
	fmt.Fprintf(&b, `{"zoufang":1,"epoch":"e","time":%d,"safe_at":null%s}`+"\n", v.now, first)
	for _, line := range lines[1:] {
		fmt.Fprintln(&b, v.push(line, user))
	}
	var rows []*record
	ids := map[*record]string{}
	for id, rec := range v.records {
		if rec.seq > from {
			rows, ids[rec] = append(rows, rec), id
		}
	}
	slices.SortFunc(rows, func(x, y *record) int { return int(x.seq - y.seq) })
	more := len(rows) > pageRows
	rows = rows[:min(len(rows), pageRows)]
	for i, rec := range rows {
		from = rec.seq
		if v.sin("skip a row") && i == 3 {
			continue
		}
		fmt.Fprintf(&b, `{"row":%s}`+"\n", rec.row(ids[rec], v))
	}
	fmt.Fprintf(&b, `{"end":true,"cursor":"%d","more":%v,"sum":{}}`+"\n", from, more)
	w.Write(b.Bytes())
}

func (v *village) push(line []byte, user string) string {
	id := phone.LineID(line)
	known := v.lines[id]
	if known == nil {
		known = &kept{bytes: bytes.Clone(line), user: user, at: v.now}
		if known.code = v.judge(id, line); known.code == "" {
			defer v.wake()
		}
		if v.sin("forget a line") {
			return fmt.Sprintf(`{"c":%q,"r":"ok"}`, id)
		}
		v.lines[id] = known
		v.order = append(v.order, id)
		if known.code == "" {
			return fmt.Sprintf(`{"c":%q,"r":"ok"}`, id)
		}
	}
	if known.code == "" {
		return fmt.Sprintf(`{"c":%q,"r":"dup"}`, id)
	}
	return fmt.Sprintf(`{"c":%q,"r":"held","code":%q}`, id, known.code)
}

func (v *village) held(w http.ResponseWriter, r *http.Request) {
	user := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	list := []map[string]any{}
	for id, l := range v.lines {
		if l.user == user && l.code != "" && !v.sin("hide a held line") {
			list = append(list, map[string]any{"id": id, "at": 1, "code": l.code})
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"held": list})
}

func (v *village) have(w http.ResponseWriter, r *http.Request) {
	var q struct{ SHA256 []string }
	json.NewDecoder(r.Body).Decode(&q)
	have := slices.DeleteFunc(q.SHA256, func(d string) bool { return v.media[d] == nil })
	json.NewEncoder(w).Encode(map[string]any{"have": have, "epoch": "e", "time": v.now})
}

func (v *village) tus(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if r.Method == http.MethodPost {
		id = strconv.Itoa(len(v.uploads))
		digest, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.Split(r.Header.Get("Upload-Metadata"), ",")[0], "sha256 "))
		length, _ := strconv.Atoi(r.Header.Get("Upload-Length"))
		v.uploads[id] = &upload{digest: string(digest), length: length}
		w.Header().Set("Location", "/m/v1/up/"+id)
	}
	u := v.uploads[id]
	if u == nil {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(404)
		fmt.Fprint(w, `{"code":"not_found"}`)
		return
	}
	if r.Method == http.MethodPatch && r.Header.Get("Upload-Offset") != strconv.Itoa(len(u.bytes)) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(409)
		fmt.Fprint(w, `{"code":"offset"}`)
		return
	}
	part, _ := io.ReadAll(r.Body)
	u.bytes = append(u.bytes, part...)
	w.Header().Set("Upload-Offset", strconv.Itoa(len(u.bytes)))
	if r.Method != http.MethodHead && len(u.bytes) == u.length {
		if phone.Digest(u.bytes) == u.digest && !v.sin("lose a photo") {
			v.media[u.digest] = u.bytes
		}
		w.Header().Set("Zoufang-Epoch", "e")
		w.Header().Set("Zoufang-Time", strconv.FormatInt(v.now, 10))
		delete(v.uploads, id)
		v.uploads["gone "+id] = nil
	}
	w.WriteHeader(map[string]int{"POST": 201, "PATCH": 204, "HEAD": 200}[r.Method])
}

func (v *village) config(phones, visits int, seed uint64) Config {
	return Config{URL: v.URL, Phones: phones, Visits: visits, Seed: seed,
		Enrol: func(_ context.Context, i int) (string, error) { return strconv.Itoa(i), nil }}
}
