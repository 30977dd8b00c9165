// Package verify reads a whole store as an outsider would and says what does not
// fit: it trusts the commit lines alone and works everything else out again.
package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"

	"zoufang"
	"zoufang/storage"
)

// Report is what was read and what does not fit.
type Report struct {
	Commits    int                      `json:"commits"`
	Records    int                      `json:"records"`
	Areas      int                      `json:"areas"`
	Writes     int                      `json:"writes"`
	Held       map[zoufang.HoldCode]int `json:"held"`
	Media      int                      `json:"media"`
	MediaBytes int64                    `json:"media_bytes"`
	Awaited    int                      `json:"awaited"`   // media named by records and not arrived: no fault
	Unclaimed  int                      `json:"unclaimed"` // objects whose arrival was never noted: no fault
	Listed     int                      `json:"listed"`    // records that lists were held against: see catalog.Verify
	FaultCount int                      `json:"fault_count"`
	Faults     []string                 `json:"faults"` // the first hundred
}

const maxFaults = 100

func (r *Report) fault(format string, args ...any) {
	if r.FaultCount++; len(r.Faults) < maxFaults {
		r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	}
}

// Add adds faults that were found elsewhere.
func (r *Report) Add(faults ...string) {
	for _, f := range faults {
		r.fault("%s", f)
	}
}

// run is one reading of one snapshot.
type run struct {
	Report
	d       storage.Dump
	written map[zoufang.CommitID]int // records each commit wrote
	seqs    map[zoufang.AreaID][]uint64
	tops    map[zoufang.AreaID]uint64
	sums    map[zoufang.AreaID]sums
	stored  map[zoufang.Digest]int64
	arrived map[zoufang.Digest]bool // of these records may not have been told yet
}

// sums are an area's, worked out from its records.
type sums struct{ all, public uint64 }

// Run verifies a store: every commit's hash; that replaying the log gives
// exactly the records (seq and need apart); that every area's sequence is
// gap-free; that sums match; that every stored medium has its digest; that every
// waiting line still waits for something. Media are read after the snapshot was
// taken, which is enough: none is ever deleted while a commit names it. An error
// means that the store could not be read to the end.
func Run(ctx context.Context, store storage.Upkeep, blobs storage.Blobs, progress func(string)) (Report, error) {
	r := run{
		Report:  Report{Held: map[zoufang.HoldCode]int{}, Faults: []string{}},
		written: map[zoufang.CommitID]int{},
		seqs:    map[zoufang.AreaID][]uint64{},
		tops:    map[zoufang.AreaID]uint64{},
		sums:    map[zoufang.AreaID]sums{},
		stored:  map[zoufang.Digest]int64{},
		arrived: map[zoufang.Digest]bool{},
	}
	err := store.Dump(ctx, func(d storage.Dump) error {
		r.d = d
		for _, part := range []struct {
			name string
			read func() error
		}{{"media", r.media}, {"log", r.log}, {"records", r.records}, {"sequences", r.heads}, {"held", r.held}, {"commits", r.commits}} {
			progress(part.name)
			if err := part.read(); err != nil {
				return fmt.Errorf("read %s: %w", part.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return r.Report, err
	}
	progress("objects")
	return r.Report, r.objects(ctx, blobs)
}

func (r *run) media() error {
	under, err := r.d.Arrivals(math.MaxInt32)
	if err != nil {
		return err
	}
	for _, d := range under {
		r.arrived[d] = true
	}
	return storage.Each(r.d, func(m storage.Medium) error {
		r.stored[m.Digest] = m.Size
		return nil
	})
}

// objects reads every stored medium and hashes it.
func (r *run) objects(ctx context.Context, blobs storage.Blobs) error {
	for digest, size := range r.stored {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.Media++
		r.MediaBytes += size
		if err := hash(ctx, blobs, digest, size); err != nil {
			r.fault("medium %s: %v", digest, err)
		}
	}
	return blobs.Each(ctx, func(d zoufang.Digest, _ int64) error {
		if _, known := r.stored[d]; !known {
			r.Unclaimed++
		}
		return nil
	})
}

func hash(ctx context.Context, blobs storage.Blobs, digest zoufang.Digest, size int64) error {
	f, err := blobs.Open(ctx, digest)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != string(digest) || n != size {
		return fmt.Errorf("its bytes are not those it is named by")
	}
	return nil
}
