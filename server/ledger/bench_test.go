package ledger

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"zoufang/server/desk"
	"zoufang/storage"
)

// BenchmarkSheet writes 300,000 rows of 40 columns as each format does, into sealed parts
// of a store, and tells the most memory that the process had.
func BenchmarkSheet(b *testing.B) {
	for _, format := range []string{"xlsx", "csv"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				took, bytes := written(b, format, 300_000)
				b.ReportMetric(took.Seconds(), "s")
				b.ReportMetric(float64(bytes)/1e6, "MB")
				b.ReportMetric(peak(b), "MB-peak")
			}
		})
	}
}

// A sheet a tenth as long holds no more than a part and a row in memory.
func TestALongSheetTakesNoMemory(t *testing.T) {
	before := new(runtime.MemStats)
	runtime.GC()
	runtime.ReadMemStats(before)
	took, bytes := written(t, "xlsx", 30_000)
	after := new(runtime.MemStats)
	runtime.GC()
	runtime.ReadMemStats(after)
	t.Logf("30,000 rows in %v, %d bytes, peak %.0f MB", took, bytes, peak(t))
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
		t.Errorf("%d bytes more are held", grown)
	}
	if got := peak(t); got > 200 {
		t.Errorf("the process had %.0f MB", got)
	}
}

// written writes rows of 40 columns, in the manner of a roster with answers.
func written(t testing.TB, format string, n int) (time.Duration, int64) {
	o := newOffice(t)
	j := storage.Job{ID: "j", User: "u", State: storage.JobComing}
	o.must(o.store.AddJob(t.Context(), j, func([]storage.Job) error { return nil }))
	begun := time.Now()
	spool, err := o.spool("j", spooled{})
	o.must(err)
	columns := make([]desk.Column, 40)
	for i := range columns {
		columns[i] = desk.Column{Label: fmt.Sprint("第", i, "列"), Wide: 16}
	}
	state := &form{}
	w := formats[format].make(&writing{spool: spool, columns: columns, title: "走访", state: state})
	o.must(w.begin())
	store := func() {
		o.must(w.pause())
		parts, err := spool.flush()
		o.must(err)
		_, err = o.store.ChangeJob(t.Context(), "j", func(*storage.Job) ([]storage.JobPart, error) { return parts, nil })
		o.must(err)
	}
	words := []string{"罗淑兰", "够", "平稳", "塘头村三组 12 号", "低保、高龄津贴", "到家时老人正在择菜，证和卡都在本人手里。", "家属代答"}
	rows := make([]desk.SheetRow, rowsAtOnce)
	for from := 0; from < n; from += len(rows) {
		for i := range rows {
			cells := make([]desk.Cell, len(columns))
			for k := range cells {
				x := (from+i)*7919 + k*104729
				switch k % 8 {
				case 0:
					cells[k].Text = fmt.Sprintf("01a08eff-7017-7b4c-%04x-%012x", x&0xffff, x*2654435761&0xffffffffffff)
				case 1:
					cells[k] = desk.Cell{Text: strconv.Itoa(x % 5000), Type: desk.NumberCell, Number: float64(x % 5000)}
				case 2:
					cells[k] = desk.Cell{Text: "2026-11-03 12:00", Type: desk.MomentCell, At: 1_790_000_000_000 + int64(x%1_000_000)*1000}
				default:
					cells[k].Text = words[x%len(words)]
				}
			}
			rows[i] = desk.SheetRow{Cells: cells}
		}
		o.must(w.rows(t.Context(), rows))
		if spool.full() {
			store()
		}
	}
	o.must(w.end(t.Context()))
	store()
	return time.Since(begun), spool.Size
}

// peak is the most memory that this process had, in MB.
func peak(t testing.TB) float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // another system: the heap is held to its bound all the same
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(b)
	if m == nil {
		t.Fatal("no VmHWM")
	}
	kB, _ := strconv.ParseFloat(string(m[1]), 64)
	return kB / 1000
}
