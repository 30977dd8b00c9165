package simulate

import (
	"fmt"
	"sync"

	"zoufang/internal/phone"
)

const maxDifferences = 50 // written out; all are counted

// Summary is what a simulation found.
type Summary struct {
	Phones      int            `json:"phones"`
	Visits      int            `json:"visits"`
	Records     int            `json:"records"`
	Commits     int            `json:"commits"`
	Applied     int            `json:"applied"`
	Held        map[string]int `json:"held"` // by code, those that were meant to be held too
	Conflicts   int            `json:"conflicts"`
	Media       int            `json:"media"`
	BytesUp     int64          `json:"bytes_up"`
	BytesDown   int64          `json:"bytes_down"`
	Requests    int64          `json:"requests"`
	Retries     int64          `json:"retries"`
	LostReplies int64          `json:"lost_replies"`
	CutRequests int64          `json:"cut_requests"`
	CutReplies  int64          `json:"cut_replies"`
	Clones      int            `json:"clones"`
	Lost        int            `json:"lost"` // lines that were acknowledged and of which the server knew nothing later
	Count       int            `json:"difference_count"`
	Differences []string       `json:"differences"` // the first of them
	DurationMS  int64          `json:"duration_ms"`
}

// OK says that the server kept its promise.
func (s Summary) OK() bool { return s.Count == 0 && s.Lost == 0 }

// verdict collects what is found wrong.
type verdict struct {
	lock        sync.Mutex
	differences []string
	count       int
	lost        int
	finals      map[string]phone.Line // every line, with what the server says of it in the end
}

func (v *verdict) differ(format string, args ...any) {
	v.lock.Lock()
	defer v.lock.Unlock()
	if v.count++; len(v.differences) < maxDifferences {
		v.differences = append(v.differences, fmt.Sprintf(format, args...))
	}
}

func (r *run) summary() Summary {
	s := Summary{Phones: r.Phones, Visits: int(r.visitsDid.Load()), Held: map[string]int{}, Retries: r.retries.Load(),
		LostReplies: r.faults.lostReplies.Load(), CutRequests: r.faults.cutRequests.Load(), CutReplies: r.faults.cutReplies.Load(),
		Lost: r.lost, Count: r.count, Differences: r.differences}
	if s.Differences == nil {
		s.Differences = []string{}
	}
	records, media, lines := map[string]bool{}, map[string]bool{}, map[string]phone.Answer{}
	for _, h := range r.handsets {
		t := h.phone.Traffic()
		s.BytesUp, s.BytesDown = s.BytesUp+t.BytesUp, s.BytesDown+t.BytesDown
		s.Requests, s.Retries = s.Requests+t.Requests, s.Retries+t.Retries
		if h.clone {
			s.Clones++
		}
		for _, l := range h.phone.Lines() {
			lines[l.ID] = l.Answer
		}
		for _, m := range h.phone.Media() {
			media[m.SHA256] = media[m.SHA256] || m.Epoch != ""
		}
		for id, row := range h.phone.Rows() {
			records[id] = records[id] || len(row.Conflict) > 0
		}
	}
	s.Commits, s.Records = len(lines), len(records)
	for _, a := range lines {
		if a.Applied() {
			s.Applied++
		} else if a.Given() {
			s.Held[a.Code]++
		}
	}
	for _, conflict := range records {
		if conflict {
			s.Conflicts++
		}
	}
	for _, accepted := range media {
		if accepted {
			s.Media++
		}
	}
	return s
}
