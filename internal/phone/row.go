package phone

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Row is a record as the server last sent it. Values stay the bytes that came.
type Row struct {
	ID       string             `json:"id"`
	Kind     string             `json:"kind"`
	Area     string             `json:"area"`
	Seq      int64              `json:"seq"`
	By       []string           `json:"by"`
	W        []Writer           `json:"w"`
	C        int                `json:"c"`
	F        map[string][]Entry `json:"f"`
	S        map[string][]Entry `json:"s"`
	L        map[string][]Entry `json:"l"`
	Conflict []string           `json:"conflict"`
	Need     []string           `json:"need"`
	Changed  bool               `json:"changed"`

	Raw []byte `json:"-"` // the row as it came
}

// A Writer is who wrote a commit, and the interval it was written in.
type Writer struct {
	User     string
	From, To int64
}

// An Entry is one value: K says which of the row's By wrote it.
type Entry struct {
	K int
	V json.RawMessage
}

// UnmarshalJSON reads [user, from, to].
func (w *Writer) UnmarshalJSON(b []byte) error {
	var a []json.RawMessage
	if err := json.Unmarshal(b, &a); err != nil {
		return err
	}
	if len(a) < 3 {
		return errors.New("a writer is [user, from, to]")
	}
	return errors.Join(json.Unmarshal(a[0], &w.User), json.Unmarshal(a[1], &w.From), json.Unmarshal(a[2], &w.To))
}

// UnmarshalJSON reads [k, value].
func (e *Entry) UnmarshalJSON(b []byte) error {
	var a []json.RawMessage
	if err := json.Unmarshal(b, &a); err != nil {
		return err
	}
	if len(a) < 2 {
		return errors.New("an entry is [k, value]")
	}
	e.V = a[1]
	return json.Unmarshal(a[0], &e.K)
}

// parseRow holds a row to what the protocol promises of it.
func parseRow(raw []byte) (*Row, error) {
	r := &Row{Raw: bytes.Clone(raw)}
	if err := json.Unmarshal(r.Raw, r); err != nil {
		return nil, fmt.Errorf("row: %w", err)
	}
	if r.ID == "" || r.Area == "" || r.Kind == "" || len(r.By) == 0 {
		return nil, errors.New("row without id, area, kind or by")
	}
	if len(r.W) != len(r.By) {
		return nil, fmt.Errorf("row %s: %d writers of %d commits", r.ID, len(r.W), len(r.By))
	}
	used := make([]bool, len(r.By))
	mark := func(k int) error {
		if k < 0 || k >= len(used) {
			return fmt.Errorf("row %s: commit %d of %d", r.ID, k, len(used))
		}
		used[k] = true
		return nil
	}
	if err := mark(r.C); err != nil {
		return nil, err
	}
	for _, fields := range []map[string][]Entry{r.F, r.S, r.L} {
		for _, entries := range fields {
			for _, e := range entries {
				if err := mark(e.K); err != nil {
					return nil, err
				}
			}
		}
	}
	if slices.Contains(used, false) {
		return nil, fmt.Errorf("row %s: by names a commit that wrote nothing shown", r.ID)
	}
	if sorted := slices.Sorted(slices.Values(r.By)); len(slices.Compact(sorted)) != len(r.By) {
		return nil, fmt.Errorf("row %s: by names a commit twice", r.ID)
	}
	return r, nil
}

// weight is what the row adds to its area's sum.
func (r *Row) weight() uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d:%s", r.ID, r.Seq, strings.Join(r.By, ",")))
	return binary.BigEndian.Uint64(sum[:8])
}

// Rows returns the phone's table, by record id. The rows are not to be changed.
func (p *Phone) Rows() map[string]*Row {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[string]*Row, len(p.rows))
	for id, r := range p.rows {
		all[id] = r
	}
	return all
}

// Row returns one record, nil when the phone has none.
func (p *Phone) Row(rid string) *Row { p.mu.Lock(); defer p.mu.Unlock(); return p.rows[rid] }

// Sum is the sum of an area as the phone computes it from its rows.
func (p *Phone) Sum(area string) string { p.mu.Lock(); defer p.mu.Unlock(); return p.sum(area) }

func (p *Phone) sum(area string) string {
	var total uint64
	for _, r := range p.rows {
		if r.Area == area {
			total += r.weight()
		}
	}
	return fmt.Sprintf("%016x", total)
}

// Sums are the areas and sums the server sent last.
func (p *Phone) Sums() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[string]string, len(p.sums))
	for area, sum := range p.sums {
		all[area] = sum
	}
	return all
}

// Differing names the areas whose sum did not become the server's, not even when they were read again.
func (p *Phone) Differing() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.differs)
}
