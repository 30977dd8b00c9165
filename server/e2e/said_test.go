package e2e_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"zoufang/internal/phone"
)

// ask is the first line of a sync request, and how it is sent.
type ask struct {
	device, epoch, cursor, last any // nil is null; device: the phone's
	reread                      []string
	zip                         bool
	more                        M // other keys
	headers                     []string
	path                        string // /sync
}

func (h *handset) body(a ask, lines ...[]byte) []byte {
	head := M{"zoufang": 1, "device": h.Device(), "epoch": a.epoch, "cursor": a.cursor, "last": a.last, "app": "1.4.0"}
	if a.device != nil {
		head["device"] = a.device
	}
	if a.reread != nil {
		head["reread"] = a.reread
	}
	for k, v := range a.more {
		head[k] = v
	}
	b := append(encode(head), '\n')
	for _, l := range lines {
		b = append(append(b, l...), '\n')
	}
	return b
}

// asks makes one round trip.
func (h *handset) asks(a ask, lines ...[]byte) *reply {
	h.s.Helper()
	return h.asksRaw(h.body(a, lines...), a)
}

func (h *handset) asksRaw(body []byte, a ask) *reply {
	h.s.Helper()
	headers := append([]string{"Content-Type", "application/x-ndjson"}, a.headers...)
	if a.zip {
		body, headers = zip(body), append(headers, "Content-Encoding", "gzip")
	}
	return h.do("POST", "/sync", body, headers...)
}

// pushes sends lines as a phone that knows nothing of the server yet.
func (h *handset) pushes(lines ...[]byte) *said {
	h.s.Helper()
	return h.asks(ask{zip: true}, lines...).said()
}

// saves sends one commit that must be applied, and gives its id.
func (h *handset) saves(do ...any) string {
	h.s.Helper()
	l := h.line(do...)
	h.pushes(l).are("ok")
	return id(l)
}

// said is a sync reply, read strictly: its lines in their order, nothing twice,
// nothing after the end.
type said struct {
	*reply
	first   M
	answers []answer
	rows    map[string]*phone.Row
	order   []string // ids of rows, as they came
	gone    []gone
	cursor  any
	more    bool
	sum     map[string]string
	rowSize int // bytes of rows and gone marks, line feeds included
}

type answer struct{ C, R, Code, Why string }

type gone struct{ ID, Area string }

func (r *reply) said() *said {
	r.s.Helper()
	r.is(200, "")
	a := &said{reply: r, rows: map[string]*phone.Row{}}
	body, ended := bytes.CutSuffix(r.body, []byte("\n"))
	lines := bytes.Split(body, []byte("\n"))
	if kind := r.header.Get("Content-Type"); !ended || !strings.HasPrefix(kind, "application/x-ndjson") {
		r.s.Fatalf("%s: not NDJSON (%s): %.300q", r.what, kind, r.body)
	}
	r.s.must(json.Unmarshal(lines[0], &a.first))
	if a.first["zoufang"] != 1.0 || a.first["epoch"] == "" || a.first["time"] == nil {
		r.s.Fatalf("first line %s", lines[0])
	}
	for i, line := range lines[1:] {
		var l struct {
			answer
			Row    json.RawMessage
			Gone   *gone
			End    bool
			Cursor any
			More   *bool
			Sum    map[string]string
		}
		if err := json.Unmarshal(line, &l); err != nil {
			r.s.Fatalf("line %d of the reply, %.300s: %v", i+2, line, err)
		}
		switch {
		case l.End:
			if i != len(lines)-2 || l.More == nil || l.Sum == nil {
				r.s.Fatalf("end in line %d of %d: %s", i+2, len(lines), line)
			}
			a.cursor, a.more, a.sum = l.Cursor, *l.More, l.Sum
			return a
		case l.C != "":
			if len(a.order)+len(a.gone) > 0 || len(l.C) != 16 || (l.R == "held") != (l.Code != "") || !slices.Contains([]string{"ok", "dup", "held"}, l.R) {
				r.s.Fatalf("answer %s", line)
			}
			a.answers = append(a.answers, l.answer)
		case l.Row != nil:
			row := &phone.Row{Raw: l.Row}
			r.s.must(json.Unmarshal(l.Row, row))
			r.s.exact(row)
			if a.rows[row.ID] != nil {
				r.s.Errorf("row %s came twice", row.ID)
			}
			a.rows[row.ID], a.order = row, append(a.order, row.ID)
			a.rowSize += len(line) + 1
		case l.Gone != nil:
			a.gone = append(a.gone, *l.Gone)
			a.rowSize += len(line) + 1
		default:
			r.s.Fatalf("line %d of the reply is of no known kind: %s", i+2, line)
		}
	}
	r.s.Fatalf("no end: %.300s", r.body)
	return nil
}

// exact holds a row's `by` to its rule: the creating commit and all that is live,
// each once, and a time interval for each.
func (s *server) exact(r *phone.Row) {
	s.Helper()
	used := map[int]bool{r.C: true}
	for _, fields := range []map[string][]phone.Entry{r.F, r.S, r.L} {
		for _, list := range fields {
			for _, e := range list {
				used[e.K] = true
			}
		}
	}
	distinct := map[string]bool{}
	for k, by := range r.By {
		distinct[by] = true
		if !used[k] {
			s.Errorf("row %s: by has %s, which wrote nothing that is sent", r.ID, by)
		}
	}
	if len(distinct) != len(r.By) || len(used) != len(r.By) || len(r.W) != len(r.By) {
		s.Errorf("row %s: by %v, used %v, %d intervals", r.ID, r.By, used, len(r.W))
	}
	for _, w := range r.W {
		if w.User == "" || w.From > w.To {
			s.Errorf("row %s: interval %v", r.ID, w)
		}
	}
}
